"""Calls are marked before they are made."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from linernotes.web.tallied import Tallied, tally_of, unsettled


class _Failing:
    def send(self, *_: Any, **__: Any) -> Any:
        raise ConnectionError


@pytest.fixture
def tally(tmp_path: Path) -> Path:
    (tmp_path / "spotify").mkdir()
    return tally_of(tmp_path, "spotify", "abc")


def test_calls_of_many_threads_are_all_marked_also_those_that_fail(tally: Path, tmp_path: Path) -> None:
    sender = Tallied(_Failing(), tally)

    def call(_: int) -> None:
        with contextlib.suppress(ConnectionError):
            sender.send(None)  # type: ignore[arg-type]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(500)))
    (left,) = unsettled(tmp_path)
    assert (left.run_id, left.calls.provider, left.calls.calls) == ("abc", "spotify", 500)


def test_what_is_in_the_books_leaves_no_mark(tally: Path, tmp_path: Path) -> None:
    Tallied(_Failing(), tally).settle()
    assert not list(unsettled(tmp_path))
