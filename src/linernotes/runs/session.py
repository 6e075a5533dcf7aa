"""A command that writes: its workspace, its run and what it has done so far."""

from dataclasses import dataclass, field
from datetime import datetime

from linernotes.core.counts import ExtractStats, LoadStats, RunReport
from linernotes.core.errors import LinernotesError, Stopped
from linernotes.core.values import Mode, Run
from linernotes.providers.http.rate_limit import Queues
from linernotes.storage.workspace import Workspace


@dataclass(slots=True)
class RunSession:
    """A command that writes: its house, its run and what it has done so far."""

    workspace: Workspace
    run: Run
    command: str
    mode: Mode | None = None
    window_start: datetime | None = None
    asked: ExtractStats = field(default_factory=ExtractStats)
    ingested: LoadStats = field(default_factory=LoadStats)
    recovered: LoadStats = field(default_factory=LoadStats)  # that part of it which an earlier run had left
    partial: list[str] = field(default_factory=list)
    trouble: LinernotesError | None = None
    built_from: str | None = None
    stopped: Stopped | None = None
    queues: Queues = field(default_factory=Queues)
    sources: dict[str, str] = field(default_factory=dict)  # the person's file behind a landed one

    @property
    def untold(self) -> list[str]:
        """Why it is partial, without what the command ends with as its error."""
        return [reason for reason in self.partial if not self.trouble or reason != self.trouble.message]

    @property
    def brought(self) -> LoadStats:
        """What it has ingested of its own."""
        return self.ingested.beyond(self.recovered)

    def report(self, status: str, reason: str = "") -> RunReport:
        """What is told and stored of it."""
        return RunReport(self.run, self.command, self.mode, status, reason, self.asked, self.ingested)
