"""Recordings and their artists from ListenBrainz by name, fifty pairs of names in one call."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from linernotes.core.errors import CallFailed
from linernotes.core.names import same_name
from linernotes.core.recordings import same_recording
from linernotes.core.values import Failed, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import json_list, json_object, read_outcome, take, text, texts, warn_of_new_fields
from linernotes.providers.connection import Connection, Options
from linernotes.providers.door import TOO_LARGE
from linernotes.providers.metabrainz import Api

LONGEST = 250
"""Letters of both names together; one longer pair would make all fifty fail."""

OF = "listenbrainz_lookup recordings"
NOT_READ = {"index", "release_name_arg", "artist_credit_id", "year"}


class Lookup:
    """See ``port.Provider``; a recording is looked up by its artist's name and its own."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        connection.options(Options)
        self._api = Api(connection, "/1", connection.secrets.get("token"))
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; names that would be refused are never sent."""
        sendable = list[WorkItem]()
        for item in items:
            if reason := _unsendable(item):
                yield Missing(item, reason)
            else:
                sendable.append(item)
        if sendable:
            yield from self._outcomes(sendable)

    def check(self) -> None:
        """Look up one recording; any response is good enough."""
        self._ask([("Portishead", "Roads")])

    def _ask(self, pairs: Sequence[tuple[str | None, str | None]]) -> Any:
        """The response for pairs of an artist's name and a track's."""
        recordings = [{"artist_name": artist, "recording_name": track} for artist, track in pairs]
        return self._api.ask("POST", "/metadata/lookup/", {"recordings": recordings})

    def _outcomes(self, items: Sequence[WorkItem]) -> Iterator[Outcome]:
        try:
            answer = self._ask([(item.name, item.track) for item in items])
        except CallFailed as failed:
            if failed.status not in (400, *TOO_LARGE) or len(items) == 1:
                yield from (Failed(item, failed.reason, failed.status) for item in items)
                return
            for half in (items[: len(items) // 2], items[len(items) // 2 :]):  # one bad pair makes all fail
                yield from self._outcomes(half)
            return
        found = {entry.get("index"): entry for entry in json_list(answer) if isinstance(entry, dict)}
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
    outcome = read_outcome(item, parse, entry)
    if isinstance(outcome, Failed):
        return outcome
    record = outcome.record
    if (record["artistName"], record["recordingName"]) != (item.name, item.track):
        return Failed(item, "unreadable", 200)  # of another pair
    if record["recordingMbid"] or record["artistMbids"]:
        return outcome
    told = entry.get("recording_mbid") or any(json_list(entry.get("artist_mbids")))
    return Failed(item, "unreadable", 200) if told else Missing(item, "not_found", 200)


provider = Lookup


def parse(key: str, raw: Json) -> Json:
    """The contract's columns of one entry; the caller adds ``retrievedAt``.

    Fields are popped as they are read; those left over are new.
    """
    left = json_object(raw)
    asked = {"artistName": text(left.pop("artist_name_arg", None))}
    asked["recordingName"] = text(left.pop("recording_name_arg", None))
    artist, recording = (take(left, field, text, OF) for field in ("artist_credit_name", "recording_name"))
    record = {
        "key": key,
        **asked,
        "matchedArtistName": artist,
        "matchedRecordingName": recording,
        "artistMatches": same_name(asked["artistName"], artist),
        "recordingMatches": same_recording(asked["recordingName"], recording),
        "artistMbids": [mbid.lower() for mbid in take(left, "artist_mbids", texts, OF) if mbid],
        "recordingMbid": take(left, "recording_mbid", text, OF) or None,
        "releaseName": take(left, "release_name", text, OF),
        "releaseMbid": take(left, "release_mbid", text, OF) or None,
    }
    warn_of_new_fields("listenbrainz_lookup", "recordings", left.keys() - NOT_READ)
    return record
