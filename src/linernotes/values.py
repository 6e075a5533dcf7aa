"""What is carried between the rooms: frozen, slotted, without behaviour of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

Mode = Literal["incremental", "backfill", "refresh"]
Json = Mapping[str, Any]

# More bad lines than this in one file, and the exit code says so; the good ones are loaded all the same.
TOLERATED_REJECTS = 0.05

# A histogram's bounds in seconds, by the field that counts the requests answered within them.
RESPONSE_BUCKETS = {
    "within100ms": 0.1,
    "within500ms": 0.5,
    "within1s": 1.0,
    "within2s": 2.0,
    "within5s": 5.0,
    "within10s": 10.0,
}
# How a request can fail, by the field that counts it.
ERROR_TYPES = {
    "timeouts": "timeout",
    "lostConnections": "no_connection",
    "brokenBodies": "broken_body",
    "serverErrors": "server_error",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One walk: its id (12 hex digits) and the instant it began (UTC), which also stamps its files."""

    id: str
    started_at: datetime

    @property
    def stamp(self) -> str:
        """The start as it stands in file names: ``20261121T070000Z``."""
        return self.started_at.strftime("%Y%m%dT%H%M%SZ")


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing to ask one provider: ``key`` is what it is asked by and what its answer is stored under.

    ``name`` and ``mbid`` are what else is known of an artist, for providers that can be asked by them; ``track`` is the
    name of what is asked for where that is a recording of the artist.
    """

    provider: str
    entity: str
    key: str
    name: str | None = None
    reason: str = "never_asked"
    mbid: str | None = None
    track: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The service knows it: ``record`` has the contract's columns, ``raw`` is the service's own object."""

    item: WorkItem
    record: Json
    raw: Json


@dataclass(frozen=True, slots=True)
class Missing:
    """The service answered that there is no such thing: a tombstone, asked again only after a long while."""

    item: WorkItem
    reason: str = "not_found"
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer we can use; a later run asks again."""

    item: WorkItem
    reason: str
    http_status: int | None = None


Outcome = Found | Missing | Failed


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Plays of an account as the service sent them, newest first, each with its second; None where it has none.

    ``more`` says whether there are older ones than these.
    """

    rows: tuple[tuple[int | None, Any], ...]
    more: bool

    @property
    def oldest(self) -> int | None:
        """The second of the oldest play."""
        return min((second for second, _ in self.rows if second is not None), default=None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one extract did: the counts add up to ``total``; ``ended`` is empty when everything was asked."""

    found: int = 0
    not_found: int = 0
    failed: int = 0
    landed_lines: int = 0
    ended: str = ""

    @property
    def total(self) -> int:
        """Items that got an outcome."""
        return self.found + self.not_found + self.failed

    def __add__(self, other: "Asked") -> "Asked":
        """The counts of both; the later reason to end wins."""
        return Asked(
            self.found + other.found,
            self.not_found + other.not_found,
            self.failed + other.failed,
            self.landed_lines + other.landed_lines,
            other.ended or self.ended,
        )


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A sealed file in a lake: the provider's folder, its name, and where in it the file lies."""

    provider: str
    name: str
    place: Literal["landing", "archive", "rejected"] = "landing"


@dataclass(frozen=True, slots=True)
class Part:
    """Clean JSONL files bound for one table: every line has exactly the columns of ``table``'s contract."""

    dataset: str
    paths: tuple[Path, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A landed file after validation, ready to be loaded as a whole or not at all.

    Every line (``lines``) is a record (``found``), an outcome without one, or rejected (``rejected``). ``stamp`` and
    ``wrote`` are the start and the id of the run that wrote it; ``run`` is the one that loads it.
    """

    file: LandedFile
    dataset: str
    sha256: str
    stamp: datetime | None
    wrote: str
    lines: int
    found: int
    rejected: int
    parts: tuple[Part, ...]
    run: Run

    @property
    def accepted(self) -> int:
        """Lines that are loaded."""
        return self.lines - self.rejected


@dataclass(frozen=True, slots=True)
class LoadResult:
    """``known`` is true when the warehouse already held the file's content and nothing was written."""

    known: bool
    sequence: int


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one ingest did, in lines; ``landed`` = ``loaded`` + ``rejected`` + ``known``.

    ``datasets`` are those of its files.
    """

    files: int = 0
    landed: int = 0
    loaded: int = 0
    rejected: int = 0
    known: int = 0
    refused_files: tuple[str, ...] = ()
    poor_files: tuple[str, ...] = ()
    datasets: frozenset[str] = field(default=frozenset(), compare=False)

    def __add__(self, other: "Ingested") -> "Ingested":
        """The counts of both."""
        return Ingested(
            self.files + other.files,
            self.landed + other.landed,
            self.loaded + other.loaded,
            self.rejected + other.rejected,
            self.known + other.known,
            self.refused_files + other.refused_files,
            self.poor_files + other.poor_files,
            self.datasets | other.datasets,
        )

    def beyond(self, earlier: "Ingested") -> "Ingested":
        """The counts without those of ``earlier``, which is a part of it."""
        names = ("files", "landed", "loaded", "rejected", "known")
        return replace(self, **{name: getattr(self, name) - getattr(earlier, name) for name in names})


@dataclass(frozen=True, slots=True)
class Calls:
    """What a provider's calls cost in one run; latencies in milliseconds.

    ``error_types`` counts the errors by the values of ``ERROR_TYPES``; ``within`` the calls by the bounds of
    ``RESPONSE_BUCKETS``, each with all the faster ones; ``seconds`` is what all answers took together.
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
    capability: str | None = None


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run ended; ``status`` is ok, partial, failed or stopped and ``reason`` says why it is not ok."""

    run: Run
    command: str
    mode: str | None
    status: str = "ok"
    reason: str = ""
    asked: Asked = field(default_factory=Asked)
    ingested: Ingested = field(default_factory=Ingested)
    ended_at: datetime | None = None


def utc(moment: datetime) -> datetime:
    """The same instant, aware and in UTC; a naive one is taken to be UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def instant(moment: datetime) -> str:
    """An instant as the lake writes it: ISO 8601 in UTC with ``Z``."""
    return utc(moment).isoformat().replace("+00:00", "Z")


def many(number: int, what: str) -> str:
    """So many of it, as it is written: 1 play, 2,000 plays."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def in_short(name: str) -> str:
    """A file's name without the folders within its zip."""
    first, _, inner = name.partition("/")
    folders, _, last = inner.rpartition("/")
    return f"{first}/.../{last}" if folders else name


def first_of(names: Sequence[str], shown: int) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(names) - shown:,} more" if len(names) > shown else ""
    return f"{', '.join(names[:shown])}{more}"
