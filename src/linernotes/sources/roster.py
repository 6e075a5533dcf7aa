"""Rosters of artists as people have them: tables, workbooks, JSON or plain lists, with links, ids or names alone."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import IO, Any

from linernotes.core.artist_links import ArtistLink, artist_link
from linernotes.core.errors import ConfigurationError
from linernotes.core.names import name_key
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader, Reject
from linernotes.sources.histories.formats import format_of
from linernotes.sources.roster_columns import (
    column_of_links,
    headings,
    is_blank,
    is_heading,
    is_link,
    is_strict,
    is_word,
    name_rank,
    use_of,
)
from linernotes.sources.rows import UNREADABLE, Numbered, json_lines, parsed_json, valid_lines
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
LONGEST_NAME = 200
SHORTEST_ID = 15  # what is shorter is no Spotify id that lost a letter
NO_HEADING = "no heading was recognized, so every line is read as an artist"
ONLY_LINKS = "no heading for names was recognized, so artists are known by their links alone"
WANTED = "use headings such as Artist and Spotify link, or a plain list of links or names"
NEITHER = "neither a link nor an id of an artist"


Links = Mapping[str, ArtistLink | None]  # what each column of a row leads to


@dataclass(slots=True)
class Roster:
    """A roster that was read: its artists, each once, its bad rows, and the rows that named one of them again.

    ``artists`` has the line of each artist by its id or name; ``found`` counts them by link, mbid and name.
    """

    name: str
    artists: dict[str, dict[str, Any]] = field(default_factory=dict)
    rejects: list[Json] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)  # the rows that named one of the artists again
    found: Counter[str] = field(default_factory=Counter)
    own_columns: dict[str, None] = field(default_factory=dict)
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
    roster, number = Roster(name), 0

    def counted() -> Numbered:
        nonlocal number
        for row in _rows_of(source, file, roster.notes):
            number = row[0]
            yield row

    for line in valid_lines(counted(), partial(line_of, name=name), file, reader):
        if "_reject" in line:
            roster.rejects.append(line)
        else:
            _add(roster, {**line, "rowNumber": number})
    return roster


def line_of(row: Mapping[str, Any], name: str = "") -> Json:
    """The line of one row: the artist by link, id or name, and the columns that are the person's own.

    Raises:
        Reject: the row names no artist, or its link leads to something else.
    """
    texts = {str(column): value for column, value in row.items() if column and not is_blank(value)}
    named = sorted((column for column in texts if use_of(column) == "name"), key=name_rank)
    linked = [column for column in texts if use_of(column) in ("link", "number")]
    links = {column: _link(texts[column], column) for column in linked}
    links |= {column: link for column in named if (link := _link_in_name(texts[column]))}
    given = next((_name(texts[column]) for column in named if column not in links), None)
    spotify, mbid = _identity(texts, links, given)
    used = {column for column, link in links.items() if link} | {column for column in named if column not in links}
    kept = _own(texts, named, used, given)
    own = json.dumps(kept, ensure_ascii=False) if kept else None
    return {
        "rosterName": name, "rowNumber": 1, "artistId": spotify, "mbid": mbid, "givenName": given, "ownColumns": own
    }  # fmt: skip


def _own(texts: Mapping[str, Any], named: list[str], used: set[str], given: str | None) -> Json:
    """The columns of a row that say nothing of who the artist is; a second name is one of them."""
    second = {column for column in named if column in used and str(texts[column]).strip() != given}
    return {column: _plain(value) for column, value in texts.items() if column not in used or column in second}


def _identity(texts: Mapping[str, Any], links: Links, given: str | None) -> tuple[str | None, str | None]:
    found = [link for link in links.values() if link]
    spotify = {link.spotify for link in found if link.spotify}
    mbids = {link.mbid for link in found if link.mbid}
    if len(spotify) > 1 or len(mbids) > 1:
        raise Reject("its links lead to different artists: keep one of them", "artistId")
    if spotify or mbids:
        return next(iter(spotify), None), next(iter(mbids), None)
    if fault := next((link.fault for link in found if link.fault), None):
        raise Reject(fault, "artistId")
    odd = [column for column, link in links.items() if link is None and not _is_theirs(column, texts[column])]
    if odd or (links and given is None):
        raise Reject(NEITHER, "artistId")
    if given is None:
        raise Reject("no artist: neither a link nor a name", "artistId")
    if len(given) > 1 and not given.strip("? "):
        raise Reject("its letters were lost when the file was saved: save it as UTF-8 or .xlsx", "givenName")
    if len(given) > LONGEST_NAME:
        raise Reject("longer than any name", "givenName")
    return None, None


def _link(value: Any, column: str) -> ArtistLink | None:
    if not isinstance(value, str):
        if use_of(column) == "number" and isinstance(value, int):
            return None
        raise Reject("not text", "artistId")
    return artist_link(value)


def _link_in_name(value: Any) -> ArtistLink | None:
    return artist_link(value) if isinstance(value, str) and not is_word(value.strip()) else None


def _is_theirs(column: str, value: Any) -> bool:
    """Whether a cell that is no link says something else: a number in somebody's own system, or yes under Spotify."""
    text = str(value).strip()
    return text.isdigit() or len(text) < SHORTEST_ID if use_of(column) == "number" else not is_strict(column)


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise Reject("not text", "givenName")
    return value.strip()


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _add(roster: Roster, line: dict[str, Any]) -> None:
    """Add an artist, or to one that was named before what only this row says of it."""
    key = line["artistId"] or line["mbid"] or f"name {name_key(line['givenName'])}"
    before = roster.artists.get(key)
    own = json.loads(line["ownColumns"] or "{}")
    roster.own_columns.update(dict.fromkeys(own))
    if before is None:
        roster.artists[key] = line
        roster.found["link" if line["artistId"] else "mbid" if line["mbid"] else "name"] += 1
        return
    roster.repeats.append(line["rowNumber"])
    both = {**own, **json.loads(before["ownColumns"] or "{}")}
    before["ownColumns"] = json.dumps(both, ensure_ascii=False) if both else None
    before["givenName"] = before["givenName"] or line["givenName"]


def _rows_of(source: IO[bytes], file: str, notes: list[str]) -> Numbered:
    stream = plain_bytes(source)
    if is_workbook(stream, file):
        yield from _table_rows(open_table(stream, file, SIGNS), file, notes)
        return
    lines = text_lines(stream, file, notes)
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
        yield from _table_rows(text_table(rest, file, SIGNS, notes), file, notes)


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
        yield number, json.dumps(value, ensure_ascii=False), row if row is not None else {UNREADABLE: "not an artist"}


def _table_rows(table: Table, file: str, notes: list[str]) -> Numbered:
    if table.header is None:
        yield from _unheaded(table, file, notes)
    else:
        first = list(islice(table.rows, SAMPLE))
        header = headings(table.header)
        if (place := column_of_links(header, [cells or [] for _, _, cells in first])) is not None:
            notes.append(
                f"import {file}: column {header[place]!r} holds links to artists, so they are taken from there"
            )
            header[place] = "link"
        for number, text, cells in chain(first, table.rows):
            row = {UNREADABLE: UNBALANCED} if cells is None else _with_heading(header, cells)
            if row:
                yield number, text, row
    notes.extend(note for note in table.notes if note not in notes)


def _with_heading(header: list[str], cells: list[str]) -> dict[str, str]:
    row = {column: cell for column, cell in zip(header, cells, strict=False) if cell.strip()}
    further = [cell for cell in cells[len(header) :] if is_link(cell)]  # links behind the cells of a workbook
    known = any(use_of(column) == "link" and artist_link(cell) for column, cell in row.items())
    if further and not known and (link := artist_link(further[0])) and not link.fault:
        row["link"] = further[0]
    return row


def _unheaded(table: Table, file: str, notes: list[str]) -> Numbered:
    """The rows of a table without a heading: a cell that is a link is the link, the first other one the name."""
    rows = list(table.rows)
    cells = [cell for _, _, row in rows for cell in row or ()]
    if table.columns > 1 and not any(map(is_link, cells)):
        found = ", ".join(cell.strip() for cell in rows[0][2] or ())[:LONGEST_NAME]
        raise ConfigurationError(f"import {file}: no column names artists", f"found: {found}; {WANTED}")
    if table.columns > 1 and not any(map(is_link, rows[0][2] or ())):
        notes.append(f"import {file}: {ONLY_LINKS}")
        yield from _by_links(headings(rows[0][2] or ()), rows[1:])
        return
    if not all(map(is_link, (cell for cell in rows[0][2] or () if cell))):
        notes.append(f"import {file}: {NO_HEADING}")
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
