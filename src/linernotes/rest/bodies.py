"""The bodies of requests, as they are documented."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from linernotes.core.identifiers import spotify_id
from linernotes.rest.problems import Problem

MOST_IN_A_BATCH = 50
Name = Annotated[str, Field(min_length=1, max_length=300)]


class Body(BaseModel):
    """A body without other fields than these."""

    model_config = ConfigDict(extra="forbid")


class EnrichArtist(Body):
    """An artist by its id or its address at Spotify."""

    spotify_artist_id: Annotated[str, Field(max_length=200)] | None = None
    spotify_url: Annotated[str, Field(max_length=2_000)] | None = None
    force_refresh: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.spotify_artist_id) == bool(self.spotify_url):
            raise ValueError("give either spotify_artist_id or spotify_url")
        return self


class EnrichArtists(Body):
    """Artists by their ids at Spotify."""

    artist_ids: Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=1_000)]
    force_refresh: bool = False


class EnrichTrack(Body):
    """A track by the name of its artist and its title."""

    artist: Name
    title: Name


class EnrichTracks(Body):
    """Several tracks."""

    tracks: Annotated[list[EnrichTrack], Field(min_length=1, max_length=MOST_IN_A_BATCH)]


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
