"""Artists from Spotify's Web API, as it is since 2026.

An extended app gets fifty artists in one call. A development app, which every new app is, gets them one by one and
without popularity, followers and genres. ``mode: auto`` finds out which it is by trying a batch once. Tracks are
requested in the same way; see ``tracks``.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import spotipy

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
from linernotes.providers.ids import SPOTIFY_ID, split_by_id
from linernotes.providers.port import BatchRefused
from linernotes.providers.spotify.access import (
    Access,
    AppTokens,
    SpotifyError,
    is_about_the_account,
    refusal,
)

log = logging.getLogger(__name__)
OF = "spotify artists"
NOT_READ = {"href", "type", "uri"}  # derived from the id
REMOVED = 403  # how Spotify answers a batch for an app that may not ask in batches
# Spotify's messages about an id. "Service not found" and "Only valid bearer authentication supported" are about us.
NOT_FOUND = re.compile(r"(resource|artist|track) not found\.?|non.?existing id\b.*", re.IGNORECASE)
INVALID_ID = re.compile(r"invalid (base62 )?id\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One kind of thing that Spotify returns by id, with its calls and its parser."""

    things: str
    several: Callable[[spotipy.Spotify, list[str]], Any]
    one: Callable[[spotipy.Spotify, str], Any]
    parse: Callable[[str, Json], Json]


class Spotify:
    """See ``port.Provider``; the key of an artist, or of a track, is its Spotify id."""

    def __init__(self, connection: Connection, catalogue: Catalogue) -> None:
        connection.options(Options)
        settings = connection.settings
        self._catalogue = catalogue
        self._tokens = AppTokens(settings, connection.secrets, connection.session)
        self._access = Access(connection, self._tokens)
        self._full_batch = settings.batch_size
        self._finds_out = settings.mode == "auto"
        self._access_mode = connection.access_mode if self._finds_out else settings.mode

    @property
    def batch_size(self) -> int:
        """The number of things in one call."""
        return 1 if self._access_mode == "development" else self._full_batch

    @property
    def access_mode(self) -> str | None:
        """``extended`` or ``development`` once it is known."""
        return self._access_mode

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; a malformed id is never sent."""
        sendable, invalid = split_by_id(items, SPOTIFY_ID)
        yield from invalid
        if self.batch_size == 1:
            yield from map(self._fetch_one, sendable)
        elif sendable:
            yield from self._batch(sendable)

    def check(self) -> None:
        """Request a token, and nothing else."""
        self._tokens.get_access_token(renew=True)

    def _batch(self, items: Sequence[WorkItem]) -> Iterator[Outcome]:
        try:
            answer = self._access.ask(lambda api: self._catalogue.several(api, [item.key for item in items]))
        except SpotifyError as error:
            yield from self._recover_batch(items, error)
            return
        self._access_mode = "extended"
        things = answer.get(self._catalogue.things) if isinstance(answer, dict) else None
        yield from self._match(items, things if isinstance(things, list) else [])

    def _recover_batch(self, items: Sequence[WorkItem], error: SpotifyError) -> Iterator[Outcome]:
        if error.http_status == 400 and len(items) == 1:
            yield _error_outcome(items[0], error)
        elif error.http_status in (400, 404, 410):
            # A batch is no resource, so this says nothing of its items; the door halves it to find one that is bad.
            reason = f"http_{error.http_status}"
            raise CallFailed(f"spotify: {reason}", reason, error.http_status) from None
        elif error.http_status == REMOVED and self._finds_out and not is_about_the_account(error):
            log.info(
                "spotify: batch requests are not available to this app; fetching %s one at a time",
                self._catalogue.things,
            )
            self._access_mode = "development"
            raise BatchRefused
        elif error.http_status == 403:
            raise refusal(error, f"GET /{self._catalogue.things}?ids=") from None
        else:
            reason = f"http_{error.http_status}"
            raise CallFailed(f"spotify: {reason}", reason, error.http_status) from None

    def _match(self, items: Sequence[WorkItem], things: Sequence[Any]) -> Iterator[Outcome]:
        """Match by position, as Spotify documents it; a list of another length or order is matched by id instead."""
        by_id = {thing["id"]: thing for thing in things if isinstance(thing, dict) and isinstance(thing.get("id"), str)}
        if len(things) == len(items) and not _is_shuffled(items, things, by_id):
            yield from map(self._outcome, items, things)
            return
        for item in items:
            known = by_id.get(item.key)
            yield self._outcome(item, known) if known else Failed(item, "unanswered", 200)

    def _fetch_one(self, item: WorkItem) -> Outcome:
        try:
            return self._outcome(item, self._access.ask(lambda api: self._catalogue.one(api, item.key)))
        except SpotifyError as error:
            if error.http_status == 403:
                raise refusal(error, f"GET /{self._catalogue.things}/{{id}}") from None
            return _error_outcome(item, error)

    def _outcome(self, item: WorkItem, thing: Any) -> Outcome:
        if thing is None:
            return Missing(item, "not_found", 200)
        if not isinstance(thing, dict) or not SPOTIFY_ID.fullmatch(str(thing.get("id"))):
            return Failed(item, "unreadable", 200)  # not what was requested
        outcome = read_outcome(item, self._catalogue.parse, thing)
        if isinstance(outcome, Found) and says_nothing(outcome.record, item.key, thing["id"]):
            return Failed(item, "unreadable", 200)
        return outcome


def provider(connection: Connection) -> Spotify:
    """See ``providers.open_provider``."""
    return Spotify(connection, ARTISTS)


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from an artist object; the caller adds ``enrichedAt``.

    Fields are popped as they are read; those left over are new.
    """
    left = dict(raw)
    answered = left.pop("id", key)
    record = {
        "artistId": key,
        "artistName": take(left, "name", text, OF),
        "genres": take(left, "genres", texts, OF),
        "popularity": take(left, "popularity", integer, OF),
        "followerCount": take(take(left, "followers", json_object, OF), "total", integer, OF),
        "images": [_image(image) for image in take(left, "images", objects, OF)],
        "externalUrls": {"spotify": take(take(left, "external_urls", json_object, OF), "spotify", text, OF)},
        "canonicalArtistId": answered if answered != key else None,
    }
    warn_of_new_fields("spotify", "artists", left.keys() - NOT_READ)
    return record


def _is_shuffled(items: Sequence[WorkItem], things: Sequence[Any], by_id: Json) -> bool:
    """Whether the answer about an item stands in another's place; one that was merged into another stands in both."""
    return any(by_id.get(item.key) not in (None, thing) for item, thing in zip(items, things, strict=True))


def _image(image: dict[str, Any]) -> dict[str, Any]:
    sizes = {name: take(image, name, integer, OF) for name in ("height", "width")}
    return {"url": take(image, "url", text, OF), **sizes}


def _error_outcome(item: WorkItem, error: SpotifyError) -> Outcome:
    """The outcome of an item after an error: a tombstone only if Spotify's message is about the id."""
    status, words = error.http_status, error.message
    if status == 404 and NOT_FOUND.fullmatch(words):
        return Missing(item, "not_found", 404)
    return Missing(item, "invalid_id", 400) if INVALID_ID.fullmatch(words) else Failed(item, f"http_{status}", status)


ARTISTS = Catalogue("artists", lambda api, ids: api.artists(ids), lambda api, key: api.artist(key), parse)
