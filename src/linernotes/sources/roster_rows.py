"""The rows of a roster's file, whatever it is: a table, a workbook, JSON or a plain list."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import IO

from linernotes.core.artist_links import artist_link
from linernotes.core.errors import ConfigurationError
from linernotes.core.formulas import unguarded
from linernotes.sources.histories.formats import format_of
from linernotes.sources.roster_columns import column_of_links, headings, is_heading, is_link, use_of
from linernotes.sources.roster_report import as_it_was, is_report
from linernotes.sources.rows import UNREADABLE, Numbered, json_lines, parsed_json
from linernotes.sources.tables import (
    UNBALANCED,
    Line,
    Row,
    Signs,
    Table,
    is_workbook,
    open_table,
    plain_bytes,
    text_lines,
    text_table,
)

SIGNS = Signs(is_heading, is_link)
SAMPLE = 100  # rows by which a column of links is told
MOST_QUOTED = 200  # characters of a first line in an error
NO_HEADING = "no heading was recognized, so every line is read as an artist"
ONLY_LINKS = "no heading for names was recognized, so artists are known by their links alone"
WANTED = "use headings such as Artist and Spotify link, or a plain list of links or names"


@dataclass(slots=True)
class Reading:
    """A file that is read: its name, what was noticed on the way, and its headings in their order."""

    file: str
    notes: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)


def rows_of(source: IO[bytes], reading: Reading) -> Numbered:
    """The rows of an open file with their lines and texts.

    Raises:
        ConfigurationError: it is a listening history, or a table in which no column names artists.
        BelowExpectations: it is empty or holds no table.
    """
    file, stream = reading.file, plain_bytes(source)
    if is_workbook(stream, file):
        yield from _table_rows(open_table(stream, file, SIGNS), reading)
        return
    lines = text_lines(stream, file, reading.notes)
    first = next(((number, line) for number, line in lines if line.strip()), None)
    text = first[1].strip() if first else ""
    if text.startswith("<") or format_of(text.encode("utf-8", "replace")):  # not quoted: it may be private
        raise _not_a_roster(file)
    rest: Iterator[Line] = chain([first], lines) if first else iter(())
    if text.startswith("{"):
        yield from json_lines(rest)
    elif text.startswith("["):
        yield from _listed("".join(line for _, line in rest), file)
    else:
        table = text_table(rest, file, SIGNS, reading.notes)
        header = [unguarded(cell) for cell in table.header] if table.header is not None else None
        yield from _table_rows(replace(table, header=header, rows=_unguarded(table.rows)), reading)


def _unguarded(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows without the apostrophes that keep their cells from being run as formulas."""
    for number, text, cells in rows:
        yield number, text, None if cells is None else [unguarded(cell) for cell in cells]


def _listed(text: str, file: str) -> Numbered:
    """The rows of a JSON array of objects, links or names."""
    values = parsed_json(text)
    if not isinstance(values, list):
        raise ConfigurationError(f"import {file}: the JSON is damaged", "export the list again")
    objects = [value for value in values if isinstance(value, dict)]
    if objects and not any(use_of(str(column)) != "own" for value in objects for column in value):
        raise _not_a_roster(file)
    for number, value in enumerate(values, 1):
        row = {"artist": value} if isinstance(value, str) else value if isinstance(value, dict) else None
        row = as_it_was(row) if row and is_report(row) else row
        yield number, json.dumps(value, ensure_ascii=False), row if row is not None else {UNREADABLE: "not an artist"}


def _table_rows(table: Table, reading: Reading) -> Numbered:
    if table.header is None:
        yield from _unheaded(table, reading)
    else:
        first = list(islice(table.rows, SAMPLE))
        header = reading.header = headings(table.header)
        if (place := column_of_links(header, [cells or [] for _, _, cells in first])) is not None:
            reading.notes.append(
                f"import {reading.file}: column {header[place]!r} holds links to artists, so they are taken from there"
            )
            header[place] = "link"
        filled_in = is_report(header)
        for number, text, cells in chain(first, table.rows):
            row = {UNREADABLE: UNBALANCED} if cells is None else _with_heading(header, cells)
            if row:
                yield number, text, as_it_was(row) if filled_in and cells else row
    reading.notes.extend(note for note in table.notes if note not in reading.notes)


def _with_heading(header: list[str], cells: list[str]) -> dict[str, str]:
    row = {column: cell for column, cell in zip(header, cells, strict=False) if cell.strip()}
    further = [cell for cell in cells[len(header) :] if is_link(cell)]  # links behind the cells of a workbook
    known = any(use_of(column) == "link" and artist_link(cell) for column, cell in row.items())
    if further and not known and (link := artist_link(further[0])) and not link.fault:
        row["link"] = further[0]
    return row


def _unheaded(table: Table, reading: Reading) -> Numbered:
    """The rows of a table without a heading: a cell that is a link is the link, the first other one the name."""
    rows = list(table.rows)
    cells = [cell for _, _, row in rows for cell in row or ()]
    if table.columns > 1 and not any(map(is_link, cells)):
        found = ", ".join(cell.strip() for cell in rows[0][2] or ())[:MOST_QUOTED]
        raise ConfigurationError(f"import {reading.file}: no column names artists", f"found: {found}; {WANTED}")
    if table.columns > 1 and not any(map(is_link, rows[0][2] or ())):
        reading.notes.append(f"import {reading.file}: {ONLY_LINKS}")
        reading.header = headings(rows[0][2] or ())
        yield from _by_links(reading.header, rows[1:])
        return
    if not all(map(is_link, (cell for cell in rows[0][2] or () if cell))):
        reading.notes.append(f"import {reading.file}: {NO_HEADING}")
    for number, text, row in rows:
        yield number, text, {UNREADABLE: UNBALANCED} if row is None else _positional(row)


def _by_links(header: list[str], rows: list[Row]) -> Numbered:
    """The rows of a table in whose heading nothing is known: a link is the artist, and all else is the person's own."""
    for number, text, cells in rows:
        link = next((cell for cell in cells or () if is_link(cell)), "")
        own = {column: cell for column, cell in zip(header, cells or (), strict=False) if cell != link}
        yield number, text, {UNREADABLE: UNBALANCED} if cells is None else {**own, "link": link}


def _positional(cells: list[str]) -> dict[str, str]:
    row: dict[str, str] = {}
    for place, cell in enumerate(cells, 1):
        use = "link" if is_link(cell) else "artist"
        row[use if use not in row and cell.strip() else f"column {place}"] = cell
    return row


def _not_a_roster(file: str) -> ConfigurationError:
    remedy = f"{WANTED}; for a listening history: linernotes import plays"
    return ConfigurationError(f"import {file}: not a list of artists", remedy)
