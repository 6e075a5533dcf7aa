"""Tracks as a DJ sorts them: by key and tempo."""

from datetime import datetime
from typing import TypedDict

from linernotes.core.errors import ConfigurationError
from linernotes.core.musical_keys import camelot_key, compatible_keys, parsed_key
from linernotes.core.text import many
from linernotes.reports.rows import Record, rows_of
from linernotes.reports.xlsx import Sheets
from linernotes.storage.ports import Warehouse

UNKNOWN = "key and tempo come from files (linernotes import features FILE) or from ReccoBeats (RECCOBEATS_ENABLED=yes)"


class CrateRow(TypedDict):
    """A track with what a DJ asks for; ``matching`` is the number of tracks that fit, shown or not."""

    artistName: str | None
    trackName: str | None
    keyText: str | None
    camelotKey: str | None
    openKey: str | None
    bpm: float | None
    energy: float | None
    danceability: float | None
    label: str | None
    year: int | None
    isrc: str | None
    playCount: int
    keySource: str | None
    matching: int


def crate(warehouse: Warehouse, now: datetime, key: str, tempo: tuple[float, float], shown: int) -> Sheets:
    """The most played tracks, or those that go with ``key`` and lie between two tempos (0: no limit).

    Raises:
        ConfigurationError: ``key`` is not a key.
    """
    keys = _keys(key)
    found = rows_of(CrateRow, warehouse, "crate", keys=keys, slowest=tempo[0], fastest=tempo[1], shown=shown)
    matching = found[0]["matching"] if found else 0
    rows: list[Record] = [{name: value for name, value in row.items() if name != "matching"} for row in found]
    notes = [f"{len(rows):,} of {many(matching, 'track')} listed; --n lists more"] if len(rows) < matching else []
    if not any(row["camelotKey"] or row["bpm"] for row in found):
        notes.append(UNKNOWN if found else f"no track fits; {UNKNOWN}")
    return Sheets("report dj", "Crate", now, rows, [], notes)


def _keys(text: str) -> list[str]:
    """The places on the Camelot wheel that go with a key; none for no key at all."""
    if not text:
        return []
    if (key := parsed_key(text)) is None:
        raise ConfigurationError(f"{text!r} is not a key", "write it as 8A, 1m, Am or A minor")
    return compatible_keys(camelot_key(*key))
