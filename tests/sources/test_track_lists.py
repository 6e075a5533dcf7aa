"""Lists of tracks and DJ libraries as programs write them."""

from io import BytesIO
from typing import Any

import pytest

from linernotes.core.clock import instant
from linernotes.core.errors import BelowExpectations, ConfigurationError, LinernotesError
from linernotes.sources.track_lists import Contracts, TrackList, read_track_list
from tests.clocks import START
from tests.samples import ID, configs
from tests.sources.dj import M3U, REKORDBOX, TRAKTOR

TOLD = ("trackName", "artistName", "durationMs", "key", "mode", "tempo", "label", "releaseDate")


def read(name: str, text: str) -> TrackList:
    """What a file of this name and text holds."""
    requests, features = configs().dataset("requests/tracks"), configs().dataset("features/audio_features")
    return read_track_list(BytesIO(text.encode()), name, Contracts(requests, features, START, "0" * 64))


def named(found: TrackList) -> list[tuple[Any, ...]]:
    """Artist, title and album of each track; the reason where a row was rejected."""
    return [
        (line["_reject"]["reason"][:20],)
        if "_reject" in line
        else (line["artistName"], line["trackName"], line["albumName"])
        for line in found.tracks
    ]


def told(found: TrackList) -> list[tuple[Any, ...]]:
    """What the list itself says of its tracks."""
    return [tuple(line.get(name) for name in TOLD) for line in found.features]


def test_a_rekordbox_library_tells_tracks_their_keys_and_their_lengths_in_milliseconds() -> None:
    found = read("rekordbox.xml", REKORDBOX)
    assert found.kind == "rekordbox"
    assert named(found) == [
        ("Portishead", "Roads", "Dummy"),
        ("Portishead", "Numb & Number", None),
        ("it names no track: n",),
    ]
    assert told(found) == [("Roads", "Portishead", 305_000, 9, 0, 81.25, "Go! Beat", "1994")]


def test_a_traktor_library_tells_its_own_key_before_the_text_it_shows() -> None:
    found = read("collection.nml", TRAKTOR)
    assert found.kind == "traktor"
    assert named(found) == [("Portishead", "Roads", "Dummy"), ("Portishead", "Numb", None)]
    assert told(found) == [
        ("Roads", "Portishead", 305_125, 9, 0, 81.25, "Go! Beat", "1994-08-22"),
        ("Numb", "Portishead", None, 1, 1, None, None, "1994"),
    ]


def test_a_playlist_tells_tracks_by_its_extinf_lines() -> None:
    found = read("set.m3u8", M3U)
    assert named(found) == [
        ("Portishead", "Roads", None),
        ("Portishead", "Numb - Live", "Roseland NYC Live"),
        ("it names no track: n",),
    ]
    assert [line["durationMs"] for line in found.features] == [305_000]


@pytest.mark.parametrize("text", [REKORDBOX, TRAKTOR, M3U], ids=["rekordbox", "traktor", "m3u"])
def test_where_files_lie_on_somebodys_disk_is_not_kept(text: str) -> None:
    found = read("library", text)
    assert "somebody" not in repr((found.tracks, found.features))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "requests.csv",
            "track_id,artist_name,track_title,existing_spotify_id,existing_isrc,priority,force_refresh\n"
            f"own-7,Portishead,Roads,{ID},GB-BKS-94-00146,9,true\n",
        ),
        (
            "requests.json",
            '[{"track_id": "own-7", "artist_name": "Portishead", "track_title": "Roads", "priority": 9,'
            f' "existing_spotify_id": "{ID}", "existing_isrc": "gbbks9400146", "force_refresh": true}}]',
        ),
        (
            "requests.jsonl",
            '{"track_id": "own-7", "artists": [{"name": "Portishead"}], "title": "Roads", "priority": "9",'
            f' "track_uri": "spotify:track:{ID}", "isrc": "GBBKS9400146", "force_refresh": "yes"}}\n',
        ),
    ],
    ids=["csv", "json", "jsonl"],
)
def test_requests_are_known_by_their_headings(name: str, text: str) -> None:
    (line,) = read(name, text).tracks
    assert (line["subject"], line["spotifyTrackId"], line["isrc"]) == (f"spotify {ID}", ID, "GBBKS9400146")
    assert (line["artistName"], line["trackName"], line["givenId"]) == ("Portishead", "Roads", "own-7")
    assert (line["priority"], line["refreshAt"]) == (9, instant(START))


def test_a_request_that_says_neither_has_no_priority_and_is_not_asked_again() -> None:
    found = read("requests.csv", "artist,title,priority,force_refresh\nPortishead,Roads,,\nPortishead,Numb,,false\n")
    assert [(line["priority"], line["refreshAt"]) for line in found.tracks] == [(None, None)] * 2
    assert not +found.unusable


def test_an_id_that_is_none_costs_that_id_alone_while_something_else_names_the_track() -> None:
    text = (
        "artist,title,existing_spotify_id,existing_isrc,priority,force_refresh\nA,Roads,x,12345,11,maybe\n,,x,12345,,\n"
    )
    found = read("requests.csv", text)
    assert named(found) == [("A", "Roads", None), ("it names no track: n",)]
    once = dict.fromkeys(("isrc", "spotifyTrackId", "priority", "forceRefresh"), 1)
    assert dict(+found.unusable) == once


def test_a_list_may_be_links_and_codes_alone() -> None:
    found = read("links.txt", f"https://open.spotify.com/track/{ID}?si=1\nGB-BKS-94-00146\n")
    assert [line["subject"] for line in found.tracks] == [f"spotify {ID}", "isrc GBBKS9400146"]


@pytest.mark.parametrize(
    ("name", "text", "kind", "said"),
    [
        ("empty.m3u", "#EXTM3U\n", BelowExpectations, "import empty.m3u: it holds no tracks"),
        ("nothing.csv", "", BelowExpectations, "import nothing.csv: the file is empty"),
        ("none.xml", REKORDBOX.partition("<TRACK")[0] + "</COLLECTION></DJ_PLAYLISTS>", BelowExpectations, "no tracks"),
        ("cut.xml", REKORDBOX[:700], BelowExpectations, "import cut.xml: the XML is damaged or cut off"),
        ("page.xml", "<html></html>", ConfigurationError, "import page.xml: <html> is not the library of a DJ program"),
        ("roster.csv", "Artist,Link\nPortishead,x\n", ConfigurationError, "import roster.csv: not a list of tracks"),
        ("roster.json", '[{"artist": "Portishead"}]', ConfigurationError, "import roster.json: not a list of tracks"),
        (
            "bomb.xml",
            '<!DOCTYPE x [<!ENTITY a "b">]><DJ_PLAYLISTS><COLLECTION><TRACK Name="&a;"/></COLLECTION></DJ_PLAYLISTS>',
            BelowExpectations,
            "import bomb.xml: the XML declares entities of its own",
        ),
    ],
    ids=["playlist", "csv", "library", "cut", "another XML", "roster", "JSON roster", "entities"],
)
def test_what_holds_no_tracks_is_an_error(name: str, text: str, kind: type[LinernotesError], said: str) -> None:
    with pytest.raises(kind) as caught:
        read(name, text)
    assert said in caught.value.message
