"""Files of audio features: what playlist exports, well-known tables and programs for DJs say of tracks.

Columns are known by their headings, whatever their order, case and spelling. One field that cannot be used costs that
field, a row that names no track costs the row.
"""

import re
from ast import literal_eval
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from statistics import median
from typing import IO, Any

from linernotes.config.datasets import Dataset, Rule
from linernotes.core.errors import ConfigurationError
from linernotes.core.identifiers import SPOTIFY_ID, canonical_isrc, spotify_id
from linernotes.core.musical_keys import parsed_key, parsed_mode, parsed_note
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader, Reject
from linernotes.sources.rows import UNREADABLE, Numbered, valid_lines
from linernotes.sources.tables import UNBALANCED, Signs, Table, open_table

SHARES = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence")
# Headings by their letters and digits alone.
# fmt: off
HEADINGS = {
    "spotifyTrackId": (
        "trackuri", "trackid", "spotifyid", "spotifytrackid", "existingspotifyid", "uri", "id", "trackurl",
    ),
    "isrc": ("isrc", "existingisrc"),
    "trackName": ("trackname", "tracktitle", "title", "name", "track", "song"),
    "artistName": ("artistnames", "artistname", "artistsname", "artists", "artist", "trackartist"),
    "label": ("recordlabel", "label"),
    "releaseDate": ("albumreleasedate", "releasedate", "trackalbumreleasedate", "year"),
    "durationMs": ("trackdurationms", "durationms"),
    "key": ("key", "initialkey", "camelot", "camelotkey"),
    "mode": ("mode",),
    "tempo": ("tempo", "bpm", "averagebpm"),
    "timeSignature": ("timesignature",),
    "loudness": ("loudness",),
    **{name: (name,) for name in SHARES},
}
# fmt: on
KNOWN = {heading: name for name, headings in HEADINGS.items() for heading in headings}
UNUSABLE = object()
NAMING = frozenset({"spotifyTrackId", "isrc", "trackName", "artistName"})
PLAIN = HEADINGS.keys() - NAMING - {"key", "mode"}
WORDS = frozenset({"label", "releaseDate"})
WHOLE = frozenset({"durationMs", "key", "mode", "timeSignature"})
NOTHING = {"tempo": 0, "timeSignature": 0, "key": -1, "mode": -1, "durationMs": 0}  # how "unknown" is written
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
SAMPLE = 200  # rows by which the size of the numbers is judged
LEAST_ROWS = 20
LEAST_ENERGY = 0.1  # half of all tracks have more than 0.5
WANTED = "it needs a column that names tracks (Track URI, ISRC, or Track Name and Artist) and one such as Tempo or Key"


@dataclass(slots=True)
class Features:
    """A file that is read: its lines, and once these are taken the number of unusable values by their fields."""

    lines: Iterator[Json]
    unusable: Counter[str]
    notes: list[str]


def read_features(source: IO[bytes], file: str, digest: str, contract: Dataset, reader: LineReader) -> Features:
    """The lines of a file; ``digest`` is the SHA-256 of its bytes.

    Raises:
        ConfigurationError: no column names tracks or tells anything of them, or its numbers cannot be right.
        BelowExpectations: it is empty or holds no table.
    """
    table = open_table(source, file, Signs(_is_heading, lambda value: SPOTIFY_ID.fullmatch(value) is not None))
    columns = [KNOWN.get(letters(heading)) for heading in table.header or ()]
    if not _is_enough(columns):
        raise ConfigurationError(f"import {file}: not a table of audio features", WANTED)
    unusable = Counter[str]()
    read = partial(line_of, digest=digest, rules=contract.rules, unusable=unusable)
    lines = valid_lines(_checked(rows_by_column(table, columns), file), read, file, reader)
    return Features(lines, unusable, table.notes)


def line_of(row: Mapping[str, str], digest: str, rules: Mapping[str, Rule], unusable: Counter[str]) -> Json:
    """The line of one row; values that cannot be used are left out and counted in ``unusable``.

    Raises:
        Reject: the row names no track.
    """
    track, isrc = spotify_id(row.get("spotifyTrackId", ""), "track"), canonical_isrc(row.get("isrc", ""))
    title, artist = row.get("trackName", "").strip() or None, _first_artist(row.get("artistName", ""))
    if not (track or isrc or (title and artist)):
        raise Reject("it names no track: neither a Spotify id nor an ISRC, nor title and artist", "trackName")
    told = {name: _value(name, text.strip(), rules.get(name, Rule())) for name, text in row.items() if name in PLAIN}
    told |= _key(row, rules)
    told |= {"isrc": UNUSABLE} if row.get("isrc") and not isrc else {}
    unusable.update(name for name, value in told.items() if value is UNUSABLE)
    subject = f"spotify {track}" if track else f"isrc {isrc}" if isrc else f"{artist}|{title}"
    named = {"subject": subject, "spotifyTrackId": track, "trackName": title, "artistName": artist, "isrc": isrc}
    used = {name: value for name, value in told.items() if value is not UNUSABLE}
    return {**named, **used, "sourceFile": digest[:16]}


def _key(row: Mapping[str, str], rules: Mapping[str, Rule]) -> dict[str, Any]:
    """Key and mode, which are only told together; a note such as C# takes the mode of its row, if there is a column."""
    text, mode_text = row.get("key", "").strip(), row.get("mode", "").strip()
    mode = parsed_mode(mode_text)
    mode = _value("mode", mode_text, rules["mode"]) if mode is None else mode
    note = parsed_note(text) if "mode" in row else None
    if note is None and (written := parsed_key(text)):
        return dict(zip(("key", "mode"), written, strict=True))
    key = _value("key", text, rules["key"]) if note is None else note
    if isinstance(key, int) and isinstance(mode, int):
        return {"key": key, "mode": mode}
    return {name: value if value is UNUSABLE else None for name, value in (("key", key), ("mode", mode))}


def _value(name: str, text: str, rule: Rule) -> Any:
    """A value of a column: None for one that is missing or unknown, ``UNUSABLE`` for one that cannot be."""
    if not text:
        return None
    if name in WORDS:
        return text if re.search(rule.pattern or "", text) else UNUSABLE
    if not NUMBER.fullmatch(text):
        return UNUSABLE
    number = float(text.replace(",", "."))
    if number == NOTHING.get(name):
        return None
    low, high = rule.minimum, rule.maximum
    if (low is not None and number < low) or (high is not None and number > high) or (name in WHOLE and number % 1):
        return UNUSABLE
    return int(number) if name in WHOLE else number


def _first_artist(text: str) -> str | None:
    """The first of the artists in a cell: a list as Python writes it, or names between semicolons."""
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        try:
            names = literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            names = []
        text = str(names[0]) if names else ""
    return text.partition(";")[0].strip() or None


def letters(heading: str) -> str:
    """A heading as it is compared: its letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", heading.casefold())


def _is_heading(cells: Any) -> bool:
    return _is_enough([KNOWN.get(letters(cell)) for cell in cells])


def _is_enough(columns: list[str | None]) -> bool:
    """Whether columns name tracks and tell something of them."""
    named = {name for name in columns if name}
    tells = named & {"spotifyTrackId", "isrc"} or {"trackName", "artistName"} <= named
    return bool(tells) and bool(named - NAMING - {"releaseDate", "durationMs"})


def rows_by_column(table: Table, columns: list[str | None]) -> Numbered:
    """The rows by the names of our columns; of several columns for one, the first that has something.

    A mode may be empty: that its column is there says how to read the key.
    """
    empty = {"mode": ""} if "mode" in columns else {}
    for number, text, cells in table.rows:
        if cells is None:
            yield number, text, {UNREADABLE: UNBALANCED}
            continue
        row: dict[str, str] = {}
        for name, cell in zip(columns, cells, strict=False):
            if name and cell.strip():
                row.setdefault(name, cell)
        yield number, text, empty | row


def _checked(rows: Numbered, file: str) -> Numbered:
    """The rows, unless the first of them show that energy was written ten times too small, as some programs do."""
    first = list(islice(rows, SAMPLE))
    energies = [
        float(text.replace(",", ".")) for *_, row in first if NUMBER.fullmatch(text := row.get("energy", "").strip())
    ]
    if len(energies) >= LEAST_ROWS and median(energies) < LEAST_ENERGY:
        message = (
            f"import {file}: half of its tracks have an energy below {median(energies):.3f}, so its scale is wrong"
        )
        raise ConfigurationError(message, "export it again with another program, or correct the column")
    return chain(first, rows)
