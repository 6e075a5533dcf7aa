"""Artists from Spotify's Web API, as it is since 2026.

An extended app gets fifty artists in one call. A development app, which every new app is, gets them one by one and
without popularity, followers and genres. ``mode: auto`` finds out which it is by trying a batch once. Tracks are asked
for in the same way; see ``spotify_tracks``.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import spotipy
from pydantic import SecretStr
from requests import Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.identifiers import is_spotify_id
from linernotes.core.values import Failed, Found, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import warn_of_new_field
from linernotes.providers.port import BatchRefused
from linernotes.providers.spotify.access import Access, AppTokens, api_url, refusal

log = logging.getLogger(__name__)
NOT_READ = {"href", "type", "uri"}  # derived from the id
REMOVED = (403, 404, 410)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One kind of thing that Spotify tells of by ids: how it is asked for, and how it is read."""

    things: str
    several: Callable[[spotipy.Spotify, list[str]], Any]
    one: Callable[[spotipy.Spotify, str], Any]
    parse: Callable[[str, Json], Json]


def provider(
    settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session, access_mode: str | None
) -> "Spotify":
    """See ``providers.open_provider``."""
    access = Access(settings, AppTokens(settings, secrets, session), session)
    return Spotify(ARTISTS, settings, access, access_mode)


def check(settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session) -> None:
    """Ask for a token, and for nothing else."""
    api_url(settings)
    AppTokens(settings, secrets, session).get_access_token(renew=True)


class Spotify:
    """See ``ports.Provider``; the key of an artist, or of a track, is its Spotify id."""

    def __init__(
        self, catalogue: Catalogue, settings: ProviderSettings, access: Access, access_mode: str | None
    ) -> None:
        self._catalogue = catalogue
        self._access = access
        self._full_batch = settings.batch_size
        self._finds_out = settings.mode == "auto"
        self._capability = access_mode if self._finds_out else settings.mode

    @property
    def batch_size(self) -> int:
        """Things in one call."""
        return 1 if self._capability == "development" else self._full_batch

    @property
    def access_mode(self) -> str | None:
        """``extended`` or ``development`` once it is known."""
        return self._capability

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; an id that cannot be one is never sent."""
        sendable = [item for item in items if is_spotify_id(item.key)]
        yield from (Missing(item, "invalid_id") for item in items if item not in sendable)
        if self.batch_size == 1:
            yield from map(self._single, sendable)
        elif sendable:
            yield from self._batch(sendable)

    def _batch(self, items: Sequence[WorkItem]) -> Iterator[Outcome]:
        try:
            answer = self._access.ask(lambda api: self._catalogue.several(api, [item.key for item in items]))
        except spotipy.SpotifyException as error:
            yield from self._refused_batch(items, error)
            return
        self._capability = "extended"
        things = answer.get(self._catalogue.things) if isinstance(answer, dict) else None
        yield from self._matched(items, things if isinstance(things, list) else [])

    def _refused_batch(self, items: Sequence[WorkItem], error: spotipy.SpotifyException) -> Iterator[Outcome]:
        if error.http_status == 400 and len(items) > 1:
            # One malformed id takes its whole batch with it. Halving finds it in at most 13 calls for 50.
            middle = len(items) // 2
            yield from self._batch(items[:middle])
            yield from self._batch(items[middle:])
        elif error.http_status == 400:
            yield Missing(items[0], "invalid_id", 400)
        elif error.http_status in REMOVED and self._finds_out and "premium" not in str(error.msg).lower():
            log.info("spotify: no batches for this app; from now on the %s come one by one", self._catalogue.things)
            self._capability = "development"
            raise BatchRefused
        else:
            raise refusal(error, f"GET /{self._catalogue.things}?ids=") from None

    def _matched(self, items: Sequence[WorkItem], things: Sequence[Any]) -> Iterator[Outcome]:
        """By position, as Spotify documents it; a list that is too short or too long is matched by id instead."""
        if len(things) == len(items):
            yield from map(self._outcome, items, things)
            return
        by_id = {thing["id"]: thing for thing in things if isinstance(thing, dict) and "id" in thing}
        for item in items:
            known = by_id.get(item.key)
            yield self._outcome(item, known) if known else Failed(item, "unanswered", 200)

    def _single(self, item: WorkItem) -> Outcome:
        try:
            return self._outcome(item, self._access.ask(lambda api: self._catalogue.one(api, item.key)))
        except spotipy.SpotifyException as error:
            if error.http_status == 404:
                return Missing(item, "not_found", 404)
            if error.http_status == 400:
                return Missing(item, "invalid_id", 400)
            raise refusal(error, f"GET /{self._catalogue.things}/{{id}}") from None

    def _outcome(self, item: WorkItem, thing: Any) -> Outcome:
        if thing is None:
            return Missing(item, "not_found", 200)
        if not isinstance(thing, dict):
            return Failed(item, "unreadable", 200)
        try:
            return Found(item, self._catalogue.parse(item.key, thing), thing)
        except (AttributeError, TypeError):  # of another shape than Spotify promises
            return Failed(item, "unreadable", 200)


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from an artist object; ``enrichedAt`` is the caller's to add.

    What is read is taken out; what is left then is news, and told once.
    """
    left = dict(raw)
    answered = left.pop("id", key)
    record = {
        "artistId": key,
        "artistName": left.pop("name", None),
        "genres": left.pop("genres", None) or [],
        "popularity": left.pop("popularity", None),
        "followerCount": (left.pop("followers", None) or {}).get("total"),
        "images": [_image(image) for image in left.pop("images", None) or []],
        "externalUrls": {"spotify": (left.pop("external_urls", None) or {}).get("spotify")},
        "canonicalArtistId": answered if answered != key else None,
    }
    for field in sorted(left.keys() - NOT_READ):
        warn_of_new_field("spotify", "artists", field)
    return record


def _image(image: Mapping[str, Any]) -> dict[str, Any]:
    return {"url": image.get("url"), "height": image.get("height"), "width": image.get("width")}


ARTISTS = Catalogue("artists", lambda api, ids: api.artists(ids), lambda api, key: api.artist(key), parse)
