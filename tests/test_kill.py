"""Killed anywhere, and told to go on: the same tables, and at most one batch asked twice."""

import io
import multiprocessing
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from _multiprocessing import sem_unlink  # type: ignore[import-not-found]
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from linernotes.__main__ import main
from linernotes.sandbox import Faults, Generated, Sandbox
from tests.laptop import Laptop, portraits

Ids = Callable[[int], list[str]]
BATCH = 10
ARTISTS = 200
LEAST_KILLS = 10
PRELOADED = [
    "dbt.adapters.duckdb",
    "dbt.cli.main",
    "dbt.compilation",
    "dbt.runners",
    "dbt.task.build",
    "linernotes.runs.lifecycle",
    "linernotes.providers.spotify.artists",
    "linernotes.cli.console",
    "tests.test_kill",
]
SEED = random.SystemRandom().randrange(1_000_000)

# Where a command is killed: a function, before or after it, and on which call of it.
POINTS = [
    ("linernotes.runs.enrich.extraction.fetch_batch", "after", 3),
    ("linernotes.landing.spool.Spool.answer", "before", 1),
    ("linernotes.landing.spool.Spool.answer", "after", BATCH + 3),
    ("linernotes.landing.spool.Spool.sync", "after", 4),
    ("linernotes.landing.spool.Spool.seal", "before", 1),
    ("linernotes.landing.spool._cut_torn_line", "after", 1),
    ("linernotes.storage.lakes.folder.FolderLake.land", "before", 1),
    ("linernotes.storage.lakes.folder.FolderLake.land", "after", 1),
    ("linernotes.storage.ledger.write_calls", "before", 1),
    ("linernotes.landing.ingest.stage", "after", 1),
    ("linernotes.storage.warehouses.duckdb.DuckDBWarehouse._manifest", "after", 1),
    ("linernotes.storage.warehouses.duckdb.DuckDBWarehouse._insert", "after", 2),
    ("linernotes.storage.warehouses.duckdb.DuckDBWarehouse.load", "after", 1),
    ("linernotes.storage.lakes.folder.FolderLake.archive", "before", 1),
    ("linernotes.storage.lakes.folder.FolderLake.archive", "after", 1),
    ("linernotes.storage.ledger.write_run", "before", 2),
]


@pytest.fixture(scope="session")
def nursery() -> ForkServerContext:
    """Processes that are born with dbt imported, so that their lives are all work."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    first = context.Process(target=_live, args=(["--version"], dict(os.environ), None))
    first.start()
    first.join()
    return context


def _live(arguments: list[str], environ: dict[str, str], point: tuple[str, str, int] | None) -> None:
    """A command, in a process of its own; at its point it is killed, as nobody can catch it."""
    os.environ.clear()
    os.environ.update(environ)
    sys.stdout = sys.stderr = io.StringIO()
    with ExitStack() as stack:
        # The names of dbt's locks would outlive a process that is killed.
        stack.enter_context(mock.patch("multiprocessing.resource_tracker.register", lambda name, _: sem_unlink(name)))
        if point:
            stack.enter_context(_deadly(*point))
        code = main(arguments)
    os._exit(code)


def _deadly(target: str, when: str, nth: int) -> Any:
    owner, _, name = target.rpartition(".")
    holder: Any = _found(owner)
    function, calls = getattr(holder, name), iter(range(1, 1_000_000))

    def dying(*arguments: Any, **named: Any) -> Any:
        last = next(calls) == nth
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **named)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return mock.patch.object(holder, name, dying)


def _found(path: str) -> Any:
    try:
        __import__(path)
        return sys.modules[path]
    except ModuleNotFoundError:
        owner, _, name = path.rpartition(".")
        return getattr(_found(owner), name)


@pytest.fixture
def walker(online: Laptop) -> Laptop:
    """A machine that asks in small batches."""
    online.environ |= {"BATCH_SIZE": str(BATCH), "LINERNOTES_SPOTIFY__MODE": "extended"}
    return online


def _born(nursery: ForkServerContext, laptop: Laptop, arguments: list[str], point: Any = None) -> ForkServerProcess:
    process = nursery.Process(target=_live, args=(arguments, laptop.environment(), point))
    process.start()
    return process


def _asked_again(sandbox: Sandbox) -> int:
    return sum(times - 1 for times in sandbox.calls(asked=True)["asked"].values())


def _everything_is_in_its_place(laptop: Laptop, ids: list[str], catalogue: Generated) -> None:
    assert laptop.answers() == portraits(catalogue, ids)
    assert laptop.outcomes() == [(key, "found", None) for key in sorted(ids)]
    assert [path for path in (laptop.home / "spool").rglob("*") if path.is_file()] == []
    assert laptop.lake("spotify/landing") == laptop.lake("roster/landing") == []
    assert laptop.lake("spotify/rejected") == laptop.lake("roster/rejected") == []


@pytest.mark.parametrize("point", POINTS, ids=[f"{when} {where.split('.', 1)[1]} {nth}" for where, when, nth in POINTS])
def test_a_command_that_is_killed_can_be_repeated(
    walker: Laptop,
    sandbox: Sandbox,
    artists: Ids,
    catalogue: Generated,
    nursery: ForkServerContext,
    point: tuple[str, str, int],
) -> None:
    ids, roster = artists(6 * BATCH), walker.roster(*artists(6 * BATCH))
    walker("import", "roster", roster)
    commands = [["extract", "spotify", "--mode", "backfill"], ["ingest"]]
    killed = 0
    for command in commands:
        process = _born(nursery, walker, command, point)
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL)
        killed += process.exitcode != 0
    assert killed
    for command in commands:
        assert walker(*command).code == 0
    _everything_is_in_its_place(walker, ids, catalogue)
    assert _asked_again(sandbox) <= BATCH


def test_a_walk_that_is_killed_again_and_again_ends_as_if_it_never_was(
    walker: Laptop, sandbox: Sandbox, artists: Ids, catalogue: Generated, nursery: ForkServerContext
) -> None:
    ids, fresh = artists(ARTISTS), walker.home
    commands = [["import", "roster", str(walker.roster(*ids))], ["run", "--mode", "backfill"]]
    sandbox.faults = Faults(latency=0.02)
    walker.home = _copy(fresh, "undisturbed")
    seconds = _walked(nursery, walker, commands)
    undisturbed = _without_times(walker)
    print(f"seed {SEED}, {seconds:.1f} s undisturbed")  # noqa: T201 - pytest shows it when the test fails
    chance, kills, homes = random.Random(SEED), 0, 0
    while kills < LEAST_KILLS:
        sandbox.reset()
        homes, killed = homes + 1, 0
        walker.home = _copy(fresh, f"killed-{homes}")
        while killed < LEAST_KILLS and _killed(nursery, walker, commands, chance.uniform(0, seconds)):
            killed += 1
        for command in commands:
            assert walker(*command).code == 0
        _everything_is_in_its_place(walker, ids, catalogue)
        assert _without_times(walker) == undisturbed
        assert _asked_again(sandbox) <= killed * BATCH
        kills += killed


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_lands_what_was_fetched_and_nothing_is_asked_twice(
    walker: Laptop, sandbox: Sandbox, artists: Ids, catalogue: Generated, signum: int, code: int
) -> None:
    ids = artists(ARTISTS)
    walker("import", "roster", walker.roster(*ids))
    sandbox.faults = Faults(latency=0.5)  # longer than a run takes to notice a signal
    process = walker.start("run", "--mode", "backfill")
    _until(lambda: sandbox.calls()["calls"].get("GET /v1/artists", 0) >= 2)
    process.send_signal(signum)
    _, err = process.communicate(timeout=20)
    assert process.returncode == code, err
    assert f"linernotes: stopped by {signal.Signals(signum).name}" in err
    assert walker.lake("spotify/landing")
    assert walker.value("select status from {lake}.lake_ops__runs order by startedAt desc, endedAt desc limit 1") == (
        "stopped"
    )
    sandbox.faults = Faults()
    assert walker("extract", "spotify", "--mode", "backfill").code == 0
    assert walker("ingest").code == 0
    _everything_is_in_its_place(walker, ids, catalogue)
    assert _asked_again(sandbox) == 0


def test_a_service_that_hangs_does_not_hold_up_a_signal(walker: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    walker("import", "roster", walker.roster(*artists(3)))
    sandbox.faults = Faults(hang=1, hang_seconds=60)
    process = walker.start("extract", "spotify", "--mode", "backfill", TIMEOUT_SPOTIFY="60")
    _until(lambda: "GET /v1/artists" in sandbox.calls()["calls"])
    began = time.monotonic()
    process.terminate()
    assert process.wait(20) == 143
    assert time.monotonic() - began < 8
    process.communicate()


def test_of_two_runs_at_once_the_second_names_the_first(walker: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    walker("import", "roster", walker.roster(*artists(ARTISTS)))
    sandbox.faults = Faults(hang=1, hang_seconds=60)
    first = walker.start("run", "--mode", "backfill")
    _until(lambda: "GET /v1/artists" in sandbox.calls()["calls"])
    said = walker("run", "--mode", "backfill")
    first.kill()
    first.communicate()
    assert said.code == 75
    assert re.search(rf"in use by process {first.pid} on {socket.gethostname()}, run [0-9a-f]{{12}};", said.complaint)


def test_the_calls_of_a_killed_run_are_in_the_books_and_count_for_the_day(
    walker: Laptop, sandbox: Sandbox, artists: Ids
) -> None:
    walker("import", "roster", walker.roster(*artists(ARTISTS)))
    sandbox.faults = Faults(latency=0.2)
    run = walker.start("run", "--mode", "backfill")
    _until(lambda: sandbox.calls()["calls"].get("GET /v1/artists", 0) >= 3)
    run.kill()
    run.communicate()
    looked = walker("doctor", "--offline", "--format", "json").rows
    assert any("did not finish" in row["finding"] for row in looked if row["what"] == "last run")
    made = sandbox.calls()["calls"]["GET /v1/artists"]
    said = walker("run", "--mode", "backfill", LINERNOTES_SPOTIFY__DAILY_CALLS=str(made))
    assert "the daily quota of 3 calls is used up" in said.err
    assert sandbox.calls()["calls"]["GET /v1/artists"] == made
    assert walker.value("select sum(calls) from {lake}.lake_ops__provider_calls where provider = 'spotify'") == made
    assert not list(walker.home.glob("spool/*/*.calls"))


def test_reports_are_read_from_what_was_published_while_a_run_is_at_work(
    walker: Laptop, sandbox: Sandbox, artists: Ids
) -> None:
    one, two = artists(2)
    walker("import", "roster", walker.roster(one))
    assert walker("run", "--mode", "backfill").code == 0
    walker("import", "roster", walker.roster(two))
    sandbox.faults = Faults(hang=1, hang_seconds=60)
    run = walker.start("run", "--mode", "backfill")
    seen = sandbox.calls()["calls"]["GET /v1/artists"]
    _until(lambda: sandbox.calls()["calls"]["GET /v1/artists"] > seen)
    shown, beyond = walker("show", one), walker("providers")
    run.kill()
    run.communicate()
    assert shown.code == 0
    assert one in shown.out
    assert "showing the data published by the last run" in shown.err
    assert beyond.code == 75


@pytest.mark.parametrize("command", [("ingest",), ("run",), ("coverage",), ("plan",)])
def test_a_warehouse_that_is_open_elsewhere_names_the_process(laptop: Laptop, command: tuple[str, ...]) -> None:
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"
    arguments = [sys.executable, "-c", hold, str(laptop.home / "warehouse.duckdb")]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        holder.stdout.readline()
        said = laptop(*command)
        holder.communicate()
    assert said.code == 75
    assert f"is open in process {holder.pid}" in said.complaint
    assert laptop(*command).code in (0, 2)


def test_a_lost_warehouse_comes_back_from_the_archive_without_a_call(
    walker: Laptop, sandbox: Sandbox, artists: Ids, catalogue: Generated
) -> None:
    ids = artists(60)
    walker("import", "roster", walker.roster(*ids))
    walker("extract", "spotify", "--mode", "backfill")
    walker("ingest")
    sandbox.reset()
    (walker.home / "warehouse.duckdb").unlink()
    said = walker("plan", "--mode", "backfill")
    assert said.code == 0, said.err
    assert walker.waits() == 0
    _everything_is_in_its_place(walker, ids, catalogue)
    assert sandbox.calls()["total"] == 0


def _copy(home: Path, name: str) -> Path:
    return Path(shutil.copytree(home, home.parent / name))


def _walked(nursery: ForkServerContext, laptop: Laptop, commands: list[list[str]]) -> float:
    """The seconds that all commands took."""
    began = time.monotonic()
    for command in commands:
        process = _born(nursery, laptop, command)
        process.join()
        assert process.exitcode == 0
    return time.monotonic() - began


def _killed(nursery: ForkServerContext, laptop: Laptop, commands: list[list[str]], after: float) -> bool:
    """Begin the commands and kill the one that runs after so many seconds; False if they were done before."""
    deadline = time.monotonic() + after
    for command in commands:
        process = _born(nursery, laptop, command)
        process.join(max(0, deadline - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
            return True
    return False


def _without_times(laptop: Laptop) -> dict[str, dict[str, Any]]:
    times = ("enrichedAt", "discoveredAt")
    return {
        key: {name: value for name, value in row.items() if name not in times and not name.endswith("RetrievedAt")}
        for key, row in laptop.dimension().items()
    }


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)
