"""Audio features from ReccoBeats: forty Spotify ids in one call, without a key. It leaves out ids it does not know."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from linernotes.core.identifiers import linked_spotify_id
from linernotes.core.values import Failed, Found, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import (
    integer,
    json_body,
    number,
    read_outcome,
    required_object,
    says_nothing,
    share,
    take,
    text,
    warn_of_new_fields,
)
from linernotes.providers.connection import Connection, Options
from linernotes.providers.ids import SPOTIFY_ID, split_by_id

SHARES = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence")
SOME_TRACK = "0" * 22  # the track that ``check`` requests; it need not exist
REMEDY = "try again later, or switch it off: RECCOBEATS_ENABLED="
UNKNOWN_KEY = -1
OF = "reccobeats features"


class ReccoBeatsOptions(Options):
    """Whether it may be asked at all."""

    enabled: bool


class ReccoBeats:
    """See ``port.Provider``; the key of a track is its Spotify id."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        connection.options(ReccoBeatsOptions)
        self._connection, self._url = connection, connection.url()
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; a malformed id is never sent."""
        sendable, invalid = split_by_id(items, SPOTIFY_ID)
        yield from invalid
        if sendable:
            yield from _outcomes(sendable, self._ask([item.key for item in sendable]))

    def check(self) -> None:
        """Request one track: there is no key to be rejected, but a network can be."""
        self._ask([SOME_TRACK])

    def _ask(self, keys: Sequence[str]) -> Any:
        url = f"{self._url}/audio-features?ids={','.join(keys)}"
        return json_body(self._connection.send("GET", url), "reccobeats", REMEDY)


provider = ReccoBeats


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from one object of features; the caller adds ``retrievedAt``.

    Fields are popped as they are read; those left over are new.
    """
    left = required_object(raw)
    pitch, mode = take(left, "key", integer, OF), take(left, "mode", integer, OF)
    known = pitch not in (None, UNKNOWN_KEY) and mode is not None
    record = {
        "spotifyTrackId": key,
        "reccobeatsId": take(left, "id", text, OF),
        "isrc": take(left, "isrc", text, OF),
        "key": pitch if known else None,
        "mode": mode if known else None,
        "tempo": take(left, "tempo", number, OF) or None,
        "loudness": take(left, "loudness", number, OF),
        **{name: take(left, name, share, OF) for name in SHARES},
    }
    warn_of_new_fields("reccobeats", "features", left.keys() - {"href"})
    return record


def _outcomes(items: Sequence[WorkItem], body: Any) -> Iterator[Outcome]:
    entries = body.get("content") if isinstance(body, dict) else None
    if not isinstance(entries, list):
        yield from (Failed(item, "unreadable", 200) for item in items)
        return
    known = {key: entry for entry in entries if (key := _key(entry))}
    # An entry that cannot be read, or that nobody asked for, may be about any of the others.
    complete = len(known) == len(entries) and known.keys() <= {item.key for item in items}
    for item in items:
        if item.key in known:
            outcome = read_outcome(item, parse, known[item.key])
            hollow = isinstance(outcome, Found) and says_nothing(outcome.record, item.key)
            yield Failed(item, "unreadable", 200) if hollow else outcome
        else:
            yield Missing(item, "not_found", 200) if complete else Failed(item, "unanswered", 200)


def _key(entry: Any) -> str | None:
    page = entry.get("href") if isinstance(entry, dict) else None
    return linked_spotify_id(page, "track") if isinstance(page, str) else None
