"""What ListenBrainz answers about recordings, and what becomes of it."""

from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from linernotes.core.values import WorkItem
from linernotes.providers.listenbrainz.recordings import parse
from linernotes.sandbox import Sandbox
from tests.providers.asking import Asks, AsksScript
from tests.providers.conformance import Conformance
from tests.providers.contracts import MBID, landed
from tests.service import Answer

NAME = "listenbrainz_recordings"
ROUTE = "POST /listenbrainz/1/popularity/recording"
ONE, TWO = MBID(1), MBID(2)
FULL: dict[str, Any] = {"recording_mbid": ONE, "total_listen_count": 1234, "total_user_count": 56}
UNHEARD = {"recording_mbid": ONE, "total_listen_count": None, "total_user_count": None}
FOUND, NOT_FOUND = ("Found", None, None), ("Missing", "not_found", 200)
UNREADABLE, UNANSWERED = ("Failed", "unreadable", 200), ("Failed", "unanswered", 200)


def known(number: int) -> list[str]:
    """Ids of recordings."""
    return [str(uuid5(NAMESPACE_URL, f"recording {nth}")) for nth in range(number)]


class TestRecordings(Conformance):
    name = NAME
    item = WorkItem(NAME, "track", ONE)
    invalid = tuple(WorkItem(NAME, "track", key) for key in ("short", ONE[:-1], f"{ONE},{TWO}"))
    thing = FULL
    essential = frozenset(FULL)
    deciding = frozenset({"total_listen_count", "total_user_count"})
    unknown = Answer(200, [UNHEARD])

    def body(self, path: str, thing: Any) -> Any:
        return [thing]

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=key) for key in known(20)]


def test_a_thousand_recordings_are_one_call(asking: Asks, sandbox: Sandbox) -> None:
    asked = asking()
    assert asked.provider.batch_size == 1000
    told = asked.kinds(*known(1000))
    assert set(told.values()) == {FOUND, NOT_FOUND}
    assert sandbox.calls()["calls"] == {ROUTE: 1}


def test_counts_are_those_of_the_recording_they_name_whatever_their_order(scripted: AsksScript) -> None:
    asked, service = scripted(Answer(200, [{**FULL, "recording_mbid": TWO.upper(), "total_listen_count": 7}, FULL]))
    found: Any = asked.by_key(ONE, TWO)
    assert [found[key].record["listenCount"] for key in (ONE, TWO)] == [1234, 7]
    assert found[ONE].record == parse(ONE, FULL)
    landed(f"{NAME}/recording_counts", found[ONE].record)
    assert service.seen == ["/1/popularity/recording"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ([FULL], FOUND),
        ([UNHEARD], NOT_FOUND),
        ([], UNANSWERED),
        ([{**FULL, "recording_mbid": TWO}], UNANSWERED),
        ([{"recording_mbid": ONE}], UNANSWERED),
        ([{**FULL, "total_listen_count": None}], FOUND),
        ([{**UNHEARD, "total_user_count": "many"}], UNREADABLE),
        ({}, UNREADABLE),
    ],
    ids=["known", "unheard", "empty", "another", "no counts", "half", "no number", "no list"],
)
def test_only_nulls_say_that_nobody_listens(scripted: AsksScript, answer: Any, outcome: Any) -> None:
    asked, _ = scripted(Answer(200, answer))
    assert asked.kinds(ONE) == {ONE: outcome}
