"""The release groups of artists from ListenBrainz, by the artists' MusicBrainz ids: fifty artists in one call.

It says what an artist released, when, and of what kind. Labels it does not know: MusicBrainz is asked for those.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from linernotes.core.release_dates import release_date
from linernotes.core.values import Failed, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import (
    json_list,
    objects,
    read_outcome,
    take,
    text,
    texts,
    warn_of_new_fields,
)
from linernotes.providers.connection import Connection, Options
from linernotes.providers.ids import MBID, split_by_id
from linernotes.providers.listenbrainz.artists import PALACE
from linernotes.providers.listenbrainz.metadata import Metadata, ids_of
from linernotes.providers.metabrainz import Api

INCLUDED = "artist release_group"
OF = "listenbrainz release groups"
ARTIST_NOT_READ = {
    *("artist_mbid", "mbid", "name", "type", "area", "begin_year", "end_year", "gender", "rels", "tag"),
}
NOT_READ = {"artist_credit_name", "caa_id", "caa_release_mbid", "rels", "total_listen_count", "total_user_count"}


class ReleaseGroups:
    """See ``port.Provider``; the key of an artist is its MusicBrainz id."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        connection.options(Options)
        self._metadata = Metadata(Api(connection, "/1"), INCLUDED)
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; a malformed id is never sent."""
        sendable, invalid = split_by_id(items, MBID)
        yield from invalid
        if not sendable:
            return
        known, complete = self._metadata.of([item.key.lower() for item in sendable])
        missing = [item for item in sendable if item.key.lower() not in known]
        yield from (read_outcome(item, parse, known[item.key.lower()]) for item in sendable if item not in missing)
        if missing and complete:
            complete = bool(known) or self._knows_others(missing)
        yield from (
            Missing(item, "not_found", 200) if complete else Failed(item, "unanswered", 200) for item in missing
        )

    def check(self) -> None:
        """Ask for one artist; any response is good enough."""
        self._metadata.of([PALACE])

    def _knows_others(self, items: Sequence[WorkItem]) -> bool:
        """Whether an artist that certainly exists is known where these are not: an empty list alone proves nothing."""
        known, complete = self._metadata.of([*(item.key.lower() for item in items), PALACE])
        return complete and known.keys() == {PALACE}


provider = ReleaseGroups


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from the metadata of an artist; the caller adds ``retrievedAt``."""
    left = dict(raw)
    groups = [_group(group) for group in take(left, "release_group", objects, OF)]
    warn_of_new_fields("listenbrainz", "artists", left.keys() - ARTIST_NOT_READ)
    return {
        "mbid": key,
        "matchedMbid": next((mbid for mbid in ids_of(raw) if mbid != key.lower()), None),
        "releaseGroups": [group for group in groups if group["releaseGroupMbid"]],
    }


def _group(left: dict[str, Any]) -> dict[str, Any]:
    artists = take(left, "artists", objects, OF)
    first = artists[0] if artists else {}
    record = {
        "releaseGroupMbid": take(left, "mbid", _mbid, OF),
        "title": take(left, "name", text, OF),
        "type": take(left, "type", text, OF),
        "secondaryTypes": take(left, "secondary_types", _types, OF),
        "firstReleaseDate": take(left, "date", _date, OF),
        "artistName": take(first, "artist_credit_name", text, OF),
        "artistMbid": take(first, "artist_mbid", _mbid, OF),
    }
    warn_of_new_fields("listenbrainz", "release groups", left.keys() - NOT_READ)
    return record


def _types(value: Any) -> list[str]:
    return texts(json_list(value))


def _date(value: Any) -> str | None:
    return release_date(text(value) or "")


def _mbid(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) and MBID.fullmatch(value) else None
