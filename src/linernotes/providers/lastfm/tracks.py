"""Tracks on Last.fm by artist and title, one call each: listeners, plays, tags.

Its pages are of names, so a page counts only under the names that were asked for. The MusicBrainz ids that it tells are
as often those of tracks as of recordings, so it is not asked by them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from linernotes.core.names import name_key, same_name
from linernotes.core.recordings import plain_title, same_recording
from linernotes.core.values import Failed, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import Unreadable, json_object, read_outcome, take, warn_of_new_fields
from linernotes.providers.connection import Connection, Switch
from linernotes.providers.ids import MBID, split_by_id
from linernotes.providers.lastfm.api import Api, Reported
from linernotes.providers.lastfm.bodies import JUNK, MOST_TAGS, count, elements, inner, is_placeholder, words

OF = "lastfm_tracks tracks"
NOT_READ = {"streamable", "wiki", "userplaycount", "userloved"}


class Tracks:
    """See ``port.Provider``; the key of a track is its recording's MusicBrainz id, what is asked for are its names."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        connection.options(Switch)
        self._api = Api(connection)
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One call each."""
        known, invalid = split_by_id(items, MBID)
        yield from invalid
        yield from map(self._outcome, known)

    def check(self) -> None:
        """Request a famous artist."""
        self._api.check()

    def _outcome(self, item: WorkItem) -> Outcome:
        asked = {"artist": (item.name or "").strip(), "track": plain_title(item.track or "")}
        if not all(asked.values()):
            return Missing(item, "no_name")
        if is_placeholder(asked["artist"], None):
            return Missing(item, "placeholder")
        try:
            answer = self._api.ask("track.getInfo", **asked, autocorrect=1)
            return read_outcome(item, parse, {"asked": asked, "info": _track(answer)})
        except Reported as error:
            return error.outcome(item)
        except Unreadable:
            return Failed(item, "unreadable", 200)


provider = Tracks


def parse(key: str, raw: Json) -> Json:
    """The contract's columns; ``raw`` has the names that were asked for (``asked``) and the page (``info``).

    Fields are popped as they are read; those left over are new.
    """
    asked, left = raw["asked"], dict(raw["info"])
    title, artist = words(left.pop("name", None)), words(json_object(left.pop("artist", None)).get("name"))
    same = same_name(asked["artist"], artist), same_recording(asked["track"], title)
    record = {
        "recordingMbid": key,
        "askedArtist": asked["artist"],
        "askedTrack": asked["track"],
        "artistName": artist,
        "trackName": title,
        "isOther": not all(same),
        "lastfmUrl": take(left, "url", words, OF),
        "listeners": take(left, "listeners", count, OF),
        "playcount": take(left, "playcount", count, OF),
        "durationMs": take(left, "duration", count, OF) or None,
        "matchedMbid": take(left, "mbid", words, OF),
        "albumName": take(take(left, "album", inner, OF), "title", words, OF),
        "tags": _tags(left.pop("toptags", None), {artist, title}),
    }
    warn_of_new_fields("lastfm_tracks", "tracks", left.keys() - NOT_READ)
    return record


def _track(body: Json) -> Json:
    """The page, which has the names of a track and its artist."""
    track = body.get("track")
    if not isinstance(track, dict) or not words(track.get("name")):
        raise Reported("unreadable", 200)
    artist = track.get("artist")
    if not isinstance(artist, dict) or not words(artist.get("name")):
        raise Reported("unreadable", 200)
    return track


def _tags(tags: Any, own: set[str | None]) -> list[str]:
    """The tags about the music; one is an object, none are an empty text."""
    junk = JUNK | {name_key(name) for name in own if name}
    told = (take(one, "name", words, "lastfm_tracks tags") for one in elements(tags, "tag"))
    return [tag for tag in told if tag and name_key(tag) not in junk][:MOST_TAGS]
