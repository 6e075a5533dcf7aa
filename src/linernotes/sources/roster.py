"""Rosters of artists: CSV, TSV or JSON lines with an id in each row."""

import csv
from collections.abc import Iterator
from typing import IO

from linernotes.core.errors import ConfigurationError
from linernotes.core.identifiers import linked_spotify_id
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader
from linernotes.sources.csv_rows import cells, delimiter_of, records
from linernotes.sources.histories.formats import format_of
from linernotes.sources.rows import UNREADABLE, Numbered, first_and_all_lines, json_lines, valid_lines

ID_COLUMNS = ("artistid", "artist_id", "spotify_url", "id")


NAME_COLUMNS = ("artistname", "artist_name", "name")


def roster_lines(source: IO[str], name: str, reader: LineReader) -> Iterator[Json]:
    """Landed lines of a roster in CSV, TSV or JSONL; ``name`` is the file's, or ``-``.

    Raises:
        ConfigurationError: no column holds ids.
        BelowExpectations: it is empty or not text.
    """
    return valid_lines(_rows_of(source, name), artist_of, name, reader)


def artist_of(row: Json) -> Json:
    """The artist of a roster row, from the first filled column for an id, a URL or a URI."""
    columns = {str(column).strip().casefold(): value for column, value in row.items() if column}
    given = next((columns[c] for c in ID_COLUMNS if columns.get(c)), None)
    if not isinstance(given, str) or not given.strip():
        raise ValueError(f"no Spotify id in {', '.join(ID_COLUMNS)}")
    name = next((columns[c] for c in NAME_COLUMNS if columns.get(c)), None)
    return {"artistId": linked_spotify_id(given) or given.strip(), "artistName": name}


def _rows_of(source: IO[str], name: str) -> Numbered:
    first, lines = first_and_all_lines(source, name)
    if first.startswith("[") or format_of(first.encode("utf-8", "replace")):  # not quoted: it is private
        remedy = "use CSV, TSV or JSON lines; for a listening history: linernotes import plays"
        raise ConfigurationError(f"import {name}: not a list of artists", remedy)
    if first.startswith("{"):
        yield from json_lines(lines)
        return
    delimiter = delimiter_of(first)
    header = [column.strip() for column in next(csv.reader([first], delimiter=delimiter))]
    if not {column.casefold() for column in header} & set(ID_COLUMNS):
        raise ConfigurationError(
            f"import {name}: none of the columns {', '.join(ID_COLUMNS)}", f"found: {', '.join(header)[:200]}"
        )
    next(lines)
    for number, text in records(lines, delimiter):
        values = cells(text, delimiter)
        if values is None:
            yield number, text, {UNREADABLE: "invalid CSV: unbalanced quotes or a field that is too long"}
        elif any(values):
            yield number, text, dict(zip(header, values, strict=False))
