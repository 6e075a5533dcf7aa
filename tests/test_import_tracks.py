"""``linernotes import tracks``: tracks that nobody played enter the hub and the queue."""

from pathlib import Path
from typing import Any

import pytest

from tests.laptop import Laptop
from tests.samples import ID, keys
from tests.sources.dj import REKORDBOX

PLAYED, ALONE, NAMED = keys(3)
PLAYS = (
    "artist,track,time,uri\n"
    f"Portishead,Roads,2024-01-01 10:00:00,spotify:track:{PLAYED}\nPortishead,Sour Times,2024-01-01 11:00:00,\n"
)
LIST = (
    "artist,title,spotify_id,isrc,bpm,key,priority,force_refresh\n"
    f"Portishead,Roads (Remastered),{PLAYED},,,,,\n"
    f",,{ALONE},,,,,\n"
    f"Tricky,Hell Is Round the Corner,{NAMED},,84,4A,9,\n"
    "portishead,SOUR TIMES,,GBBKS9400143,,,,\n"
    ",,,GBAYE9700382,,,,\n"
    "Massive Attack,Angel feat. Horace Andy,,,,,,yes\n"
)


@pytest.fixture(scope="module")
def home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """Two plays, a list of six tracks and a DJ library of two, in a hub."""
    laptop = Laptop(tmp_path_factory.mktemp("tracks") / "home").take_over(built_home)
    assert laptop("import", "plays", laptop.write("plays.csv", PLAYS)).code == 0
    assert laptop("import", "tracks", laptop.write("list.csv", LIST)).code == 0
    assert laptop.make_tables().code == 0
    return laptop


def tracks(home: Laptop) -> dict[str, dict[str, Any]]:
    """The rows of the dimension by their titles."""
    return {row["trackName"]: row for row in home.rows("select * from {hub}.hub_music__svc_dim_tracks")}


def test_tracks_of_a_list_are_in_the_dimension_without_a_play(home: Laptop) -> None:
    found = tracks(home)
    assert {name for name, row in found.items() if not row["playCount"] and name} == {
        "Hell Is Round the Corner",
        "Angel feat. Horace Andy",
    }
    assert found["Angel feat. Horace Andy"]["artistName"] == "Massive Attack"
    assert (found["Angel feat. Horace Andy"]["firstPlayedAt"], found["Angel feat. Horace Andy"]["msPlayed"]) == (
        None,
        0,
    )
    assert len(home.rows("select * from {hub}.hub_music__svc_dim_tracks")) == 6


def test_a_track_of_a_list_that_was_played_is_the_played_one(home: Laptop) -> None:
    found = tracks(home)
    assert (found["Roads"]["trackUri"], found["Roads"]["playCount"]) == (f"spotify:track:{PLAYED}", 1)
    assert (found["Sour Times"]["isrc"], found["Sour Times"]["playCount"]) == ("GBBKS9400143", 1)


def test_key_and_tempo_of_a_list_are_the_persons_own_values(home: Laptop) -> None:
    row = tracks(home)["Hell Is Round the Corner"]
    assert (row["camelotKey"], row["tempo"], row["keySource"], row["tempoSource"]) == ("4A", 84.0, "file", "file")


def test_every_address_and_name_of_a_list_is_asked_about(home: Laptop) -> None:
    due = home.rows(
        "select provider, key, artistName from {hub}.hub_music__svc_enrichment_queue where entity = 'track'"
    )
    assert {row["key"] for row in due if row["provider"] == "spotify_tracks"} == {PLAYED, ALONE, NAMED}
    codes = {row["key"] for row in due if row["provider"] == "musicbrainz_recordings"}
    assert codes == {"GBBKS9400143", "GBAYE9700382"}
    ids = home.rows("select provider, count(*) as ids from {hub}.hub_music__svc_track_ids group by provider order by 1")
    assert {row["provider"]: row["ids"] for row in ids} == {"requests": 4, "plays": 1}


def test_no_play_comes_of_a_list(home: Laptop) -> None:
    assert home.value("select count(*) from {hub}.hub_music__svc_fact_plays") == 2
    assert home.value("select sum(playCount) from {hub}.hub_music__svc_dim_artists") == 2


def test_the_same_list_again_is_known(home: Laptop) -> None:
    path = home.write("twice.csv", "artist,title\nPortishead,Numb\n")
    assert "imported 1 new track, already known 0, rejected 0" in home("import", "tracks", path).err
    assert "imported 0 new tracks, already known 1, rejected 0" in home("import", "tracks", path).err


def test_a_dry_run_says_what_a_library_holds_and_writes_nothing(home: Laptop) -> None:
    path = home.write("rekordbox.xml", REKORDBOX)
    said = home("import", "tracks", "--dry-run", "--format", "json", path)
    assert (said.code, said.complaint[:48]) == (4, "linernotes: import tracks: more than 5 % bad row")
    (row,) = said.rows
    assert {name: row[name] for name in ("kind", "tracks", "byNames", "withKeyOrTempo", "rejected")} == {
        "kind": "rekordbox",
        "tracks": 2,
        "byNames": 2,
        "withKeyOrTempo": 1,
        "rejected": 1,
    }
    assert home.value("select count(*) from {lake}.lake_requests__normalized_tracks where kind = 'rekordbox'") == 0


def test_rows_without_a_track_are_rejected_and_the_others_loaded(home: Laptop) -> None:
    said = home("import", "tracks", home.write("rekordbox.xml", REKORDBOX))
    assert (said.code, "imported 2 new tracks, already known 0, rejected 1" in said.err) == (4, True)
    (reject,) = [row for row in home.rejects() if "names no track" in row["reason"]]
    assert (reject["line"], "somebody" in reject["raw"]) == (3, False)


def test_an_empty_playlist_is_an_error(home: Laptop) -> None:
    said = home("import", "tracks", home.write("empty.m3u", "#EXTM3U\n"))
    assert (said.code, "import empty.m3u: it holds no tracks" in said.complaint.replace(str(home.home.parent), "")) != (
        0,
        False,
    )
    assert said.code == 4


def test_an_address_nobody_names_stays_one_track(home: Laptop) -> None:
    assert ID not in {row["id"] for row in home.rows("select id from {hub}.hub_music__svc_track_ids")}
    alone = home.rows("select trackName, trackUri from {hub}.hub_music__svc_dim_tracks where trackName is null")
    assert {row["trackUri"] for row in alone} == {f"spotify:track:{ALONE}", None}
