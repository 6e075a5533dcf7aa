r"""The record of an artist from Last.fm's bodies, which are XML written down as JSON.

One element is an object where several are a list, none is "", [] or {"#text": "\n"}, and numbers are strings.
"""

import re
from typing import Any

from linernotes.core.names import name_key, same_name
from linernotes.core.values import Json
from linernotes.providers.answers import integer, json_object, objects, share, take, text, warn_of_new_fields

MOST_TAGS = 10
OF = "lastfm artists"
NOT_READ = {"image", "streamable", "ontour", "bandmembers"}  # every image is the same grey star since 2019

# Pages that collect plays of unknown artists; MusicBrainz calls them special purpose artists.
# Compared by their exact spelling: without their brackets, [data] and [traditional] could be the names of artists.
PLACEHOLDERS = frozenset(
    {
        *("[unknown]", "[no artist]", "[anonymous]", "[traditional]", "[data]", "[dialogue]", "[untitled]"),
        *("<unknown>", "unknown artist", "various artists"),
    }
)
PLACEHOLDER_MBIDS = frozenset(
    {
        "125ec42a-7229-4250-afc5-e057484327fe",  # [unknown]
        "89ad4ac3-39f7-470e-963a-56509c546377",  # Various Artists
        "eec63d3c-3b81-4ad4-b1e4-7c147d4d2b61",  # [no artist]
        "f731ccc4-e22a-43af-a747-64213329e088",  # [anonymous]
        "9be7f096-97ec-4615-8957-8d40b5dcbc41",  # [traditional]
        "33cf029c-63b0-41a0-9855-be2a3665fb3b",  # [data]
        "314e1c25-dde7-4e4d-b2f4-0a7b9f7c56dc",  # [dialogue]
    }
)

# Tags about the listener, not about the music.
JUNK = frozenset(
    map(
        name_key,
        (
            *("seen live", "want to see live", "seen them live", "favourites", "favorites", "favourite", "favorite"),
            *("favourite artists", "favorite artists", "favourite bands", "favorite bands", "albums i own"),
            *("artists i own", "cds i own", "vinyl i own", "my music", "my collection", "under 2000 listeners"),
            *("spotify", "check out", "to listen", "love", "i love", "awesome", "all", "other"),
        ),
    )
)

# The link at the end of every text, alone where there is no text; in the long text the licence follows it.
ENDING = re.compile(r"\s*(<a\b[^>]*>\s*Read more on Last\.fm\b|User-contributed text is available under).*", re.DOTALL)


def parse(key: str, raw: Json) -> Json:
    """The contract's columns; ``raw`` has the request (``asked``) and its responses ``info``, ``topTags``, ``similar``.

    Raises:
        Unreadable: it does not have Last.fm's structure.
    """
    asked, left = raw["asked"], dict(raw["info"])
    name, stats = words(left.pop("name", None)), take(left, "stats", inner, OF)
    record = {
        "artistId": key,
        "askedName": asked["name"],
        "askedMbid": asked["mbid"],
        "matchedName": name,
        "matchedMbid": take(left, "mbid", words, OF),
        "lastfmUrl": take(left, "url", words, OF),
        "listeners": take(stats, "listeners", count, OF),
        "playcount": take(stats, "playcount", count, OF),
        "tags": _tags(raw.get("topTags"), left.pop("tags", None), {name, asked["name"]} - {None}),
        "similar": _similar(raw.get("similar"), left.pop("similar", None)),
        "bio": _bio(take(left, "bio", inner, OF)),
        "matchedBy": asked["by"],
        "nameMatches": same_name(asked["name"], name),
    }
    warn_of_new_fields("lastfm", "artists", left.keys() - NOT_READ)
    return record


def is_placeholder(name: str | None, mbid: str | None) -> bool:
    """Whether a page is not an artist, but collects plays without one."""
    return (name or "").strip().casefold() in PLACEHOLDERS or mbid in PLACEHOLDER_MBIDS


def elements(value: Any, name: str) -> list[dict[str, Any]]:
    """Copies of the elements with this name, whether one, several or none."""
    return objects(value.get(name) if isinstance(value, dict) else None)


def says_none(info: Json, field: str, name: str) -> bool:
    """Whether a response has the field with nothing in it; a missing field says nothing."""
    value = info.get(field)
    if isinstance(value, dict):
        return value.keys() <= {"#text", "@attr", name} and not value.get(name)
    return value in ("", [])


def words(value: Any) -> str | None:
    """A text without the white space around it; None if nothing is left."""
    return (text(value) or "").strip() or None


def inner(value: Any) -> dict[str, Any]:
    """An element with others inside it; one without any is an empty text."""
    return {} if not value or isinstance(value, str) else json_object(value)


def count(value: Any) -> int | None:
    """A whole number, which may be in quotes; None for an empty text."""
    return integer(None if value == "" else value)


def _tags(weighted: Any, plain: Any, own: set[str]) -> list[dict[str, Any]]:
    junk = JUNK | set(map(name_key, own))
    tags = [
        {"tag": tag, "weight": take(one, "count", count, "lastfm tags")}
        for one in elements(weighted, "tag") or elements(plain, "tag")
        if (tag := take(one, "name", words, "lastfm tags")) and name_key(tag) not in junk
    ]
    return tags[:MOST_TAGS]


def _similar(matched: Any, plain: Any) -> list[dict[str, Any]]:
    return [
        {
            **{field: take(one, field, words, "lastfm neighbours") for field in ("name", "mbid", "url")},
            "match": take(one, "match", _match, "lastfm neighbours"),
        }
        for one in elements(matched, "artist") or elements(plain, "artist")
    ]


def _match(value: Any) -> float | None:
    return share(None if value == "" else value)


def _bio(bio: dict[str, Any]) -> str | None:
    for field in ("summary", "content"):
        if bio_text := words(ENDING.sub("", take(bio, field, text, OF) or "")):
            return bio_text
    return None
