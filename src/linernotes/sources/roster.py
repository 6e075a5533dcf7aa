"""Rosters of artists as people have them: tables, workbooks, JSON or plain lists, with links, ids or names alone."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from linernotes.core.names import name_key
from linernotes.core.orders import joined_order
from linernotes.core.text import many, numbered_rows
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader
from linernotes.sources.roster_line import line_of
from linernotes.sources.roster_rows import Reading, rows_of
from linernotes.sources.rows import Numbered, valid_lines

MOST_ROWS = 5
TAKEN_FROM_LATER_ROWS = ("artistId", "mbid", "givenName")

Line = dict[str, Any]


@dataclass(slots=True)
class Roster:
    """A roster that was read: its artists, each once, its bad rows, and the rows that named one of them again.

    ``artists`` has the line of each artist by its id or name; ``found`` counts them by link, mbid and name.
    """

    name: str
    artists: dict[str, Line] = field(default_factory=dict)
    rejects: list[Json] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)  # the rows that named one of the artists again
    found: Counter[str] = field(default_factory=Counter)
    own_columns: list[str] = field(default_factory=list)
    passed_over: int = 0  # links that lead to no artist, of which the name beside them was taken
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """The number of all rows."""
        return len(self.artists) + len(self.rejects) + len(self.repeats)


def read_roster(source: IO[bytes], file: str, name: str, reader: LineReader) -> Roster:
    """Read a roster to its end; ``file`` is the name of its file, ``name`` its own.

    Raises:
        ConfigurationError: it is a listening history, or a table in which no column names artists.
        BelowExpectations: it is empty or holds no table.
    """
    reading, number = Reading(file), 0
    roster = Roster(name, notes=reading.notes)

    def counted() -> Numbered:
        nonlocal number
        for row in rows_of(source, reading):
            number = row[0]
            yield row

    lines: list[Line] = []
    passed_over = defaultdict[str, list[int]](list)

    def said_by(row: Json) -> Json:
        line, fault = line_of(row, name)
        if fault:
            passed_over[fault].append(number)
        return line

    for line in valid_lines(counted(), said_by, file, reader):
        if "_reject" in line:
            roster.rejects.append(line)
        else:
            lines.append({**line, "rowNumber": number})
    _gather(roster, lines, reading.header)
    roster.passed_over = sum(map(len, passed_over.values()))
    roster.notes.extend(_passed_over_lines(file, passed_over))
    return roster


def _passed_over_lines(file: str, rows: Mapping[str, Sequence[int]]) -> list[str]:
    """A line for each reason why links were passed over, and the rows in which they stand."""
    return [
        f"import {file}: {many(len(numbers), 'link')} passed over, and only"
        f" {'the name beside it' if len(numbers) == 1 else 'the names beside them'} taken"
        f" ({numbered_rows(numbers, MOST_ROWS)}): {fault}"
        for fault, numbers in rows.items()
    ]


def _gather(roster: Roster, lines: Sequence[Line], header: Sequence[str]) -> None:
    """Each artist once, at its first row, with what only its later rows say."""
    own = [json.loads(line["ownColumns"] or "{}") for line in lines]
    filled = {name for columns in own for name in columns}
    roster.own_columns = [name for name in joined_order([header, *map(list, own)]) if name in filled]
    columns_of: dict[str, Json] = {}
    for line, key, columns in zip(lines, _keys(lines), own, strict=True):
        columns_of[key] = {**columns, **columns_of.get(key, {})}
        first = roster.artists.setdefault(key, line)
        if first is not line:
            roster.repeats.append(line["rowNumber"])
            first.update({name: first[name] or line[name] for name in TAKEN_FROM_LATER_ROWS})
    for place, (key, line) in enumerate(roster.artists.items()):
        told = columns_of[key]  # the first row has all columns, for nothing else keeps the order of the file
        kept = {name: told.get(name) for name in roster.own_columns if name in told or not place}
        line["ownColumns"] = json.dumps(kept, ensure_ascii=False) if kept else None
        roster.found["link" if line["artistId"] else "mbid" if line["mbid"] else "name"] += 1


def _keys(lines: Sequence[Line]) -> list[str]:
    """Whose each row is: an artist's by link or id; by name alone where one artist of the file bears it, else a name's.

    Only a row that has both ids says that they are one artist's.
    """
    owners, bearers = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for line in lines:
        if line["artistId"] and line["mbid"]:
            owners[line["mbid"]].add(line["artistId"])
    ids = [line["artistId"] or _only(owners.get(line["mbid"])) or line["mbid"] for line in lines]
    names = [name_key(line["givenName"]) if line["givenName"] else "" for line in lines]
    for key, name in zip(ids, names, strict=True):
        if key and name:
            bearers[name].add(key)
    return [key or _only(bearers.get(name)) or f"name {name}" for key, name in zip(ids, names, strict=True)]


def _only(found: set[str] | None) -> str | None:
    return next(iter(found)) if found and len(found) == 1 else None
