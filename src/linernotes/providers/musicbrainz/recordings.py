"""Recordings in MusicBrainz by their ISRCs: fifty codes in one search."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from linernotes.core.values import Failed, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import (
    Unreadable,
    integer,
    json_list,
    json_object,
    objects,
    read_outcome,
    required_object,
    take,
    text,
    warn_of_new_fields,
)
from linernotes.providers.connection import Connection, Options
from linernotes.providers.ids import ISRC, MBID, split_by_id
from linernotes.providers.metabrainz import Api

ROWS = 100  # of one answer; asked for more, it gives 25
MOST_ROWS = 1_000  # of one search
SOME_CODE = "QZZZZ0000000"  # the code that ``check`` searches for; it need not exist
OF = "musicbrainz recordings"
NOT_READ = {
    *("id", "score", "video", "disambiguation", "artist-credit-id", "releases", "isrcs", "tags", "rating", "aliases"),
    *("annotation", "genres", "relations"),
}


class Recordings:
    """See ``port.Provider``; the key of a track is its ISRC."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        connection.options(Options)
        self._api = Api(connection, "/ws/2")
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; a malformed code is never sent.

        A search that takes too long is answered in part, with nothing to tell it by. So what is missing is searched for
        again, on its own, before anything is said to be unknown.
        """
        sendable, invalid = split_by_id(items, ISRC)
        yield from invalid
        missing: Sequence[WorkItem] = sendable
        complete = True
        for _ in range(2):
            if not missing:
                return
            answered = self._search([item.key for item in missing])
            if answered is None:
                yield from (Failed(item, "unreadable", 200) for item in missing)
                return
            known, complete = answered
            yield from (
                read_outcome(item, parse, {"recordings": known[item.key]}) for item in missing if item.key in known
            )
            missing = [item for item in missing if item.key not in known]
        yield from (
            Missing(item, "not_found", 200) if complete else Failed(item, "unanswered", 200) for item in missing
        )

    def check(self) -> None:
        """Search for one code; any response is good enough."""
        self._page([SOME_CODE], 0)

    def _search(self, codes: Sequence[str]) -> tuple[dict[str, list[Any]], bool] | None:
        """The recordings of each code that has any, and whether all could be read; None if none could."""
        known: defaultdict[str, list[Any]] = defaultdict(list)
        complete, read, count = True, 0, 1
        while read < min(count, MOST_ROWS):
            body = self._page(codes, read)
            rows, counted = _rows(body), _count(body)
            if rows is None or counted is None:
                return None
            count = counted
            for row in rows:
                told = [code for code in _codes(row) if code in codes]
                complete = complete and bool(told)
                for code in told:
                    known[code].append(row)
            read += len(rows)
            if not rows:
                break
        return dict(known), complete and read >= count

    def _page(self, codes: Sequence[str], offset: int) -> Any:
        query = {"query": f"isrc:({' OR '.join(codes)})", "limit": ROWS, "offset": offset, "fmt": "json"}
        return self._api.ask("GET", f"/recording?{urlencode(query)}")


provider = Recordings


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from the recordings of one code; the caller adds ``retrievedAt``."""
    return {"isrc": key, "recordings": [_recording(row) for row in json_list(raw.get("recordings"))]}


def _recording(row: Any) -> dict[str, Any]:
    left = required_object(row)
    first = next(iter(take(left, "artist-credit", objects, OF)), {})
    artist = take(first, "artist", json_object, OF)
    record = {
        "recordingMbid": _mbid(left["id"]),
        "title": take(left, "title", text, OF),
        "artistName": take(first, "name", text, OF) or take(artist, "name", text, OF),
        "artistMbid": take(artist, "id", _mbid, OF),
        "lengthMs": take(left, "length", integer, OF),
        "firstReleaseDate": take(left, "first-release-date", text, OF) or None,
    }
    warn_of_new_fields("musicbrainz", "recordings", left.keys() - NOT_READ)
    return record


def _rows(body: Any) -> list[Any] | None:
    """The recordings of a page; None where it is not the answer to a search."""
    rows = body.get("recordings") if isinstance(body, dict) else None
    return rows if isinstance(rows, list) else None


def _count(body: Any) -> int | None:
    """The number of all recordings by MusicBrainz's own count; None without one."""
    try:
        return integer(body.get("count")) if isinstance(body, dict) else None
    except Unreadable:
        return None


def _codes(row: Any) -> list[str]:
    """The codes of a recording; none where it has no id to be known by."""
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not MBID.fullmatch(row["id"]):
        return []
    codes = row.get("isrcs")
    return [code.upper() for code in codes if isinstance(code, str)] if isinstance(codes, list) else []


def _mbid(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not MBID.fullmatch(value):
        raise Unreadable("not a MusicBrainz id")
    return value.lower()
