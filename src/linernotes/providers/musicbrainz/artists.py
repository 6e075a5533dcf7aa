"""Which MusicBrainz artist stands behind a Spotify artist's address: a hundred addresses in one call."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from linernotes.core.identifiers import linked_spotify_id
from linernotes.core.values import Failed, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import (
    Unreadable,
    boolean,
    integer,
    json_list,
    read_outcome,
    required_object,
    text,
    warn_of_new_fields,
)
from linernotes.providers.connection import Connection, Options
from linernotes.providers.ids import MBID, SPOTIFY_ID, split_by_id
from linernotes.providers.metabrainz import Api

PAGE = "https://open.spotify.com/artist/"
# Fields of the address itself, of a link and of an artist that are known and not read.
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
        """One outcome each; an id that cannot be one is never sent."""
        sendable, invalid = split_by_id(items, SPOTIFY_ID)
        yield from invalid
        if sendable:
            yield from self._answered(sendable, self._addresses([item.key for item in sendable]))

    def check(self) -> None:
        """Ask for an address that nobody has; being answered is enough."""
        self._addresses(["0" * 22])

    def _addresses(self, keys: Sequence[str]) -> Any:
        """MusicBrainz's answer about the addresses of these Spotify ids."""
        # For one address alone it answers in another shape, and 404 for an unknown one; asked for twice it is a list.
        asked = keys if len(keys) > 1 else [*keys, *keys]
        query = [("resource", PAGE + key) for key in asked] + [("inc", "artist-rels"), ("fmt", "json")]
        response = self._api.send("GET", f"/url?{urlencode(query)}")
        if response.status_code == 404 and len(keys) == 1 and _says_not_found(response.content):
            return {"urls": []}
        return self._api.read(response)

    def _answered(self, items: Sequence[WorkItem], body: Any) -> Iterator[Outcome]:
        entries = _entries(body)
        if entries is None:
            yield from (Failed(item, "unreadable", 200) for item in items)
            return
        known = {key: entry for entry in entries if (key := _key(entry))}
        # An unknown address is just not there. So is one that was cut off or stands under a name we cannot read.
        complete = len(known) == len(entries) and known.keys() <= {item.key for item in items}
        complete = complete and (_count(body) or 0) <= len(entries)
        for item in items:
            if item.key in known:
                yield self._outcome(item, known[item.key])
            else:
                yield Missing(item, "not_linked", 200) if complete else Failed(item, "unanswered", 200)

    def _outcome(self, item: WorkItem, entry: dict[str, Any]) -> Outcome:
        outcome = read_outcome(item, parse, entry)
        if isinstance(outcome, Failed) or outcome.record["artists"]:
            return outcome
        # Known as an address, of no artist. Without the list of links nothing was said about that.
        return Missing(item, "not_linked", 200) if "relations" in entry else Failed(item, "unreadable", 200)


provider = MusicBrainz


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from an address with its links; ``retrievedAt`` is the caller's to add.

    A link that has ended counts only if all have. Which of several artists is meant cannot be known, so none is named.
    """
    left = dict(raw)
    relations = map(required_object, json_list(left.pop("relations", None)))
    links = [_link(relation) for relation in relations if _leads_to_artist(relation)]
    warn_of_new_fields("musicbrainz", "addresses", left.keys() - NOT_READ)
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
        raise Unreadable("a link to nobody")
    record = {
        "mbid": mbid.lower(),
        "name": text(artist.pop("name", None)),
        "sortName": text(artist.pop("sort-name", None)),
        "disambiguation": text(artist.pop("disambiguation", None)),
        "ended": boolean(link.pop("ended", None)),
        "relationType": text(link.pop("type", None)),
    }
    warn_of_new_fields("musicbrainz", "links", link.keys() - LINK_NOT_READ)
    warn_of_new_fields("musicbrainz", "artists", artist.keys() - ARTIST_NOT_READ)
    return record


def _leads_to_artist(link: Mapping[str, Any]) -> bool:
    return link.get("target-type") in ("artist", None)


def _entries(body: Any) -> list[Any] | None:
    """The addresses in an answer, which for one address is that address itself; None if there are none to be seen."""
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
    """How many addresses MusicBrainz says it has for us; None if it does not say."""
    try:
        return integer(body.get("url-count"))
    except Unreadable:
        return None


def _says_not_found(body: bytes) -> bool:
    """Whether a 404 is MusicBrainz' own, and not that of something in between."""
    return body.lstrip().startswith(b"{") and b"not found" in body.lower()
