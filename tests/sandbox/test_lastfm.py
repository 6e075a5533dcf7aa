"""Last.fm, as the sandbox plays it."""

from typing import Any

import pytest
import requests

from linernotes.sandbox import Faults, Sandbox
from linernotes.sandbox.world.facts import Knowledge


def ask(sandbox: Sandbox, method: str, **query: Any) -> requests.Response:
    settings = sandbox.environment()
    question = {"method": f"artist.{method}", "api_key": settings["LASTFM_API_KEY"], "format": "json"}
    return requests.get(settings["LASTFM_API_URL"], {**question, **query}, timeout=60)


def name(sandbox: Sandbox, key: str) -> str:
    return sandbox.catalogue.credit(key)


def test_a_page_has_strings_for_numbers_and_a_star_for_every_image(sandbox: Sandbox, live: list[str]) -> None:
    facts = Knowledge(sandbox.catalogue).of(live[0])
    page = ask(sandbox, "getInfo", artist=name(sandbox, live[0])).json()["artist"]
    assert facts is not None
    assert page["stats"] == {"listeners": str(facts.listeners), "playcount": str(facts.plays)}
    assert {image["#text"].rpartition("/")[2] for image in page["image"]} == {"2a96cbd8b46e442fc41c2b86b821562f.png"}
    assert "Read more on Last.fm</a>" in page["bio"]["summary"]


def test_one_tag_is_an_object_and_many_are_a_list(sandbox: Sandbox, live: list[str]) -> None:
    shapes = {type(ask(sandbox, "getInfo", artist=name(sandbox, key)).json()["artist"]["tags"]["tag"]) for key in live}
    assert shapes <= {list, dict}
    assert list in shapes


def test_weights_and_matches_come_with_the_other_methods(sandbox: Sandbox, live: list[str]) -> None:
    tags = ask(sandbox, "getTopTags", artist=name(sandbox, live[0])).json()["toptags"]["tag"]
    similar = ask(sandbox, "getSimilar", artist=name(sandbox, live[0]), limit=2).json()["similarartists"]["artist"]
    assert all(isinstance(tag["count"], int) for tag in tags)
    assert [each["match"] for each in similar] == ["1", "0.950000"]


def test_spelling_is_corrected_when_asked_to(sandbox: Sandbox, live: list[str]) -> None:
    loud = name(sandbox, live[0]).swapcase()
    assert ask(sandbox, "getInfo", artist=loud).json()["error"] == 6
    assert ask(sandbox, "getInfo", artist=loud, autocorrect=1).json()["artist"]["name"] == name(sandbox, live[0])


def test_many_mbids_are_not_known_and_those_that_are_lead_to_the_artist(sandbox: Sandbox, live: list[str]) -> None:
    knowledge, found = Knowledge(sandbox.catalogue), []
    for key in live:
        facts = knowledge.of(key)
        if facts and facts.mbid:
            page = ask(sandbox, "getInfo", mbid=facts.mbid).json()
            found.append("artist" in page)
            assert not found[-1] or page["artist"]["mbid"] == facts.mbid
    assert 0.5 < sum(found) / len(found) < 0.9


def test_errors_come_under_any_status(sandbox: Sandbox) -> None:
    replies = [ask(sandbox, "getInfo", artist="nobody at all") for _ in range(30)]
    assert {reply.json()["error"] for reply in replies} == {6}
    assert {reply.status_code for reply in replies} == {200, 400, 403, 404}


@pytest.mark.parametrize(
    ("faults", "code", "status"),
    [
        ("lastfm_error=1", 8, 200),
        ("lastfm_error=1,lastfm_code=26,lastfm_status=403", 26, 403),
        ("credentials=refused", 10, 403),
    ],
)
def test_every_error_can_be_had(sandbox: Sandbox, live: list[str], faults: str, code: int, status: int) -> None:
    sandbox.trouble("lastfm", Faults.parse(faults))
    reply = ask(sandbox, "getInfo", artist=name(sandbox, live[0]))
    assert (reply.json()["error"], reply.status_code) == (code, status)


def test_a_wrong_key_and_a_wrong_method_are_refused(sandbox: Sandbox, live: list[str]) -> None:
    assert ask(sandbox, "getInfo", artist=name(sandbox, live[0]), api_key="x").json()["error"] == 10
    assert ask(sandbox, "getNothing", artist=name(sandbox, live[0])).json()["error"] == 3


def test_nobody_has_the_most_listeners(sandbox: Sandbox) -> None:
    assert ask(sandbox, "getInfo", artist="[Unknown]").json()["artist"]["stats"]["listeners"] == "3241001"
