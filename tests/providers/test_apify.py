"""What an actor at Apify reads, and what becomes of it."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from linernotes.core.errors import AccessRefused, CallFailed, ConfigurationError, CoolingDown, Stopped
from linernotes.core.values import Failed, Found, WorkItem
from linernotes.landing.lines import LineReader
from linernotes.providers.apify.actor import ApifyOptions, Fields, id_of, inputs
from linernotes.runs.enrich.extraction import fetch_batch
from linernotes.sandbox import Faults, Sandbox
from linernotes.sandbox.world.facts import Knowledge
from tests.providers.asking import ABBA, Asker, AsksScript, kinds, known
from tests.providers.conformance import Conformance
from tests.samples import ID, LONG_AGO, configs, dataset, settings
from tests.service import Answer

NAME = "apify"
TOKEN = "canary-token"
ITEM: dict[str, Any] = {
    "artist_name": "ABBA",
    "artist_id": ID,
    "followers": 15_000_000,
    "monthlyListeners": 18_500_000,
    "verified": True,
    "topCities": [{"numberOfListeners": 57, "city": "Warsaw", "country": "PL", "region": "14"}],
    "biography": "Swedish.",
}


def run(status: str, **more: Any) -> Answer:
    return Answer(200, {"data": {"id": "R1", "status": status, "defaultDatasetId": "D1", **more}})


def having_read(*items: Any, **more: Any) -> tuple[Answer, Answer]:
    """A run that is over when it is looked at first, and its items."""
    return run("SUCCEEDED", **more), Answer(200, list(items))


class TestApify(Conformance):
    name = NAME
    item = replace(ABBA, provider="apify")
    invalid = tuple(
        replace(ABBA, provider="apify", key=key)
        for key in ("short", "0" * 21 + "-", "0" * 22 + "\n", '0"},{"url":"x'.ljust(22, "0"))
    )
    thing = ITEM
    essential = frozenset({"artist_id", "monthlyListeners"})
    limits: ClassVar = {"options__wait_seconds": "0"}
    pays_per_call = True

    def body(self, path: str, thing: Any) -> Any:
        return [thing] if "/datasets/" in path else json.loads(run("SUCCEEDED").body)

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return known(sandbox, 3)

    def test_an_unknown_item_is_a_tombstone(self, ask: Callable[..., Any]) -> None:
        """An actor cannot say so: an artist that it did not read may be gone, or was not reached."""
        assert ask(self.knows({**ITEM, "artist_id": "1" * 22})).outcome == Failed(self.item, "unreturned", 200)


@pytest.fixture
def asking(sandbox: Sandbox) -> Asker:
    return Asker(NAME, sandbox.environment())


def record(scripted: AsksScript, **changes: Any) -> Any:
    """What becomes of an item with these changes; one that is ``...`` is taken away."""
    item = {name: value for name, value in {**ITEM, **changes}.items() if value is not ...}
    return scripted(*having_read(item))[0].found().record


def test_fifty_artists_are_one_run(asking: Asker, sandbox: Sandbox) -> None:
    everybody = known(sandbox, 50)
    outcomes = asking.ask(*everybody)
    assert [outcome.item for outcome in outcomes] == everybody
    assert {type(outcome) for outcome in outcomes} == {Found}
    assert sandbox.calls()["calls"] == {
        "POST /apify/v2/acts/<id>/runs": 1,
        "GET /apify/v2/actor-runs/<id>": 2,
        "GET /apify/v2/datasets/<id>/items": 1,
    }


def test_a_found_artist_is_what_its_page_shows(asking: Asker, sandbox: Sandbox) -> None:
    (item,) = known(sandbox)
    facts = Knowledge(sandbox.catalogue).of(item.key)
    found = asking.found(item)
    assert facts is not None
    assert found.record["monthlyListeners"] == facts.monthly_listeners
    assert found.record["followers"] == facts.artist.followers
    assert len(found.record["topCities"]) == 5
    assert found.record["evidence"] == f"Apify run: {found.record['actorRunId']}"
    LineReader(dataset("apify/monthly_listeners")).read(_landed(found.record))


def test_every_column_is_read(scripted: AsksScript) -> None:
    asking, _ = scripted(*having_read({**ITEM, "worldRank": "7"}))
    assert asking.found().record == {
        "artistId": ID,
        "artistName": "ABBA",
        "monthlyListeners": 18_500_000,
        "followers": 15_000_000,
        "worldRank": 7,
        "verified": True,
        "topCities": [{"city": "Warsaw", "country": "PL", "listeners": 57}],
        "actorRunId": "R1",
        "evidence": "Apify run: R1",
    }


def test_every_run_is_guarded_and_the_actor_is_told_whom_to_read(scripted: AsksScript) -> None:
    asking, service = scripted(*having_read(ITEM), TIMEOUT_APIFY="77")
    asking.ask(ABBA)
    path = service.seen[0]
    assert path.startswith("/v2/acts/augeas~spotify-monthly-listeners/runs?")
    for guard in ("maxItems=1", "maxTotalChargeUsd=5.0", "timeout=77", "memory=1024"):
        assert guard in path


def test_the_money_of_a_run_is_shared_by_the_runs_of_the_actor(scripted: AsksScript) -> None:
    price = {"LINERNOTES_APIFY__PRICE_PER_THOUSAND": "100", "LINERNOTES_APIFY__BATCH_SIZE": "1"}
    script = (*having_read(ITEM), *having_read(ITEM, usageTotalUsd=0.25), *having_read(ITEM))
    asking, service = scripted(*script, ENRICHMENT_APIFY_MAX_USD="0.5", **price)
    asking.ask(ABBA)
    asking.ask(ABBA)
    with pytest.raises(
        CoolingDown, match=r"another run would exceed 0\.5 USD \(ENRICHMENT_APIFY_MAX_USD\)"
    ) as cooldown:
        asking.ask(ABBA)
    given = [path.partition("maxTotalChargeUsd=")[2].partition("&")[0] for path in service.seen if "runs?" in path]
    assert given == ["0.5", "0.4", "0.15"]  # dearer than planned, the second one
    assert cooldown.value.until - datetime.now(UTC) < timedelta(seconds=1)


def test_what_the_last_affordable_run_read_is_kept(scripted: AsksScript) -> None:
    asking, _ = scripted(*having_read(ITEM), ENRICHMENT_APIFY_MAX_USD="0.01")
    answers = fetch_batch(asking.provider, [ABBA])
    assert kinds(answers.outcomes) == {ID: ("Found", None, None)}
    assert isinstance(answers.trouble, CoolingDown)


def test_a_run_is_looked_at_until_it_is_over(scripted: AsksScript) -> None:
    asking, service = scripted(run("READY"), run("RUNNING"), run("RUNNING"), run("TIMING-OUT"), *having_read(ITEM))
    assert asking.found()
    assert service.seen[1:5] == ["/v2/actor-runs/R1?waitForFinish=10"] * 4
    assert service.seen[5].startswith("/v2/datasets/D1/items?")


@pytest.mark.parametrize(
    ("status", "reason"), [("FAILED", "run_failed"), ("TIMED-OUT", "run_timed_out"), ("ABORTED", "run_aborted")]
)
def test_a_run_that_ends_badly_fails_its_batch(sandbox: Sandbox, asking: Asker, status: str, reason: str) -> None:
    sandbox.trouble("apify", Faults(run_ends=status))
    work = known(sandbox, 3)
    answers = fetch_batch(asking.provider, work)
    assert set(kinds(answers.outcomes).values()) == {("Failed", reason, 200)}
    assert len(answers.outcomes) == 3
    assert answers.failure is not None
    assert status in answers.failure.message


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_run_that_was_paid_for_is_not_started_again_in_halves(
    sandbox: Sandbox, scripted: AsksScript, status: int
) -> None:
    asker, service = scripted(run("SUCCEEDED"), Answer(status, {"error": {"type": "record-not-found"}}))
    with pytest.raises(CallFailed, match=f"HTTP {status}"):
        asker.ask(*known(sandbox, 8))
    assert sum(path.endswith("/runs") or "/runs?" in path for path in service.seen) == 1


def test_a_run_that_reads_nothing_is_a_failure_and_not_nobodys_listeners(asking: Asker, sandbox: Sandbox) -> None:
    sandbox.trouble("apify", Faults(run_reads="none"))
    answers = fetch_batch(asking.provider, known(sandbox, 3))
    assert set(kinds(answers.outcomes).values()) == {("Failed", "no_items", 200)}
    assert answers.failure is not None


def test_who_is_not_among_what_was_read_is_asked_for_again(asking: Asker, sandbox: Sandbox) -> None:
    sandbox.trouble("apify", Faults(run_reads="half"))
    work = known(sandbox, 4)
    assert list(asking.kinds(*work).values()) == [
        *[("Found", None, None)] * 2,
        *[("Failed", "unreturned", 200)] * 2,
    ]


def test_fields_under_other_names_are_unreadable_until_they_are_configured(asking: Asker, sandbox: Sandbox) -> None:
    sandbox.trouble("apify", Faults(drifted="yes"))
    work = known(sandbox, 3)
    assert set(asking.kinds(*work).values()) == {("Failed", "unreadable", 200)}
    fields = configs().provider("apify").options["fields"]
    for field, name in (("ID", "spotifyId"), ("MONTHLY_LISTENERS", "listenersPerMonth")):
        assert name not in fields[field.lower()]
    told = Asker(
        NAME,
        sandbox.environment(),
        LINERNOTES_APIFY__OPTIONS__FIELDS__ID="[spotifyId]",
        LINERNOTES_APIFY__OPTIONS__FIELDS__MONTHLY_LISTENERS="[listenersPerMonth]",
    )
    assert set(told.kinds(*work).values()) == {("Found", None, None)}


@pytest.mark.parametrize(
    "odd",
    [
        {"monthlyListeners": ...},
        {**dict.fromkeys(ITEM), "artist_id": ID},
        {**dict.fromkeys(ITEM), "artist_id": ID, "monthlyListeners": "many"},
    ],
    ids=str,
)
def test_an_item_that_tells_nothing_fails_alone(scripted: AsksScript, odd: dict[str, Any]) -> None:
    other = replace(ABBA, key="0" * 22)
    strange = {name: value for name, value in {**ITEM, **odd}.items() if value is not ...}
    asking, _ = scripted(*having_read(strange, {**ITEM, "artist_id": other.key}))
    assert asking.kinds(ABBA, other) == {ID: ("Failed", "unreadable", 200), other.key: ("Found", None, None)}


@pytest.mark.parametrize(
    ("column", "odd", "left"),
    [
        ("monthlyListeners", {"monthlyListeners": "many"}, None),
        ("monthlyListeners", {"monthlyListeners": [1]}, None),
        ("monthlyListeners", {"monthlyListeners": 1.5}, None),
        ("followers", {"followers": {"total": 1}}, None),
        ("followers", {"followers": 15_000_000.5}, None),
        ("topCities", {"topCities": "Warsaw"}, []),
        ("topCities", {"topCities": [5]}, []),
        (
            "topCities",
            {"topCities": [{"city": "Warsaw", "country": "PL", "numberOfListeners": 5.5}]},
            [{"city": "Warsaw", "country": "PL", "listeners": None}],
        ),
        ("verified", {"verified": "yes"}, None),
        ("artistName", {"artist_name": 5}, None),
    ],
)
def test_a_value_of_another_shape_is_null_and_costs_no_other(
    scripted: AsksScript, column: str, odd: dict[str, Any], left: Any
) -> None:
    assert record(scripted, **odd) == {**record(scripted), column: left}


@pytest.mark.parametrize("given", ["18500000", 18_500_000])
def test_numbers_may_be_written_as_text(scripted: AsksScript, given: Any) -> None:
    assert record(scripted, monthlyListeners=given)["monthlyListeners"] == 18_500_000


def test_listeners_that_the_page_does_not_show_are_null(scripted: AsksScript) -> None:
    assert record(scripted, monthlyListeners=None)["monthlyListeners"] is None


@pytest.mark.parametrize(
    "how",
    [
        {"artist_id": ID},
        {"id": ID},
        {"artist_id": ..., "url": f"https://open.spotify.com/artist/{ID}?si=x"},
        {"artist_id": ..., "artistUrl": f"https://open.spotify.com/intl-de/artist/{ID}"},
        {"artist_id": ..., "uri": f"spotify:artist:{ID}"},
        {"artist_id": None, "uri": f"spotify:artist:{ID}"},
    ],
    ids=str,
)
def test_an_artist_is_known_by_its_id_also_in_an_address(scripted: AsksScript, how: dict[str, Any]) -> None:
    assert record(scripted, **how)["artistId"] == ID


@pytest.mark.parametrize(
    "item", [None, 5, [], {}, {"artist_id": "short"}, {"url": "https://open.spotify.com/"}], ids=str
)
def test_an_item_without_an_id_is_nobodys(scripted: AsksScript, item: Any) -> None:
    fields = Fields.model_validate(configs().provider("apify").options["fields"])
    assert id_of(item, fields) is None
    assert scripted(*having_read(item))[0].kind() == ("Failed", "unreadable", 200)


def test_an_item_with_listeners_counts_more_than_the_report_of_a_failed_attempt(scripted: AsksScript) -> None:
    for failed in ({"artist_id": ID, "error": "timeout"}, {**ITEM, "monthlyListeners": None}):
        for order in ((failed, ITEM), (ITEM, failed)):
            assert scripted(*having_read(*order))[0].found().record["monthlyListeners"] == 18_500_000


@pytest.mark.parametrize("word", ["platform-feature-disabled", "monthly-usage-limit-exceeded"])
def test_a_usage_limit_is_no_fault_of_the_token(scripted: AsksScript, word: str) -> None:
    asking, _ = scripted(Answer(403, {"error": {"type": word, "message": "Monthly usage hard limit exceeded"}}))
    with pytest.raises(CoolingDown, match="out of credit"):
        asking.ask(ABBA)


def test_the_first_of_two_items_of_an_artist_counts_and_strangers_are_left_out(scripted: AsksScript) -> None:
    stranger = {**ITEM, "artist_id": "1" * 22}
    asking, _ = scripted(*having_read(stranger, ITEM, {**ITEM, "monthlyListeners": 1}))
    assert asking.found().record["monthlyListeners"] == 18_500_000


@pytest.mark.parametrize(
    "answer",
    [Answer(200, {}), Answer(200, []), Answer(200, {"data": {"status": "READY"}}), Answer(200, {"data": {"id": 5}})],
    ids=lambda answer: str(answer.body),
)
def test_a_run_that_cannot_be_read_has_failed(scripted: AsksScript, answer: Answer) -> None:
    with pytest.raises(CallFailed) as failed:
        scripted(answer)[0].ask(ABBA)
    assert failed.value.reason == "unreadable"


@pytest.mark.parametrize("body", [{"items": []}, "x", 5], ids=str)
def test_a_dataset_that_is_no_list_has_failed(scripted: AsksScript, body: Any) -> None:
    with pytest.raises(CallFailed) as failed:
        scripted(run("SUCCEEDED"), Answer(200, body))[0].ask(ABBA)
    assert failed.value.reason == "unreadable"


def test_without_credit_nobody_is_called_for_a_day(asking: Asker, sandbox: Sandbox) -> None:
    sandbox.trouble("apify", Faults(credit="no"))
    with pytest.raises(CoolingDown, match="out of credit") as cooldown:
        asking.ask(*known(sandbox))
    assert cooldown.value.until - asking.clock.now() == timedelta(days=1)
    assert sandbox.calls()["total"] == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_ends_everything(scripted: AsksScript, status: int) -> None:
    body = {"error": {"type": "user-or-token-not-found", "message": f"no {TOKEN}"}}
    asking, service = scripted(Answer(status, body))
    with pytest.raises(AccessRefused, match="ENRICHMENT_APIFY_API_TOKEN") as refused:
        asking.ask(ABBA)
    assert f"(HTTP {status}, user-or-token-not-found)" in refused.value.message
    assert TOKEN not in refused.value.message + refused.value.remedy
    assert len(service.seen) == 1


def test_an_actor_that_is_gone_is_said(scripted: AsksScript) -> None:
    asking, _ = scripted(Answer(404, {"error": {"type": "record-not-found", "message": "Actor was not found"}}))
    with pytest.raises(CallFailed, match=r"apify: acts: HTTP 404, record-not-found") as failed:
        asking.ask(ABBA)
    assert (failed.value.reason, failed.value.status) == ("http_404", 404)


def test_looking_at_it_is_tried_again(scripted: AsksScript) -> None:
    asking, _ = scripted(run("READY"), Answer(502, b""), run("SUCCEEDED"), Answer(200, b"[{"), Answer(200, [ITEM]))
    assert asking.found()


def test_the_token_stands_in_the_header_and_nowhere_else(
    asking: Asker, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        asking.ask(*known(sandbox))
    calls = sandbox.calls()["log"]
    token = asking.secrets["token"].get_secret_value()
    assert {call["status"] for call in calls} == {200, 201}
    assert not [call for call in calls if token in call["path"] + call["query"]]
    assert token not in caplog.text


def test_a_run_is_named_when_it_begins(asking: Asker, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "linernotes"):
        found = asking.found(*known(sandbox))
    assert f"run {found.record['actorRunId']} of augeas/spotify-monthly-listeners started for 1 artist" in caplog.text


def test_a_run_that_is_left_under_way_is_named(scripted: AsksScript, caplog: pytest.LogCaptureFixture) -> None:
    def stopped(_path: str) -> Answer:
        somebody.clock.stop()
        return Answer(503, b"")

    somebody, _ = scripted(run("READY"), stopped)
    with pytest.raises(Stopped):
        somebody.ask(ABBA)
    assert "apify: run R1 is still running; 1 artist will be requested again" in caplog.text


def test_a_run_that_does_not_end_is_given_up_after_its_time_and_named(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.trouble("apify", Faults(run_ends="never"))
    asking = Asker(NAME, sandbox.environment(), TIMEOUT_APIFY="3")
    with pytest.raises(CallFailed) as failed:
        asking.ask(*known(sandbox))
    assert failed.value.reason == "run_under_way"
    assert sandbox.calls()["calls"]["GET /apify/v2/actor-runs/<id>"] == 3
    assert "is still running" in caplog.text


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("MAX_USD", "0", "options.max_usd: "),
        ("MAX_USD", "-1", "options.max_usd: "),
        ("MAX_USD", "nan", "options.max_usd: "),
        ("MAX_USD", ".inf", "options.max_usd: "),
        ("MAX_USD", "a lot", "options.max_usd: "),
        ("ACTOR", "../../users", "options.actor: "),
        ("ACTOR", "a/b/c", "options.actor: "),
        ("FIELDS__ID", "[]", "options.fields.id: "),
        ("WAIT_SECONDS", "61", "options.wait_seconds: "),
        ("WAIT_SECONDS", "30", "timeout 30.0 must be longer than options.wait_seconds"),
    ],
)
def test_a_wrong_option_is_told_before_it_costs_anything(option: str, value: str, told: str) -> None:
    given = {"ENRICHMENT_APIFY_API_TOKEN": TOKEN, "ENRICHMENT_APIFY_MAX_USD": "5"}
    with pytest.raises(ConfigurationError) as wrong:
        Asker(NAME, given, **{f"LINERNOTES_APIFY__OPTIONS__{option}": value})
    assert told in wrong.value.message


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["Apify client not initialized: ENRICHMENT_APIFY_API_TOKEN", "ENRICHMENT_APIFY_MAX_USD"]),
        ({"ENRICHMENT_APIFY_API_TOKEN": TOKEN}, ["Apify client not initialized: ENRICHMENT_APIFY_MAX_USD"]),
        ({"ENRICHMENT_APIFY_MAX_USD": "5"}, ["Apify client not initialized: ENRICHMENT_APIFY_API_TOKEN"]),
        ({"ENRICHMENT_APIFY_API_TOKEN": TOKEN, "ENRICHMENT_APIFY_MAX_USD": ""},
         ["Apify client not initialized: ENRICHMENT_APIFY_MAX_USD"]),
        ({"ENRICHMENT_APIFY_API_TOKEN": TOKEN, "ENRICHMENT_APIFY_MAX_USD": "5"}, []),
    ],
    ids=["nothing", "a token", "a limit", "an empty limit", "both"],
)  # fmt: skip
def test_without_token_and_price_limit_it_says_what_is_missing(given: dict[str, str], missing: list[str]) -> None:
    here = settings(**given)
    assert here.missing(here.configs.provider("apify")) == missing


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ({"startUrls": [{"url": "https://x/{id}"}]}, {"startUrls": [{"url": "https://x/a"}, {"url": "https://x/b"}]}),
        ({"artistIds": ["{id}"], "depth": 1}, {"artistIds": ["a", "b"], "depth": 1}),
        ({"q": {"ids": ["first", "{id}"]}}, {"q": {"ids": ["first", "a", "b"]}}),
        ({"pairs": [["{id}", 1]]}, {"pairs": [["a", 1], ["b", 1]]}),
    ],
)
def test_an_actors_input_is_written_out_for_every_artist(template: Any, expected: Any) -> None:
    assert inputs(template, ["a", "b"]) == expected


@pytest.mark.parametrize("template", [{}, {"startUrls": []}, {"url": "{id}"}])
def test_an_input_without_a_place_for_the_ids_is_refused(template: Any) -> None:
    options = {**configs(ENRICHMENT_APIFY_MAX_USD="5").provider("apify").options, "input": template}
    with pytest.raises(ValueError, match=r"must contain a list with \{id\}"):
        ApifyOptions.model_validate(options)


def test_a_field_may_lie_in_an_object(scripted: AsksScript) -> None:
    asking, _ = scripted(
        *having_read({"artist_id": ID, "stats": {"monthly": 9}}),
        LINERNOTES_APIFY__OPTIONS__FIELDS__MONTHLY_LISTENERS="[monthlyListeners, stats.monthly]",
    )
    assert asking.found().record["monthlyListeners"] == 9


def test_every_artist_has_one_outcome_on_a_bad_day(sandbox: Sandbox) -> None:
    sandbox.trouble("apify", Faults.parse("5xx=0.1,429=0.1,retry_after=0,broken=0.1,truncated=0.1"))
    asking = Asker(NAME, sandbox.environment(), MAX_RETRIES="9")
    asked = found = 0
    for item in known(sandbox, 30):
        (outcome,) = fetch_batch(asking.provider, [item]).outcomes
        assert isinstance(outcome, Found | Failed)
        asked, found = asked + 1, found + isinstance(outcome, Found)
    assert asked == 30
    assert found > 10


def _landed(record: Any) -> bytes:
    return json.dumps({**record, "retrievedAt": LONG_AGO}).encode()
