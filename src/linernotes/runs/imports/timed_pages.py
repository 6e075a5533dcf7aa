"""The pages of an account's history, until the time for them is over, however slowly one comes."""

from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from linernotes.core.clock import Clock
from linernotes.core.values import HistoryPage


class Pages(Protocol):
    """An account's history at a service."""

    def page(self, since: int, before: int, number: int) -> HistoryPage:
        """Return page ``number``, from 1, of the plays from second ``since`` to second ``before``, excluded."""


class OutOfTime(Exception):
    """The time that a person has given a fetch is over."""


class TimedPages:
    """See ``Pages``; ``end`` is in seconds of the clock's monotonic time."""

    def __init__(self, pages: Pages, clock: Clock, end: float) -> None:
        self._pages, self._clock, self._end = pages, clock, end

    def page(self, since: int, before: int, number: int) -> HistoryPage:
        """The page; a call that takes too long is left to its own deadline, and its page to the next fetch.

        Raises:
            OutOfTime: it did not come in time.
        """
        pool = ThreadPoolExecutor(1, thread_name_prefix="page")
        try:
            fetched = pool.submit(self._pages.page, since, before, number)
            return fetched.result(max(0.0, self._end - self._clock.monotonic()))
        except TimeoutError:
            raise OutOfTime from None
        finally:
            pool.shutdown(wait=False)
