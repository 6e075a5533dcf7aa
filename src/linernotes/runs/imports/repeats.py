"""How many plays of an import are new: files that overlap are loaded whole, and count once in the hub."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from linernotes.core import sql
from linernotes.storage.workspace import Workspace

NEWEST = "select coalesce(max(loadSequence), 0) as newest from {lake}.lake_ops__loaded_files"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Brought:
    """The plays of the files that an import has loaded: ``fresh`` ones, and all ``lines``, the same play in each."""

    lines: int
    fresh: int
    repeated: int

    def counts(self, plays: int) -> dict[str, int]:
        """Of so many plays that were read, those that are new, known from an earlier import, or there again.

        Those that were not loaded stood in files that are known as a whole.
        """
        again = self.lines - self.fresh - self.repeated
        return {"new": self.fresh, "known": plays - self.fresh - again, "again": again}


def counting_repeats(workspace: Workspace, work: Callable[[], T]) -> tuple[T, Brought]:
    """The result of an import, and what it has loaded."""
    (before,) = workspace.warehouse.rows(NEWEST)
    result = work()
    (found,) = workspace.warehouse.rows(sql.read("runs/imports/repeated_plays"), before=before["newest"])
    return result, Brought(int(found["lines"]), int(found["fresh"]), int(found["repeated"]))
