"""From a zip to artists: names on plays, which have no ids, become somebody."""

import json
from pathlib import Path
from typing import Any

import pytest

from linernotes.sandbox import Generated, Sandbox, write_history
from tests.history.found import entry
from tests.history.test_lastfm import page
from tests.laptop import Laptop

PLAYS = 1_200
TRACKS, TRACK = "GET /v1/tracks", "GET /v1/tracks/<id>"


@pytest.fixture
def zipped(tmp_path: Path, catalogue: Generated) -> Path:
    """Somebody's extended streaming history."""
    write_history(tmp_path / "my_spotify_data.zip", catalogue, PLAYS)
    return tmp_path / "my_spotify_data.zip"


def sums(laptop: Laptop) -> dict[str, Any]:
    (row,) = laptop.rows(
        "select count(*) as plays, count(if(listened, 1, null)) as listened, sum(if(listened, msPlayed, 0)) as ms, "
        "count(artistId) as credited from {hub}.hub_music__svc_fact_plays"
    )
    return row


def test_a_zip_and_a_run_are_enough(online: Laptop, sandbox: Sandbox, zipped: Path) -> None:
    assert online("import", "plays", zipped).code == 0
    planned = online.planned()
    names = planned["spotify_tracks"]["items"]
    assert names > 150
    assert planned["spotify"]["note"].startswith(f"up to {names} of them once spotify_tracks answered")
    said = online("run")
    assert said.code == 0, said.err
    artists, facts = online.dimension(), sums(online)
    assert facts["plays"] == facts["credited"] > facts["listened"] > PLAYS / 2
    assert sum(row["playCount"] for row in artists.values()) == facts["listened"]
    assert sum(row["msPlayed"] for row in artists.values()) == facts["ms"]
    assert sum(row["enrichmentStatus"] == "enriched" for row in artists.values()) > len(artists) * 0.9
    resolved = {row["provider"]: row for row in online("coverage", "--format", "json").rows}["names"]
    assert resolved["enriched"] > names * 0.95
    sandbox.reset()
    again = online("run", "--mode", "backfill")
    assert (again.code, sandbox.calls()["total"]) == (0, 0), again.err


def test_each_name_costs_about_one_call_of_a_development_app(online: Laptop, sandbox: Sandbox, zipped: Path) -> None:
    sandbox.profile = "development"
    online("import", "plays", zipped)
    names = online.planned()["spotify_tracks"]["items"]
    assert online("run", "--provider", "spotify_tracks").code == 0
    calls = sandbox.calls()["calls"]
    assert calls[TRACKS] == 1  # to learn which app it is
    gone = online.value("select count(*) from {lake}.lake_ops__attempts where outcome = 'not_found'")
    assert names <= calls[TRACK] <= names + gone
    assert 0 < gone < names / 10
    assert online.value("select count(*) from {hub}.hub_music__svc_unresolved_artists") <= 2


def test_who_has_only_a_name_has_a_row_and_only_those_who_know_names_are_asked(
    everybody: Laptop, catalogue: Generated
) -> None:
    known = catalogue.credit(catalogue.id_at(3))
    scrobble = {"artist": {"#text": known}, "name": "A Song", "album": {"#text": ""}, "date": {"uts": "1700000000"}}
    path = everybody.write("scrobbles.json", json.dumps(page([scrobble])))
    assert everybody("import", "plays", path).code == 0
    assert everybody("run").code == 0
    ((key, row),) = everybody.dimension().items()
    assert key.startswith("name:")
    assert (row["artistName"], row["playCount"], row["spotifyUrl"]) == (known, 1, None)
    asked = {row["provider"] for row in everybody.rows("select provider from {lake}.lake_ops__attempts")}
    assert asked == {"lastfm"}
    (unresolved,) = everybody.rows("select * from {hub}.hub_music__svc_unresolved_artists")
    assert (unresolved["artistId"], unresolved["why"]) == (key, "no_track_id")


def test_a_play_told_by_two_sources_counts_once(laptop: Laptop) -> None:
    played = entry(ts="2023-11-14T22:16:20Z", ms_played=180_000)
    name, track = played["master_metadata_album_artist_name"], played["master_metadata_track_name"]
    scrobble = {"artist": {"#text": name.upper()}, "name": track, "album": {"#text": ""}, "date": {"uts": "1700000010"}}
    for path, content in (("mine.json", json.dumps([played])), ("scrobbles.json", json.dumps(page([scrobble])))):
        assert laptop("import", "plays", laptop.write(path, content)).code == 0
    assert laptop("transform").code == 0
    (play,) = laptop.rows("select source, msPlayed from {hub}.hub_music__svc_fact_plays")
    assert play == {"source": "spotify_extended", "msPlayed": 180_000}
    assert [row["playCount"] for row in laptop.dimension().values()] == [1]
