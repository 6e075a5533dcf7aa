"""Processes that are killed, as nobody can catch it: at a step of their work, or from outside."""

import io
import multiprocessing
import os
import pkgutil
import signal
import sys
from _multiprocessing import sem_unlink  # type: ignore[import-not-found]
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any, Literal
from unittest import mock

import pytest

from linernotes.__main__ import main
from tests.laptop import Laptop

PRELOADED = [
    "dbt.adapters.duckdb",
    "dbt.cli.main",
    "dbt.compilation",
    "dbt.runners",
    "dbt.task.build",
    "linernotes.runs.lifecycle",
    "linernotes.providers.spotify.artists",
    "linernotes.cli.console",
    "tests.kills",
]


@dataclass(frozen=True)
class Kill:
    """Where a command is killed: before or after the ``nth`` call of a function in it."""

    when: Literal["before", "after"]
    function: str
    nth: int = 1


@pytest.fixture(scope="session")
def nursery() -> ForkServerContext:
    """Processes that are born with dbt imported, so that their lives are all work."""
    return new_nursery()


def new_nursery() -> ForkServerContext:
    """The same for programs that are no tests."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    first = context.Process(target=_live, args=(["--version"], dict(os.environ), None))
    first.start()
    first.join()
    return context


def born(
    nursery: ForkServerContext, laptop: Laptop, arguments: list[str], kill: Kill | None = None
) -> ForkServerProcess:
    """A command that has begun in a process of its own."""
    process = nursery.Process(target=_live, args=(arguments, laptop.environment(), kill))
    process.start()
    return process


def killed(nursery: ForkServerContext, laptop: Laptop, arguments: list[str], kill: Kill) -> bool:
    """Whether a command was killed there, and did not end before."""
    process = born(nursery, laptop, arguments, kill)
    process.join()
    return process.exitcode == -signal.SIGKILL


def live(arguments: list[str], environ: dict[str, str]) -> None:
    """Run a command as the whole life of this process."""
    os.environ.clear()
    os.environ.update(environ)
    sys.stdout = sys.stderr = io.StringIO()
    # The names of dbt's locks would outlive a process that is killed.
    with mock.patch("multiprocessing.resource_tracker.register", lambda name, _: sem_unlink(name)):
        code = main(arguments)
    os._exit(code)


def _live(arguments: list[str], environ: dict[str, str], kill: Kill | None) -> None:
    with ExitStack() as stack:
        if kill:
            stack.enter_context(_deadly(kill))
        live(arguments, environ)


def _deadly(kill: Kill) -> Any:
    owner, _, name = kill.function.rpartition(".")
    holder = pkgutil.resolve_name(owner)
    function, calls = getattr(holder, name), iter(range(1, 1_000_000))

    def dying(*arguments: Any, **named: Any) -> Any:
        last = next(calls) == kill.nth
        if last and kill.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **named)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return mock.patch.object(holder, name, dying)
