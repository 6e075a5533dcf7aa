"""The counts of a run: items asked, lines loaded, calls made, and the report they make up."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from linernotes.core.values import Run

# A larger share of bad lines in one file makes the exit code 4; the good lines are loaded all the same.

# A histogram's bounds in seconds, by the field that counts the requests answered within them.
RESPONSE_BUCKETS = {
    "within100ms": 0.1,
    "within500ms": 0.5,
    "within1s": 1.0,
    "within2s": 2.0,
    "within5s": 5.0,
    "within10s": 10.0,
}


# Error types of requests, by the field that counts them.
ERROR_TYPES = {
    "timeouts": "timeout",
    "lostConnections": "no_connection",
    "brokenBodies": "broken_body",
    "serverErrors": "server_error",
}


@dataclass(frozen=True, slots=True)
class ExtractStats:
    """The outcomes of one extract; ``ended`` says why it stopped early, and is empty when nothing was left to ask."""

    found: int = 0
    not_found: int = 0
    failed: int = 0
    landed_lines: int = 0
    ended: str = ""

    @property
    def total(self) -> int:
        """Items that got an outcome."""
        return self.found + self.not_found + self.failed

    def __add__(self, other: "ExtractStats") -> "ExtractStats":
        """The counts of both; the later reason to end wins."""
        return ExtractStats(
            self.found + other.found,
            self.not_found + other.not_found,
            self.failed + other.failed,
            self.landed_lines + other.landed_lines,
            other.ended or self.ended,
        )


@dataclass(frozen=True, slots=True)
class LoadStats:
    """The lines of one ingest: ``landed`` = ``loaded`` + ``rejected`` + ``known``.

    ``datasets`` are the datasets of its files.
    """

    files: int = 0
    landed: int = 0
    loaded: int = 0
    rejected: int = 0
    known: int = 0
    refused_files: tuple[str, ...] = ()
    poor_files: tuple[str, ...] = ()
    datasets: frozenset[str] = field(default=frozenset(), compare=False)

    def __add__(self, other: "LoadStats") -> "LoadStats":
        """The counts of both."""
        return LoadStats(
            self.files + other.files,
            self.landed + other.landed,
            self.loaded + other.loaded,
            self.rejected + other.rejected,
            self.known + other.known,
            self.refused_files + other.refused_files,
            self.poor_files + other.poor_files,
            self.datasets | other.datasets,
        )

    def beyond(self, earlier: "LoadStats") -> "LoadStats":
        """The counts without those of ``earlier``, which is a part of it."""
        names = ("files", "landed", "loaded", "rejected", "known")
        return replace(self, **{name: getattr(self, name) - getattr(earlier, name) for name in names})


@dataclass(frozen=True, slots=True)
class Calls:
    """A provider's calls in one run; latencies in milliseconds.

    ``error_types`` counts the errors by the values of ``ERROR_TYPES``; ``within`` counts the calls answered
    within each bound of ``RESPONSE_BUCKETS``; ``seconds`` is the total time of all responses.
    """

    provider: str
    calls: int = 0
    throttles: int = 0
    errors: int = 0
    p50: float | None = None
    p95: float | None = None
    slowest: float | None = None
    error_types: Mapping[str, int] = field(default_factory=dict)
    within: tuple[int, ...] = (0,) * len(RESPONSE_BUCKETS)
    seconds: float = 0.0
    cooldown_until: datetime | None = None
    breaker_state: str | None = "closed"
    breaker_trips: int = 0
    access_mode: str | None = None


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run ended; ``status`` is ok, partial, failed or stopped and ``reason`` says why it is not ok.

    A run that looked for what needs a person has the share of series with something odd, in per cent, and the seconds
    from its oldest finding to the mail about it.
    """

    run: Run
    command: str
    mode: str | None
    status: str = "ok"
    reason: str = ""
    asked: ExtractStats = field(default_factory=ExtractStats)
    ingested: LoadStats = field(default_factory=LoadStats)
    anomalies_pct: float | None = None
    alert_delay_seconds: float | None = None
