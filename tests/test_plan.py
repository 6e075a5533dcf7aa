"""A plan is kept: a run spends what it said, and no more than there is."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from linernotes.core.clock import SystemClock
from linernotes.sandbox import Faults, Generated, Sandbox
from tests.laptop import Laptop
from tests.sources.found import entry

Ids = Callable[[int], list[str]]
At = Callable[[int], None]
BACKFILL = ("--mode", "backfill")
FIRST_DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)  # long ago: what is answered in the future is refused
INDEPENDENT, DEPENDENT = ("musicbrainz", "spotify", "wikidata"), ("deezer", "lastfm", "listenbrainz")


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> At:
    """Let commands believe that it is noon, UTC, so many days after ``FIRST_DAY``: no test runs over a midnight."""
    began = datetime.now(UTC)

    def of(day: int) -> None:
        start = FIRST_DAY + timedelta(days=day)
        monkeypatch.setattr(SystemClock, "now", lambda _clock: start + (datetime.now(UTC) - began))

    of(0)
    return of


def test_a_run_spends_what_the_plan_said(everybody: Laptop, artists: Ids) -> None:
    everybody("import", "roster", everybody.roster(*artists(60)))
    plan = everybody.planned(*BACKFILL)
    assert {plan[name]["items"] for name in (*INDEPENDENT, *DEPENDENT)} == {60}
    assert "up to 60 of these depend on results from musicbrainz, wikidata" in plan["listenbrainz"]["note"]
    said = everybody("run", *BACKFILL)
    assert said.code == 0, said.err
    called = everybody.called()
    assert {name: plan[name]["calls"] for name in INDEPENDENT} == {name: called[name] for name in INDEPENDENT}
    assert all(0 < called[name] <= plan[name]["calls"] for name in (*DEPENDENT, "apify"))
    assert sum(called.values()) <= plan["all"]["calls"]
    left = everybody.planned(*BACKFILL).values()
    assert {row["calls"] for row in left if not row["note"].startswith("skipped: ")} == {0}


def test_a_plan_is_exact_once_the_others_have_answered(everybody: Laptop, artists: Ids) -> None:
    everybody("import", "roster", everybody.roster(*artists(130)))
    for name in INDEPENDENT:
        everybody("extract", name, *BACKFILL)
    everybody("ingest")
    plan = everybody.planned(*BACKFILL)
    waiting = {name for name, row in plan.items() if "up to" in row["note"]}
    assert waiting == {"musicbrainz_releases"}  # for what ListenBrainz will say of releases
    for name in ("deezer", "listenbrainz"):
        everybody("extract", name, *BACKFILL)
        assert everybody.called()[name] == plan[name]["calls"] > 1
    everybody("extract", "lastfm", *BACKFILL, "--limit", "20")
    assert plan["lastfm"]["items"] < everybody.called()["lastfm"] * 3
    assert everybody.called()["lastfm"] <= everybody.planned(*BACKFILL, "--limit", "20")["lastfm"]["calls"] == 60


def test_a_plan_tells_calls_time_and_price_per_provider_and_in_all(everybody: Laptop, artists: Ids) -> None:
    everybody("import", "roster", everybody.roster(*artists(120)))
    slow = {"LINERNOTES_SPOTIFY__PER_SECOND": "0.05", "LINERNOTES_MUSICBRAINZ__PER_SECOND": "0.01"}
    plan = everybody.planned("--provider", "spotify", "--provider", "musicbrainz", "--provider", "apify", **slow)
    assert list(plan) == ["spotify", "musicbrainz", "apify", "all"]
    spotify, musicbrainz, apify, together = plan.values()
    assert (spotify["items"], spotify["calls"], spotify["minutes"], spotify["priceUsd"]) == (120, 3, 1.0, 0)
    assert (musicbrainz["calls"], musicbrainz["minutes"], apify["priceUsd"]) == (2, 3.3, 0.12)
    assert (together["items"], together["minutes"], together["priceUsd"]) == (360, 3.3, 0.12)
    assert together["calls"] == spotify["calls"] + musicbrainz["calls"] + apify["calls"]
    one_by_one = everybody.planned("--limit", "51", LINERNOTES_SPOTIFY__MODE="development")["spotify"]
    assert (one_by_one["items"], one_by_one["calls"]) == (51, 51)


def test_a_plan_says_what_comes_next(online: Laptop, artists: Ids) -> None:
    assert "next" not in online("plan").err
    online("import", "roster", online.roster(*artists(3)))
    assert "next: linernotes run, with the same options\n" in online("plan", *BACKFILL).err
    assert "next: linernotes run\n" in online("plan").err
    nobody = Laptop(online.home)
    assert "next: add the missing credentials to .env" in nobody("plan").err
    plan = nobody.planned()
    assert plan["all"]["items"] == 0
    assert plan["all"]["note"].startswith("nothing can be fetched without apify, ")
    told = "skipped: SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET not set; "
    told += "Spotify apps in development mode need one call per artist"
    assert plan["spotify"]["note"] == told


def test_a_plan_follows_credentials_that_have_just_changed(everybody: Laptop) -> None:
    rows = [entry(ts=f"2026-11-0{day}T10:00:00Z") for day in range(1, 4)]
    without = {"SPOTIFY_CLIENT_ID": "", "SPOTIFY_CLIENT_SECRET": ""}
    everybody("import", "plays", everybody.write("a.json", json.dumps(rows)), **without)
    before, now = everybody.planned(*BACKFILL, **without), everybody.planned(*BACKFILL)
    assert (before["listenbrainz_lookup"]["items"], before["spotify_tracks"]["items"]) == (1, 1)
    everybody("transform")
    assert now == everybody.planned(*BACKFILL)
    assert "up to 1 of these depend on results from spotify_tracks" in now["listenbrainz_lookup"]["note"]
    assert "answers about tracks may add artists" in now["all"]["note"]


def test_who_would_not_be_asked_is_not_counted(online: Laptop, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(10)))
    plan = online.planned()
    assert plan["musicbrainz"]["note"] == "skipped: LINERNOTES_CONTACT not set"
    assert (plan["all"]["items"], plan["all"]["calls"]) == (10, 1)
    assert "musicbrainz" in plan["all"]["note"]
    assert plan["listenbrainz"]["items"] == 0  # nobody who is asked would tell an mbid


def test_a_plan_knows_who_can_be_asked_today(everybody: Laptop, artists: Ids) -> None:
    everybody("import", "roster", everybody.roster(*artists(3)))
    nobody = Laptop(everybody.home)
    nobody("ingest")
    enabled = "select enabled from {lake}.lake_ops__stg_provider_policies where provider = 'musicbrainz'"
    assert everybody.value(enabled) is False
    everybody("plan")
    assert everybody.value(enabled) is True


# a day's calls


def test_what_a_day_has_no_calls_for_is_asked_on_the_next(
    online: Laptop, sandbox: Sandbox, artists: Ids, noon: At
) -> None:
    online.environ["LINERNOTES_SPOTIFY__DAILY_CALLS"] = "2"
    online("import", "roster", online.roster(*artists(230)))
    row = online.planned(*BACKFILL)["spotify"]
    assert (row["calls"], row["days"], row["quotaLeft"]) == (5, 3, "2 calls today")
    assert row["note"].startswith("100 of these today")
    said = online("run", *BACKFILL)
    assert said.code == 0, said.err
    reason = "the daily quota of 2 calls is used up; 130 items are pending, due from 2026-01-06T00:00:00Z, over 2 days"
    assert f"partial: spotify: {reason}\n" in said.err
    assert online.value("select status from {lake}.lake_ops__runs where command = 'run' and status != 'failed'") == (
        "partial"
    )
    assert online.called() == {"spotify": 2}
    assert online.planned(*BACKFILL)["spotify"]["quotaLeft"] == "0 calls today"
    assert online("extract", "spotify", *BACKFILL).code == 0
    assert online.called() == {"spotify": 2}
    noon(1)
    assert "30 items are pending" in online("extract", "spotify", *BACKFILL).err
    assert online.called() == {"spotify": 4}
    online("ingest")
    noon(2)
    assert "partial" not in online("extract", "spotify", *BACKFILL).err
    assert sandbox.calls(asked=True)["asked"] == dict.fromkeys(artists(230), 1)


@pytest.mark.usefixtures("noon")
def test_the_last_calls_of_a_day_go_to_the_most_played(online: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    *others, loved, liked = artists(6)
    online("import", "plays", online.plays(*others, *[loved] * 3, *[liked] * 2, at="2026-01-04T10:{:02}:00Z"))
    few = {"BATCH_SIZE": "2", "LINERNOTES_SPOTIFY__DAILY_CALLS": "1"}
    assert online("extract", "spotify", *BACKFILL, **few).code == 0
    assert set(sandbox.calls(asked=True)["asked"]) == {loved, liked}


@pytest.mark.usefixtures("noon")
def test_repeated_calls_count_too(online: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(200)))
    sandbox.faults = Faults.parse("5xx=1")
    said = online("extract", "spotify", *BACKFILL, LINERNOTES_SPOTIFY__DAILY_CALLS="4")
    assert (said.code, online.called()) == (0, {"spotify": 4})
    assert "partial: spotify: daily quota used up" in said.err
    sandbox.faults = Faults()
    online("ingest")
    raised = online("extract", "spotify", *BACKFILL, LINERNOTES_SPOTIFY__DAILY_CALLS="8")
    assert "partial" not in raised.err
    assert sandbox.calls()["calls"]["GET /v1/artists"] == 8


@pytest.mark.usefixtures("noon")
def test_an_app_that_turns_out_to_get_artists_one_by_one_keeps_to_its_calls(
    online: Laptop, catalogue: Generated, artists: Ids
) -> None:
    online("import", "roster", online.roster(*artists(60)))
    with Sandbox(catalogue, "development") as development:
        spotify = {name: value for name, value in development.environment().items() if name.startswith("SPOTIFY_")}
        said = online("extract", "spotify", *BACKFILL, **spotify, LINERNOTES_SPOTIFY__DAILY_CALLS="20")
    assert said.code == 0, said.err
    assert online.called() == {"spotify": 20}


# money


@pytest.mark.parametrize(("dollars", "asked"), [("0", 0), ("0.0999", 99), ("0.1", 100)])
def test_no_item_is_begun_that_the_money_does_not_suffice_for(
    everybody: Laptop, artists: Ids, dollars: str, asked: int
) -> None:
    everybody("import", "roster", everybody.roster(*artists(130)))
    said = everybody("extract", "apify", *BACKFILL, "--max-cost", dollars)
    assert said.code == 0, said.err
    assert f"landed {asked or 'nothing'}" in said.err
    assert f"partial: apify: --max-cost is reached; {130 - asked} items are pending\n" in said.err
    assert "partial" not in everybody("extract", "spotify", *BACKFILL, "--max-cost", "0").err


def test_a_run_stops_where_the_money_ends(everybody: Laptop, artists: Ids) -> None:
    everybody("import", "roster", everybody.roster(*artists(20)))
    said = everybody("run", *BACKFILL, "--provider", "apify", "--provider", "spotify", "--max-cost", "0.013")
    assert said.code == 0, said.err
    assert "partial: apify: --max-cost is reached; 7 items are pending\n" in said.err
    coverage = {row["provider"]: row for row in everybody("coverage", "--format", "json").rows}
    assert coverage["spotify"]["pending"] == 0


def test_what_failed_at_a_price_is_not_paid_for_again_before_it_is_due(
    everybody: Laptop, sandbox: Sandbox, artists: Ids, noon: At
) -> None:
    one, *_ = ids = artists(3)
    everybody("import", "roster", everybody.roster(*ids))
    sandbox.faults = Faults.parse("run_ends=FAILED")
    everybody("extract", "apify", *BACKFILL)
    everybody("ingest")
    sandbox.faults = Faults()
    sandbox.reset()
    for mode in ("incremental", "backfill", "refresh"):
        assert everybody("extract", "apify", "--mode", mode).code == 0
    assert sandbox.calls()["total"] == 0
    assert "landed 1 response " in everybody("extract", "apify", "--artist", one).err
    everybody("ingest")
    noon(2)
    assert "landed 2 responses" in everybody("extract", "apify", *BACKFILL).err


# some artists only


def test_named_artists_are_asked_again_whatever_is_known(
    everybody: Laptop, sandbox: Sandbox, artists: Ids, fated: Callable[[str, int], list[str]]
) -> None:
    (gone,), (known, other, new) = fated("deleted", 1), artists(3)
    everybody("import", "roster", everybody.roster(gone, known, other))
    everybody("extract", "spotify", *BACKFILL)
    everybody("ingest")
    sandbox.reset()
    named = ("--artist", gone, "--artist", f"spotify:artist:{known}")
    assert everybody.planned(*named, "--provider", "spotify")["spotify"]["items"] == 2
    said = everybody("extract", "spotify", *named, "--artist", f"https://open.spotify.com/artist/{new}")
    assert said.code == 0, said.err
    assert sandbox.calls(asked=True)["asked"] == dict.fromkeys([gone, known, new], 1)
    assert everybody("plan", "--artist", "Nobody at all").complaint.startswith("linernotes: no artist found for")
    assert everybody("plan", "--artist", artists(4)[3]).complaint.endswith(f"linernotes run --artist {artists(4)[3]}")


@pytest.mark.parametrize(
    "both", [("--top", "3", "--mode", "backfill"), ("--artist", "Gims", "--top", "3")], ids=" ".join
)
def test_two_ways_to_choose_are_one_too_many(laptop: Laptop, both: tuple[str, ...]) -> None:
    for command in (("plan",), ("run",), ("run", "--dry-run"), ("extract", "spotify")):
        said = laptop(*command, *both)
        assert said.code == 2
        assert "use only one of --mode, --top and --artist" in said.err


def test_the_first_by_score_are_asked_again_when_they_are_due(
    online: Laptop, sandbox: Sandbox, artists: Ids, noon: At
) -> None:
    ids = artists(8)
    online("import", "roster", online.roster(*ids))
    online("run", *BACKFILL, "--provider", "spotify")
    top = online.rows("select artistId from {hub}.hub_music__svc_top_artists where rank <= 3")
    sandbox.reset()
    nightly = ("--top", "3")
    assert online("run", *nightly, "--provider", "spotify").code == 0
    assert sandbox.calls()["total"] == 0
    noon(1)
    assert online("extract", "spotify", *nightly, "--older-than", "12h").code == 0
    assert sandbox.calls(asked=True)["asked"] == {row["artistId"]: 1 for row in top}
    online("ingest")
    noon(200)
    assert online("extract", "spotify", *nightly).code == 0
    assert sandbox.calls(asked=True)["asked"] == {row["artistId"]: 2 for row in top}
