"""What ``make run`` shows: as often as one likes, on any day, and whatever one service does."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from linernotes.sandbox import Faults, Sandbox
from tests.conftest import HURRIED, QUICK
from tests.laptop import Laptop, Said

TITLES = (
    "coverage",
    "top artists, all time",
    "top genres, all time",
    "top countries, all time",
    "where the values of Gims come from",
)
AT_ONCE = QUICK | HURRIED | {"LINERNOTES_LASTFM__ATTEMPTS": "1"}


def tables(said: Said) -> list[str]:
    return [title for title in TITLES if title in said.out and f"{title}: none" not in said.out]


def test_the_demo_shows_its_tables_every_time_and_also_while_a_service_is_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, travel: Callable[[float], None]
) -> None:
    laptop, begin = Laptop(tmp_path / "home", AT_ONCE), Sandbox.__enter__

    def with_a_dead_service(sandbox: Sandbox) -> Sandbox:
        running = begin(sandbox)
        running.trouble("lastfm", Faults.parse("5xx=1"))
        return running

    travel(-10)
    with monkeypatch.context() as patch:
        patch.setattr(Sandbox, "__enter__", with_a_dead_service)
        dead = laptop("demo")
    assert (dead.code, tables(dead)) == (1, list(TITLES)), dead.err
    assert dead.complaint.startswith("linernotes: lastfm: ")
    recovered = laptop("demo")
    assert (recovered.code, tables(recovered)) == (0, list(TITLES)), recovered.err
    assert f"a page to look at: {laptop.home / 'listening.html'}" in recovered.err
    assert "The Szabó Sisters" in (laptop.home / "listening.html").read_text(encoding="utf-8")
    travel(0)  # what failed at a service that costs money is due again after days, and fails again
    again = laptop("demo", "--with-labels")
    assert (again.code, tables(again)) == (0, list(TITLES)), again.err
    assert "no_labels" in recovered.out
    assert "no_labels" not in again.out
    chances = [line for line in again.out.splitlines() if "Second Rain II" in line]
    assert len(chances) == 6
    assert all(re.search(r"\d\.\d%.*\d\.\d%", line) for line in chances)
    assert "demo-rr-lr-" in again.err
