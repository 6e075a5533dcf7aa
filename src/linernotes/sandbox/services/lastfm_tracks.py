"""Last.fm's track.getInfo: a page for nearly every title of an artist that it knows, sometimes that of another take."""

from typing import Any
from urllib.parse import quote_plus

from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.seeded import SeededRandom

UNKNOWN = 0.15
"""Share of the titles that nobody has listened to there."""

OTHER = 0.05
"""Share of the titles that it corrects to another take."""

LENGTHLESS = 0.4
"""Share of the pages with a length of 0."""

TAGS = ("electronic", "trip-hop", "seen live", "chillout", "90s")
Body = dict[str, Any]


def track_page(stage: Stage, artist: str, title: str) -> Body | None:
    """The page of these names, whatever their case; None for one that it does not know."""
    facts = stage.knowledge.page(artist)
    chance = SeededRandom(stage.seed, "lastfm track", artist.casefold(), title.casefold())
    if facts is None or not title or chance.happens(UNKNOWN):
        return None
    name = f"{title} (Live)" if chance.happens(OTHER) else title
    listeners, seconds = 1 + chance.below(400_000), 110 + chance.below(300)
    url = f"https://www.last.fm/music/{quote_plus(facts.artist.name)}"
    body: Body = {
        "name": name,
        "url": f"{url}/_/{quote_plus(name)}",
        "duration": "0" if chance.happens(LENGTHLESS) else str(seconds * 1000),
        "streamable": {"#text": "0", "fulltrack": "0"},
        "listeners": str(listeners),
        "playcount": str(listeners * (1 + chance.below(9))),
        "artist": {"name": facts.artist.name, "url": url},
        "toptags": _tags(chance.below(4)),
    }
    return {"track": body | ({"mbid": chance.hex(8) + "-4816-3063-a9ce-8db4a3cb6f3d"} if chance.happens(0.5) else {})}


def _tags(number: int) -> Any:
    """XML as JSON: several are a list, one is an object, none an empty text."""
    tags = [{"name": name, "url": f"https://www.last.fm/tag/{quote_plus(name)}"} for name in TAGS[:number]]
    if not tags:
        return ""
    return {"tag": tags[0] if len(tags) == 1 else tags}
