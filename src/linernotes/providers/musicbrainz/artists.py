"""Which MusicBrainz artist stands behind a Spotify artist's address: a hundred addresses in one call."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr
from requests import Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.identifiers import is_mbid, is_spotify_id, linked_spotify_id
from linernotes.core.values import Failed, Found, Json, Missing, Outcome, WorkItem
from linernotes.providers.metabrainz import Api, several, text, thing, truth, warn_of_new_field, whole

PAGE = "https://open.spotify.com/artist/"
# Of the address itself, of a link and of an artist: what is not read, because it is no news or not about artists.
NOT_READ = {"id", "resource"}
LINK_NOT_READ = {
    *("type-id", "target-type", "direction", "begin", "end", "source-credit", "target-credit", "ordering-key"),
    *("attributes", "attribute-ids", "attribute-values"),
}
ARTIST_NOT_READ = {"type", "type-id", "country"}


def provider(
    settings: ProviderSettings, _secrets: Mapping[str, SecretStr], session: Session, _capability: str | None
) -> "MusicBrainz":
    """See ``providers.open_provider``."""
    return MusicBrainz(settings, session)


def check(settings: ProviderSettings, _secrets: Mapping[str, SecretStr], session: Session) -> None:
    """Ask for an address that nobody has; being answered is enough."""
    MusicBrainz(settings, session).urls(["0" * 22])


class MusicBrainz:
    """See ``ports.Provider``; the key of an artist is its Spotify id."""

    access_mode: str | None = None

    def __init__(self, settings: ProviderSettings, session: Session) -> None:
        self._api = Api(settings, session, "/ws/2")
        self._batch_size = settings.batch_size

    @property
    def batch_size(self) -> int:
        """Addresses in one call."""
        return self._batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; an id that cannot be one is never sent."""
        sendable = [item for item in items if is_spotify_id(item.key)]
        yield from (Missing(item, "invalid_id") for item in items if item not in sendable)
        if sendable:
            yield from self._answered(sendable, self.urls([item.key for item in sendable]))

    def urls(self, keys: Sequence[str]) -> Any:
        """What MusicBrainz has under these Spotify ids, as it answers."""
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
        try:
            record = parse(item.key, entry)
        except (AttributeError, TypeError):  # of another shape than MusicBrainz promises
            return Failed(item, "unreadable", 200)
        if record["artists"]:
            return Found(item, record, entry)
        # Known as an address, of no artist. Without the list of links nothing was said about that.
        return Missing(item, "not_linked", 200) if "relations" in entry else Failed(item, "unreadable", 200)


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from an address with its links; ``retrievedAt`` is the caller's to add.

    A link that has ended counts only if all have. Which of several artists is meant cannot be known, so none is named.
    """
    left = dict(raw)
    links = [_link(link) for link in map(_object, several(left.pop("relations", None))) if _leads_to_artist(link)]
    for field in sorted(left.keys() - NOT_READ):
        warn_of_new_field("musicbrainz", "addresses", field)
    counted = {link["mbid"] for link in links if not link["ended"]} or {link["mbid"] for link in links}
    return {
        "artistId": key,
        "mbid": next(iter(counted)) if len(counted) == 1 else None,
        "mbidCount": len(counted),
        "artists": links,
        "ambiguous": len(counted) > 1,
    }


def _link(given: dict[str, Any]) -> dict[str, Any]:
    artist, link = _object(given.pop("artist", None)), given
    mbid = artist.pop("id", None)
    if not isinstance(mbid, str) or not is_mbid(mbid):
        raise TypeError("a link to nobody")
    record = {
        "mbid": mbid.lower(),
        "name": text(artist.pop("name", None)),
        "sortName": text(artist.pop("sort-name", None)),
        "disambiguation": text(artist.pop("disambiguation", None)),
        "ended": truth(link.pop("ended", None)),
        "relationType": text(link.pop("type", None)),
    }
    for field in sorted(link.keys() - LINK_NOT_READ):
        warn_of_new_field("musicbrainz", "links", field)
    for field in sorted(artist.keys() - ARTIST_NOT_READ):
        warn_of_new_field("musicbrainz", "artists", field)
    return record


def _leads_to_artist(link: Mapping[str, Any]) -> bool:
    return link.get("target-type") in ("artist", None)


def _object(value: Any) -> dict[str, Any]:
    """An object that has to be there: a link that cannot be read may be the second one."""
    if value is None:
        raise TypeError("nothing where a link should be")
    return thing(value)


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
        return whole(body.get("url-count"))
    except TypeError:
        return None


def _says_not_found(body: bytes) -> bool:
    """Whether a 404 is MusicBrainz' own, and not that of something in between."""
    return body.lstrip().startswith(b"{") and b"not found" in body.lower()
