"""The imitated Deezer says everything under 200, also that it was asked too often."""

import time
from typing import Any

import pytest
import requests

from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge


@pytest.fixture(scope="module")
def known() -> Facts:
    knowledge, catalogue = Knowledge(Generated()), Generated()
    facts = map(knowledge.of, map(catalogue.id_at, range(100)))
    return next(each for each in facts if each and each.deezer)


def asked(sandbox: Sandbox, key: object) -> requests.Response:
    return requests.get(f"{sandbox.environment()['DEEZER_API_URL']}/artist/{key}", timeout=60)


def code(reply: requests.Response) -> Any:
    assert reply.status_code == 200
    return reply.json()["error"]["code"]


def test_an_artist_is_told_with_its_fans(sandbox: Sandbox, known: Facts) -> None:
    body = asked(sandbox, known.deezer).json()
    assert (body["id"], body["name"], body["nb_fan"]) == (known.deezer, known.artist.name, known.fans)
    assert body["link"] == f"https://www.deezer.com/artist/{known.deezer}"
    assert body["nb_album"] > 0
    assert asked(sandbox, known.deezer).json() == body


def test_whoever_is_not_there_is_no_data(sandbox: Sandbox, known: Facts) -> None:
    for key in ("0", "abc", "٢٧", known.deezer and known.deezer + 1, f"0{known.deezer}"):
        assert code(asked(sandbox, key)) == 800


def test_too_many_calls_in_a_window_are_told_until_it_has_rolled_on(sandbox: Sandbox, known: Facts) -> None:
    sandbox.faults = Faults.parse("allowance=2,window=0.2")
    assert [asked(sandbox, known.deezer).json().get("error", {}).get("code") for _ in range(3)] == [None, None, 4]
    time.sleep(0.25)
    assert asked(sandbox, known.deezer).json()["id"] == known.deezer


def test_a_throttle_has_no_status_and_no_retry_after(sandbox: Sandbox, known: Facts) -> None:
    sandbox.faults = Faults.parse("429=1")
    reply = asked(sandbox, known.deezer)
    assert code(reply) == 4
    assert "Retry-After" not in reply.headers


def test_a_bad_day_is_told_in_two_ways(sandbox: Sandbox, known: Facts) -> None:
    sandbox.faults = Faults.parse("5xx=1")
    replies = [asked(sandbox, known.deezer) for _ in range(20)]
    assert {code(reply) for reply in replies if reply.ok} == {700}
    assert any(reply.status_code >= 500 for reply in replies)


def test_trouble_with_deezer_alone_leaves_the_others_in_peace(sandbox: Sandbox, known: Facts) -> None:
    sandbox.trouble("wikidata", Faults.parse("5xx=1"))
    assert asked(sandbox, known.deezer).json()["id"] == known.deezer
