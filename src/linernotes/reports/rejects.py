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
    """All rejected lines, and those of them that are set aside."""

    rejected: int
    discarded: int


@dataclass(frozen=True, slots=True)
class RejectFilter:
    """Which rejected lines: those whose reason and file contain these words in any case, of a provider, since then."""

    reason: str = ""
    file: str = ""
    provider: str = ""
    since: datetime = BEGINNING


def rejects(warehouse: Warehouse, wanted: RejectFilter, shown: int = EVERY) -> list[Reject]:
    """The rejected lines that match, the latest first."""
    provider = f"{wanted.provider}/" if wanted.provider else ""
    given = {"reason": wanted.reason, "file": wanted.file, "provider": provider, "since": wanted.since, "shown": shown}
    return rows_of(Reject, warehouse, "rejects", **given)


def reject_counts(warehouse: Warehouse) -> RejectCounts:
    """How many rejected lines there are."""
    (counts,) = rows_of(RejectCounts, warehouse, "reject_counts")
    return counts
