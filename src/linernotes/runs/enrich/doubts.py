"""Calls that a service refused, and what they mean: that it refuses us, or only an item that was asked for.

The same 403 stands for both, so the other items decide. If one of them is answered, the refused item has failed and the
rest goes on; if several in a row are refused, it is us.
"""

from linernotes.core.errors import AccessRefused
from linernotes.core.values import Failed, Outcome
from linernotes.runs.enrich.results import BatchResult, Trouble

ENOUGH = 3


class Doubts:
    """The refused calls of one round since the last one that was answered."""

    def __init__(self) -> None:
        self._refused: list[BatchResult] = []
        self._access_is_proven = False

    def weigh(self, result: BatchResult) -> tuple[list[Outcome], Trouble | None]:
        """The outcomes to record now, and the trouble that ends the round."""
        if not result.doubtful:
            self._access_is_proven |= result.proves_access
            return result.outcomes + (self._failures() if result.proves_access else []), result.trouble
        self._refused.append(result)
        # A whole batch, as the first thing that is asked, is hardly refused because of one of its items.
        certain = len(self._refused) >= ENOUGH or (len(result.refused) > 1 and not self._access_is_proven)
        return result.outcomes, result.trouble if certain else None

    def settle(self) -> tuple[list[Outcome], Trouble | None]:
        """The same for the last calls of a round, after which nothing more comes.

        Items that had failed before say nothing about us: perhaps they are all that is left because they always fail.
        """
        items = [item for result in self._refused for item in result.refused]
        if self._access_is_proven or all(item.reason == "retry" for item in items):
            return self._failures(), None
        return [], self._refused[0].trouble

    def _failures(self) -> list[Outcome]:
        refused, self._refused = self._refused, []
        return [
            Failed(item, f"http_{result.trouble.status}", result.trouble.status)
            for result in refused
            if isinstance(result.trouble, AccessRefused)
            for item in result.refused
        ]
