"""The result of one batch."""

from dataclasses import dataclass, field

from linernotes.core.errors import AccessRefused, CallFailed, CoolingDown, ServiceDown, Stopped, UnusualAnswers
from linernotes.core.values import Found, Missing, Outcome, WorkItem

Trouble = CoolingDown | ServiceDown | AccessRefused | Stopped | UnusualAnswers


@dataclass(slots=True)
class BatchResult:
    """The result of one batch: outcomes, items still to fetch, the failed call, and the trouble that ended the batch.

    ``refused`` are the items of a call that the service denied us. ``silent`` is true when the failure may concern the
    whole service: a service that responds, and fails only on items that had failed before, is up.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    unasked: list[WorkItem] = field(default_factory=list)
    failure: CallFailed | None = None
    silent: bool = False
    trouble: Trouble | None = None
    refused: list[WorkItem] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def doubtful(self) -> bool:
        """Whether a call was refused in a way that may be about its item, and not about us."""
        return isinstance(self.trouble, AccessRefused) and self.trouble.status is not None

    @property
    def proves_access(self) -> bool:
        """Whether the service gave us what we asked for."""
        return any(
            isinstance(each, Found) or (isinstance(each, Missing) and each.http_status) for each in self.outcomes
        )
