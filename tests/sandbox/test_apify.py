"""Apify, as the sandbox plays it."""

from typing import Any

import pytest
import requests

from linernotes.sandbox import Faults, Sandbox
from linernotes.sandbox.world.facts import Knowledge


def call(sandbox: Sandbox, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
    settings = sandbox.environment()
    headers = {"Authorization": f"Bearer {settings['ENRICHMENT_APIFY_API_TOKEN']}"}
    url = f"{settings['APIFY_API_URL']}/{path}"
    return requests.request(method, url, params=query, json=body, headers=headers, timeout=60)


def start(sandbox: Sandbox, *ids: str, **guards: Any) -> requests.Response:
    urls = [{"url": f"https://open.spotify.com/artist/{key}"} for key in ids]
    return call(sandbox, "POST", "acts/somebody~monthly-listeners/runs", {"startUrls": urls}, **guards)


def ended(sandbox: Sandbox, run: dict[str, Any]) -> dict[str, Any]:
    for _ in range(3):
        run = call(sandbox, "GET", f"actor-runs/{run['id']}", waitForFinish=10).json()["data"]
    return run


def read(sandbox: Sandbox, *ids: str, **guards: Any) -> list[dict[str, Any]]:
    run = start(sandbox, *ids, **guards).json()["data"]
    items: list[dict[str, Any]] = call(sandbox, "GET", f"datasets/{run['defaultDatasetId']}/items").json()
    return items


def test_a_run_is_ready_then_running_then_over(sandbox: Sandbox, live: list[str]) -> None:
    started = start(sandbox, live[0])
    run = started.json()["data"]
    statuses = [call(sandbox, "GET", f"actor-runs/{run['id']}").json()["data"]["status"] for _ in range(3)]
    assert (started.status_code, run["status"], statuses) == (201, "READY", ["RUNNING", "SUCCEEDED", "SUCCEEDED"])


def test_it_reads_what_the_pages_show(sandbox: Sandbox, live: list[str]) -> None:
    facts = Knowledge(sandbox.catalogue).of(live[0])
    (item,) = read(sandbox, live[0])
    assert facts is not None
    assert (item["artist_id"], item["monthlyListeners"]) == (live[0], facts.monthly_listeners)
    assert len(item["topCities"]) == 5


def test_an_artist_that_is_gone_is_not_among_what_was_read(sandbox: Sandbox, live: list[str], deleted: str) -> None:
    assert [item["artist_id"] for item in read(sandbox, live[0], deleted)] == [live[0]]


@pytest.mark.parametrize("guard", [{"maxItems": 3}, {"maxTotalChargeUsd": 0.003}], ids=str)
def test_guards_are_kept(sandbox: Sandbox, live: list[str], guard: dict[str, float]) -> None:
    assert len(read(sandbox, *live[:10], **guard)) == 3


@pytest.mark.parametrize("ends", ["FAILED", "TIMED-OUT", "ABORTED"])
def test_a_run_can_end_badly(sandbox: Sandbox, live: list[str], ends: str) -> None:
    sandbox.trouble("apify", Faults(run_ends=ends))
    assert ended(sandbox, start(sandbox, live[0]).json()["data"])["status"] == ends


def test_a_run_can_go_on_for_ever(sandbox: Sandbox, live: list[str]) -> None:
    sandbox.trouble("apify", Faults(run_ends="never"))
    assert ended(sandbox, start(sandbox, live[0]).json()["data"])["status"] == "RUNNING"


@pytest.mark.parametrize(("reads", "number"), [("all", 10), ("half", 5), ("none", 0)])
def test_a_run_can_read_less(sandbox: Sandbox, live: list[str], reads: str, number: int) -> None:
    sandbox.trouble("apify", Faults(run_reads=reads))
    assert len(read(sandbox, *live[:10])) == number


def test_fields_can_drift(sandbox: Sandbox, live: list[str]) -> None:
    sandbox.trouble("apify", Faults(drifted="yes"))
    assert {"spotifyId", "listenersPerMonth"} <= set(read(sandbox, live[0])[0])


@pytest.mark.parametrize(
    ("faults", "status", "kind"),
    [
        ("credit=no", 402, "not-enough-usage-to-run-paid-actor"),
        ("credentials=refused", 401, "user-or-token-not-found"),
        ("429=1", 429, "rate-limit-exceeded"),
    ],
)
def test_refusals_have_a_kind(sandbox: Sandbox, live: list[str], faults: str, status: int, kind: str) -> None:
    sandbox.trouble("apify", Faults.parse(faults))
    reply = start(sandbox, live[0])
    assert (reply.status_code, reply.json()["error"]["type"]) == (status, kind)


def test_runs_and_datasets_that_nobody_made_are_not_found(sandbox: Sandbox) -> None:
    assert call(sandbox, "GET", "actor-runs/x").status_code == 404
    assert call(sandbox, "GET", "datasets/x/items").status_code == 404
    assert start(sandbox).status_code == 400
