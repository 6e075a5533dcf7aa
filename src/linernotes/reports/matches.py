"""What names in imported files of streams, campaigns and sales mean, and which track a person has in mind."""

from typing import TypedDict

from linernotes.core.errors import ConfigurationError
from linernotes.core.identifiers import canonical_isrc, spotify_id
from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

LIST = "linernotes match list shows them"


class Match(TypedDict):
    """What a name in imported files means; ``why`` says why it means nothing yet."""

    subjectId: str
    kind: str
    source: str
    artistName: str | None
    title: str | None
    matchedBy: str | None
    why: str | None
    lineCount: int
    artistId: str | None
    trackId: str | None


class NamedTrack(TypedDict):
    """A track that a person may have in mind."""

    trackId: str
    trackName: str | None
    artistName: str | None


def matches(warehouse: Warehouse, *, everything: bool = False) -> list[Match]:
    """The subjects of files that are not matched, or with ``everything`` all of them."""
    return rows_of(Match, warehouse, "stream_matches", subject="", everything=everything)


def match_of(warehouse: Warehouse, subject: str) -> Match:
    """The match of one subject.

    Raises:
        ConfigurationError: no file has it.
    """
    found = rows_of(Match, warehouse, "stream_matches", subject=subject, everything=True)
    if found:
        return found[0]
    raise ConfigurationError(f"no imported file has {subject!r}", LIST)


def track_meant(warehouse: Warehouse, given: str) -> NamedTrack:
    """The one track with this id, Spotify link, ISRC or title.

    Raises:
        ConfigurationError: there is none, or there are several.
    """
    told = spotify_id(given, "track") or canonical_isrc(given) or given
    rows = rows_of(NamedTrack, warehouse, "tracks_named", given=given, id=told)
    if len(rows) == 1:
        return rows[0]
    if not rows:
        remedy = "use a track of your plays or of an imported list (linernotes import tracks)"
        raise ConfigurationError(f"unknown track {given!r}", remedy)
    names = ", ".join(f"{row['artistName']}: {row['trackId']}" for row in rows)
    raise ConfigurationError(f"{given!r} may be several tracks", f"use the id of one: {names}")
