"""One artist: what is known, who said it, and why that counts. Reads only."""

from collections.abc import Mapping
from typing import Any

from linernotes.core.clock import instant
from linernotes.core.errors import ConfigurationError
from linernotes.reports.artist_lookup import known_artist
from linernotes.storage.ports import Warehouse

ARTIST = (
    "select artists.*, identities.wikidataId, identities.spotifyId from {hub}.hub_music__svc_dim_artists as artists "
    "left join {hub}.hub_music__svc_artist_identities as identities on identities.artistId = artists.artistId "
    "where artists.artistId = $artist"
)
FACTS = (
    "select facts.field, facts.value, facts.provider, facts.retrievedAt, facts.confidence, facts.licence, "
    "facts.evidence, winners.provider is not null as counts "
    "from {hub}.hub_music__svc_artist_facts as facts "
    "left join {hub}.hub_music__stg_artist_winners as winners on winners.artistId = facts.artistId "
    "and winners.field = facts.field and winners.provider = facts.provider "
    "where facts.artistId = $artist "
    "order by facts.field, counts desc, facts.provider"
)
NOTES = {
    "monthlyListeners": "monthly listeners unknown: Apify was not asked, or did not know",
    "principalLabel": "label unknown: Wikidata was not asked, did not answer, or names none that is current",
    "management": "management unknown: Wikidata was not asked, did not answer, or names none that is current",
    "genres": "genres unknown",
    "followerCount": "followers unknown: Spotify was not asked, or tells a development app none",
    "popularity": "popularity unknown: Spotify was not asked, or tells a development app none",
}
Row = Mapping[str, Any]


def find_artist(warehouse: Warehouse, given: str) -> Row:
    """The artist of an id, URL, URI, MBID or name, as the tables have it.

    Raises:
        ConfigurationError: there is no such artist, several share the name, or it came in after the last build.
    """
    known = known_artist(warehouse, given)
    if row := next(iter(warehouse.rows(ARTIST, artist=known.id)), None):
        return row
    raise ConfigurationError(f"{given!r} was imported and is not in the tables yet", "linernotes run puts it there")


def facts_of(warehouse: Warehouse, artist: Row) -> list[dict[str, Any]]:
    """Every fact of an artist, those that count first within their field; ``counts`` tells the winner."""
    return list(warehouse.rows(FACTS, artist=artist["artistId"]))


def explained(facts: list[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    """The facts of one field, however its name is written.

    Raises:
        ConfigurationError: nobody has said anything of it.
    """
    known = {fact["field"].casefold(): fact["field"] for fact in facts}
    if field.casefold() not in known:
        remedy = f"known are: {', '.join(known.values())}" if known else "linernotes plan tells who can be asked"
        raise ConfigurationError(f"nobody has told {field!r} of this artist", remedy)
    return [fact for fact in facts if fact["field"] == known[field.casefold()]]


def in_short(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a person reads first: one line a fact, the ones that count marked."""
    shown = ("field", "value", "provider", "confidence")
    return [{**{name: fact[name] for name in shown}, "counts": "yes" if fact["counts"] else ""} for fact in facts]


def artist_profile(warehouse: Warehouse, artist: Row) -> dict[str, Any]:
    """The artist as one object, with nulls and notes where something is not known."""
    winners = {fact["field"]: fact for fact in facts_of(warehouse, artist) if fact["counts"]}
    return {
        "artist": {
            "id": artist["artistId"],
            "name": artist["artistName"],
            "spotify_id": artist["spotifyId"],
            "spotify_url": artist["spotifyUrl"],
        },
        "monthly_listeners": _told(artist["monthlyListeners"], winners.get("monthlyListeners")),
        "spotify": {
            "genres": artist["genres"],
            "followers_total": artist["followerCount"],
            "popularity": artist["popularity"],
        },
        "labels": _label(artist["principalLabel"], winners.get("principalLabel")),
        "management": _management(artist, winners.get("management")),
        "notes": [note for field, note in NOTES.items() if not artist[field] and artist[field] != 0],
    }


def _told(value: Any, fact: Row | None) -> dict[str, Any]:
    return {
        "value": value,
        "provider": fact and fact["provider"],
        "retrieved_at": fact and instant(fact["retrievedAt"]),
        "confidence": fact and fact["confidence"],
        "evidence": [fact["evidence"]] if fact and fact["evidence"] else [],
    }


def _label(value: Any, fact: Row | None) -> dict[str, Any]:
    told = _told(value, fact)
    return {"principal": value, "method": told["provider"]} | {key: told[key] for key in ("retrieved_at", "evidence")}


def _management(artist: Row, fact: Row | None) -> dict[str, Any]:
    evidence = {
        "wikidata_entity": artist["wikidataId"],
        "match_property": "P1902",
        "management_property": "P1037/P1875",
    }
    return _told(artist["management"], fact) | {"evidence": evidence if fact else {}}
