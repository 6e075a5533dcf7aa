"""Ids in the ways that people and services write them."""

import pytest

from linernotes.core.identifiers import canonical_mbid, linked_spotify_id, spotify_id

ID = "0LcJLqbBmaGUft1e9Mm8HV"
MBID = "d87e52c5-bb8d-4da8-b941-9f4928627dc8"


@pytest.mark.parametrize(
    "text",
    [
        f"https://open.spotify.com/artist/{ID}",
        f"http://open.spotify.com/artist/{ID}/",
        f"open.spotify.com/artist/{ID}",
        f"https://open.spotify.com/intl-de/artist/{ID}?si=abc&nd=1",
        f"https://open.spotify.com/intl-pt-BR/artist/{ID}#top",
        f"https://open.spotify.com/artist/{ID}/discography/all",
        f"https://open.spotify.com/embed/artist/{ID}",
        f"https://open.spotify.com/user/somebody/artist/{ID}",
        f"https://play.spotify.com/artist/{ID}",
        f"HTTPS://Open.Spotify.com/artist/{ID}",
        f"spotify:artist:{ID}",
        f"spotify:user:somebody:artist:{ID}",
        f"  spotify:artist:{ID}\n",
    ],
)
def test_a_link_to_an_artist_has_its_id(text: str) -> None:
    assert linked_spotify_id(text) == spotify_id(text) == ID
    assert spotify_id(text, "track") is None


@pytest.mark.parametrize("kind", ["track", "album"])
def test_links_to_other_things_have_theirs(kind: str) -> None:
    for text in (f"https://open.spotify.com/{kind}/{ID}?si=1", f"spotify:{kind}:{ID}"):
        assert spotify_id(text) is None
        assert spotify_id(text, kind) == ID  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ABBA",
        ID[:-1],
        f"{ID}x",
        f"{ID[:-1]}é",
        f"https://open.spotify.com/artist/{ID}x",
        f"https://open.spotify.com/artist/{ID[:-1]}",
        f"https://example.org/?to=https://open.spotify.com/artist/{ID}",
        f"https://open.spotify.com.example.org/artist/{ID}",
        f"https://open.spotify.com/playlist/{ID}",
    ],
)
def test_anything_else_has_none(text: str) -> None:
    assert spotify_id(text) is None


def test_a_bare_id_is_an_id_and_no_link() -> None:
    assert spotify_id(f" {ID} ") == ID
    assert linked_spotify_id(ID) is None


@pytest.mark.parametrize(
    "text",
    [
        MBID,
        MBID.upper(),
        f" {MBID} ",
        f"https://musicbrainz.org/artist/{MBID}",
        f"musicbrainz.org/artist/{MBID}/works",
    ],
)
def test_an_mbid_is_written_in_lower_case(text: str) -> None:
    assert canonical_mbid(text) == MBID


@pytest.mark.parametrize(
    "text", ["", ID, MBID[:-1], MBID.replace("-", ""), f"{MBID}0", f"https://example.org/artist/{MBID}"]
)
def test_other_texts_are_no_mbids(text: str) -> None:
    assert canonical_mbid(text) is None
