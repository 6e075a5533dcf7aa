"""How often recordings are listened to on ListenBrainz: a thousand ids in one call."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from linernotes.core.values import Failed, Found, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import integer, read_outcome, required_object, take, warn_of_new_fields
from linernotes.providers.connection import Connection, Options
from linernotes.providers.ids import MBID, split_by_id
from linernotes.providers.metabrainz import Api

SOME_RECORDING = "97e69767-5d34-4c97-b36a-f3b2b1ef9dae"  # the one that ``check`` requests; it need not exist
COUNTS = {"total_listen_count": "listenCount", "total_user_count": "listenerCount"}
OF = "listenbrainz_recordings counts"


class Recordings:
    """See ``port.Provider``; the key of a track is the MusicBrainz id of its recording."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        connection.options(Options)
        self._api = Api(connection, "/1")
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; a malformed id is never sent: one would have the whole batch refused."""
        sendable, invalid = split_by_id(items, MBID)
        yield from invalid
        if sendable:
            yield from _outcomes(sendable, self._ask([item.key.lower() for item in sendable]))

    def check(self) -> None:
        """Request the counts of one recording; any response is good enough."""
        self._ask([SOME_RECORDING])

    def _ask(self, mbids: Sequence[str]) -> Any:
        return self._api.ask("POST", "/popularity/recording", {"recording_mbids": list(mbids)})


provider = Recordings


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from the counts of one recording; the caller adds ``retrievedAt``."""
    left = required_object(raw)
    record = {"recordingMbid": key, **{column: take(left, field, integer, OF) for field, column in COUNTS.items()}}
    warn_of_new_fields("listenbrainz_recordings", "counts", left.keys() - {"recording_mbid"})
    return record


def _outcomes(items: Sequence[WorkItem], body: Any) -> Iterator[Outcome]:
    if not isinstance(body, list):
        yield from (Failed(item, "unreadable", 200) for item in items)
        return
    known = {mbid.lower(): entry for entry in body if (mbid := _mbid(entry))}
    yield from (_outcome(item, known.get(item.key.lower())) for item in items)


def _outcome(item: WorkItem, entry: Json | None) -> Outcome:
    """Nulls say that nobody has listened to it; a missing entry, or one without counts, says nothing."""
    if entry is None or not entry.keys() >= COUNTS.keys():
        return Failed(item, "unanswered", 200)
    outcome = read_outcome(item, parse, entry)
    if not isinstance(outcome, Found) or any(outcome.record[column] is not None for column in COUNTS.values()):
        return outcome
    nothing = all(entry[field] is None for field in COUNTS)
    return Missing(item, "not_found", 200) if nothing else Failed(item, "unreadable", 200)


def _mbid(entry: Any) -> str | None:
    mbid = entry.get("recording_mbid") if isinstance(entry, dict) else None
    return mbid if isinstance(mbid, str) else None
