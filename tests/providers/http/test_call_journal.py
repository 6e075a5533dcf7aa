"""Calls are marked before they are made."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from linernotes.providers.http.call_journal import CallJournal, journal_path, unsettled_calls

RUN = "0123456789ab"


class _Failing:
    def send(self, *_: Any, **__: Any) -> Any:
        raise ConnectionError


@pytest.fixture
def summary(tmp_path: Path) -> Path:
    (tmp_path / "spotify").mkdir()
    return journal_path(tmp_path, "spotify", RUN)


def test_calls_of_many_threads_are_all_marked_also_those_that_fail(summary: Path, tmp_path: Path) -> None:
    sender = CallJournal(_Failing(), summary)

    def call(_: int) -> None:
        with contextlib.suppress(ConnectionError):
            sender.send(None)  # type: ignore[arg-type]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(500)))
    (left,) = unsettled_calls(tmp_path)
    assert (left.run_id, left.calls.provider, left.calls.calls) == (RUN, "spotify", 500)


def test_what_is_in_the_books_leaves_no_mark(summary: Path, tmp_path: Path) -> None:
    CallJournal(_Failing(), summary).settle()
    assert not list(unsettled_calls(tmp_path))
