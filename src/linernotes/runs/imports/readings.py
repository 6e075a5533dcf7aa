"""The files that were imported before: one may have been read in several ways, of which the last one counts."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from linernotes.core import sql
from linernotes.sources.histories.formats import ReadOptions
from linernotes.storage.workspace import Workspace

LOADED = "select substr(fileHash, 1, 16) as start from {lake}.lake_ops__loaded_files"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was made of a file before: ``plays`` in it if it need not be read again, else None.

    ``rereads`` is for ``ReadOptions``, ``note`` for the file's owner.
    """

    plays: int | None = None
    rereads: int = 0
    note: str = ""


class Readings:
    """The readings of all files whose rows the warehouse still holds."""

    def __init__(self, workspace: Workspace) -> None:
        self._readings: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in _imported_files(workspace):
            self._readings[row["contentHash"]].append(row)
        self.sizes = {row["bytes"] for rows in self._readings.values() for row in rows}

    def of(self, content_hash: str, way: str, options: ReadOptions) -> Earlier:
        """What was made of this content before, read this way.

        Without options it counts as read, whatever they were then: whoever leaves them out does not mean UTC.
        """
        before = [(given, row) for row in self._readings[content_hash] if (given := _given(row["readAs"], way))]
        if not before:
            return Earlier()
        (last, row), wanted = before[-1], _in_words(str(options))
        if last == wanted:
            return Earlier(row["plays"])
        if options == ReadOptions():
            return Earlier(row["plays"], note=f"already imported, read as {last}, and kept that way")
        note = f"read as {wanted}; this replaces its import as {last}"
        return Earlier(rereads=[given for given, _ in before].count(wanted), note=note)


def _given(read_as: str, way: str) -> str:
    """The options of a reading in words; empty if it was one of another way."""
    match = re.fullmatch(rf"{re.escape(way)}((?:/.+)?)", read_as)
    return _in_words(match[1]) if match and not match[1].startswith("/video") else ""


def _in_words(options: str) -> str:
    """The options of a reading, as ``ReadOptions`` writes them, as a person would."""
    zone, order = re.fullmatch(r"(?:/(.+?))??(?:/((?:day|month)-first))?", options).groups()  # type: ignore[union-attr]
    return (zone or "UTC") + (f", {order.replace('-', ' ')}" if order else "")


def _imported_files(workspace: Workspace) -> Iterator[dict[str, Any]]:
    loaded = {row["start"] for row in workspace.warehouse.rows(LOADED)}
    return (
        row for row in workspace.warehouse.rows(sql.read("runs/imports/imported_files")) if set(row["parts"]) <= loaded
    )
