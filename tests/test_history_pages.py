"""The pages of an account's history: what they cover, and what ends a fetch that would never end."""

import threading

import pytest

from linernotes.core.errors import CallFailed
from linernotes.core.values import HistoryPage
from linernotes.runs.imports.history_fetch import read_back
from linernotes.runs.imports.spans import Span
from linernotes.runs.imports.timed_pages import OutOfTime, TimedPages
from tests.clocks import FakeClock

NOW = 1_764_400_000


class Stuck:
    """A service that gives everybody the same page, whatever is asked for."""

    def __init__(self, *seconds: int) -> None:
        self.rows, self.asked = tuple((second, {"at": second}) for second in seconds), 0

    def page(self, since: int, before: int, number: int) -> HistoryPage:
        self.asked += 1
        return HistoryPage(self.rows, more=True)


def test_a_page_that_comes_again_ends_a_fetch_with_a_word() -> None:
    stuck, covered = Stuck(NOW - 1, NOW - 2), list[Span | None]()
    with pytest.raises(CallFailed, match="listenbrainz: the same page came again"):
        covered.extend(span for _, span in read_back(stuck, Span(0, NOW), "listenbrainz"))
    assert stuck.asked == 3


def test_a_page_that_comes_again_with_something_new_beside_its_plays_is_the_same_page() -> None:
    class Counting(Stuck):
        def page(self, since: int, before: int, number: int) -> HistoryPage:
            page = super().page(since, before, number)
            return HistoryPage(tuple((second, {**row, "n": self.asked}) for second, row in page.rows), more=True)

    counting = Counting(NOW - 1, NOW - 2)
    with pytest.raises(CallFailed, match="the same page came again"):
        list(read_back(counting, Span(0, NOW), "listenbrainz", lambda row: str(row["at"])))
    assert counting.asked == 3


def test_a_play_of_1970_does_not_make_a_page_the_last() -> None:
    assert HistoryPage(((NOW, "a"), (0, "b"), (None, "c"), (NOW - 5, "d")), more=True).oldest == NOW - 5
    assert HistoryPage(((7, "a"), (0, "b")), more=True).oldest == 0
    assert HistoryPage(((None, "a"),), more=False).oldest is None


def test_a_page_that_does_not_come_in_time_is_left_to_the_next_fetch() -> None:
    hanging = threading.Event()

    class Hanging:
        def page(self, since: int, before: int, number: int) -> HistoryPage:
            hanging.wait(30)
            return HistoryPage((), more=False)

    with pytest.raises(OutOfTime):
        TimedPages(Hanging(), FakeClock(), 0.05).page(0, 1, 1)
    hanging.set()
    assert TimedPages(Stuck(NOW), FakeClock(), 5.0).page(0, NOW, 1).oldest == NOW
