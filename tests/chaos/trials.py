"""Commands in processes of their own that are killed: at a named point, or after a time."""

import random
import shutil
import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from unittest import mock

from linernotes.core.faults import VARIABLE
from tests.chaos.checker import State, differences, different_answers, faults, state, without_failures
from tests.kills import live
from tests.laptop import Laptop

# In a process that is going to die, dbt need not be at work: the tables are made by the command that comes after it.
NO_DBT = "LINERNOTES_TESTS_WITHOUT_DBT"


@dataclass
class Trial:
    """A row of the table of trials."""

    what: str
    kills: int
    seconds: float
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        result = "ok" if not self.wrong else f"WRONG: {'; '.join(self.wrong)}"
        return f"{self.what:42} {self.kills:5} {self.seconds:7.1f} s  {result}"


def start(nursery: ForkServerContext, laptop: Laptop, arguments: Sequence[str], **environ: str) -> ForkServerProcess:
    """Start a command in a process of its own."""
    process = nursery.Process(target=_live, args=(list(map(str, arguments)), laptop.environment(**environ)))
    process.start()
    return process


def killed_at(
    nursery: ForkServerContext, laptop: Laptop, arguments: Sequence[str], point: str, *, dbt: bool = True
) -> bool:
    """Run a command that is to die at a point (``landed``, ``landed:2``); whether it did."""
    environ = {VARIABLE: point} | ({} if dbt else {NO_DBT: "1"})
    process = start(nursery, laptop, arguments, **environ)
    process.join()
    return process.exitcode == -signal.SIGKILL


def done(nursery: ForkServerContext, laptop: Laptop, arguments: Sequence[str]) -> int | None:
    """Run a command to its end; its exit code."""
    process = start(nursery, laptop, arguments)
    process.join()
    return process.exitcode


def killed_after(nursery: ForkServerContext, laptop: Laptop, commands: Sequence[Sequence[str]], seconds: float) -> bool:
    """Start the commands one after the other and kill the one that runs then; False if they were done before."""
    deadline = time.monotonic() + seconds
    for arguments in commands:
        process = start(nursery, laptop, arguments)
        process.join(max(0.0, deadline - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
            return True
    return False


def copied(home: Path, name: str) -> Path:
    """A copy of a home beside it."""
    target = home.parent / name
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(home, target))


def compared(home: Path, undisturbed: State, *, settled: bool = True, calls: int | None = None) -> list[str]:
    """What is wrong with a home that should be as the undisturbed one."""
    compare = differences if settled else different_answers
    found = state(home) if undisturbed.loaded or not settled else without_failures(state(home))
    return [*faults(home, settled=settled, calls=calls), *compare(undisturbed, found)]


def random_moments(seed: int, number: int, seconds: float) -> list[float]:
    """When to kill: spread over the whole walk, later and later, so that every part of it is struck."""
    chance = random.Random(seed)
    return [(nth + chance.random()) * seconds / number for nth in range(number)]


def _live(arguments: list[str], environ: dict[str, str]) -> None:
    with ExitStack() as stack:
        if NO_DBT in environ:
            from linernotes.runs.dbt import Transformed  # noqa: PLC0415

            stack.enter_context(mock.patch("linernotes.runs.hub.transform", return_value=Transformed(0, 0)))
        live(arguments, environ)
