"""Tables of audio features as programs write them."""

from io import BytesIO
from typing import Any

import pytest

from linernotes.landing.lines import LineReader
from linernotes.sources.audio_features import read_features
from tests.clocks import START
from tests.samples import ID, configs

EXPORTIFY = (
    '"Track URI","Track Name","Album Name","Artist Name(s)","Release Date","Duration (ms)","Popularity","Explicit",'
    '"Added By","Added At","Genres","Record Label","Danceability","Energy","Key","Loudness","Mode","Speechiness",'
    '"Acousticness","Instrumentalness","Liveness","Valence","Tempo","Time Signature"\n'
)


def exported(**changes: Any) -> str:
    """A row of a playlist as Exportify writes it."""
    row = {
        "uri": f"spotify:track:{ID}", "name": "Roads", "album": "Dummy", "artists": "Portishead",
        "date": "1994-08-22", "ms": 305_000, "popularity": 60, "explicit": "false", "by": "somebody",
        "at": "2026-01-01", "genres": "trip hop",
        "label": "Go! Beat", "danceability": 0.5, "energy": 0.6, "key": 9, "loudness": -7.5, "mode": 0,
        "speechiness": 0.1, "acousticness": 0.2, "instrumentalness": 0, "liveness": 0.1, "valence": 0.3, "tempo": 81.25,
        "signature": 4,
    }  # fmt: skip
    return ",".join(f'"{value}"' for value in (row | changes).values()) + "\n"


@pytest.fixture
def read() -> Any:
    """The lines of a file."""
    contract = configs().dataset("features/audio_features")

    def lines(name: str, text: str) -> list[Any]:
        return list(read_features(BytesIO(text.encode()), name, "0" * 64, contract, LineReader(contract, START)).lines)

    return lines


@pytest.mark.parametrize(
    ("name", "text", "subject"),
    [
        ("kaggle.csv", ",track_id,artists,track_name,key,mode,tempo\n0,{id},A;B,Roads,9,0,81.25\n", "spotify {id}"),
        ("large.csv", "id,name,artists,key,mode,tempo\n{id},Roads,\"['A', 'B']\",9,0,81.25\n", "spotify {id}"),
        ("tidy.csv", "track_id,track_name,track_artist,key,mode,tempo\n{id},Roads,A,9,0,81.25\n", "spotify {id}"),
        ("german.csv", "Title;Artist;ISRC;Key;Mode;BPM\nRoads;A;qz-abc-21-00001;9;0;81,25\n", "isrc QZABC2100001"),
        ("crate.tsv", "Title\tArtist\tInitial Key\tBPM\nRoads\tA\tAm\t81.25\n", "A|Roads"),
        ("wheel.csv", "Artist,Title,Camelot,BPM\nA,Roads,8A,81.25\n", "A|Roads"),
        ("words.csv", "track_name,artist(s)_name,bpm,key,mode\nRoads,A,81.25,A,Minor\n", "A|Roads"),
    ],
)
def test_the_well_known_tables_are_known_by_their_headings(read: Any, name: str, text: str, subject: str) -> None:
    (row,) = read(name, text.replace("{id}", ID))
    assert (row["key"], row["mode"], row["tempo"]) == (9, 0, 81.25)
    assert (row["subject"], row["artistName"]) == (subject.replace("{id}", ID), "A")


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"key": -1}, {"key": None, "mode": None}),
        ({"key": 0, "mode": 1}, {"key": 0, "mode": 1}),
        ({"mode": ""}, {"key": None, "mode": None}),
        ({"tempo": 0}, {"tempo": None}),
        ({"tempo": ""}, {"tempo": None}),
        ({"signature": 0}, {"timeSignature": None}),
        ({"key": "A", "mode": 0}, {"key": 9, "mode": 0}),
        ({"key": "A", "mode": ""}, {"key": None, "mode": None}),
        ({"key": "Am", "mode": ""}, {"key": 9, "mode": 0}),
        ({"date": "22/08/1994"}, {"releaseDate": None}),
        ({"date": "1994"}, {"releaseDate": "1994"}),
    ],
    ids=str,
)
def test_what_the_file_does_not_know_is_null_and_never_c_major(read: Any, changes: Any, kept: Any) -> None:
    (row,) = read("playlist.csv", EXPORTIFY + exported(**changes))
    assert {name: row.get(name) for name in kept} == kept
