"""The walk with every service: who is asked for what, what it costs, and whose word counts."""

import json
from collections.abc import Callable
from math import ceil
from pathlib import Path

import pytest

from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge
from tests.conftest import HURRIED, QUICK
from tests.laptop import WITH_DATA_TESTS, Laptop

Ids = Callable[[int], list[str]]
GIMS = "2pvfGvbL4mouaDY9ZSwUmv"
MANY = 230
MUSICBRAINZ, COUNTS = "GET /musicbrainz/ws/2/url", "POST /listenbrainz/1/popularity/artist"


@pytest.fixture(scope="module")
def known(catalogue: Generated) -> dict[str, Facts]:
    """What the services know of the first artists, and of Gims, by their ids."""
    live = [catalogue.id_at(index) for index in range(2 * MANY) if catalogue.state(index) == "live"][:MANY]
    found = {key: Knowledge(catalogue).of(key) for key in dict.fromkeys([*live, GIMS])}
    return {key: facts for key, facts in found.items() if facts}


@pytest.fixture(scope="module")
def walk(
    everybodys_home: Path, tmp_path_factory: pytest.TempPathFactory, catalogue: Generated, known: dict[str, Facts]
) -> tuple[Laptop, dict[str, int]]:
    """A machine after every service was asked about all of them, and the calls that this took."""
    with Sandbox(catalogue) as sandbox:
        environ = sandbox.environment() | QUICK | HURRIED
        laptop = Laptop(tmp_path_factory.mktemp("everybody") / "home", environ).take_over(everybodys_home)
        laptop("import", "roster", laptop.roster(*known))
        said = laptop("run", "--mode", "backfill", **WITH_DATA_TESTS)
        assert said.code == 0, said.err
        return laptop, sandbox.calls()["calls"]


@pytest.fixture
def walked(walk: tuple[Laptop, dict[str, int]]) -> Laptop:
    """That machine, for tests that only read."""
    return walk[0]


def test_every_service_is_asked_in_batches_and_nobody_twice(
    everybody: Laptop, sandbox: Sandbox, known: dict[str, Facts], walk: tuple[Laptop, dict[str, int]]
) -> None:
    (asked, calls), artists = walk, len(known)
    assert calls[MUSICBRAINZ] == ceil(artists / 100)
    assert calls[COUNTS] == 1
    assert sum(number for route, number in calls.items() if "wikidata" in route) == 2 * ceil(artists / 200)
    assert sum(number for route, number in calls.items() if "lastfm" in route) <= 3 * artists
    assert sum(number for route, number in calls.items() if "runs" in route and "POST" in route) == ceil(artists / 50)
    again = everybody.take_over(asked.home)("run", "--mode", "backfill")
    assert (again.code, sandbox.calls()["total"]) == (0, 0), again.err


def test_the_dimension_has_what_each_service_knows_and_says_who_said_it(
    walked: Laptop, known: dict[str, Facts]
) -> None:
    rows = walked.dimension()
    certain = {key: facts for key, facts in known.items() if facts.mbid and not facts.other_mbid}
    assert len(certain) > MANY / 2
    for key, facts in certain.items():
        row = rows[key]
        assert row["mbid"] == facts.mbid
        if row["typeSource"]:  # a few are only counted, not described
            assert (row["type"], row["beginYear"], row["typeSource"]) == (facts.kind, facts.begin_year, "listenbrainz")
        assert (row["monthlyListeners"], row["monthlyListenersSource"]) == (facts.monthly_listeners, "apify")
        if row["principalLabelSource"] in ("wikidata", None):  # whose releases tell none
            assert row["principalLabel"] == facts.label
        assert row["management"] == facts.manager
        assert row["popularitySource"] == "spotify"
    assert sum(rows[key]["typeSource"] is None for key in certain) < len(certain) / 10
    ambiguous = [key for key, facts in known.items() if facts.other_mbid]
    assert ambiguous
    assert {rows[key]["mbid"] for key in ambiguous} == {None}


def test_one_service_that_is_down_stops_no_other(everybody: Laptop, sandbox: Sandbox, known: dict[str, Facts]) -> None:
    everybody("import", "roster", everybody.roster(*list(known)[:10]))
    sandbox.trouble("lastfm", Faults.parse("5xx=1"))
    said = everybody("run", "--mode", "backfill")
    assert said.code == 1
    assert said.complaint.startswith("linernotes: lastfm: ")
    coverage = {row["provider"]: row for row in everybody("coverage", "--format", "json").rows}
    assert coverage["spotify"]["pending"] == coverage["wikidata"]["pending"] == 0
    assert coverage["listenbrainz"]["enriched"] > 0


def test_what_is_not_set_up_is_told_of_and_left_out(
    everybody: Laptop, sandbox: Sandbox, known: dict[str, Facts]
) -> None:
    everybody("import", "roster", everybody.roster(*list(known)[:5]))
    without = {"LASTFM_API_KEY": "", "LINERNOTES_CONTACT": "", "ENRICHMENT_APIFY_MAX_USD": ""}
    said = everybody("run", "--mode", "backfill", **without)
    assert said.code == 0
    assert "partial" not in said.err
    assert "lastfm: skipped, LASTFM_API_KEY not set; 5 items are pending" in said.err
    assert "musicbrainz: skipped, LINERNOTES_CONTACT not set; 5 items are pending" in said.err
    assert "ENRICHMENT_APIFY_MAX_USD not set" in said.err
    assert {route.split("/")[1] for route in sandbox.calls()["calls"]} == {"api", "v1"}


def test_one_artist_is_shown_with_everything_that_is_known(walked: Laptop) -> None:
    shown = json.loads(walked("show", f"https://open.spotify.com/artist/{GIMS}").out)
    assert shown["artist"] == {
        "id": GIMS,
        "name": "Gims",
        "spotify_id": GIMS,
        "spotify_url": f"https://open.spotify.com/artist/{GIMS}",
    }
    assert shown["monthly_listeners"]["value"] == 18_500_000
    assert shown["monthly_listeners"]["provider"] == "apify"
    assert shown["monthly_listeners"]["evidence"][0].startswith("Apify run: ")
    assert (shown["labels"]["principal"], shown["labels"]["method"]) == ("Play Two", "latest_release")
    (release,) = shown["labels"]["evidence"]
    assert (release["label"], release["source"]) == ("Play Two", "musicbrainz_releases")
    assert all(release[name] for name in ("release_id", "release_name", "release_date"))
    assert shown["management"]["value"] == "Renversant Artists"
    facts = walked("explain", "Gims", "monthlyListeners", "--format", "json").rows
    assert [(fact["provider"], fact["value"], fact["counts"]) for fact in facts] == [("apify", "18500000", True)]
    assert walked("explain", "Nobody at all").code == 2


def test_under_spotify_stands_only_what_spotify_said(walked: Laptop) -> None:
    facts = "select artistId, provider, items from {hub}.hub_music__svc_artist_facts where field = 'genres'"
    told = {(row["artistId"], row["provider"]): row["items"] for row in walked.rows(facts)}
    others = {artist for artist, provider in told if provider != "spotify"}
    for artist in sorted(others, key=lambda artist: (artist, "spotify") in told)[:2]:
        shown = json.loads(walked("show", artist).out)
        assert shown["spotify"]["genres"] == told.get((artist, "spotify"), [])
    assert others


def test_one_artist_is_asked_for_again_and_a_new_one_is_brought_in(everybody: Laptop, sandbox: Sandbox) -> None:
    said = everybody("show", f"https://open.spotify.com/artist/{GIMS}", "--refresh")
    assert said.code == 0, said.err
    first = json.loads(said.out)
    assert (first["artist"]["name"], first["management"]["value"]) == ("Gims", "Renversant Artists")
    calls = sandbox.calls()["total"]
    again = json.loads(everybody("show", "gims", "--refresh").out)
    assert again["monthly_listeners"]["retrieved_at"] > first["monthly_listeners"]["retrieved_at"]
    assert sandbox.calls()["total"] == 2 * calls
    assert everybody("show", "nobody at all", "--refresh").complaint.startswith("linernotes: no artist found for")


def test_a_refresh_tells_who_did_not_answer_and_shows_the_rest(
    everybody: Laptop, sandbox: Sandbox, fated: Callable[[str, int], list[str]]
) -> None:
    (gone,) = fated("deleted", 1)
    everybody("extract", "spotify", "--artist", gone)
    everybody("ingest")
    sandbox.reset()
    sandbox.trouble("wikidata", Faults.parse("5xx=1"))
    said = everybody("show", gone, "--refresh", ENRICHMENT_APIFY_MAX_USD="")
    assert said.code == 1
    assert said.complaint.startswith("linernotes: wikidata: ")
    assert "apify: skipped, Apify client not initialized: ENRICHMENT_APIFY_MAX_USD not set" in said.err
    assert json.loads(said.out)["artist"]["id"] == gone
    assert sandbox.calls()["calls"]["GET /v1/artists"] == 1  # a tombstone, and asked for all the same
