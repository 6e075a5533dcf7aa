"""The rejected lines that nobody has set aside."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

EVERY = 1_000_000_000
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


class Reject(TypedDict):
    """A line that was not loaded; ``fileHash`` and ``landedLine`` are its place in the archive.

    For a row of a file that a person imported, ``file`` and ``line`` are its place there.
    """

    rejectedAt: datetime
    file: str
    line: int | None
    field: str | None
    reason: str
    raw: str | None
    dataset: str
    fileHash: str
    landedLine: int


class RejectCounts(TypedDict):
    """How many rejected lines are ``waiting``, neither set aside nor of a roster that was imported again.

    ``matching`` of them match a filter, as do those of replaced rosters that are ``replaced``.
    """

    waiting: int
    matching: int
    replaced: int


@dataclass(frozen=True, slots=True)
class RejectFilter:
    """Which rejected lines: those whose reason and file contain these words in any case, of a provider, since then."""

    reason: str = ""
    file: str = ""
    provider: str = ""
    since: datetime = BEGINNING


def rejects(warehouse: Warehouse, wanted: RejectFilter, shown: int = EVERY) -> list[Reject]:
    """The rejected lines that match, the latest first."""
    return rows_of(Reject, warehouse, "rejects", shown=shown, **_given(wanted))


def reject_counts(warehouse: Warehouse, wanted: RejectFilter) -> RejectCounts:
    """How many rejected lines there are, and how many of them match."""
    (counts,) = rows_of(RejectCounts, warehouse, "reject_counts", **_given(wanted))
    return counts


def _given(wanted: RejectFilter) -> dict[str, object]:
    provider = f"{wanted.provider}/" if wanted.provider else ""
    return {"reason": wanted.reason, "file": wanted.file, "provider": provider, "since": wanted.since}
