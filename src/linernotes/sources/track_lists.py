"""Lists of tracks that people want to know of: tables, JSON, and what programs for DJs write.

A row becomes a line of the tracks that are asked about, and what it tells of the track (its key, its tempo) a line of
audio features. One field that cannot be used costs that field, a row that names no track costs the row.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any

from linernotes.config.datasets import Dataset
from linernotes.core.clock import instant
from linernotes.core.errors import BelowExpectations, ConfigurationError
from linernotes.core.identifiers import spotify_id
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader
from linernotes.sources import m3u
from linernotes.sources.audio_features import HEADINGS, letters, line_of, rows_by_column
from linernotes.sources.dj_libraries import library_rows
from linernotes.sources.json_rows import json_rows
from linernotes.sources.rows import UNREADABLE, Numbered, parsed_json, valid_lines
from linernotes.sources.tables import Signs, Table, is_workbook, open_table, plain_bytes, text_lines, text_table

# Headings by their letters and digits alone; track_id may be the list's own id of it.
OWN = {
    "givenId": ("trackid", "id", "requestid"),
    "albumName": ("albumname", "albumtitle", "album"),
    "priority": ("priority",),
    "forceRefresh": ("forcerefresh", "refresh"),
}
OF_OWN = {heading for headings in OWN.values() for heading in headings}
COLUMNS = {name: tuple(each for each in headings if each not in OF_OWN) for name, headings in HEADINGS.items()} | OWN
KNOWN = {heading: name for name, headings in COLUMNS.items() for heading in headings}
NAMED = ("subject", "spotifyTrackId", "isrc", "trackName", "artistName")
YES, NO = {"true", "yes", "y", "1"}, {"false", "no", "n", "0", ""}
PAGES = ("tracks", "requests")  # keys under which JSON holds the list
HIGHEST_PRIORITY = 10
WANTED = "it needs a column that names tracks: a Spotify link or id, an ISRC, or title and artist"


@dataclass(slots=True)
class TrackList:
    """A list that was read: ``tracks`` with rejected rows among them, ``features`` for what it tells of them."""

    kind: str
    tracks: list[Json] = field(default_factory=list)
    features: list[Json] = field(default_factory=list)
    unusable: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """The number of rows that name no track."""
        return sum("_reject" in line for line in self.tracks)


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts of both kinds of lines, when it is read, and the SHA-256 of its bytes."""

    requests: Dataset
    features: Dataset
    at: datetime
    digest: str


def read_track_list(source: IO[bytes], file: str, contracts: Contracts) -> TrackList:
    """Read a list to its end.

    Raises:
        ConfigurationError: nothing in it names tracks.
        BelowExpectations: it is empty or damaged.
    """
    found, told = TrackList(""), _Told()
    found.kind, rows = _rows(source, file, found.notes)

    def read(row: Mapping[str, str]) -> Json:
        nonlocal told
        told = _Told()
        return _line(row, contracts, told, found.kind)

    for line in valid_lines(rows, read, file, LineReader(contracts.requests, contracts.at)):
        found.tracks.append(line)
        if "_reject" not in line:
            found.unusable += told.unusable
            found.features.extend(told.features)
    if not found.tracks:
        raise BelowExpectations(f"import {file}: it holds no tracks", "use a list with at least one track")
    return found


@dataclass(slots=True)
class _Told:
    """What one row tells beside the track itself."""

    unusable: Counter[str] = field(default_factory=Counter)
    features: list[Json] = field(default_factory=list)


def _line(row: Mapping[str, str], contracts: Contracts, beside: _Told, kind: str) -> Json:
    """The line of a track; what else its row tells goes into ``beside``.

    Raises:
        Reject: it names no track.
    """
    unusable = beside.unusable
    given = row.get("givenId", "").strip()
    known = spotify_id(row.get("spotifyTrackId", ""), "track") or spotify_id(given, "track") or ""
    told = line_of({**row, "spotifyTrackId": known}, contracts.digest, contracts.features.rules, unusable)
    unusable["spotifyTrackId"] += bool(row.get("spotifyTrackId", "").strip()) and not known
    priority, again = row.get("priority", "").strip(), row.get("forceRefresh", "").strip().casefold()
    usable = priority.isdecimal() and int(priority) <= HIGHEST_PRIORITY
    unusable["priority"] += bool(priority) and not usable
    unusable["forceRefresh"] += again not in YES | NO
    if any(value is not None for name, value in told.items() if name not in {*NAMED, "sourceFile"}):
        beside.features.append(told)
    return {
        **{name: told[name] for name in NAMED},
        "albumName": row.get("albumName", "").strip() or None,
        "givenId": given or None,
        "priority": int(priority) if usable else None,
        "refreshAt": instant(contracts.at) if again in YES else None,
        "kind": kind,
        "sourceFile": told["sourceFile"],
    }


def _rows(source: IO[bytes], file: str, notes: list[str]) -> tuple[str, Numbered]:
    """What kind of list it is, and its rows."""
    stream = plain_bytes(source)
    if is_workbook(stream, file):
        return "table", _of_table(open_table(stream, file, SIGNS), file, notes)
    begins = stream.peek(256)[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    if begins.startswith(b"<"):
        return library_rows(stream, file)
    if begins.startswith((b"{", b"[")):
        return "json", _of_json(stream, file)
    lines = text_lines(stream, file, notes)
    if Path(file).suffix.lower() in m3u.SUFFIXES or begins.upper().startswith(m3u.HEAD.encode()):
        return "m3u", m3u.playlist_rows(lines)
    return "table", _of_table(text_table(lines, file, SIGNS, notes), file, notes)


def _of_table(table: Table, file: str, notes: list[str]) -> Numbered:
    if table.header is None and table.columns == 1:  # links, ids or codes, one a line
        yield from ((number, text, _alone((cells or [""])[0])) for number, text, cells in table.rows)
        return
    columns = [KNOWN.get(letters(heading)) for heading in table.header or ()]
    if not _names_tracks(columns):
        raise ConfigurationError(f"import {file}: not a list of tracks", WANTED)
    yield from rows_by_column(table, columns)
    notes.extend(note for note in table.notes if note not in notes)


def _alone(cell: str) -> dict[str, str]:
    return {"spotifyTrackId": cell} if spotify_id(cell, "track") else {"isrc": cell}


def _of_json(stream: IO[bytes], file: str) -> Numbered:
    rows = json_rows(stream, PAGES)
    first = next(rows, None)
    keys = parsed_json(first[1].decode("utf-8", "replace")) if first else ()
    if first and not _is_heading(map(str, keys)):
        raise ConfigurationError(f"import {file}: not a list of tracks", WANTED)
    for number, raw in chain([first] if first else (), rows):
        text = raw.decode("utf-8", "surrogateescape")
        yield number, text, _named(parsed_json(text))


def _named(value: Any) -> Any:
    """A JSON object by the names of our columns; of several keys for one, the first that has something."""
    if not isinstance(value, dict):
        return {UNREADABLE: "not a track"}
    if UNREADABLE in value:
        return value
    row: dict[str, str] = {}
    for key, told in value.items():
        name, text = KNOWN.get(letters(key)), _text(told).strip()
        if name and text:
            row.setdefault(name, text)
    return row


def _text(value: Any) -> str:
    if isinstance(value, list):
        return _text(value[0]) if value else ""  # of artists, the first
    if isinstance(value, dict):
        return _text(value.get("name"))
    return "" if value is None else str(value)


def _is_heading(cells: Iterable[str]) -> bool:
    return _names_tracks([KNOWN.get(letters(cell)) for cell in cells])


def _names_tracks(columns: Sequence[str | None]) -> bool:
    found = set(columns)
    return bool(found & {"spotifyTrackId", "isrc", "givenId"}) or {"trackName", "artistName"} <= found


def _is_data(value: str) -> bool:
    return spotify_id(value, "track") is not None


SIGNS = Signs(_is_heading, _is_data)
