"""Artists from ListenBrainz by their MusicBrainz id: names, dates, tags and listen counts.

A thousand artists are one call for counts and ten for descriptions.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from linernotes.core.errors import CallFailed
from linernotes.core.values import Failed, Found, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import (
    integer,
    json_object,
    objects,
    read_outcome,
    says_nothing,
    take,
    text,
    texts,
    warn_of_new_fields,
)
from linernotes.providers.connection import Connection, Options
from linernotes.providers.door import TOO_LARGE
from linernotes.providers.ids import MBID, split_by_id
from linernotes.providers.listenbrainz.metadata import Metadata, has_text, ids_of
from linernotes.providers.metabrainz import Api

METADATA_BATCH = 100  # longer URLs are refused by servers in front of it
# It could include all releases of an artist, megabytes per call: see releases.py.
INCLUDED = "artist tag"
PALACE = "f59c5520-5f46-4d2c-b2c4-822eabf53419"  # any artist that certainly exists
COUNTS = {"total_listen_count", "total_user_count"}
OF = "listenbrainz artists"
NOT_READ = {"release_group"}
WIKIDATA = re.compile(r"//(?:www\.)?wikidata\.org/(?:wiki|entity)/(Q\d+)")


class ListenBrainz:
    """See ``port.Provider``; the key of an artist is its MusicBrainz id."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        connection.options(Options)
        self._api = Api(connection, "/1")
        self._metadata = Metadata(self._api, INCLUDED)
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; a malformed id is never sent."""
        sendable, invalid = split_by_id(items, MBID)
        yield from invalid
        counted = self._popularity([item.key.lower() for item in sendable]) if sendable else {}
        if counted is None:
            yield from (Failed(item, "unreadable", 200) for item in sendable)
            return
        for start in range(0, len(sendable), METADATA_BATCH):
            yield from self._outcomes(sendable[start : start + METADATA_BATCH], counted)

    def check(self) -> None:
        """Request the counts of one artist; any response is good enough."""
        self._popularity([PALACE])

    def _popularity(self, mbids: Sequence[str]) -> dict[str, Json] | None:
        """The counts of these artists by their id; None if the response cannot be read."""
        answer = self._api.ask("POST", "/popularity/artist", {"artist_mbids": list(mbids)})
        if not isinstance(answer, list):
            return None
        return {entry["artist_mbid"].lower(): entry for entry in answer if has_text(entry, "artist_mbid")}

    def _outcomes(self, items: Sequence[WorkItem], counted: Mapping[str, Json]) -> Iterator[Outcome]:
        try:
            known, complete = self._metadata.of([item.key.lower() for item in items])
        except CallFailed as failed:  # the rest of the batch is requested in other calls
            if failed.status in TOO_LARGE and len(items) > 1:
                middle = len(items) // 2
                yield from self._outcomes(items[:middle], counted)
                yield from self._outcomes(items[middle:], counted)
                return
            yield from (Failed(item, failed.reason, failed.status) for item in items)
            return
        for item in items:
            mbid = item.key.lower()
            yield _outcome(item, known.get(mbid), counted.get(mbid), complete=complete)


def _outcome(item: WorkItem, metadata: Json | None, counts: Json | None, *, complete: bool) -> Outcome:
    if metadata is None and (not complete or not counts or not counts.keys() >= COUNTS):
        return Failed(item, "unanswered", 200)
    raw = {"metadata": metadata, "popularity": counts}
    outcome = read_outcome(item, parse, raw)
    if (
        isinstance(outcome, Found)
        and metadata is not None
        and says_nothing(outcome.record, *ids_of(metadata), item.key)
    ):
        return Failed(item, "unreadable", 200)
    if isinstance(outcome, Failed) or metadata is not None:
        return outcome
    if any(outcome.record[column] is not None for column in ("listenCount", "listenerCount")):
        return outcome
    nothing = all(counts[field] is None for field in COUNTS) if counts else False
    return Missing(item, "not_found", 200) if nothing else Failed(item, "unreadable", 200)


provider = ListenBrainz


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from ``metadata`` and ``popularity``, each as ListenBrainz sent it or null.

    The caller adds ``retrievedAt``. Fields are popped as they are read; those left over are new.
    """
    left, counts = json_object(raw.get("metadata")), json_object(raw.get("popularity"))
    answered = [take(left, field, text, OF) for field in ("mbid", "artist_mbid")]
    rels = take(left, "rels", json_object, OF)
    links = [{"type": kind, "url": url} for kind, urls in rels.items() for url in texts(urls)]
    record = {
        "mbid": key,
        "matchedMbid": next((mbid for mbid in answered if mbid and mbid.lower() != key.lower()), None),
        **{column: take(left, column, text, OF) for column in ("name", "type", "area", "gender")},
        "beginYear": take(left, "begin_year", integer, OF),
        "endYear": take(left, "end_year", integer, OF),
        "tags": [_tag(tag) for tag in take(take(left, "tag", json_object, OF), "artist", objects, OF)],
        "listenCount": take(counts, "total_listen_count", integer, OF),
        "listenerCount": take(counts, "total_user_count", integer, OF),
        "links": links,
        "wikidata": next((match[1] for link in links if (match := WIKIDATA.search(link["url"]))), None),
    }
    warn_of_new_fields("listenbrainz", "artists", (left.keys() - NOT_READ) | (counts.keys() - {"artist_mbid"}))
    return record


def _tag(tag: dict[str, Any]) -> dict[str, Any]:
    return {
        "tag": take(tag, "tag", text, OF),
        "count": take(tag, "count", integer, OF),
        "isGenre": bool(tag.get("genre_mbid")),
    }
