"""What a run has changed in the library, what is still missing and why, and the next command."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from linernotes.core import sql
from linernotes.core.text import first_of, many
from linernotes.storage.ports import Warehouse

REPORTS = "next: linernotes show ARTIST, linernotes coverage, or linernotes report top-artists"
MOST_NAMES = 5
AGAIN = "next: linernotes run continues when the rest is due"
COUNTED = "a value of some service counts for them; enriched counts whom a service answered about, also where none does"
NO_ARTISTS = "next: linernotes import plays FILE, or linernotes import roster FILE"


@dataclass(frozen=True, slots=True)
class LibrarySize:
    """The artists of the dimension, by what is known of them; of ``unresolved`` ones it is only a name."""

    artists: int
    enriched: int
    not_found: int
    failed: int
    unresolved: int

    @classmethod
    def of(cls, warehouse: Warehouse) -> "LibrarySize":
        """As the hub was built last."""
        (row,) = warehouse.rows(sql.read("runs/library_size"))
        return cls(*(int(row[name]) for name in ("artists", "enriched", "notFound", "failed", "unresolved")))

    @property
    def known(self) -> tuple[int, int]:
        """How many artists there are, and how many of them are enriched."""
        return self.artists, self.enriched

    @property
    def with_data(self) -> str:
        """How many artists have a value from any service, in words."""
        return f"{self.enriched:,} of {many(self.artists, 'artist')} {'has' if self.artists == 1 else 'have'} data"

    @property
    def pending(self) -> int:
        """Artists about whom nobody has answered yet, although they can be asked for."""
        return self.artists - self.enriched - self.not_found - self.failed - self.unresolved


def news_lines(
    before: tuple[int, int], after: LibrarySize, partial: Sequence[str], not_set_up: Sequence[str] = ()
) -> list[str]:
    """The lines at the end of a run without an error: what is new, what is missing, and what to do next.

    ``before`` is what was ``known``; ``not_set_up`` are the providers that could be asked if their variables were set.
    """
    if not after.artists:
        return [NO_ARTISTS]
    artists, enriched = before
    new, added = max(0, after.enriched - enriched), max(0, after.artists - artists)
    changes = [f"{many(new, 'artist')} enriched"] if new else []
    changes += [f"{many(added, 'artist')} added to the library"] if added else []
    return [
        f"new: {', '.join(changes)}; {after.with_data}" if changes else after.with_data,
        *_missing(after),
        _next_step(after, partial) + _more(not_set_up),
    ]


def _missing(after: LibrarySize) -> list[str]:
    counts: dict[str, Any] = {
        "not fetched yet": after.pending,
        "not found at any service": after.not_found,
        "failed, to be retried": after.failed,
        "known by name only (hub_music__svc_unresolved_artists says why)": after.unresolved,
    }
    parts = [f"{number:,} {why}" for why, number in counts.items() if number]
    return [f"without data: {', '.join(parts)}"] if parts else []


def _more(not_set_up: Sequence[str]) -> str:
    return f"; linernotes doctor says how to add {first_of(not_set_up, MOST_NAMES)}" if not_set_up else ""


def _next_step(after: LibrarySize, partial: Sequence[str]) -> str:
    if any(" not set" in reason for reason in partial):  # then nothing else is worth doing first
        return "next: set what is missing, then linernotes run"
    return AGAIN if partial or after.pending else REPORTS
