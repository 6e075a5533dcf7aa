"""The neighbours of an artist on the imitated Deezer."""

from typing import Any

import pytest
import requests

from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge


@pytest.fixture(scope="module")
def known() -> list[Facts]:
    catalogue = Generated()
    facts = map(Knowledge(catalogue).of, map(catalogue.id_at, range(100)))
    return [each for each in facts if each and each.deezer]


def asked(sandbox: Sandbox, path: str) -> Any:
    reply = requests.get(f"{sandbox.environment()['DEEZER_API_URL']}/artist/{path}", timeout=60)
    assert reply.status_code == 200
    return reply.json()


def test_neighbours_are_artists_that_deezer_knows(sandbox: Sandbox, known: list[Facts]) -> None:
    bodies = [asked(sandbox, f"{facts.deezer}/related") for facts in known[:10]]
    assert [body["total"] for body in bodies] == [len(body["data"]) for body in bodies]
    neighbours = [neighbour for body in bodies for neighbour in body["data"]]
    assert len(neighbours) > 5
    for neighbour in neighbours[:5]:
        assert neighbour.items() <= asked(sandbox, neighbour["id"]).items()


def test_an_unknown_artist_is_an_error_under_200(sandbox: Sandbox) -> None:
    assert asked(sandbox, "999999992/related")["error"]["code"] == 800


def test_it_has_the_faults_of_deezer(sandbox: Sandbox, known: list[Facts]) -> None:
    sandbox.trouble("deezer", Faults(throttled=1))
    assert asked(sandbox, f"{known[0].deezer}/related")["error"]["code"] == 4
