"""``linernotes import features``: what files say of tracks, whatever program wrote them."""

import pytest

from tests.laptop import Laptop
from tests.samples import ID, keys
from tests.sources.test_audio_features import EXPORTIFY, exported

OTHER = keys(1)[0]
STORED = "select * exclude (_fileHash, _line) from {lake}.lake_features__normalized_audio_features order by _line"


def test_a_playlist_export_brings_features_label_and_no_account(importer: Laptop) -> None:
    assert importer("import", "features", importer.write("playlist.csv", EXPORTIFY + exported())).code == 0
    (row,) = importer.rows(STORED)
    assert (row["subject"], row["spotifyTrackId"]) == (f"spotify {ID}", ID)
    assert (row["key"], row["mode"], row["tempo"], row["timeSignature"]) == (9, 0, 81.25, 4)
    assert (row["label"], row["releaseDate"], row["durationMs"]) == ("Go! Beat", "1994-08-22", 305_000)
    assert (row["trackName"], row["artistName"], row["instrumentalness"]) == ("Roads", "Portishead", 0.0)
    assert not any(b"somebody" in path.read_bytes() for path in importer.home.rglob("*.jsonl"))


def test_a_value_that_cannot_be_costs_that_value_alone(importer: Laptop) -> None:
    rows = [exported(energy=7), exported(uri=f"spotify:track:{OTHER}", key=12, tempo="fast")]
    said = importer("import", "features", importer.write("odd.csv", EXPORTIFY + "".join(rows)))
    assert said.code == 0
    assert "odd.csv: left out 3 values that cannot be: energy (1), key (1), tempo (1)" in said.err
    kept = [(row["energy"], row["key"], row["mode"], row["tempo"]) for row in importer.rows(STORED)]
    assert kept == [(None, 9, 0, 81.25), (0.6, None, None, None)]


def test_keys_in_words_and_codes_that_are_none_are_told_apart(importer: Laptop) -> None:
    rows = "A,Roads,Am,81,\nA,Numb,Dbm,90,QZ-ABC-21-00001\nA,Sour,H,95,12345\n"
    said = importer("import", "features", importer.write("crate.csv", "Artist,Title,Initial Key,BPM,ISRC\n" + rows))
    assert "crate.csv: left out 2 values that cannot be: isrc (1), key (1)\n" in said.err
    kept = [(row["subject"], row["key"], row["mode"]) for row in importer.rows(STORED)]
    assert kept == [("A|Roads", 9, 0), ("isrc QZABC2100001", 1, 0), ("A|Sour", None, None)]


def test_a_row_that_names_no_track_is_rejected_with_its_line(importer: Laptop) -> None:
    said = importer(
        "import", "features", importer.write("x.csv", EXPORTIFY + exported() * 30 + exported(uri="", name=""))
    )
    assert (said.code, "imported 30 new tracks, already known 0, rejected 1" in said.err) == (0, True)
    (reject,) = importer.rejects()
    assert (reject["line"], reject["reason"][:20]) == (32, "it names no track: n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Artist,Spotify link\nPortishead,x\n", "not a table of audio features; it needs a column that names tracks"),
        ("Track URI,Track Name\nspotify:track:x,Roads\n", "not a table of audio features"),
        (
            EXPORTIFY + exported(energy=0.06) * 25,
            "half of its tracks have an energy below 0.060, so its scale is wrong",
        ),
    ],
    ids=["a roster", "no features", "ten times too small"],
)
def test_what_cannot_be_right_is_refused_as_a_whole(importer: Laptop, text: str, message: str) -> None:
    said = importer("import", "features", importer.write("x.csv", text))
    assert (said.code, message in said.complaint) == (2, True)


def test_the_same_file_again_brings_nothing_new(importer: Laptop) -> None:
    path = importer.write("playlist.csv", EXPORTIFY + exported())
    importer("import", "features", path)
    assert "imported 0 new tracks, already known 1, rejected 0" in importer("import", "features", path).err


def test_tracks_have_what_files_say_of_their_address_or_of_their_names(laptop: Laptop) -> None:
    plays = (
        "artist,track,time,uri\n"
        f"Portishead,Roads,2024-01-01 10:00:00,spotify:track:{ID}\nPortishead,Numb,2024-01-01 11:00:00,\n"
        "Nobody,Roads,2024-01-01 12:00:00,\n"
    )
    laptop("import", "plays", laptop.write("plays.csv", plays))
    rows = [exported(), exported(uri="", name="NUMB", key=1, mode=1), exported(uri="", name="Sour Times")]
    laptop("import", "features", laptop.write("playlist.csv", EXPORTIFY + "".join(rows)))
    assert laptop.make_tables().code == 0
    found = laptop.rows(
        "select trackName, artistName, keyText, camelotKey, openKey, tempo, label, keySource as source"
        " from {hub}.hub_music__svc_dim_tracks order by trackName, artistName"
    )
    nothing = dict.fromkeys(("keyText", "camelotKey", "openKey", "tempo", "label", "source"))
    told = {"artistName": "Portishead", "tempo": 81.25, "label": "Go! Beat", "source": "file"}
    assert found == [
        {"trackName": "Numb", "keyText": "Db major", "camelotKey": "3B", "openKey": "8d", **told},
        {"trackName": "Roads", "artistName": "Nobody", **nothing},
        {"trackName": "Roads", "keyText": "A minor", "camelotKey": "8A", "openKey": "1m", **told},
    ]
    values = laptop.rows(
        "select confidence, evidence from {hub}.hub_music__svc_track_values where field = 'tempo' order by confidence"
    )
    assert [row["confidence"] for row in values] == [0.7, 1.0]
    assert all(row["evidence"].startswith("file ") for row in values)


def test_a_crate_has_the_tracks_that_go_with_a_key_and_a_tempo(laptop: Laptop) -> None:
    songs = {
        "Roads": (9, 0, 81),
        "Numb": (0, 1, 90),
        "Strangers": (4, 0, 95),
        "Glory Box": (3, 0, 60),
        "Sour": (-1, 0, 0),
    }
    plays = "".join(f"Portishead,{name},2024-01-01 1{place}:00:00\n" for place, name in enumerate(songs))
    laptop("import", "plays", laptop.write("plays.csv", "artist,track,time\n" + plays))
    rows = [exported(uri="", name=name, key=key, mode=mode, tempo=bpm) for name, (key, mode, bpm) in songs.items()]
    laptop("import", "features", laptop.write("playlist.csv", EXPORTIFY + "".join(rows)))
    laptop.make_tables()
    said = laptop("report", "dj", "--key", "Am", "--format", "json")
    assert {row["trackName"]: row["camelotKey"] for row in said.rows} == {
        "Roads": "8A",
        "Numb": "8B",
        "Strangers": "9A",
    }
    for tempos in ("85-92", "92-85"):
        said = laptop("report", "dj", "--key", "8A", "--bpm", tempos, "--n", "1", "--format", "json")
        assert [(row["trackName"], row["bpm"], row["year"]) for row in said.rows] == [("Numb", 90.0, 1994)]
    assert "no track fits; key and tempo come from files" in laptop("report", "dj", "--bpm", "200").err
    crate = laptop.home.parent / "crate.csv"
    assert "wrote" in laptop("report", "dj", "--out", crate).err
    assert len(crate.read_text("utf-8").splitlines()) == 6
    assert "'H' is not a key; write it as 8A, 1m, Am or A minor" in laptop("report", "dj", "--key", "H").complaint
    assert "'fast' is not a tempo" in laptop("report", "dj", "--bpm", "fast").complaint
