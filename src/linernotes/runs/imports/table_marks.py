"""What is remembered of a table: the greatest value of its column of marks, and how its times were read."""

from dataclasses import dataclass, replace
from typing import Any

from linernotes.core import sql
from linernotes.core.clock import instant
from linernotes.core.zones import zone_named
from linernotes.runs.imports.table_order import Order
from linernotes.runs.lifecycle import import_lines
from linernotes.runs.session import RunSession
from linernotes.sources.histories.formats import ReadOptions
from linernotes.storage.workspace import Workspace

MARKS = "plays/table_marks"
OPTIONS = "#times"  # in place of a column: how its times were read
UTC_ONLY = "UTC"
ORDERS = {"day-first": True, "month-first": False}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is read: with these options, ``anew`` where that differs from the last time.

    ``first`` says that nothing is remembered of it yet; ``note`` is for its owner.
    """

    options: ReadOptions
    anew: bool = False
    first: bool = False
    note: str = ""


def mark_of(workspace: Workspace, key: str, column: str, order: Order) -> Any:
    """The greatest value that an earlier import has seen, as one that compares; None without one.

    A mark that is no value of the column any more counts for nothing: reading too much does no harm.
    """
    found = workspace.warehouse.rows(sql.read("runs/imports/table_mark"), source=key, column=column.casefold())
    try:
        return next((order.value(row["mark"]) for row in found), None)
    except ValueError:
        return None


def reading_of(workspace: Workspace, key: str, given: ReadOptions) -> Reading:
    """How to read a table: as ``given``, and without options as the last time."""
    found = workspace.warehouse.rows(sql.read("runs/imports/table_mark"), source=key, column=OPTIONS)
    before = [row["mark"] for row in found]
    if not before:
        return Reading(given, anew=given != ReadOptions(), first=True)
    if given == ReadOptions():
        last, options = before[0], _options(before[0])
        note = f"times without a zone were read as in its last import: {last}" if options.zone else ""
        return Reading(replace(options, rereads=before.count(last) - 1), note=note)
    words = _words(given)
    if before[0] == words:
        return Reading(replace(given, rereads=before.count(words) - 1))
    note = f"read as {words}; this replaces its import as {before[0]}"
    return Reading(replace(given, rereads=before.count(words)), anew=True, note=note)


def remember_reading(session: RunSession, key: str, name: str, reading: Reading, rows: int) -> None:
    """Land how the times of a table were read."""
    _remember(session, name, {"source": key, "sinceColumn": OPTIONS, "mark": _words(reading.options), "rows": rows})


def remember_mark(session: RunSession, key: str, name: str, mark: dict[str, Any]) -> None:
    """Land a new mark, behind its rows: a crash before that only costs a second reading."""
    _remember(session, name, {"source": key, **mark})


def _remember(session: RunSession, name: str, row: dict[str, Any]) -> None:
    import_lines(session, MARKS, name, [{"kind": "text", **row, "readAt": instant(session.workspace.clock.now())}])


def _words(options: ReadOptions) -> str:
    return str(replace(options, rereads=0)).removeprefix("/") or UTC_ONLY


def _options(words: str) -> ReadOptions:
    zone, _, order = words.rpartition("/") if words.rpartition("/")[2] in ORDERS else (words, "", "")
    return ReadOptions(zone_named(zone) if zone not in ("", UTC_ONLY) else None, ORDERS.get(order))
