"""Counts of the plays and bad rows in imported files, and their report."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linernotes.core.errors import BelowExpectations
from linernotes.core.text import first_of, many, short_name
from linernotes.landing.bad_lines import TOO_MANY, has_too_many
from linernotes.sources.archives import Unread

MOST_REASONS = 3  # of one file on the screen; lake_ops__rejects has all of them
MOST_FILES = 3


@dataclass(slots=True)
class FileSummary:
    """The counts of one file; ``reasons`` maps each reason to its number of rows and the first such row.

    ``last_bad`` is the last bad row with its reason; ``unread`` says why the rest of the file was not read.
    ``notes`` are for its owner; ``accounts`` are names that must not be stored; ``without_clock`` counts the rejects
    that a player without a clock caused, which count for nothing in the exit code.
    """

    name: str
    title: str = ""
    plays: int = 0
    rejected: int = 0
    first: datetime | None = None
    last: datetime | None = None
    artists: set[str] = field(default_factory=set)
    passed_over: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, tuple[int, int]] = field(default_factory=dict)
    last_bad: tuple[int, str] = (0, "")
    known: bool = False
    unread: Unread | None = None
    notes: list[str] = field(default_factory=list)
    accounts: frozenset[str] = frozenset()
    without_clock: int = 0

    @property
    def rows(self) -> int:
        """The number of all rows of the file."""
        return self.plays + self.rejected + self.passed_over.total()

    @property
    def report(self) -> dict[str, Any]:
        """The row of the file in the report."""
        return {
            "file": self.name,
            "format": self.title or None,
            "from": self.first and self.first.date(),
            "to": self.last and self.last.date(),
            "plays": self.plays,
            "artists": len(self.artists),
            "passedOver": self.passed_over.total(),
            "rejected": self.rejected,
            "why": "; ".join(self._reasons_shown()) or None,
        }

    @property
    def is_poor(self) -> bool:
        """Whether more rows are bad than is tolerated."""
        return has_too_many(self.rejected - self.without_clock, self.rows)

    def count_play(self, at: datetime, artists: Iterable[str | None]) -> None:
        """Count one play."""
        self.plays += 1
        self.first = at if self.first is None or at < self.first else self.first
        self.last = at if self.last is None or at > self.last else self.last
        self.artists.update(artist for artist in artists if artist)

    def count_reject(self, number: int, reason: str) -> None:
        """Count one bad row; the byte at which the decoder stopped is not part of the reason."""
        self.rejected += 1
        kind = reason.partition(" (byte ")[0]
        self.last_bad = number, kind
        often, first = self.reasons.get(kind, (0, number))
        self.reasons[kind] = (often + 1, first)

    def _reasons_shown(self) -> list[str]:
        """The kinds of rows passed over, and the reasons of bad rows, the most frequent first."""
        if not self.title:
            return list(self.reasons)
        often = sorted(self.reasons.items(), key=lambda reason: -reason[1][0])
        bad = [f"{rows:,} x {reason} (first in row {first:,})" for reason, (rows, first) in often[:MOST_REASONS]]
        more = [many(len(often) - MOST_REASONS, "other reason")] if len(often) > MOST_REASONS else []
        return [*(f"{rows:,} x {kind}" for kind, rows in self.passed_over.most_common()), *bad, *more]


def total_row(summaries: Sequence[FileSummary]) -> dict[str, Any]:
    """The row of all files together; an artist in several files counts once, a play in several files each time."""
    return {
        "file": "all",
        "format": None,
        "from": min((summary.first.date() for summary in summaries if summary.first), default=None),
        "to": max((summary.last.date() for summary in summaries if summary.last), default=None),
        "plays": sum(summary.plays for summary in summaries),
        "artists": len(set[str]().union(*(summary.artists for summary in summaries))),
        "passedOver": sum(summary.passed_over.total() for summary in summaries),
        "rejected": sum(summary.rejected for summary in summaries),
        "why": None,
    }


def trouble_with(summaries: Sequence[FileSummary], *, dry_run: bool = False) -> BelowExpectations | None:
    """The error of an import with files that were not read to their end, or have too many bad rows.

    After a dry run nothing is loaded, and no bad row is kept anywhere.
    """
    unread = [(short_name(summary.name), summary.unread) for summary in summaries if summary.unread]
    poor = [short_name(summary.name) for summary in summaries if summary.is_poor and not summary.unread]
    problems = [first_of([f"{name}: {why.reason}" for name, why in unread], MOST_FILES)] if unread else []
    problems += [f"{TOO_MANY} rows in {first_of(poor, MOST_FILES)}"] if poor else []
    remedies = [why.remedy for _, why in unread[:1]]
    remedies += ["linernotes rejects lists the bad rows"] if poor and not dry_run else []
    if any(summary.plays for summary in summaries):
        remedies.append("an import would load the other rows" if dry_run else "the other rows are imported")
    return BelowExpectations(f"import plays: {'; '.join(problems)}", "; ".join(remedies)) if problems else None
