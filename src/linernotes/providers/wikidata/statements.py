"""The record of an artist from Wikidata's rows: labels, management, genres, countries, and ids at other services."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from linernotes.core.identifiers import MBID as MUSICBRAINZ_ID
from linernotes.core.values import Json
from linernotes.providers.answers import warn_of_new_fields
from linernotes.providers.wikidata.queries import (
    CITIZENSHIP,
    DEEZER,
    DISCOGS,
    GENRE,
    IDS,
    LABEL,
    LASTFM,
    MANAGER,
    MBID,
    ORIGIN,
    REPRESENTED_BY,
    THINGS,
)

ENTITY = re.compile(r"https?://www\.wikidata\.org/entity/([PQ][1-9][0-9]*)")
DIGITS = re.compile(r"[0-9]{1,18}")
READ = {"spotify", "item", "property", "value", "rank", "end", "ended"}


@dataclass(frozen=True, slots=True)
class Claim:
    """One value of one property of one item; ``value`` is an item (Q...) or a text."""

    item: str
    property: str
    value: str
    preferred: bool
    ended: bool


def parse(key: str, raw: Json) -> Json:
    """The contract's columns of ``raw``: an artist's rows in ``facts``, the names of their items in ``names``.

    Names are in the order of our languages: the first of an item is its name. If several items have the same Spotify
    id, all are kept and none is chosen as the artist: that would be a guess.
    """
    rows: Sequence[Json] = raw.get("facts") or ()
    warn_of_new_fields("wikidata", "rows", {name for row in rows for name in row} - READ)
    items, claims = items_of(rows), _best(_claims(rows))
    names = _names(raw.get("names") or ())
    called = {names.get(item) for item in items}
    return {
        "artistId": key,
        "wikidataId": items[0] if len(items) == 1 else None,
        "wikidataIds": items,
        "ambiguous": len(items) > 1,
        "artistLabel": called.pop() if len(called) == 1 else None,
        "labels": _present(claims, (LABEL,), names, ("ended",)),
        "management": _present(claims, (MANAGER, REPRESENTED_BY), names, ("property", "ended")),
        "genres": _present(claims, (GENRE,), names),
        "countries": _present(claims, (ORIGIN, CITIZENSHIP), names),
        "mbids": _texts(claims, MBID, _mbid),
        "discogsIds": _texts(claims, DISCOGS, _digits),
        "deezerIds": _texts(claims, DEEZER, _digits),
        "lastfmNames": _texts(claims, LASTFM, _lastfm_name),
    }


def items_of(rows: Iterable[Json]) -> list[str]:
    """The items that have the Spotify id, lowest number first."""
    return sorted(set(filter(None, (entity(row, "item") for row in rows))), key=_number)


def things_of(rows: Iterable[Json]) -> set[str]:
    """Every item in these rows that has a name: the artists, and the values that are items."""
    rows = list(rows)
    return {*items_of(rows), *(claim.value for claim in _claims(rows) if claim.property in THINGS)}


def readable(row: Any) -> bool:
    """Whether a row has the structure of one: variables and their bindings."""
    return isinstance(row, dict) and all(bound is None or isinstance(bound, dict) for bound in row.values())


def entity(row: Json, name: str) -> str | None:
    """The P or Q number in a variable of a row; None for a placeholder of an unknown value."""
    found = ENTITY.fullmatch(text(row, name) or "")
    return found[1] if found else None


def text(row: Json, name: str) -> str | None:
    """The value of a variable in a row; None if it is not bound."""
    value = (row.get(name) or {}).get("value")
    return value if isinstance(value, str) else None


def _claims(rows: Iterable[Json]) -> list[Claim]:
    return [claim for claim in map(_claim, rows) if claim]


def _claim(row: Json) -> Claim | None:
    item, stated, rank = entity(row, "item"), entity(row, "property"), text(row, "rank") or ""
    value = entity(row, "value") if stated in THINGS else text(row, "value") if stated in IDS else None
    if not item or not stated or not value or _is_unknown_value(row) or rank.endswith("DeprecatedRank"):
        return None
    return Claim(item, stated, value, rank.endswith("PreferredRank"), text(row, "ended") in ("true", "1"))


def _is_unknown_value(row: Json) -> bool:
    """Whether a value means "has one, but unknown which"; as an id, it would be requested from other services."""
    return row["value"].get("type") == "bnode" or "/.well-known/genid/" in row["value"]["value"]


def _best(claims: Sequence[Claim]) -> list[Claim]:
    """The claims, except where Wikidata itself prefers another; former contracts are kept."""
    preferred = {(claim.item, claim.property) for claim in claims if claim.preferred}
    contracts = {LABEL, MANAGER, REPRESENTED_BY}
    return [c for c in claims if c.preferred or c.property in contracts or (c.item, c.property) not in preferred]


def _present(
    claims: Iterable[Claim], properties: Sequence[str], names: Mapping[str, str], shown: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """One entry per item, or per item and property where that is shown; current ones first, then preferred ones."""
    chosen: dict[tuple[str, str], Claim] = {}
    for claim in sorted((c for c in claims if c.property in properties), key=lambda c: _rank(c, properties)):
        chosen.setdefault((claim.value, claim.property if "property" in shown else ""), claim)
    return [
        {"id": claim.value, "name": names.get(claim.value), **{name: getattr(claim, name) for name in shown}}
        for claim in chosen.values()
    ]


def _rank(claim: Claim, properties: Sequence[str]) -> tuple[bool, bool, int, int]:
    return claim.ended, not claim.preferred, properties.index(claim.property), _number(claim.value)


def _texts(claims: Iterable[Claim], wanted: str, read: Callable[[str], str]) -> list[str]:
    """The ids of a property, without what cannot be one; those that have ended are the artist's too, and come last."""
    found = sorted((claim.ended, not claim.preferred, claim.value) for claim in claims if claim.property == wanted)
    return list(dict.fromkeys(filter(None, (read(value.strip()) for _, _, value in found))))


def _mbid(value: str) -> str:
    return value.lower() if MUSICBRAINZ_ID.fullmatch(value) else ""


def _digits(value: str) -> str:
    return value if DIGITS.fullmatch(value) else ""


def _lastfm_name(value: str) -> str:
    """The name in an address of Last.fm's, where it is written like Daft+Punk; an alias has a mark before it."""
    return "" if "://" in value else unquote_plus(value.removeprefix("+noredirect/")).strip()


def _names(rows: Iterable[Json]) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in rows:
        thing, name = entity(row, "id"), text(row, "name")
        if thing and name:
            names.setdefault(thing, name)
    return names


def _number(item: str) -> int:
    return int(item[1:])
