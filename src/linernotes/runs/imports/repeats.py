"""Plays of an import that an earlier one had too: files that overlap are loaded whole, and count once in the hub."""

from collections.abc import Callable
from typing import TypeVar

from linernotes.core import sql
from linernotes.storage.workspace import Workspace

NEWEST = "select coalesce(max(loadSequence), 0) as newest from {lake}.lake_ops__loaded_files"
T = TypeVar("T")


def counting_repeats(workspace: Workspace, work: Callable[[], T]) -> tuple[T, int]:
    """The result of an import, and how many of the plays that it loads were there before."""
    (before,) = workspace.warehouse.rows(NEWEST)
    result = work()
    (found,) = workspace.warehouse.rows(sql.read("runs/imports/repeated_plays"), before=before["newest"])
    return result, int(found["plays"])
