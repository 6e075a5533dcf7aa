"""The state of a command that writes, and its result."""

from dataclasses import dataclass, field
from datetime import datetime

from linernotes.core.counts import ExtractStats, LoadStats, RunReport
from linernotes.core.errors import LinernotesError, Stopped
from linernotes.core.values import Mode, Run
from linernotes.providers.http.rate_limit import Queues
from linernotes.reports.queries import DoubtedAnswers, Failures, FieldAlarm
from linernotes.runs.upgrade import Manifest
from linernotes.storage.workspace import Workspace


@dataclass(slots=True)
class RunSession:
    """The state of a command that writes: its workspace, its run and its counts so far."""

    workspace: Workspace
    run: Run
    command: str
    mode: Mode | None = None
    window_start: datetime | None = None
    asked: ExtractStats = field(default_factory=ExtractStats)
    ingested: LoadStats = field(default_factory=LoadStats)
    recovered: LoadStats = field(default_factory=LoadStats)  # the part of ``ingested`` that an earlier run had left
    partial: list[str] = field(default_factory=list)
    trouble: LinernotesError | None = None
    built_from: str | None = None
    manifest: Manifest | None = None  # as it was when the session began, until recovery
    known: tuple[int, int] | None = None  # artists in the hub that it began with, and how many of them were enriched
    without_hub: bool = False  # there is none that fits, and the command needs none
    refreshed: int | None = None  # files loaded when the queue was last found fresh
    news: frozenset[str] = frozenset()  # datasets that were loaded since
    state: tuple[int, tuple[str, str]] | None = None  # files loaded when the ledger was asked for its build, and that
    stopped: Stopped | None = None
    queues: Queues = field(default_factory=Queues)
    left_in_place: set[str] = field(default_factory=set)  # files that were named to the user, once
    sources: dict[str, str] = field(default_factory=dict)  # the user's file behind each landed file
    anomalies_pct: float | None = None  # of a look for what needs a person, as is the delay of its mail
    alert_delay_seconds: float | None = None
    status: str = "ok"  # what the run ledger says of it, with the reason
    reason: str = ""
    failures: list[Failures] = field(default_factory=list)
    field_alarms: list[FieldAlarm] = field(default_factory=list)
    doubted: list[DoubtedAnswers] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    reportable: bool = False  # far enough for a result: from now on errors become part of it
    error: LinernotesError | None = None

    @property
    def unreported(self) -> list[str]:
        """The reasons for a partial run, except the one that ends the command as an error."""
        return [reason for reason in self.partial if not self.trouble or reason != self.trouble.message]

    @property
    def own_counts(self) -> LoadStats:
        """The counts of its own lines, without those that recovery loaded."""
        return self.ingested.beyond(self.recovered)

    @property
    def report(self) -> RunReport:
        """The row for the run ledger."""
        counts = self.asked, self.ingested, self.anomalies_pct, self.alert_delay_seconds
        return RunReport(self.run, self.command, self.mode, self.status, self.reason, *counts)

    def result(self) -> "RunResult":
        """Return the result for callers; its report is the one in the run ledger."""
        partial = tuple(self.unreported)
        alarms = self.field_alarms
        return RunResult(self.report, self.failures, alarms, partial, self.notes, self.error, self.doubted)


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of a run, in numbers that add up; ``error`` ends the command and is None after a good run.

    ``failures`` counts failed items by provider and reason, ``field_alarms`` lists fields that a provider no longer
    returns as often as before, ``doubted`` counts answers far poorer than those before, and ``partial`` has the
    reasons why some items were not fetched.
    """

    report: RunReport
    failures: list[Failures] = field(default_factory=list)
    field_alarms: list[FieldAlarm] = field(default_factory=list)
    partial: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: LinernotesError | None = None
    doubted: list[DoubtedAnswers] = field(default_factory=list)
