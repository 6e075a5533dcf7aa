"""Rows of a table of plays: the columns of lake_plays__normalized_plays, under their own names or the usual other ones.

Values may be written as BigQuery exports them: ``2024-03-01 10:00:00 UTC``, and integers as text. docs/plays.md lists
the columns; a play is told apart by its instant and its track.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from linernotes.core.clock import instant
from linernotes.landing.lines import Reject
from linernotes.sources.histories.columns import ENDS, HEADINGS, plain
from linernotes.sources.histories.play import Play, mbids, source_key, spotify_ids
from linernotes.sources.instants import Moment
from linernotes.sources.local_times import LocalTimes

TITLE = "table of plays"
SOURCE = "table"
FIELDS = ({"playedAt", "trackName"}, {"playedAt", "trackUri"}, {"playedAt", "artistName"})
PAGES: tuple[str, ...] = ()
ORIGINAL_NAMES: dict[str, str] = {}
# By column of the contract: its names elsewhere, in plain letters and digits; the first that is there counts.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "playedAt": ("playedat", "playedatutc", "listenedat", "scrobbledat", *HEADINGS["time"], "playedon", "eventtime"),
    "playedAtMeans": ("playedatmeans",),
    "msPlayed": (*HEADINGS["ms_played"], "playedms", "durationplayedms", "listenedms", "millisecondsplayed"),
    "secondsPlayed": ("secondsplayed", "playedseconds", "listenedseconds"),
    "trackName": HEADINGS["track"],
    "artistName": (*HEADINGS["artist"], "creator"),
    "albumName": HEADINGS["album"],
    "trackUri": (*HEADINGS["uri"], "spotifytrackid", "trackid", "trackurl"),
    "artistIds": ("artistids", "spotifyartistids", "artistid", "spotifyartistid"),
    "isrc": HEADINGS["isrc"],
    "mbids": ("mbids", *HEADINGS["artist_mbid"], "mbid"),
    "reasonStart": ("reasonstart",),
    "reasonEnd": ("reasonend",),
    "skipped": ("skipped",),
    "offline": ("offline",),
    "incognito": ("incognito", "incognitomode"),
    "source": ("source",),
    "sourceKey": ("sourcekey",),
}
ZONE = re.compile(r"\s*(?:Z|UTC|GMT)$", re.IGNORECASE)
MILLISECONDS, MICROSECONDS = 10**11, 10**14  # as seconds, the year 5138; as milliseconds, the same
TRUE, FALSE = {"true", "t", "yes", "1"}, {"false", "f", "no", "0"}


def columns_of(
    names: Iterable[str], given: Mapping[str, str] | None = None, nested: Collection[str] = ()
) -> dict[str, str]:
    """The column of a table for each of the contract's, ``given`` ones first.

    Columns in ``nested`` hold things with fields, which are no values; those of lists may be ids.
    """
    found = dict(given or {})
    keys: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: "." in name):  # a field within a column comes after the columns
        keys.setdefault(plain(name), []).append(name)
    taken = set(found.values())
    for column, others in SYNONYMS.items():
        free = (name for key in others for name in keys.get(key, ()) if name not in taken)
        place = next((name for name in free if name not in nested), None)
        if column not in found and place:
            found[column] = place
            taken.add(place)
    return {column: found[column] for column in SYNONYMS if column in found}


def missing_columns(found: Mapping[str, str]) -> list[str]:
    """The columns that a play needs and a table lacks."""
    missing = [] if "playedAt" in found else ["playedAt"]
    known = "trackUri" in found or ("trackName" in found and "artistName" in found)
    return missing if known else [*missing, *(name for name in ("trackName", "artistName") if name not in found)]


def reader(times: LocalTimes, means: str = "start", rereads: int = 0) -> Callable[[bytes], Play | None]:
    """A reader of rows whose columns are named as the contract's; ``means`` is what their instants are of the play."""

    def read_row(row: bytes) -> Play:
        play = _play(OBJECT(row), means, times)
        play.rereads = rereads or None
        return play

    return read_row


def read(times: LocalTimes, row: bytes) -> Play | None:
    """The play of one row, whatever its columns are called."""
    values = OBJECT(row)
    found = columns_of(values, nested=[name for name, value in values.items() if isinstance(value, dict)])
    return _play({name: values[column] for name, column in found.items()}, means_of(found), times)


def means_of(found: Mapping[str, str]) -> str:
    """What the instants of a table are of its plays; Spotify's own exports tell the end."""
    key = plain(found.get("playedAt", ""))
    spotify = "master_metadata" in found.get("trackName", "") and key == "ts"
    return "end" if key in ENDS or spotify else "start"


OBJECT = msgspec.json.Decoder(dict[str, Any]).decode


def _play(row: Mapping[str, Any], means: str, times: LocalTimes) -> Play:
    moment = _played_at(row, times)
    track, artist, uri = _text(row, "trackName"), _text(row, "artistName"), _uri(_text(row, "trackUri"))
    ids, artist_mbids = spotify_ids(_texts(row, "artistIds"), "artist"), mbids(_texts(row, "mbids"))
    if not (uri or (track and (artist or ids or artist_mbids))):
        raise ValueError("artist without a name" if track else "track without a name")
    seconds = _number(row, "secondsPlayed")
    played = _number(row, "msPlayed")
    given = _text(row, "sourceKey") if _text(row, "source") else None
    return Play(
        playedAt=instant(moment.at),
        alsoPlayedAt=instant(moment.also) if moment.also else None,
        playedAtMeans=_means(_text(row, "playedAtMeans") or means),
        source=(given and _text(row, "source")) or SOURCE,
        sourceKey=given or source_key(instant(moment.as_written), uri or f"{artist}|{track}"),
        msPlayed=int(played) if played is not None else int(seconds * 1000) if seconds is not None else None,
        trackName=track,
        artistName=artist,
        albumName=_text(row, "albumName"),
        trackUri=uri,
        artistIds=ids,
        isrc=_text(row, "isrc"),
        mbids=artist_mbids,
        reasonStart=_text(row, "reasonStart"),
        reasonEnd=_text(row, "reasonEnd"),
        skipped=_flag(row, "skipped"),
        offline=_flag(row, "offline"),
        incognito=_flag(row, "incognito"),
    )


def _means(text: str) -> Any:
    return text  # the contract knows start and end


def _played_at(row: Mapping[str, Any], times: LocalTimes) -> Moment:
    try:
        return moment_of_value(row.get("playedAt"), times)
    except ValueError as error:
        raise Reject(str(error), "playedAt") from None


def moment_of_value(value: Any, times: LocalTimes) -> Moment:
    """The instant of a value: a text, with or without an offset, or seconds, milli- or microseconds since 1970.

    What is written is the same in whatever zone it is read, so that a play keeps its key.

    Raises:
        ValueError: there is none.
    """
    if isinstance(value, bool) or value is None or value == "":
        raise ValueError("is missing")
    with suppress(ValueError, OverflowError):
        at = _since_1970(float(value))
        return Moment(at, at)
    text = str(value).strip()
    try:
        written = datetime.fromisoformat(ZONE.sub("+00:00", text))
    except ValueError:
        return times.moment(text)
    if written.tzinfo is None:
        return times.read(written.replace(tzinfo=UTC))
    return Moment(written, written)


def _since_1970(number: float) -> datetime:
    scale = 1e6 if abs(number) >= MICROSECONDS else 1e3 if abs(number) >= MILLISECONDS else 1
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number / scale)


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is None or isinstance(value, str):
        return (value or "").strip() or None
    if isinstance(value, bool | dict | list):
        raise ValueError(f"{name}: not text")  # noqa: TRY004 - the row's fault, reported like its other ones
    return str(value)


def _texts(row: Mapping[str, Any], name: str) -> list[str]:
    value = row.get(name)
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    return re.split(r"[\s,;|]+", value.strip()) if isinstance(value, str) and value.strip() else []


def _uri(text: str | None) -> str | None:
    """The address of a track in the form of a URI; a local file's stays as it is."""
    found = spotify_ids([text], "track") if text else []
    return f"spotify:track:{found[0]}" if found else text if text and text.startswith("spotify:local:") else None


def _number(row: Mapping[str, Any], name: str) -> float | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: not a number") from None


def _flag(row: Mapping[str, Any], name: str) -> bool | None:
    value = row.get(name)
    if value is None or isinstance(value, bool):
        return value
    text = str(value).strip().casefold()
    if text in TRUE | FALSE:
        return text in TRUE
    if text:
        raise ValueError(f"{name}: neither true nor false")
    return None
