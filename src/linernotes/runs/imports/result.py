"""The results of imports."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from linernotes.core.counts import LoadStats
from linernotes.core.errors import LinernotesError


@dataclass(frozen=True, slots=True)
class FoundFile:
    """The contents of one file: its format (None if unreadable), the days of its first and last play, and counts.

    ``artists`` counts names, ``passed_over`` valid rows that are not plays; ``why`` says why rows were skipped.
    """

    file: str
    format: str | None
    first_day: date | None
    last_day: date | None
    plays: int
    artists: int
    passed_over: int
    rejected: int
    why: str | None

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Self:
        """Make it from a row of the report."""
        return cls(
            row["file"],
            row["format"],
            row["from"],
            row["to"],
            row["plays"],
            row["artists"],
            row["passedOver"],
            row["rejected"],
            row["why"],
        )


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import brought, of plays or of artists.

    All that could be read is ``new``, ``known`` from an earlier import, or there ``again`` within this one; rows that
    could not are ``rejected``. ``stats`` counts lines as they were landed and loaded: a play that two files have is
    loaded with each of them. ``news`` is true if the import loaded new rows; ``error`` is the error that a command ends
    with, or None.
    """

    stats: LoadStats
    news: bool
    files: tuple[FoundFile, ...] = ()
    error: LinernotesError | None = None
    new: int = 0
    known: int = 0
    again: int = 0
    rejected: int = 0
