"""Last.fm's user.getRecentTracks: newest first, with the track that is playing now on top of every page."""

from typing import Any

from flask import request

from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.accounts import Scrobble
from linernotes.sandbox.world.listening import Track

MOST_ROWS, USUAL_ROWS = 200, 50
Body = dict[str, Any]


def recent_tracks(stage: Stage, name: str, scrobbles: tuple[Scrobble, ...]) -> Body:
    """A page of an account's scrobbles; ``from`` is exclusive, ``to`` inclusive."""
    begin, end = (request.values.get(name, default, type=int) for name, default in (("from", -1), ("to", 1 << 40)))
    number = request.values.get("page", 1, type=int)
    rows = min(request.values.get("limit", USUAL_ROWS, type=int), MOST_ROWS)
    between = [scrobble for scrobble in scrobbles if begin < scrobble.second <= end]
    tracks = [_scrobble(stage, each) for each in between[(number - 1) * rows : number * rows]]
    if playing := stage.accounts.playing(name):
        tracks.insert(0, _track(stage, playing) | {"@attr": {"nowplaying": "true"}})
    return {"recenttracks": _page(name, tracks, number, rows, len(between))}


def _page(name: str, tracks: list[Body], number: int, rows: int, total: int) -> Body:
    pages = -(-total // rows)
    counted = {"page": number if total else 0, "perPage": rows, "totalPages": pages, "total": total}
    numbers = {"user": name, **{key: str(value) for key, value in counted.items()}}
    if not tracks:
        return {"track": [], "@attr": numbers}
    return {"track": tracks[0] if len(tracks) == 1 else tracks, "@attr": numbers}


def _scrobble(stage: Stage, scrobble: Scrobble) -> Body:
    return _track(stage, scrobble.track) | {"date": {"uts": str(scrobble.second), "#text": "some day"}}


def _track(stage: Stage, track: Track) -> Body:
    artist = track.artists[0]
    facts = stage.knowledge.of(artist.id)
    return {
        "artist": {"mbid": (facts and facts.mbid) or "", "#text": artist.name},
        "streamable": "0",
        "mbid": "",
        "album": {"mbid": "", "#text": track.album.name},
        "name": track.name,
        "url": "https://www.last.fm/music/",
    }
