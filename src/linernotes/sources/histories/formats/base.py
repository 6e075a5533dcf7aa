"""What a format of histories is, and the two kinds that most of them are: rows of JSON, and tables."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property, partial
from types import MappingProxyType
from typing import IO, Any

import msgspec

from linernotes.sources.histories.play import Play
from linernotes.sources.histories.tables import Table, heading_of, table_of
from linernotes.sources.json_rows import Row, json_rows
from linernotes.sources.local_times import LocalTimes
from linernotes.sources.privacy import without_private

KEY = re.compile(r'"([^"\\]{1,60})"\s*:')
NO_NAMES: Mapping[str, str] = MappingProxyType({})
TABLE_NAMES: Mapping[str, str] = MappingProxyType({"playedAt": "time", "msPlayed": "ms_played"})


@dataclass(frozen=True)
class Head:
    """The beginning of a file, as text, and the file's name."""

    text: str
    name: str = ""

    @cached_property
    def is_json(self) -> bool:
        """Whether it begins like JSON, if not with its first line, which may be broken."""
        text = self.text.lstrip("\ufeff \t\r\n")
        return text.startswith(("[", "{")) or any(line.startswith('{"') for line in text.splitlines()[1:3])

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys in its JSON, however deep."""
        return frozenset(KEY.findall(self.text)) if self.is_json else frozenset()

    @cached_property
    def table(self) -> Table | None:
        """The table of plays that it begins."""
        return None if self.is_json else table_of(self.text)

    @cached_property
    def columns(self) -> frozenset[str]:
        """The plain names of a table's columns, whatever it is a table of."""
        table = self.table
        return frozenset(table.columns if table else () if self.is_json else heading_of(self.text))


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What only its owner knows of a file: the zone of times without one, and the order of day and month.

    ``rereads`` counts earlier readings of it with these options, where one with others came in between.
    """

    zone: tzinfo | None = None
    day_first: bool | None = None
    rereads: int = 0

    def __str__(self) -> str:
        """The options as a part of a name; empty without any."""
        order = {None: "", True: "/day-first", False: "/month-first"}[self.day_first]
        return (f"/{self.zone}" if self.zone else "") + order


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one file: ``rows`` splits it, ``read`` reads a row, None for a heading.

    ``shown`` is the text of a bad row without anything private; ``times`` reads times without a zone, where the format
    may have some, and says after reading what their owner may want to know.
    """

    rows: Callable[[IO[bytes]], Iterator[Row]]
    read: Callable[[bytes], Play | None]
    shown: Callable[[bytes], str] = field(default=lambda row: without_private(row.decode("utf-8", "backslashreplace")))
    times: LocalTimes | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """One format of histories: how it is recognized in a file's head, and how a file of it is opened.

    ``original_names`` maps the contract's fields to the format's own names, for messages. ``reading`` goes up when a
    file is read into other lines than before, so that files imported before are read again. ``last`` is for formats
    that take what no other one knows.
    """

    title: str
    source: str
    recognize: Callable[[Head], bool]
    open: Callable[[Head, ReadOptions], Reader]
    original_names: Mapping[str, str] = field(default_factory=lambda: TABLE_NAMES)
    reading: int = 1
    last: bool = False

    @property
    def read_as(self) -> str:
        """The source, and how its format is read: files that were read otherwise are read again."""
        return f"{self.source}/{self.reading}"


def json_format(  # noqa: PLR0913 - a table of facts
    title: str,
    source: str,
    fields: tuple[set[str], ...],
    read: Callable[[bytes], Play],
    *,
    pages: tuple[str, ...] = (),
    original_names: Mapping[str, str] = NO_NAMES,
    reading: int = 1,
) -> Format:
    """A format of JSON: ``fields`` are sets of keys one of which it has, ``pages`` the keys that lead to its rows.

    A table with these fields as columns is the same history, saved again by a spreadsheet or a notebook.
    """
    flat = [{name.replace("_", "").casefold() for name in names} for names in fields]

    def recognize(head: Head) -> bool:
        if head.is_json:
            return any(names <= head.keys for names in fields)
        return bool(head.table and head.table.has_heading and any(names <= head.columns for names in flat))

    def open_file(head: Head, _options: ReadOptions) -> Reader:
        if table := head.table:
            return Reader(partial(_rows_as_json, table, head.text), read)
        return Reader(partial(json_rows, pages=pages), read)

    return Format(title, source, recognize, open_file, original_names, reading)


def _rows_as_json(table: Table, head: str, source: IO[bytes]) -> Iterator[Row]:
    """The rows of a table as JSON objects, with its headings as they are written; empty cells are left out."""
    line = next(line for number, line in enumerate(head.splitlines(), 1) if number == table.begins)
    names = [name.strip() for name in table.cells(line)]
    for number, row in table.rows(source):
        cells: list[Any] = table.cells(row.decode("utf-8", "replace"))
        if [cell.strip() for cell in cells] != names:
            yield number, msgspec.json.encode({name: cell for name, cell in zip(names, cells, strict=False) if cell})
