"""The bodies of requests, as they are documented."""

from typing import Annotated, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.config import JsonDict, JsonValue

from linernotes.core.identifiers import canonical_isrc, spotify_id
from linernotes.reports.catalogue import SoughtTrack
from linernotes.rest.jobs import WantedTrack
from linernotes.rest.problems import Problem

MOST_IN_A_BATCH = 50
Name = Annotated[str, Field(min_length=1, max_length=300)]
# As documented; links and other spellings of the same are understood too.
SPOTIFY_ID = {"pattern": "^[0-9A-Za-z]{22}$"}
SPOTIFY_URL = {"pattern": "^https:/{2}open[.]spotify[.]com/artist/[0-9A-Za-z]{22}$"}
ISRC = {"pattern": "^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$"}
ArtistId = Annotated[str, Field(max_length=200, json_schema_extra=SPOTIFY_ID)]


def _one_of(how: str, *several: tuple[str, ...]) -> ConfigDict:
    """What a body has to have, in the words of JSON Schema."""
    text: JsonDict = {"type": "string", "minLength": 1}
    choices: list[JsonValue] = [{"required": [*names], "properties": dict.fromkeys(names, text)} for names in several]
    return ConfigDict(json_schema_extra={how: choices})


class Body(BaseModel):
    """A body without other fields than these."""

    model_config = ConfigDict(extra="forbid")


class EnrichArtist(Body):
    """An artist by its id or its address at Spotify."""

    model_config = _one_of("oneOf", ("spotify_artist_id",), ("spotify_url",))

    spotify_artist_id: ArtistId | None = None
    spotify_url: Annotated[str, Field(max_length=2_000, json_schema_extra=SPOTIFY_URL)] | None = None
    force_refresh: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.spotify_artist_id) == bool(self.spotify_url):
            raise ValueError("give either spotify_artist_id or spotify_url")
        return self


class EnrichArtists(Body):
    """Artists by their ids at Spotify."""

    artist_ids: Annotated[
        list[ArtistId], Field(min_length=1, max_length=1_000, json_schema_extra={"maxItems": MOST_IN_A_BATCH})
    ]
    force_refresh: bool = False


class EnrichTrack(Body):
    """A track by its id or address at Spotify, by its ISRC, or by the name of its artist and its title."""

    model_config = _one_of("anyOf", ("spotify_id",), ("isrc",), ("artist", "title"))

    artist: Annotated[Name | None, Field(validation_alias=AliasChoices("artist", "artist_name"))] = None
    title: Annotated[Name | None, Field(validation_alias=AliasChoices("title", "track_title"))] = None
    spotify_id: Annotated[
        Annotated[str, Field(min_length=1, max_length=2_000, json_schema_extra=SPOTIFY_ID)] | None,
        Field(validation_alias=AliasChoices("spotify_id", "existing_spotify_id")),
    ] = None
    isrc: Annotated[
        Annotated[str, Field(min_length=1, max_length=40, json_schema_extra=ISRC)] | None,
        Field(validation_alias=AliasChoices("isrc", "existing_isrc")),
    ] = None
    track_id: Annotated[str | None, Field(max_length=200, description="Your own id of it, kept with it.")] = None
    priority: Annotated[int, Field(ge=0, le=10)] = 10
    force_refresh: bool = False

    @field_validator("spotify_id")
    @classmethod
    def _spotify(cls, given: str | None) -> str | None:
        return _known_form(given, spotify_id(given, "track") if given else None, "no id or address of a track")

    @field_validator("isrc")
    @classmethod
    def _isrc(cls, given: str | None) -> str | None:
        return _known_form(given, canonical_isrc(given) if given else None, "no ISRC")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not (self.spotify_id or self.isrc or (self.artist and self.title)):
            raise ValueError("give spotify_id, isrc, or artist and title")
        return self

    def sought(self) -> SoughtTrack:
        """What it is looked up by."""
        return SoughtTrack(self.artist or "", self.title or "", self.spotify_id or "", self.isrc or "")

    def wanted(self) -> WantedTrack:
        """The row of a list that has it."""
        names = {"artist": self.artist, "title": self.title, "spotify_id": self.spotify_id, "isrc": self.isrc}
        return WantedTrack(**names, track_id=self.track_id, priority=self.priority, force_refresh=self.force_refresh)


class EnrichTracks(Body):
    """Several tracks."""

    tracks: Annotated[list[EnrichTrack], Field(min_length=1, max_length=MOST_IN_A_BATCH)]


def _known_form(given: str | None, found: str | None, wrong: str) -> str | None:
    if given and not found:
        raise ValueError(wrong)
    return found


def artist_id_of(given: str) -> str:
    """The Spotify id in an id, URI or address.

    Raises:
        Problem: there is none in it.
    """
    found = spotify_id(given)
    if not found:
        raise Problem(400, "invalid-artist-id", f"{given[:100]!r} is not the id or address of an artist at Spotify")
    return found


def batch_of(given: list[str]) -> list[str]:
    """The Spotify ids of a batch, each once.

    Raises:
        Problem: there are more than 50, or one is no id.
    """
    if len(given) > MOST_IN_A_BATCH:
        raise Problem(400, "too-many-artists", f"a batch has at most {MOST_IN_A_BATCH} artists, not {len(given)}")
    return list(dict.fromkeys(map(artist_id_of, given)))
