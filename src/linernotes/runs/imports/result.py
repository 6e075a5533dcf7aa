"""What an import brought."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from linernotes.core.counts import LoadStats
from linernotes.core.errors import LinernotesError


@dataclass(frozen=True, slots=True)
class FoundFile:
    """What was found in one file: its format (None: not read), the days of its first and last play, and counts.

    ``artists`` counts names, ``passed_over`` rows that are in order but no plays, ``why`` says what was not taken.
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
        """The same of a report's row."""
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
    """The lines of an import: loaded, rejected and already known add up to ``stats.landed``.

    ``news`` is true when the warehouse holds more than before; ``error`` is what a command ends with, or None.
    """

    stats: LoadStats
    news: bool
    files: tuple[FoundFile, ...] = ()
    error: LinernotesError | None = None
