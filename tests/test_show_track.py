"""``show track`` and ``explain track``: found by ids, links, codes and names; namesakes are refused with their ids."""

from pathlib import Path

import pytest

from tests.laptop import Laptop
from tests.samples import ID
from tests.sources.test_audio_features import EXPORTIFY, exported

ISRC = "GBBKS9400146"
PLAYS = (
    "artist,track,time,uri,isrc\n"
    f"Portishead,Roads,2024-01-01 10:00:00,spotify:track:{ID},{ISRC}\n"
    "Nobody,Roads,2024-01-01 12:00:00,,\nPortishead,Numb,2024-01-01 11:00:00,,\n"
    "Björk,Jóga (feat. Somebody),2024-01-01 13:00:00,,\n"
)


@pytest.fixture(scope="module")
def home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """Four tracks, one of them with audio features."""
    laptop = Laptop(tmp_path_factory.mktemp("shown") / "home").take_over(built_home)
    laptop("import", "plays", laptop.write("plays.csv", PLAYS))
    laptop("import", "features", laptop.write("playlist.csv", EXPORTIFY + exported()))
    assert laptop.make_tables().code == 0
    return laptop


@pytest.mark.parametrize(
    "given",
    [
        ID,
        f"https://open.spotify.com/track/{ID}?si=1",
        f"spotify:track:{ID}",
        "gb-bks-94-00146",
        "portishead - roads",
        "PORTISHEAD - Roads!",
    ],
)
def test_a_track_is_found_by_ids_links_codes_and_names(home: Laptop, given: str) -> None:
    shown = home("show", "track", given).rows
    assert (shown["track"]["artist"], shown["track"]["name"]) == ("Portishead", "Roads")
    assert (shown["track"]["isrc"], shown["track"]["spotify_uri"]) == (ISRC, f"spotify:track:{ID}")


def test_what_is_shown_says_who_said_it(home: Laptop) -> None:
    shown = home("show", "track", ID).rows
    assert shown["key"] == {"text": "A minor", "camelot": "8A", "open_key": "1m"}
    tempo = shown["values"]["tempo"]
    assert (tempo["value"], tempo["provider"], tempo["confidence"]) == ("81.25", "file", 1.0)
    assert (shown["year"], shown["plays"], shown["status"]) == (1994, 1, "pending")
    missing = home("show", "track", "Numb").rows
    assert [note.split(":")[0] for note in missing["notes"]] == ["key unknown", "tempo unknown"]


def test_the_spelling_of_a_title_does_not_matter(home: Laptop) -> None:
    assert home("show", "track", "joga").rows["track"]["artist"] == "Björk"


def test_namesakes_are_refused_with_their_ids(home: Laptop) -> None:
    said = home("show", "track", "Roads")
    ids = {row["trackId"]: row["artistName"] for row in home.rows("select * from {hub}.hub_music__svc_dim_tracks")}
    assert said.code == 2
    assert said.complaint.startswith("linernotes: 2 tracks are named 'Roads': ")
    assert all(f"{key} ({artist} - Roads)" in said.complaint for key, artist in ids.items() if key in said.complaint)
    (one,) = [key for key, artist in ids.items() if artist == "Nobody"]
    assert home("show", "track", one).rows["track"]["artist"] == "Nobody"


def test_a_track_nobody_knows_says_how_to_name_one(home: Laptop) -> None:
    assert home("explain", "track", "Nothing").complaint == (
        "linernotes: no track found for 'Nothing'; use a Spotify id or link, an ISRC, a MusicBrainz id, or its names"
        " as in 'Portishead - Roads'"
    )


def test_explain_has_every_value_and_every_id(home: Laptop) -> None:
    values = home("explain", "track", ID, "--format", "json").rows
    assert {row["field"] for row in values} >= {"key", "mode", "tempo", "label"}
    assert all(row["counts"] and row["provider"] == "file" for row in values)
    (isrc,) = home("explain", "track", ID, "isrc", "--format", "json").rows
    assert (isrc["value"], isrc["provider"], isrc["counts"]) == (ISRC, "plays", True)
    (label,) = home("explain", "track", ID, "Label", "--format", "json").rows
    assert (label["field"], label["provider"], label["counts"]) == ("label", "file", True)
    ids = home("explain", "track", "Portishead - Roads", "identity", "--format", "json").rows
    assert {row["field"] for row in ids} == {"isrc", "spotifyTrackId"}
    assert "no provider has 'mood' here; available: " in home("explain", "track", ID, "mood").complaint


def test_a_name_without_quotes_is_not_taken_for_two(home: Laptop) -> None:
    said = home("show", "Massive", "Attack")
    assert (said.code, "one artist at a time" in said.complaint) == (2, True)
