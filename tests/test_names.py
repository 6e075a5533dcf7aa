"""From a zip to artists: names on plays, which have no ids, become somebody."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linernotes.sandbox import Faults, Generated, Sandbox, write_history
from tests.conftest import QUICK, spotify_of
from tests.laptop import WITH_DATA_TESTS, Laptop
from tests.sources.found import entry
from tests.sources.test_lastfm import page

PLAYS = 1_200
TRACKS, TRACK = "GET /v1/tracks", "GET /v1/tracks/<id>"
LOOKUP = "POST /listenbrainz/1/metadata/lookup/"


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory, catalogue: Generated) -> Path:
    """Somebody's extended streaming history."""
    path = tmp_path_factory.mktemp("history") / "my_spotify_data.zip"
    write_history(path, catalogue, PLAYS)
    return path


@pytest.fixture(scope="module")
def walk(
    online_home: Path, tmp_path_factory: pytest.TempPathFactory, catalogue: Generated, zipped: Path
) -> tuple[Laptop, Any]:
    """A machine after that history was imported and everybody of Spotify's asked, and what the plan had been."""
    home = tmp_path_factory.mktemp("names") / "home"
    with Sandbox(catalogue) as sandbox:
        laptop = Laptop(home, spotify_of(sandbox) | QUICK).take_over(online_home)
        assert laptop("import", "plays", zipped).code == 0
        planned = laptop.planned()
        said = laptop("run", **WITH_DATA_TESTS)
        assert said.code == 0, said.err
    return laptop, planned


def sums(laptop: Laptop) -> dict[str, Any]:
    (row,) = laptop.rows(
        "select count(*) as plays, count(if(listened, 1, null)) as listened, count(artistId) as credited, "
        "sum(if(listened, array_length(artistIds), 0)) as credits, "
        "sum(if(listened, msPlayed * array_length(artistIds), 0)) as ms from {hub}.hub_music__svc_fact_plays"
    )
    return row


def test_a_zip_and_a_run_are_enough(online: Laptop, sandbox: Sandbox, walk: tuple[Laptop, Any]) -> None:
    walked, planned = walk
    online.take_over(walked.home)
    names = online.value("select count(*) from {hub}.hub_music__svc_name_resolutions")
    assert planned["spotify_tracks"]["items"] > names > 150  # each track tells whose it is itself
    assert planned["spotify"]["note"].startswith(f"up to {names} of these depend on results from spotify_tracks")
    artists, facts = online.dimension(), sums(online)
    assert facts["plays"] == facts["credited"] > facts["listened"] > PLAYS / 2
    assert sum(row["playCount"] for row in artists.values()) == facts["credits"] > facts["listened"]
    assert sum(row["msPlayed"] for row in artists.values()) == facts["ms"]
    assert sum(row["enrichmentStatus"] == "enriched" for row in artists.values()) > len(artists) * 0.9
    resolved = {row["provider"]: row for row in online("coverage", "--format", "json").rows}["names"]
    assert resolved["enriched"] > names * 0.95
    again = online("run", "--mode", "backfill")
    assert (again.code, sandbox.calls()["total"]) == (0, 0), again.err


def test_each_name_costs_about_one_call_of_a_development_app(online: Laptop, sandbox: Sandbox, zipped: Path) -> None:
    sandbox.profile = "development"
    online("import", "plays", zipped)
    names = online.planned()["spotify_tracks"]["items"]
    missing = f"spotify_tracks is not part of this run, and its {names} pending items would bring more to fetch"
    assert online.planned("--provider", "spotify")["spotify"]["note"] == missing
    assert f"nothing to enrich: all artists are up to date\n{missing}\n" in online("run", "--provider", "spotify").err
    assert online("run", "--provider", "spotify_tracks").code == 0
    assert "left out" not in online("run", "--provider", "spotify").err
    calls = sandbox.calls()["calls"]
    assert calls[TRACKS] == 1  # to learn which app it is
    gone = online.value("select count(*) from {lake}.lake_ops__attempts where outcome = 'not_found'")
    assert names <= calls[TRACK] <= names + gone
    assert 0 < gone < names / 10
    assert online.value("select count(*) from {hub}.hub_music__svc_unresolved_artists") <= 2


def test_what_one_service_may_be_asked_in_a_day_is_spent_once(online: Laptop, sandbox: Sandbox, zipped: Path) -> None:
    sandbox.profile = "development"
    online("import", "plays", zipped)
    said = online("run", LINERNOTES_SPOTIFY__DAILY_CALLS="30")
    assert said.code == 0
    assert "the daily quota of 30 calls is used up" in said.err
    calls = {call: number for call, number in sandbox.calls()["calls"].items() if call.startswith("GET /v1/")}
    assert 25 < sum(calls.values()) <= 30
    sandbox.reset()
    assert online("run", LINERNOTES_SPOTIFY__DAILY_CALLS="30").code == 0
    assert sum(sandbox.calls()["calls"].values()) <= 5


def test_a_service_that_wants_to_be_left_alone_is_left_alone_by_all(
    online: Laptop, sandbox: Sandbox, zipped: Path, artists: Callable[[int], list[str]]
) -> None:
    online("import", "plays", zipped)
    online("import", "roster", online.roster(*artists(3)))
    sandbox.faults = Faults(throttled=1, retry_after=5_000)
    assert online("run", "--provider", "spotify_tracks").code == 0
    sandbox.faults = Faults()
    sandbox.reset()
    said = online("run", "--provider", "spotify", "--mode", "backfill")
    assert "spotify: cooling down until" in said.err
    assert sandbox.calls()["total"] == 0


def scrobbled(laptop: Laptop, *names: str) -> None:
    """A history of Last.fm's in which each of these artists was played once."""
    tracks = [
        {"artist": {"#text": name}, "name": "A Song", "album": {"#text": ""}, "date": {"uts": str(1_700_000_000 + n)}}
        for n, name in enumerate(names)
    ]
    said = laptop("import", "plays", laptop.write("scrobbles.json", json.dumps(page(tracks))))
    assert said.code == 0, said.err


def test_names_alone_become_artists_by_way_of_musicbrainz(
    everybody: Laptop, catalogue: Generated, sandbox: Sandbox
) -> None:
    names = {catalogue.credit(catalogue.id_at(place)) for place in range(0, 120, 2)}
    scrobbled(everybody, *names)
    assert everybody("run").code == 0
    assert sandbox.calls()["calls"][LOOKUP] == 2  # fifty pairs in one call
    resolved = everybody.rows("select * from {hub}.hub_music__svc_name_resolutions where artistId is not null")
    assert {(row["method"], row["confidence"]) for row in resolved} == {("listenbrainz_lookup", 0.75)}
    linked = [row for row in resolved if not row["artistId"].startswith("mbid:")]
    assert len(linked) > len(names) / 2
    assert {catalogue.credit(row["artistId"]) == row["artistName"] for row in linked} == {True}
    rows = everybody.dimension()
    assert {rows[row["artistId"]]["enrichmentStatus"] for row in linked} <= {"enriched", "not_found"}
    sandbox.reset()
    assert everybody("run", "--mode", "backfill").code == 0
    assert sandbox.calls()["total"] == 0


def test_whom_nobody_knows_has_a_row_and_only_those_who_know_names_are_asked(everybody: Laptop) -> None:
    scrobbled(everybody, "The Unheard Of")
    assert everybody("run").code == 0
    ((key, row),) = everybody.dimension().items()
    assert key.startswith("name:")
    assert (row["artistName"], row["playCount"], row["spotifyUrl"]) == ("The Unheard Of", 1, None)
    asked = {row["provider"] for row in everybody.rows("select provider from {lake}.lake_ops__attempts")}
    assert asked == {"lastfm", "listenbrainz_lookup"}
    (unresolved,) = everybody.rows("select * from {hub}.hub_music__svc_unresolved_artists")
    assert (unresolved["artistId"], unresolved["why"]) == (key, "tracks_not_found")


def test_without_an_account_at_listenbrainz_names_stay_as_they_are(everybody: Laptop, catalogue: Generated) -> None:
    del everybody.environ["LISTENBRAINZ_TOKEN"]
    scrobbled(everybody, catalogue.credit(catalogue.id_at(2)))
    assert everybody("run").code == 0
    (unresolved,) = everybody.rows("select * from {hub}.hub_music__svc_unresolved_artists")
    assert unresolved["why"] == "nobody_to_ask"
    assert "lastfm" in {row["provider"] for row in everybody.rows("select provider from {lake}.lake_ops__attempts")}


def test_a_play_told_by_two_sources_counts_once(laptop: Laptop) -> None:
    played = entry(ts="2023-11-14T22:16:20Z", ms_played=180_000)
    name, track = played["master_metadata_album_artist_name"], played["master_metadata_track_name"]
    scrobble = {"artist": {"#text": name.upper()}, "name": track, "album": {"#text": ""}, "date": {"uts": "1700000010"}}
    for path, content in (("mine.json", json.dumps([played])), ("scrobbles.json", json.dumps(page([scrobble])))):
        assert laptop("import", "plays", laptop.write(path, content)).code == 0
    assert laptop.make_tables().code == 0
    (play,) = laptop.rows("select source, msPlayed from {hub}.hub_music__svc_fact_plays")
    assert play == {"source": "spotify_extended", "msPlayed": 180_000}
    assert [row["playCount"] for row in laptop.dimension().values()] == [1]


def test_a_purge_of_an_artist_takes_what_told_whom_the_name_means(online: Laptop, walk: tuple[Laptop, Any]) -> None:
    online.take_over(walk[0].home)
    tracks = "select count(*) from {lake}.lake_spotify_tracks__normalized_tracks"
    said_of = f"{tracks} where array_to_string([artist.name for artist in artists], '|') = "
    told = online.rows(
        "select names.artistId, names.artistName from {hub}.hub_music__svc_name_resolutions as names "
        "where method = 'spotify_track' and confidence = 0.9 order by playCount desc, artistKey limit 1"
    )[0]
    name = told["artistName"].replace("'", "''")
    told_by = online.value(f"{said_of}'{name}'")
    assert told_by > 1
    before = online.value(tracks)
    assert online("purge", "--artist", told["artistId"], "--forget", "--yes").code == 0
    assert online.value(f"{said_of}'{name}'") == 0
    assert online.value(tracks) <= before - told_by
    assert told["artistId"] not in online.dimension()
    plays = "select count(*) from {lake}.lake_plays__normalized_plays where artistName = "
    assert online.value(f"{plays}'{name}'") == 0
