"""What the imitated MusicBrainz finds: recordings of an ISRC, sometimes somebody else's, and releases of a group."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.discographies import Edition, Group
from linernotes.sandbox.world.listening import Credit, Track
from linernotes.sandbox.world.seeded import SeededRandom

UNREGISTERED = 0.3
"""Share of the codes that nobody has entered."""

REISSUED = 0.1
"""Share of the codes with a second recording of the same title, released later."""

RECYCLED = 0.1
"""Share of the codes that stand on another title too."""


def recording_bodies(stage: Stage, isrc: str) -> Iterator[dict[str, Any]]:
    """The recordings with this code, in no order."""
    track = stage.tracks.recorded_as(isrc)
    chance = SeededRandom(stage.seed, "recordings", isrc)
    if track is None or chance.happens(UNREGISTERED):
        return
    year, title = track.album.year, plain_title(track.name)
    if chance.happens(RECYCLED):
        yield _body(stage, track, "recycled", f"{title} (Karaoke Version)", f"{year - 1}", track.seconds + 40)
    if chance.happens(REISSUED):
        yield _body(stage, track, "reissued", title, f"{year + 1}-02-03", track.seconds + 1)
    yield _body(stage, track, "first", title, f"{year}-05-21", track.seconds)


def plain_title(title: str) -> str:
    """The title as MusicBrainz has it: a remaster is the recording it was made from."""
    return re.sub(r"\s*(?:-|\()\s*[0-9]{4} Remaster\)?$", "", title)


def release_body(group: Group, edition: Edition) -> dict[str, Any]:
    """A release of a group; keys without a value are left out, as the search does."""
    artist = group.artist
    label = {"label": {"id": edition.label[0], "name": edition.label[1]}} if edition.label else {}
    number = {"catalog-number": edition.catalog_number} if edition.catalog_number else {}
    return {
        "id": edition.mbid,
        "score": 100,
        "count": 1,
        "title": edition.title,
        "status": edition.status,
        **({"disambiguation": edition.note} if edition.note else {}),
        "artist-credit": [{"name": artist.artist.name, "artist": {"id": artist.mbid, "name": artist.artist.name}}],
        "release-group": {
            "id": group.mbid,
            "title": group.title,
            "primary-type": group.kind,
            **({"secondary-types": list(group.secondary)} if group.secondary else {}),
        },
        **({"date": edition.date} if edition.date else {}),
        "country": edition.country,
        **({} if edition.barcode is None else {"barcode": edition.barcode}),
        **({"label-info": [number | label]} if label or number else {}),
        "track-count": 10,
        "media": [{"format": edition.format, "disc-count": 1, "track-count": 10}],
    }


def _body(stage: Stage, track: Track, which: str, title: str, date: str, seconds: int) -> dict[str, Any]:
    number = str(uuid5(NAMESPACE_URL, f"{which}/{track.isrc}"))
    return {
        "id": number,
        "score": 100,
        "title": title,
        "length": seconds * 1000,
        "video": None,
        "artist-credit": [_credit(stage, each) for each in track.artists],
        "first-release-date": date,
        "releases": [
            {
                "id": str(uuid5(NAMESPACE_URL, f"release/{number}")),
                "title": track.album.name,
                "status": "Official",
                "release-group": {
                    "id": str(uuid5(NAMESPACE_URL, f"group/{track.album.id}")),
                    "primary-type": "Album",
                },
                "date": date,
                "country": "XW",
            }
        ],
        "isrcs": [track.isrc],
    }


def _credit(stage: Stage, artist: Credit) -> dict[str, Any]:
    facts = stage.knowledge.of(artist.id)
    mbid = (facts and facts.mbid) or str(uuid5(NAMESPACE_URL, f"artist/{artist.id}"))
    return {"name": artist.name, "artist": {"id": mbid, "name": artist.name, "sort-name": artist.name}}
