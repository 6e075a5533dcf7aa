"""Every item asked gets one outcome, whatever fails."""

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from linernotes.core.counts import ExtractStats
from linernotes.core.errors import AccessRefused, CallFailed, CoolingDown, ServiceDown, Stopped
from linernotes.core.values import Failed, Found, Missing, Outcome, WorkItem
from linernotes.landing.spool import Spool
from linernotes.providers.port import BatchRefused
from linernotes.runs.enrich import extraction as extract
from linernotes.runs.enrich.extraction import Extraction, Until, fetch_batch
from linernotes.storage.lakes.folder import FolderLake
from tests.clocks import START, FakeClock
from tests.samples import LONG_AGO, RUN, dataset, items, keys

PARKED = CoolingDown("spotify: parked", START + timedelta(hours=1), "rate_limited")
REFUSED = AccessRefused("spotify: refused")
DOWN = ServiceDown("spotify: down")
FAILED = CallFailed("spotify: http_500", "http_500", 500)


def found(item: WorkItem) -> Found:
    return Found(item, {"artistId": item.key, "artistName": "ABBA", "enrichedAt": LONG_AGO}, {"id": item.key})


class Scripted:
    """A provider that does what ``on`` says for a key, and else finds it."""

    access_mode = None

    def __init__(self, batch_size: int = 50, on: dict[str, Any] | None = None) -> None:
        self.batch_size, self._on = batch_size, on or {}
        self._lock = threading.Lock()
        self.asked: list[list[str]] = []
        self.most_at_once = self._at_once = 0

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        with self._lock:
            self.asked.append([item.key for item in items])
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            for item in items:
                yield from self._one(item)
        finally:
            with self._lock:
                self._at_once -= 1

    def _one(self, item: WorkItem) -> Iterable[Outcome]:
        what = self._on.get(item.key)
        if callable(what):
            what = what()
        if isinstance(what, Exception):
            raise what
        if what != "silence":
            yield what or found(item)


class Room:
    """The extract room of a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.clock = home, FakeClock()
        self.spool = Spool(
            FolderLake(home / "lake"), home / "spool", dataset("spotify/artist_enrichment"), RUN, self.clock
        )
        self.told = 0
        self.extraction: Extraction | None = None

    def ask(self, provider: Scripted, ids: list[str], deadline: float | None = None, width: int = 5) -> ExtractStats:
        self.extraction = Extraction(provider, self.spool, self.clock, width, Until(deadline))

        def answered(number: int) -> None:
            self.told += number

        return self.extraction.ask(items(*ids), answered)

    @property
    def trouble(self) -> Exception | None:
        return self.extraction.trouble if self.extraction else None

    def landed(self) -> dict[str, str]:
        """Status by key; a key with two lines fails the test."""
        marks = [
            json.loads(line)["_outcome"]
            for path in (self.home / "lake").glob("spotify/landing/*")
            for line in path.read_bytes().splitlines()
        ]
        assert len({mark["key"] for mark in marks}) == len(marks)
        assert list(self.home.glob("spool/*/*")) == []
        return {mark["key"]: mark["status"] for mark in marks}


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_everything_asked_is_landed_before_it_is_counted(room: Room) -> None:
    asked = room.ask(Scripted(), keys(120))
    assert asked == ExtractStats(found=120, landed_lines=120)
    assert room.landed() == dict.fromkeys(keys(120), "found")
    assert (room.told, room.spool.lines, room.trouble) == (120, 120, None)


def test_batches_are_full_and_go_one_at_a_time_in_order(room: Room) -> None:
    provider = Scripted(50)
    room.ask(provider, keys(120))
    assert provider.asked == [keys(120)[:50], keys(120)[50:100], keys(120)[100:]]
    assert provider.most_at_once == 1


def test_single_items_go_five_at_a_time(room: Room) -> None:
    meeting = threading.Barrier(5, timeout=5)
    provider = Scripted(1, on=dict.fromkeys(keys(10), lambda: meeting.wait() and None))
    assert room.ask(provider, keys(10)).found == 10
    assert provider.most_at_once == 5


@pytest.mark.parametrize("width", [1, 3])
def test_no_more_calls_are_under_way_than_the_provider_allows(room: Room, width: int) -> None:
    provider = Scripted(1)
    room.ask(provider, keys(30), width=width)
    assert provider.most_at_once <= width


def test_each_kind_of_outcome_is_counted(room: Room) -> None:
    a, b, c, d = items(*keys(4))
    on = {b.key: Missing(b), c.key: Failed(c, "unreadable", 200), d.key: "silence"}
    assert room.ask(Scripted(on=on), keys(4)) == ExtractStats(found=1, not_found=1, failed=2, landed_lines=4)
    assert room.landed() == {a.key: "found", b.key: "not_found", c.key: "failed", d.key: "failed"}


def test_a_record_that_breaks_the_contract_is_counted_as_it_is_recorded(room: Room) -> None:
    (item,) = items(*keys(1))
    strange = Found(item, {"artistId": item.key, "popularity": 1000}, {})
    assert room.ask(Scripted(on={item.key: strange}), keys(1)) == ExtractStats(failed=1, landed_lines=1)
    assert room.landed() == {item.key: "failed"}


@pytest.mark.parametrize(
    ("error", "reason", "status"),
    [(FAILED, "http_500", 500), (KeyError("items"), "unreadable", None), (AttributeError("x"), "unreadable", None)],
    ids=["the call failed", "no such key", "another shape"],
)
def test_a_batch_that_fails_fails_only_what_has_no_answer_yet(
    error: Exception, reason: str, status: int | None
) -> None:
    first, second, third = items(*keys(3))
    answers = fetch_batch(Scripted(on={second.key: error}), [first, second, third])
    assert answers.outcomes == [found(first), Failed(second, reason, status), Failed(third, reason, status)]
    assert (answers.unasked, answers.trouble) == ([], None)


def test_after_a_failed_batch_the_others_are_asked(room: Room) -> None:
    assert room.ask(Scripted(on={keys(60)[0]: FAILED}), keys(60)) == ExtractStats(found=10, failed=50, landed_lines=60)
    assert room.trouble is None


def test_an_unforeseen_shape_is_logged_with_where_it_happened(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    room.ask(Scripted(on={keys(1)[0]: KeyError("items")}), keys(1))
    assert "KeyError" in caplog.text


def test_a_parked_provider_is_asked_no_more_and_what_it_was_asked_has_failed(room: Room) -> None:
    provider = Scripted(on={keys(200)[55]: PARKED})
    assert room.ask(provider, keys(200)) == ExtractStats(found=55, failed=45, landed_lines=100)
    assert room.trouble is PARKED
    assert len(provider.asked) == 2
    assert list(room.landed().values()).count("failed") == 45


@pytest.mark.parametrize("trouble", [DOWN, REFUSED, Stopped(15)], ids=lambda error: type(error).__name__)
def test_trouble_that_says_nothing_of_the_items_leaves_them_in_the_queue(room: Room, trouble: Exception) -> None:
    provider = Scripted(on={keys(200)[50]: trouble})
    assert room.ask(provider, keys(200)) == ExtractStats(found=50, landed_lines=50)
    assert room.trouble is trouble
    assert len(provider.asked) == 2
    assert room.landed() == dict.fromkeys(keys(50), "found")


def test_trouble_ends_single_calls_after_those_under_way(room: Room) -> None:
    provider = Scripted(1, on={keys(100)[0]: REFUSED})
    asked = room.ask(provider, keys(100))
    assert room.trouble is REFUSED
    assert len(provider.asked) <= 10
    assert asked.total == len(provider.asked) - 1 == len(room.landed())


def test_the_first_trouble_is_the_one_that_is_told(room: Room) -> None:
    meeting = threading.Barrier(2, timeout=5)

    def later() -> Exception:
        meeting.wait()
        return DOWN

    def first() -> Exception:
        meeting.wait()
        return DOWN

    room.ask(Scripted(1, on={keys(2)[0]: first, keys(2)[1]: later}), keys(2), width=2)
    assert room.trouble is DOWN


def test_a_refused_batch_is_asked_again_one_by_one(room: Room) -> None:
    provider = Scripted(50)

    def refuse() -> Exception | None:
        if provider.batch_size == 1:
            return None
        provider.batch_size = 1
        return BatchRefused()

    provider._on = {keys(60)[0]: refuse}
    assert room.ask(provider, keys(60)) == ExtractStats(found=60, landed_lines=60)
    assert provider.asked[0] == keys(50)
    assert sorted(provider.asked[1:]) == [[key] for key in keys(60)]


def test_of_a_refused_batch_only_what_was_not_answered_is_asked_again() -> None:
    first, second = items(*keys(2))
    answers = fetch_batch(Scripted(on={second.key: BatchRefused()}), [first, second])
    assert (answers.outcomes, answers.unasked) == ([found(first)], [second])


def test_no_batch_begins_after_the_deadline(room: Room) -> None:
    def slow() -> None:
        room.clock.pass_by(30)

    provider = Scripted(10, on=dict.fromkeys(keys(100)[::10], slow))
    assert room.ask(provider, keys(100), deadline=60) == ExtractStats(found=20, landed_lines=20)
    assert (len(provider.asked), room.trouble) == (2, None)


def test_a_deadline_that_is_over_asks_nothing(room: Room) -> None:
    provider = Scripted()
    assert room.ask(provider, keys(5), deadline=0) == ExtractStats()
    assert (provider.asked, room.landed()) == ([], {})


def test_nothing_to_ask_asks_nothing(room: Room) -> None:
    provider = Scripted()
    assert room.ask(provider, []) == ExtractStats()
    assert provider.asked == []


def test_a_signal_lands_what_is_there_and_does_not_wait_long_for_calls_that_hang(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "GLANCE_SECONDS", 0.01)
    hanging, let_go = threading.Event(), threading.Event()

    def hang() -> None:
        hanging.set()
        let_go.wait(5)

    def stop_then() -> None:
        hanging.wait(5)
        room.clock.stop()

    provider = Scripted(10, on={keys(40)[20]: hang})
    threading.Thread(target=stop_then).start()
    asked = room.ask(provider, keys(40))
    assert not let_go.is_set()
    let_go.set()
    assert isinstance(room.trouble, Stopped)
    assert asked == ExtractStats(found=20, landed_lines=20)
    assert room.landed() == dict.fromkeys(keys(20), "found")


def test_an_answer_that_comes_right_after_a_signal_is_kept(room: Room) -> None:
    stopping = dict.fromkeys(keys(40)[20:21], room.clock.stop)
    assert room.ask(Scripted(10, on=stopping), keys(40)) == ExtractStats(found=30, landed_lines=30)
    assert isinstance(room.trouble, Stopped)


def test_if_not_one_call_was_answered_the_service_is_down(room: Room) -> None:
    asked = room.ask(Scripted(50, on=dict.fromkeys(keys(100)[::50], FAILED)), keys(100))
    assert asked == ExtractStats(failed=100, landed_lines=100)
    assert isinstance(room.trouble, ServiceDown)
    assert "every call failed" in room.trouble.message


def test_answers_are_on_disk_before_the_next_batch_is_asked(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    synced: list[int] = []
    sync: Callable[[], None] = room.spool.sync

    def noted() -> None:
        sync()
        synced.append(room.spool.lines)

    monkeypatch.setattr(room.spool, "sync", noted)
    provider = Scripted(10, on={key: lambda: seen.append(synced[-1] if synced else 0) for key in keys(40)[::10]})
    room.ask(provider, keys(40))
    assert seen == [0, 10, 20, 30]


def test_a_defect_of_ours_is_logged_and_costs_only_its_own_batch(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    room.ask(Scripted(10, on={keys(30)[10]: ZeroDivisionError()}), keys(30))
    outcomes = room.landed()
    assert [outcomes[key] for key in keys(30)] == ["found"] * 10 + ["failed"] * 10 + ["found"] * 10
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("reason", "status", "goes_on"), [("retry", 200, True), ("never_asked", 200, False), ("retry", 503, False)]
)
def test_a_service_that_fails_once_more_on_what_it_failed_on_before_is_not_down(
    room: Room, *, reason: str, status: int, goes_on: bool
) -> None:
    asked = [replace(item, reason=reason) for item in items(*keys(5))]
    extraction = Extraction(
        Scripted(5, on={keys(5)[0]: CallFailed("apify: read nothing", "no_items", status)}), room.spool, room.clock, 1
    )
    extraction.ask(asked, lambda _number: None)
    assert (extraction.trouble is None) is goes_on
    assert set(room.landed().values()) == {"failed"}


FORBIDDEN = AccessRefused("spotify: HTTP 403", "look", 403)


def test_one_item_that_is_refused_fails_alone(room: Room) -> None:
    ids = keys(20)
    room.ask(Scripted(1, {ids[0]: FORBIDDEN, ids[9]: FORBIDDEN, ids[19]: FORBIDDEN}), ids, width=1)
    assert [key for key, status in room.landed().items() if status == "failed"] == [ids[0], ids[9], ids[19]]
    assert (room.trouble, len(room.landed())) == (None, 20)


def test_several_refusals_in_a_row_are_about_us_and_leave_the_items_in_the_queue(room: Room) -> None:
    provider = Scripted(1, dict.fromkeys(keys(20), FORBIDDEN))
    room.ask(provider, keys(20), width=1)
    assert (room.trouble, room.landed(), len(provider.asked)) == (FORBIDDEN, {}, 3)


@pytest.mark.parametrize("number", [1, 2])
def test_refusals_that_nothing_speaks_against_are_about_us(room: Room, number: int) -> None:
    room.ask(Scripted(1, dict.fromkeys(keys(number), FORBIDDEN)), keys(number), width=1)
    assert (room.trouble, room.landed()) == (FORBIDDEN, {})


def test_a_first_batch_that_is_refused_is_about_us(room: Room) -> None:
    provider = Scripted(50, {keys(60)[0]: FORBIDDEN})
    room.ask(provider, keys(60))
    assert (room.trouble, len(provider.asked)) == (FORBIDDEN, 1)


def test_calls_under_way_may_end_after_the_deadline_but_not_for_ever(room: Room) -> None:
    hanging = threading.Event()

    def hang() -> None:
        room.clock.pass_by(100)
        hanging.wait(30)

    asked = room.ask(Scripted(1, {keys(3)[0]: hang}), keys(3), deadline=1.0, width=1)
    hanging.set()
    assert (asked.total, room.landed(), room.trouble) == (0, {}, None)


def test_what_cannot_be_written_down_costs_its_own_item(room: Room) -> None:
    deep: Any = "x"
    for _ in range(3_000):
        deep = [deep]
    first, second, third, last = items(*keys(4))
    odd = {
        first.key: replace(found(first), raw={"cut": "\ud83d"}),
        second.key: replace(found(second), raw={"deep": deep}),
        third.key: replace(found(third), raw={"x": object()}),
    }
    room.ask(Scripted(50, odd), keys(4))
    assert room.landed() == {**dict.fromkeys(keys(3), "failed"), last.key: "found"}
