"""One artist: all known values, the provider of each, and the selected values. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypedDict

from linernotes.core.clock import instant
from linernotes.core.errors import ConfigurationError
from linernotes.reports.artist_label import Label, with_releases
from linernotes.reports.artist_lookup import known_artist
from linernotes.reports.identities import artist_claims, withheld_notes
from linernotes.reports.queries import doubted_notes
from linernotes.reports.rows import Record, rows_of
from linernotes.storage.ports import Warehouse

NOTES = {
    "monthlyListeners": "monthly listeners unknown: not fetched from Apify, or not available there",
    "principalLabel": "label unknown: not fetched from MusicBrainz or Wikidata, or none there",
    "management": "management unknown: not fetched from Wikidata, or no current one there",
    "genres": "genres unknown",
    "followerCount": "followers unknown: not fetched from Spotify, or not available to apps in development mode",
    "popularity": "popularity unknown: not fetched from Spotify, or not available to apps in development mode",
}
# Headings of reports and usual words, folded, where they are not the name of the column.
HEADINGS = {
    "label": "principalLabel",
    "recordlabel": "principalLabel",
    "manager": "management",
    "artist": "name",
    "artistname": "name",
    "genre": "genres",
    "followers": "followerCount",
    "listenbrainzlisteners": "listenerCount",
    "deezerfans": "fans",
    "score": "opportunityScore",
    "plays": "playCount",
    "firstheard": "firstPlayedAt",
    "lastheard": "lastPlayedAt",
}


class Artist(TypedDict):
    """An artist as the dimension has it, with its Spotify and Wikidata ids; popularity is 0 to 100.

    ``genres`` are those that count, whoever told them, ``spotifyGenres`` what Spotify said.
    """

    artistId: str
    artistName: str | None
    spotifyId: str | None
    spotifyUrl: str | None
    wikidataId: str | None
    genres: list[str]
    popularity: int | None
    followerCount: int | None
    monthlyListeners: int | None
    principalLabel: str | None
    management: str | None
    spotifyGenres: list[str]


class ArtistValue(TypedDict):
    """One provider's value for a field of an artist; ``counts`` is true if the hub's dimension uses this value.

    ``confidence`` is 0 to 1.
    """

    field: str
    value: str | None
    provider: str
    retrievedAt: datetime | None
    confidence: float | None
    licence: str | None
    evidence: str | None
    counts: bool


@dataclass(frozen=True, slots=True)
class ValueSummary:
    """A value as a row of a table; ``counts`` is yes or empty."""

    field: str
    value: str | None
    provider: str
    confidence: float | None
    counts: str


@dataclass(frozen=True, slots=True)
class SelectedValue:
    """A selected value with its provider and licence."""

    field: str
    value: str | None
    provider: str
    licence: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """The ids of an artist, and its name."""

    id: str
    name: str | None
    spotify_id: str | None
    spotify_url: str | None


@dataclass(frozen=True, slots=True)
class SourcedValue:
    """A value with the provider it comes from, and the instant it was fetched as text; confidence is 0 to 1."""

    value: str | int | None
    provider: str | None = None
    retrieved_at: str | None = None
    confidence: float | None = None
    evidence: list[str] | dict[str, str | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SpotifyNumbers:
    """Spotify's own numbers; popularity is 0 to 100."""

    genres: list[str]
    followers_total: int | None
    popularity: int | None


@dataclass(frozen=True, slots=True)
class ArtistProfile:
    """The known values of an artist, with notes on missing or withheld ones; its fields are ``show``'s JSON."""

    artist: Identity
    monthly_listeners: SourcedValue
    spotify: SpotifyNumbers
    labels: Label
    management: SourcedValue
    notes: list[str]


def find_artist(warehouse: Warehouse, given: str) -> Artist:
    """Find an artist by id, URL, URI, MBID or name.

    Raises:
        ConfigurationError: the artist is not known, several share the name, or it was imported after the last build.
    """
    known = known_artist(warehouse, given)
    for artist in rows_of(Artist, warehouse, "artist", artist=known.id):
        return artist
    raise ConfigurationError(
        f"{given!r} was imported but is not in the tables yet", "to build the tables: linernotes run"
    )


def artist_values(warehouse: Warehouse, artist: Artist) -> list[ArtistValue]:
    """All values of an artist; within each field the selected one comes first."""
    return rows_of(ArtistValue, warehouse, "artist_values", artist=artist["artistId"])


def field_name(given: str) -> str:
    """The column that a person means: headings of reports and any case are understood, ``Label`` and ``label``."""
    folded = "".join(letter for letter in given if letter.isalnum()).casefold()
    return HEADINGS.get(folded, folded)


def values_of_field(values: Sequence[ArtistValue], field: str) -> list[ArtistValue]:
    """The values of one field, whose name may be in any case or a heading of a report.

    Raises:
        ConfigurationError: no provider has a value for it.
    """
    known = {value["field"].casefold(): value["field"] for value in values}
    wanted = field.casefold() if field.casefold() in known else field_name(field).casefold()
    if wanted not in known:
        remedy = (
            f"available: {', '.join(known.values())}" if known else "linernotes plan shows which providers can be used"
        )
        raise ConfigurationError(f"no provider has {field!r} here", remedy)
    return [value for value in values if value["field"] == known[wanted]]


def value_summaries(values: Sequence[ArtistValue]) -> list[ValueSummary]:
    """The values cut to the columns that fit a terminal, with the selected ones marked."""
    return [
        ValueSummary(
            each["field"], each["value"], each["provider"], each["confidence"], "yes" if each["counts"] else ""
        )
        for each in values
    ]


def selected_values(values: Sequence[ArtistValue]) -> list[SelectedValue]:
    """The selected values, with their providers and licences."""
    return [
        SelectedValue(each["field"], each["value"], each["provider"], each["licence"])
        for each in values
        if each["counts"]
    ]


def artist_profile(warehouse: Warehouse, artist: Artist) -> ArtistProfile:
    """The artist as one object, with nulls, and notes on what is missing or withheld."""
    selected = {value["field"]: value for value in artist_values(warehouse, artist) if value["counts"]}
    label = _sourced_value(artist["principalLabel"], selected.get("principalLabel"))
    evidence = {
        "wikidata_entity": artist["wikidataId"],
        "match_property": "P1902",
        "management_property": "P1037/P1875",
    }
    columns: Record = artist
    missing = [note for field, note in NOTES.items() if not columns[field] and columns[field] != 0]
    claims = artist_claims(warehouse, artist["artistId"])
    doubted = doubted_notes(warehouse, artist["artistId"])
    return ArtistProfile(
        artist=Identity(artist["artistId"], artist["artistName"], artist["spotifyId"], artist["spotifyUrl"]),
        monthly_listeners=_sourced_value(artist["monthlyListeners"], selected.get("monthlyListeners")),
        spotify=SpotifyNumbers(artist["spotifyGenres"], artist["followerCount"], artist["popularity"]),
        labels=with_releases(
            warehouse, artist["artistId"], Label(label.value, label.provider, label.retrieved_at, label.evidence)
        ),
        management=replace(
            _sourced_value(artist["management"], selected.get("management")),
            evidence=evidence if "management" in selected else {},
        ),
        notes=[*missing, *withheld_notes(claims, artist["artistId"]), *doubted],
    )


def profile_row(profile: ArtistProfile, artist: Artist) -> Record:
    """The profile as one row, with the columns' own names; its genres are those that count, whoever told them."""
    return {
        "artistId": profile.artist.id,
        "artistName": profile.artist.name,
        "spotifyUrl": profile.artist.spotify_url,
        "monthlyListeners": profile.monthly_listeners.value,
        "monthlyListenersRetrievedAt": profile.monthly_listeners.retrieved_at,
        "genres": artist["genres"],
        "followerCount": profile.spotify.followers_total,
        "popularity": profile.spotify.popularity,
        "principalLabel": profile.labels.principal,
        "management": profile.management.value,
        "notes": profile.notes,
    }


def _sourced_value(value: str | int | None, selected: ArtistValue | None) -> SourcedValue:
    if selected is None:
        return SourcedValue(value)
    evidence = [selected["evidence"]] if selected["evidence"] else []
    fetched = instant(selected["retrievedAt"]) if selected["retrievedAt"] else None
    return SourcedValue(value, selected["provider"], fetched, selected["confidence"], evidence)
