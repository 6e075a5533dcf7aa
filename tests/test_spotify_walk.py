"""Spotify as it is: two kinds of app, three kinds of 429, refusals of every sort, and nothing asked twice."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil

import pytest

from linernotes.sandbox import Faults, Generated, Sandbox
from tests.laptop import PORTRAIT, Laptop, Said, play_of, portraits
from tests.samples import artist, lines

Ids = Callable[[int], list[str]]
Fated = Callable[[str, int], list[str]]
BATCHES, SINGLES, TOKENS = "GET /v1/artists", "GET /v1/artists/<id>", "POST /api/token"


NOBODY = "z" * 22


def backfill(laptop: Laptop, *options: str, **environ: str) -> Said:
    """Ask about everything without a record, and load what came."""
    said = laptop("extract", "spotify", "--mode", "backfill", *options, **environ)
    assert laptop("ingest").code == 0
    return said


# how many calls


@pytest.mark.parametrize("number", [1, 50, 51, 230])
def test_an_extended_app_asks_in_full_batches_and_never_twice(
    online: Laptop, sandbox: Sandbox, artists: Ids, catalogue: Generated, number: int
) -> None:
    online("import", "roster", online.roster(*artists(number)))
    assert backfill(online).code == 0
    assert sandbox.calls()["calls"] == {TOKENS: 1, BATCHES: ceil(number / 50)}
    assert online.answers() == portraits(catalogue, artists(number))
    sandbox.reset()
    assert backfill(online).code == 0
    assert sandbox.calls()["total"] == 0


def test_a_development_app_asks_one_by_one_and_tries_a_batch_only_once(
    online: Laptop, sandbox: Sandbox, artists: Ids
) -> None:
    sandbox.profile = "development"
    online("import", "roster", online.roster(*artists(20)))
    backfill(online, "--limit", "12")
    assert sandbox.calls()["calls"] == {TOKENS: 1, BATCHES: 1, SINGLES: 12}
    sandbox.reset()
    assert backfill(online).code == 0
    assert sandbox.calls()["calls"] == {TOKENS: 1, SINGLES: 8}
    assert set(online.answers()) == set(artists(20))
    sandbox.reset()
    backfill(online)
    assert sandbox.calls()["total"] == 0


def test_what_a_development_app_is_not_told_is_null_or_empty(online: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    sandbox.profile = "development"
    (key,) = artists(1)
    online("import", "roster", online.roster(key))
    assert online("run").code == 0
    row = online.dimension()[key]
    assert (row["popularity"], row["followerCount"], row["genres"]) == (None, None, [])
    assert (row["enrichmentStatus"], bool(row["artistName"])) == ("enriched", True)


@pytest.mark.parametrize(("mode", "calls"), [("development", {SINGLES: 3}), ("extended", {BATCHES: 1})])
def test_a_mode_that_is_set_is_not_found_out(
    online: Laptop, sandbox: Sandbox, artists: Ids, mode: str, calls: dict[str, int]
) -> None:
    online("import", "roster", online.roster(*artists(3)))
    assert backfill(online, LINERNOTES_SPOTIFY__MODE=mode).code == 0
    assert sandbox.calls()["calls"] == calls | {TOKENS: 1}


def test_a_file_copied_in_by_hand_is_not_taken_for_what_the_run_has_asked(online: Laptop, artists: Ids) -> None:
    first, second = artists(2)
    online("import", "roster", online.roster(second))
    online.drop(lines(artist(first)))
    said = online("run", "--mode", "backfill")
    assert said.code == 0, said.err
    assert set(online.answers()) == {first, second}


@pytest.mark.parametrize("limit", [0, 1, 60])
def test_a_limit_is_exact(online: Laptop, sandbox: Sandbox, artists: Ids, limit: int) -> None:
    online("import", "roster", online.roster(*artists(80)))
    assert backfill(online, "--limit", str(limit)).code == 0
    assert len(online.outcomes()) == limit
    assert sandbox.calls()["calls"].get(BATCHES, 0) == ceil(limit / 50)
    assert online.waits() == 80 - limit


def test_no_minutes_are_no_calls(online: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(3)))
    said = online("extract", "spotify", "--mode", "backfill", "--max-minutes", "0")
    assert said.code == 0
    assert "partial: spotify: stopped by --max-minutes" in said.err
    assert sandbox.calls()["total"] == 0
    assert online.waits() == 3


def test_only_the_providers_that_are_named_are_asked(online: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(3)))
    assert online("run", "--provider", "spotfy").code == 2
    assert sandbox.calls()["total"] == 0
    assert online("run", "--provider", "spotify", "--provider", "spotify").code == 0
    assert sandbox.calls()["calls"][BATCHES] == 1


# what becomes of each artist


@pytest.mark.parametrize("profile", ["extended", "development"])
def test_deleted_merged_and_unknown_artists_each_have_their_outcome(
    online: Laptop, sandbox: Sandbox, artists: Ids, fated: Fated, catalogue: Generated, profile: str
) -> None:
    sandbox.profile = profile
    (live,), (deleted,), (merged,) = artists(1), fated("deleted", 1), fated("merged", 1)
    online("import", "roster", online.roster(live, deleted, merged, NOBODY))
    assert online("run").code == 0
    statuses = {key: row["enrichmentStatus"] for key, row in online.dimension().items()}
    assert statuses == {live: "enriched", deleted: "not_found", merged: "enriched", NOBODY: "not_found"}
    canonical = catalogue.artist(merged)
    assert canonical is not None
    assert online.dimension()[merged]["canonicalArtistId"] == canonical.id != merged
    assert online.dimension()[live]["canonicalArtistId"] is None
    sandbox.reset()
    online("extract", "spotify", "--mode", "backfill")
    assert sandbox.calls()["total"] == 0


def test_ids_that_cannot_be_one_are_never_sent(online: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    good = artists(1)
    plays = [play_of(key, f"2026-11-20T10:0{n}:00Z") for n, key in enumerate(["../users/me", "a,b", "", *good])]
    online("import", "plays", online.write("plays.json", json.dumps(plays)))
    backfill(online)
    assert list(sandbox.calls(asked=True)["asked"]) == good


# being told to slow down


@pytest.mark.parametrize("kind", ["plain", "limit"])
def test_a_short_throttle_is_waited_out(
    online: Laptop, sandbox: Sandbox, artists: Ids, catalogue: Generated, kind: str
) -> None:
    online("import", "roster", online.roster(*artists(200)))
    sandbox.faults = Faults.parse(f"429=0.4,429_kind={kind},retry_after=0,seed=3")
    said = backfill(online, LINERNOTES_SPOTIFY__ATTEMPTS="20")
    assert said.code == 0
    assert "partial" not in said.err
    assert sandbox.calls()["throttled"] > 0
    assert online.answers() == portraits(catalogue, artists(200))


@pytest.mark.parametrize("kind", ["plain", "limit", "quota"])
def test_a_long_throttle_is_not_slept_and_holds_in_every_later_process(
    online: Laptop, sandbox: Sandbox, artists: Ids, kind: str
) -> None:
    online("import", "roster", online.roster(*artists(60)))
    sandbox.faults = Faults.parse(f"429=1,429_kind={kind},retry_after=3600")
    said = online("extract", "spotify", "--mode", "backfill", LINERNOTES_SPOTIFY__LONGEST_WAIT="60")
    assert said.code == 0
    assert "no calls until" in said.err
    assert sandbox.calls()["calls"][BATCHES] == 1
    sandbox.faults = Faults()
    sandbox.reset()
    later = online.start("extract", "spotify", "--mode", "backfill")
    assert later.wait(30) == 0
    assert "partial: spotify: cooling down until" in _err(later)
    assert sandbox.calls()["total"] == 0
    assert online.waits() == 60


def test_a_quota_used_up_on_the_way_leaves_everything_fetched_so_far_in_the_dimension(
    online: Laptop, sandbox: Sandbox, artists: Ids, travel: Callable[[float], None]
) -> None:
    online("import", "roster", online.roster(*artists(180)))
    sandbox.faults = Faults.parse("quota=2,quota_retry_after=36000")
    said = online("run", "--mode", "backfill")
    assert said.code == 0
    assert "partial: spotify: quota used up; no calls until" in said.err
    assert sum(row["enrichmentStatus"] == "enriched" for row in online.dimension().values()) == 100
    assert online.value("select status from {lake}.lake_ops__runs where command = 'run' and status != 'failed'") == (
        "partial"
    )
    sandbox.reset()
    assert online("extract", "spotify", "--mode", "backfill").code == 0
    assert online.planned("--mode", "backfill")["spotify"]["quotaLeft"].startswith("none until ")
    assert sandbox.calls()["total"] == 0
    sandbox.faults = Faults()
    travel(0.5)
    said = backfill(online)
    assert "partial" not in said.err
    assert sandbox.calls()["calls"] == {TOKENS: 1, BATCHES: 2}
    assert online.waits() == 0


# being refused


def test_a_token_that_expires_on_the_way_is_renewed(
    online: Laptop, sandbox: Sandbox, artists: Ids, catalogue: Generated
) -> None:
    online("import", "roster", online.roster(*artists(500)))
    sandbox.faults = Faults.parse("expire=0.3,seed=4")
    assert backfill(online).code == 0
    assert sandbox.calls()["calls"][TOKENS] > 1
    assert online.answers() == portraits(catalogue, artists(500))


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ("credentials=refused", "SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET were rejected (invalid_client)"),
        ("expire=1", "the access token was rejected, even after renewal"),
        ("premium=no", "the owner of the app needs an active Premium subscription"),
        ("removed=yes", "GET /artists/{id} is not available to this app (HTTP 403)"),
    ],
)
def test_a_refusal_has_its_own_words_and_parks_nothing(
    online: Laptop, sandbox: Sandbox, artists: Ids, faults: str, words: str
) -> None:
    sandbox.profile = "development" if "removed" in faults else "extended"
    online("import", "roster", online.roster(*artists(7)))
    sandbox.faults = Faults.parse(faults)
    said = online("extract", "spotify", "--mode", "backfill")
    assert said.code == 3
    assert words in said.complaint
    assert online.value("select count(cooldownUntil) from {lake}.lake_ops__provider_calls") == 0
    sandbox.faults = Faults()
    assert backfill(online).code == 0
    assert len(online.answers()) == 7


def test_a_run_says_why_artists_failed(online: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(100)))
    sandbox.profile, sandbox.faults = "development", Faults.parse("5xx=0.5,seed=3")
    said = online("run", "--mode", "backfill", MAX_RETRIES="1")
    failed = dict(Counter(reason for _, outcome, reason in online.outcomes() if outcome == "failed"))
    assert failed
    (line,) = [line for line in said.err.splitlines() if line.startswith("failed: ")]
    assert all(f"{reason} {number}" in line for reason, number in failed.items())


def test_a_later_run_takes_answers_of_a_new_file_however_old_they_are(online: Laptop, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(3)))
    online("run", "--mode", "backfill")
    online("import", "roster", online.roster(*artists(5)))
    assert online("run", "--mode", "backfill").code == 0
    assert len(online.dimension()) == 5
    online.drop(lines(artist(artists(6)[5], enrichedAt="2020-01-01T00:00:00Z")))
    assert online.make_tables().code == 0
    assert online.dimension()[artists(6)[5]]["enrichmentStatus"] == "enriched"


def test_without_credentials_one_line_says_which_and_where_they_come_from(online: Laptop, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(2)))
    said = online("extract", "spotify", SPOTIFY_CLIENT_ID="", SPOTIFY_CLIENT_SECRET=" ")
    assert said.code == 2
    assert "SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET not set; see .env.example" in said.complaint
    assert online.waits() == 2


# bad days


@pytest.mark.parametrize("profile", ["extended", "development"])
def test_a_bad_day_loses_nobody(
    online: Laptop, sandbox: Sandbox, artists: Ids, fated: Fated, catalogue: Generated, profile: str
) -> None:
    known, deleted = artists(200 if profile == "extended" else 40), fated("deleted", 3)
    sandbox.profile = profile
    online("import", "roster", online.roster(*known, *deleted))
    sandbox.faults = Faults.parse("5xx=0.1,429=0.05,retry_after=0,broken=0.02,truncated=0.02,short=0.02,seed=11")
    for _ in range(10):
        if not online.waits():
            break
        assert backfill(online, BATCH_SIZE="10").code == 0
    assert online.make_tables().code == 0
    held = online.dimension()
    assert {key for key, row in held.items() if row["enrichmentStatus"] == "not_found"} == set(deleted)
    extended = profile == "extended"
    wanted = {
        key: (name, genres, popularity, followers) if extended else (name, [], None, None)
        for key, (name, genres, popularity, followers) in portraits(catalogue, known).items()
    }
    assert {key: tuple(held[key][column] for column in PORTRAIT) for key in known} == wanted


# which artists are meant


def test_incremental_asks_what_the_window_discovered_and_backfill_the_rest(
    online: Laptop, sandbox: Sandbox, artists: Ids
) -> None:
    ids = artists(5)
    old, new = [play_of(key, "2024-03-01T10:00:00Z") for key in ids[:3]], online.plays(*ids[3:], at=_yesterday())
    online("import", "plays", online.write("old.json", json.dumps(old)), new)
    assert online.waits("incremental") == 2
    note = online.planned()["spotify"]["note"]
    assert note.startswith("3 older artists not included; to fetch them: linernotes run --mode backfill")
    online("extract", "spotify")
    assert set(sandbox.calls(asked=True)["asked"]) == set(ids[3:])
    online("ingest")
    assert online.waits("incremental", "--window-days", "36500") == 3
    online("extract", "spotify", "--mode", "backfill")
    assert sandbox.calls(asked=True)["asked"] == dict.fromkeys(ids, 1)


def test_a_failure_is_due_again_after_a_day(
    online: Laptop, sandbox: Sandbox, artists: Ids, travel: Callable[[float], None]
) -> None:
    travel(-3)
    online("import", "roster", online.roster(*artists(2)))
    sandbox.faults = Faults(server_errors=1)
    online("extract", "spotify")
    online("ingest")
    travel(-2.1)
    assert online.waits("incremental") == 0
    travel(-1.9)
    assert online.waits("incremental") == 2


def test_the_most_played_are_asked_first(online: Laptop, artists: Ids) -> None:
    rare, often = artists(2)
    plays = [play_of(key, f"2026-11-20T10:0{n}:00Z") for n, key in enumerate([rare, often, often])]
    online("import", "plays", online.write("plays.json", json.dumps(plays)))
    backfill(online, "--limit", "1")
    assert set(online.answers()) == {often}


def test_a_refresh_asks_what_is_older_than_one_says(
    online: Laptop, sandbox: Sandbox, artists: Ids, travel: Callable[[float], None]
) -> None:
    online("import", "roster", online.roster(*artists(4)))
    for days in (-40, -10, -0.1):
        travel(days)
        backfill(online, "--limit", "1")
    travel(0)
    ages = ("0d", "12h", "3w", "365")
    assert [online.waits("refresh", "--older-than", age) for age in ages] == [3, 2, 1, 0]
    sandbox.reset()
    online("extract", "spotify", "--mode", "refresh", "--older-than", "12h")
    assert len(sandbox.calls(asked=True)["asked"]) == 2


# the listener's last plays


def test_the_last_plays_are_fetched_once_and_a_full_page_warns_of_a_gap(online: Laptop, sandbox: Sandbox) -> None:
    said = online("extract", "spotify_recently_played")
    assert said.code == 0
    assert "fetched 50 plays" in said.err
    assert "warning: got 50 plays" in said.err
    assert "6 months" in said.err
    assert online.value("select count(*) from {lake}.lake_spotify__stg_recently_played") == 50
    again = online("extract", "spotify_recently_played")
    assert again.code == 0, again.err
    assert "fetched 0 plays" in again.err
    assert "warning" not in again.err
    assert online.value("select count(*) from {lake}.lake_spotify__normalized_recently_played") == 50
    assert online.waits() > 0


def test_a_refresh_token_that_is_no_longer_good_says_what_to_do(online: Laptop) -> None:
    said = online("extract", "spotify_recently_played", SPOTIFY_REFRESH_TOKEN="revoked-long-ago")
    assert said.code == 3
    assert "SPOTIFY_REFRESH_TOKEN has expired or was revoked; ask the listener for consent again" in said.complaint


def test_the_last_plays_need_all_four_variables(online: Laptop, sandbox: Sandbox) -> None:
    said = online("extract", "spotify_recently_played", SPOTIFY_REFRESH_TOKEN="", SPOTIFY_REDIRECT_URI="")
    assert said.code == 2
    assert "SPOTIFY_REDIRECT_URI, SPOTIFY_REFRESH_TOKEN must be set" in said.complaint
    assert sandbox.calls()["total"] == 0


def test_the_last_plays_respect_a_cooldown_and_set_one(online: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(2)))
    sandbox.faults = Faults.parse("429=1,retry_after=3600")
    said = online("extract", "spotify_recently_played")
    assert said.code == 0
    assert "partial: spotify: rate limited" in said.err
    sandbox.reset()
    for command in (("extract", "spotify_recently_played"), ("extract", "spotify", "--mode", "backfill")):
        assert "partial: spotify: cooling down until" in online(*command).err
    assert sandbox.calls()["total"] == 0


def _err(process: "subprocess.Popen[str]") -> str:
    _, err = process.communicate()
    return err


def _yesterday() -> str:
    return f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%dT10}:{{:02}}:00Z"
