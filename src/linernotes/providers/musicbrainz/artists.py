"""The MusicBrainz artists linked to Spotify's artist URLs: a hundred URLs in one call."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from requests import Response

from linernotes.core.identifiers import linked_spotify_id
from linernotes.core.values import Failed, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import (
    Unreadable,
    boolean,
    integer,
    json_list,
    read_outcome,
    required_object,
    take,
    text,
    warn_of_new_fields,
)
from linernotes.providers.connection import Connection, Options
from linernotes.providers.http.transport import json_of
from linernotes.providers.ids import MBID, SPOTIFY_ID, split_by_id
from linernotes.providers.metabrainz import Api

KIND = re.compile("[a-z_]+")  # of what a link leads to
PAGE = "https://open.spotify.com/artist/"
# Fields of the URL, of a link and of an artist that are known and not read.
NOT_READ = {"id", "resource"}
LINK_NOT_READ = {
    *("type-id", "target-type", "direction", "begin", "end", "source-credit", "target-credit", "ordering-key"),
    *("attributes", "attribute-ids", "attribute-values"),
}
ARTIST_NOT_READ = {"type", "type-id", "country"}


class MusicBrainz:
    """See ``port.Provider``; the key of an artist is its Spotify id."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        connection.options(Options)
        self._api = Api(connection, "/ws/2")
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; a malformed id is never sent."""
        sendable, invalid = split_by_id(items, SPOTIFY_ID)
        yield from invalid
        if sendable:
            yield from self._outcomes(sendable, self._ask_for_urls([item.key for item in sendable]))

    def check(self) -> None:
        """Request a URL that does not exist; any response is good enough."""
        self._ask_for_urls(["0" * 22])

    def _ask_for_urls(self, keys: Sequence[str]) -> Any:
        """MusicBrainz's response for the URLs of these Spotify ids."""
        # A single URL has another response format, and 404 if unknown; requested twice, it gives a list.
        asked = keys if len(keys) > 1 else [*keys, *keys]
        query = [("resource", PAGE + key) for key in asked] + [("inc", "artist-rels"), ("fmt", "json")]
        response = self._api.send("GET", f"/url?{urlencode(query)}")
        if response.status_code == 404 and len(keys) == 1 and _says_not_found(response):
            return {"url-count": 0, "urls": []}
        return self._api.read(response)

    def _outcomes(self, items: Sequence[WorkItem], body: Any) -> Iterator[Outcome]:
        entries = _entries(body)
        if entries is None:
            yield from (Failed(item, "unreadable", 200) for item in items)
            return
        known = {key: entry for entry in entries if (key := _key(entry))}
        # An unknown URL is missing from the response. So is one that was truncated or is under a name we cannot read.
        complete = len(known) == len(entries) and known.keys() <= {item.key for item in items}
        counted = _count(body)  # a list of MusicBrainz's always has it
        complete = complete and counted is not None and counted <= len(entries)
        # Some mirrors are too old to know batches, and answer for one of the URLs only.
        complete = complete and (len(items) == 1 or "resource" not in body)
        for item in items:
            if item.key in known:
                yield self._outcome(item, known[item.key])
            else:
                yield Missing(item, "not_linked", 200) if complete else Failed(item, "unanswered", 200)

    def _outcome(self, item: WorkItem, entry: dict[str, Any]) -> Outcome:
        outcome = read_outcome(item, parse, entry)
        if isinstance(outcome, Failed) or outcome.record["artists"]:
            return outcome
        # A known URL without an artist. Without the list of links, that cannot be told.
        return Missing(item, "not_linked", 200) if "relations" in entry else Failed(item, "unreadable", 200)


provider = MusicBrainz


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from a URL and its links; the caller adds ``retrievedAt``.

    A link that has ended counts only if all have. Of several artists none is chosen: that would be a guess.
    """
    left = dict(raw)
    relations = map(required_object, json_list(left.pop("relations", None)))
    links = [_link(relation) for relation in relations if _leads_to_artist(relation)]
    warn_of_new_fields("musicbrainz", "URLs", left.keys() - NOT_READ)
    counted = {link["mbid"] for link in links if not link["ended"]} or {link["mbid"] for link in links}
    return {
        "artistId": key,
        "mbid": next(iter(counted)) if len(counted) == 1 else None,
        "mbidCount": len(counted),
        "artists": links,
        "ambiguous": len(counted) > 1,
    }


def _link(given: dict[str, Any]) -> dict[str, Any]:
    artist, link = required_object(given.pop("artist", None)), given
    mbid = artist.pop("id", None)
    if not isinstance(mbid, str) or not MBID.fullmatch(mbid):
        raise Unreadable("a link without a target")
    record = {
        "mbid": mbid.lower(),
        "name": take(artist, "name", text, "musicbrainz artists"),
        "sortName": take(artist, "sort-name", text, "musicbrainz artists"),
        "disambiguation": take(artist, "disambiguation", text, "musicbrainz artists"),
        "ended": boolean(link.pop("ended", None)),  # it decides which artist is meant
        "relationType": take(link, "type", text, "musicbrainz links"),
    }
    warn_of_new_fields("musicbrainz", "links", link.keys() - LINK_NOT_READ)
    warn_of_new_fields("musicbrainz", "artists", artist.keys() - ARTIST_NOT_READ)
    return record


def _leads_to_artist(link: Mapping[str, Any]) -> bool:
    target = link.get("target-type")
    if target is not None and not KIND.fullmatch(str(target)):
        raise Unreadable("a link of no kind")
    return target in ("artist", None)


def _entries(body: Any) -> list[Any] | None:
    """The URLs in a response, which for a single URL is that URL itself; None if it has no list of them."""
    if not isinstance(body, dict):
        return None
    if "resource" in body:
        return [body]
    urls = body.get("urls")
    return urls if isinstance(urls, list) else None


def _key(entry: Any) -> str | None:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    return linked_spotify_id(resource) if isinstance(resource, str) else None


def _count(body: Mapping[str, Any]) -> int | None:
    """The number of URLs by MusicBrainz's own count; None without one."""
    try:
        return integer(body.get("url-count"))
    except Unreadable:
        return None


def _says_not_found(response: Response) -> bool:
    """Whether a 404 is MusicBrainz's own, which comes with its help, and not from a server in front of it."""
    body = json_of(response)
    return isinstance(body, dict) and str(body.get("error")).casefold() == "not found" and "help" in body
