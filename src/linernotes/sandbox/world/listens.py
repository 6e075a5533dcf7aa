"""ListenBrainz's data of an account's listens, and of tracks by name."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.accounts import Scrobble
from linernotes.sandbox.world.facts import Facts
from linernotes.sandbox.world.seeded import SeededRandom

MOST_ROWS, USUAL_ROWS = 1000, 25
MAPPED = 0.8
"""Share of the listens that are matched to MusicBrainz."""

Body = dict[str, Any]


def payload(stage: Stage, name: str, listens: tuple[Scrobble, ...], span: tuple[int, int], count: int) -> Body:
    """A page of the listens between two seconds, both exclusive, newest first."""
    begin, end = span
    rows = [_listen(stage, name, each) for each in listens if begin < each.second < end][: min(count, MOST_ROWS)]
    body: Body = {"count": len(rows), "user_id": name, "listens": rows}
    if listens:
        body |= {"latest_listen_ts": listens[0].second, "oldest_listen_ts": listens[-1].second}
    return {"payload": body}


def matched(found: tuple[Facts, ...], recording: str) -> Body:
    """The match of a track by its name and its artists'."""
    first = found[0].mbid
    return {
        "artist_credit_name": " feat. ".join(facts.artist.name for facts in found),
        "artist_mbids": [facts.mbid for facts in found],
        "recording_name": recording,
        "recording_mbid": str(uuid5(NAMESPACE_URL, f"recording/{first}/{recording}")),
        "release_name": f"{recording} and others",
        "release_mbid": str(uuid5(NAMESPACE_URL, f"release/{first}/{recording}")),
    }


def _listen(stage: Stage, name: str, listen: Scrobble) -> Body:
    track, facts = listen.track, stage.knowledge.of(listen.track.artists[0].id)
    addresses = [f"https://open.spotify.com/artist/{artist.id}" for artist in track.artists]
    metadata: Body = {
        "artist_name": track.artists[0].name,
        "track_name": track.name,
        "release_name": track.album.name,
        "additional_info": {
            "duration_ms": track.seconds * 1000,
            "isrc": track.isrc,
            "spotify_id": f"https://open.spotify.com/track/{track.id}",
            "spotify_artist_ids": addresses,
        },
    }
    if facts and facts.mbid and SeededRandom(stage.seed, "mapped", listen.second).happens(MAPPED):
        metadata["mbid_mapping"] = {
            "artist_mbids": [facts.mbid],
            "recording_mbid": str(uuid5(NAMESPACE_URL, track.uri)),
        }
    msid = str(uuid5(NAMESPACE_URL, f"{listen.second}/{track.uri}"))
    listened = {"listened_at": listen.second, "inserted_at": listen.second + 60, "recording_msid": msid}
    return listened | {"user_name": name, "track_metadata": metadata}
