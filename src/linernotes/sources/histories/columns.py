"""The columns of tables of plays: every heading that the usual exporters write, in one place."""

import re
from collections.abc import Iterable, Iterator, Mapping

# What a column is, and its headings: small letters and digits. Of several times the first one with a value counts.
# fmt: off
HEADINGS = {
    "time": (
        "uts", "timestamputs", "unixtimestamp", "unixtime", "epoch", "epochms", "timems", "timestampms",
        "timestamp", "ts", "listenedat", "playedat", "playedatutc", "scrobbledat", "scrobbletime", "scrobbledate",
        "startedat", "starttime", "utctime", "utcdate", "datetimeutc", "dateutc", "timeutc", "datetime",
        "dateandtime", "dateplayed", "datelistened", "listendate", "listentime", "playdate", "playeddate",
        "scrobbledtime", "entrydate", "eventstarttimestamp", "endtime", "endedat", "eventendtimestamp", "date",
        "time", "played", "listened", "scrobbled", "when", "zeitpunkt", "datum", "zeit", "uhrzeit", "dateheure",
        "heure", "fecha", "hora",
    ),
    "artist": (
        "artist", "artistname", "artists", "artistnames", "trackartist", "trackartists", "songartist", "performer",
        "mastermetadataalbumartistname", "band", "containerartistname", "künstler", "interpret", "artiste",
        "artista",
    ),
    "track": (
        "track", "trackname", "tracktitle", "title", "song", "songname", "songtitle", "recording", "recordingname",
        "mastermetadatatrackname", "contentname", "name", "titel", "titre", "morceau", "título", "canción",
    ),
    "album": (
        "album", "albumname", "albumtitle", "release", "releasename", "mastermetadataalbumalbumname",
    ),
    "artist_mbid": ("artistmbid", "artistmbids", "musicbrainzartistid"),
    "ms_played": ("msplayed", "playdurationmilliseconds", "streamdurationms", "listeningtimems", "playeddurationms"),
    "uri": ("spotifytrackuri", "trackuri", "spotifyuri", "spotifyurl", "uri"),
    "isrc": ("isrc",),
    "zone": ("timezone",),
}
# fmt: on
MEANINGS = {heading: column for column, headings in HEADINGS.items() for heading in headings}
NEEDED = ("artist", "track", "time")
ENDS = {"endtime", "endedat", "eventendtimestamp"}
IN_UTC = {"uts", "utctime", "utcdate", "datetimeutc", "dateutc", "timeutc", "playedatutc"}
# Times and names of lists that look like plays and are none.
LIKED_AT = re.compile(
    r"(?:loved|liked|favou?rited?|starred|added|saved)(?:at|on|date|time|ts|timestamp|utc)|date(?:loved|liked|favou?rited|added|saved)"
)
LIKED_NAME = re.compile(r"loved|favou?rite|liked|starred")
VAGUE = {"date", "time", "timestamp", "datetime", "ts"}
PLAIN = re.compile(r"[\W_]+")


def plain(heading: str) -> str:
    """A heading in small letters and digits; ``Date#name`` of one exporter names the account behind the mark."""
    return PLAIN.sub("", heading.partition("#")[0].casefold())


def is_heading(cells: Iterable[str]) -> bool:
    """Whether cells are the headings of a table of plays."""
    return has_needed(map(plain, cells))


def has_needed(names: Iterable[str]) -> bool:
    """Whether columns of these plain names say who was played, what and when."""
    return {MEANINGS.get(name) for name in names} >= set(NEEDED)


def headings_among(columns: Iterable[str]) -> dict[str, list[str]]:
    """What each column is named among these plain headings, the best one first; empty without any."""
    present = set(columns)
    found = {column: [name for name in names if name in present] for column, names in HEADINGS.items()}
    return found if present else {}


def values_of(row: Mapping[str, str], headings: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The filled cells that a row has under these headings, with their headings."""
    for heading in headings:
        if value := row.get(heading):
            yield heading, value


def value_of(row: Mapping[str, str], headings: Iterable[str]) -> str | None:
    """The first filled cell that a row has under these headings."""
    return next((value for _, value in values_of(row, headings)), None)


def is_list_of_liked(names: Iterable[str]) -> bool:
    """Whether the times in a list are those at which tracks were liked or added to a library, not played."""
    names = set(names)
    times = {name for name in names if MEANINGS.get(name) == "time"}
    named = {MEANINGS.get(name) for name in names} >= {"artist", "track"}
    return named and times <= VAGUE and any(map(LIKED_AT.search, names))
