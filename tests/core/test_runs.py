"""Who wrote a file when, as its name tells."""

from types import SimpleNamespace
from typing import Any

from linernotes.runs.exclusive import new_run
from tests.clocks import FakeClock


def test_runs_that_begin_in_one_second_are_in_order() -> None:
    clock = FakeClock()
    workspace: Any = SimpleNamespace(clock=clock)
    runs = []
    for milliseconds in range(0, 900, 9):
        clock.pass_by(0.009 if milliseconds else 0)
        runs.append(new_run(workspace))
    assert len({run.stamp for run in runs}) == 1
    assert [run.id for run in runs] == sorted({run.id for run in runs})
    assert {len(run.id) for run in runs} == {12}
