"""Recordings and their artists from ListenBrainz by names alone, fifty pairs of names in a call."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import SecretStr
from requests import Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import CallFailed
from linernotes.core.names import same_name
from linernotes.core.values import Failed, Found, Json, Missing, Outcome, WorkItem
from linernotes.providers.metabrainz import Api, several, text, thing, warn_of_new_field

LONGEST = 250
"""Letters of both names together; one pair that has more would have all fifty refused."""

NOT_READ = {"index", "release_name_arg", "artist_credit_id", "year"}


def provider(
    settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session, _capability: str | None
) -> "Lookup":
    """See ``providers.open_provider``."""
    return Lookup(settings, session, secrets.get("token"))


def check(settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session) -> None:
    """Look up one recording; being answered is enough."""
    Lookup(settings, session, secrets.get("token")).ask([("Portishead", "Roads")])


class Lookup:
    """See ``ports.Provider``; a recording is asked for by its artist's name and its own."""

    access_mode: str | None = None

    def __init__(self, settings: ProviderSettings, session: Session, token: SecretStr | None) -> None:
        self._api = Api(settings, session, "/1", token)
        self.batch_size = settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; names that it would not take are never sent."""
        sendable = list[WorkItem]()
        for item in items:
            if reason := _unsendable(item):
                yield Missing(item, reason)
            else:
                sendable.append(item)
        if sendable:
            yield from self._looked_up(sendable)

    def ask(self, pairs: Sequence[tuple[str | None, str | None]]) -> Any:
        """What is found of each pair of an artist's name and a track's."""
        recordings = [{"artist_name": artist, "recording_name": track} for artist, track in pairs]
        return self._api.ask("POST", "/metadata/lookup/", {"recordings": recordings})

    def _looked_up(self, items: Sequence[WorkItem]) -> Iterator[Outcome]:
        try:
            answer = self.ask([(item.name, item.track) for item in items])
        except CallFailed as failed:
            if failed.status != 400 or len(items) == 1:
                yield from (Failed(item, failed.reason, failed.status) for item in items)
                return
            for half in (items[: len(items) // 2], items[len(items) // 2 :]):  # it refuses all for one
                yield from self._looked_up(half)
            return
        found = {entry.get("index"): entry for entry in several(answer) if isinstance(entry, dict)}
        for index, item in enumerate(items):
            yield _outcome(item, found.get(index))


def _unsendable(item: WorkItem) -> str:
    artist, track = (item.name or "").strip(), (item.track or "").strip()
    if not artist or not track:
        return "no_name"
    return "too_long" if len(item.name or "") + len(item.track or "") > LONGEST else ""


def _outcome(item: WorkItem, entry: Json | None) -> Outcome:
    if entry is None:
        return Failed(item, "unanswered", 200)
    try:
        record = parse(item.key, entry)
    except TypeError:  # of another shape than ListenBrainz promises
        return Failed(item, "unreadable", 200)
    if (record["artistName"], record["recordingName"]) != (item.name, item.track):
        return Failed(item, "unreadable", 200)  # of another pair
    if not record["recordingMbid"] and not record["artistMbids"]:
        return Missing(item, "not_found", 200)
    return Found(item, record, entry)


def parse(key: str, raw: Json) -> Json:
    """The contract's columns of one entry; ``retrievedAt`` is the caller's to add.

    What is read is taken out; what is left then is news, and told once.
    """
    left = thing(raw)
    asked = {"artistName": text(left.pop("artist_name_arg", None))}
    asked["recordingName"] = text(left.pop("recording_name_arg", None))
    artist, recording = text(left.pop("artist_credit_name", None)), text(left.pop("recording_name", None))
    mbids = [text(mbid) for mbid in several(left.pop("artist_mbids", None))]
    record = {
        "key": key,
        **asked,
        "matchedArtistName": artist,
        "matchedRecordingName": recording,
        "artistMatches": same_name(asked["artistName"], artist),
        "recordingMatches": same_name(asked["recordingName"], recording),
        "artistMbids": [mbid.lower() for mbid in mbids if mbid],
        "recordingMbid": text(left.pop("recording_mbid", None)) or None,
        "releaseName": text(left.pop("release_name", None)),
        "releaseMbid": text(left.pop("release_mbid", None)) or None,
    }
    for field in sorted(left.keys() - NOT_READ):
        warn_of_new_field("listenbrainz_lookup", "recordings", field)
    return record
