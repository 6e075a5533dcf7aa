"""Rosters as they are in the hub: whose each row is, what is unresolved and why, and the person's own columns."""

import json
from collections.abc import Iterable, Sequence
from typing import TypedDict

from linernotes.core.errors import ConfigurationError
from linernotes.core.text import nearest
from linernotes.reports.rows import Record, rows_of
from linernotes.storage.ports import Warehouse

WHAT_TO_DO = {
    "several_artists": "put the link of the right artist into the row and import the roster again",
    "stands_for_many": "a name that stands for many artists; name one of them",
    "unknown_name": "nobody in the library is known by this name yet, so only services that take names can be asked; "
    "put a link into the row and import the roster again",
}
COLUMNS = ("roster", "row", "artistId", "artistName", "why", "candidates", "whatToDo")


class RosterRow(TypedDict):
    """A row of a roster; ``why`` says why it has no artist with an id, ``candidates`` are the artists of that name."""

    rosterName: str
    rowNumber: int | None
    artistId: str | None
    artistName: str | None
    givenName: str | None
    why: str | None
    candidates: list[str]
    ownColumns: str | None


class RosterName(TypedDict):
    """The name of a roster."""

    rosterName: str


def roster_rows(warehouse: Warehouse, roster: str = "", *, unresolved: bool = False) -> list[RosterRow]:
    """The rows of one roster or of all, or those that are unresolved.

    Raises:
        ConfigurationError: no roster has that name.
    """
    if roster:
        known_roster(warehouse, roster)
    return rows_of(RosterRow, warehouse, "roster_rows", roster=roster, unresolved=unresolved)


def roster_report(rows: Sequence[RosterRow]) -> list[Record]:
    """The rows for display, each with what to do about it and the person's own columns."""
    own = _filled([own_columns(row["ownColumns"], COLUMNS) for row in rows])
    return [
        {
            "roster": row["rosterName"],
            "row": row["rowNumber"],
            "artistId": row["artistId"],
            "artistName": row["artistName"] or row["givenName"],
            "why": row["why"],
            "candidates": row["candidates"],
            "whatToDo": WHAT_TO_DO.get(row["why"] or ""),
            **columns,
        }
        for row, columns in zip(rows, own, strict=True)
    ]


def own_columns(text: str | None, taken: Iterable[str]) -> Record:
    """The person's own columns; one that is called like a column of ours gets ``(roster)`` behind its name."""
    ours = {name.casefold() for name in taken}
    columns: dict[str, object] = json.loads(text) if text else {}
    return {f"{name} (roster)" if name.casefold() in ours else name: value for name, value in columns.items()}


def known_roster(warehouse: Warehouse, name: str) -> None:
    """Make sure that a roster of this name was imported.

    Raises:
        ConfigurationError: none was.
    """
    names = [row["rosterName"] for row in rows_of(RosterName, warehouse, "roster_names")]
    if not names:
        raise ConfigurationError(f"no roster {name!r}", "import one: linernotes import roster FILE --name NAME")
    if name not in names:
        raise ConfigurationError(f"no roster {name!r}", nearest(name, names))


def columns_of_artists(warehouse: Warehouse, roster: str, taken: Iterable[str]) -> dict[str, Record]:
    """The person's own columns by artist; every artist has all of them, so that they make a table.

    Raises:
        ConfigurationError: no roster has that name.
    """
    rows = [row for row in roster_rows(warehouse, roster) if row["artistId"]]
    own = _filled([own_columns(row["ownColumns"], taken) for row in rows])
    return {row["artistId"] or "": columns for row, columns in zip(rows, own, strict=True)}


def _filled(rows: Sequence[Record]) -> list[Record]:
    """The rows, each with the columns of all of them, so that they make a table."""
    names = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in names} for row in rows]
