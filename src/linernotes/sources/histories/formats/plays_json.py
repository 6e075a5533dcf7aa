"""Plays in any JSON with fields for artist, track and time, in the names that columns of tables have.

Rows are objects in a list, one per line or within a page. Key: as in a table.
"""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from linernotes.landing.lines import Reject
from linernotes.sources.histories.columns import has_needed, plain
from linernotes.sources.histories.formats.base import Format, Head, Reader, ReadOptions
from linernotes.sources.histories.table_reader import CSV, Rules, TableReader
from linernotes.sources.histories.tables import Table
from linernotes.sources.json_rows import WRAPPERS, json_rows

TITLE = "plays in JSON"
SOURCE = CSV
NAMES = ("name", "#text", "title")
EMPTY = Table(",", quoted=True, columns=(), begins=0, sample=(), has_heading=False)


def _cells(row: bytes) -> Mapping[str, str]:
    try:
        values = json.loads(row.decode("utf-8"), strict=False, parse_constant=lambda _name: None)
    except json.JSONDecodeError:
        values = msgspec.json.decode(row)  # which says in its own words what is wrong
    if not isinstance(values, dict):
        raise Reject("not an object with fields")
    return {plain(name): text for name, value in values.items() if (text := _text(value))}


def _text(value: Any) -> str:
    """A value as a cell: things are their names, lists of artists one credit."""
    if isinstance(value, dict):
        return _text(next((value[name] for name in NAMES if value.get(name)), ""))
    if isinstance(value, list):
        return " feat. ".join(filter(None, map(_text, value)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _open(_head: Head, options: ReadOptions) -> Reader:
    table = TableReader(EMPTY, options, Rules())
    return Reader(partial(json_rows, pages=WRAPPERS), lambda row: table.play(_cells(row)), times=table.times)


def _recognize(head: Head) -> bool:
    return head.is_json and has_needed(map(plain, head.keys))


FORMAT = Format(TITLE, SOURCE, _recognize, _open, last=True)
