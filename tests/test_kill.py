"""Killed anywhere, and told to go on: the same tables, and at most one batch asked twice."""

import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest

from linernotes.sandbox import Faults, Generated, Sandbox
from tests.kills import Kill, born, killed, nursery
from tests.laptop import Laptop, portraits

__all__ = ["nursery"]  # a fixture that stands elsewhere
Ids = Callable[[int], list[str]]
BATCH = 10
MAKING = "linernotes.storage.warehouses.duckdb_maker.duckdb_remake"
ARTISTS = 200
AT_RANDOM = 4
SEED = random.SystemRandom().randrange(1_000_000)

# Where a command that asks for one batch is killed, one time after the other. What the one before it left is taken up
# first, so that a step that both consist of comes twice.
KILLS = [
    Kill("before", "linernotes.landing.spool.Spool.answer"),
    Kill("after", "linernotes.landing.spool.Spool.answer", 3),
    Kill("after", "linernotes.landing.spool.Spool.sync"),
    Kill("before", "linernotes.storage.lakes.folder.FolderLake.land"),
    Kill("after", "linernotes.storage.lakes.folder.FolderLake.land"),
    Kill("before", "linernotes.storage.ledger.write_calls"),
    Kill("before", "linernotes.landing.spool.Spool.seal"),
    Kill("before", "linernotes.storage.lakes.folder.FolderLake.land", 2),
    Kill("after", "linernotes.storage.lakes.folder.FolderLake.land", 2),
    Kill("before", "linernotes.storage.ledger.write_calls", 2),
    Kill("before", "linernotes.storage.ledger.write_run", 2),
    Kill("before", "linernotes.storage.warehouses.duckdb.DuckDBWarehouse.load"),
    Kill("before", "linernotes.storage.warehouses.duckdb.found_attempts"),  # rows are written, nothing is committed
    Kill("after", "linernotes.storage.warehouses.duckdb.DuckDBWarehouse.load"),
    Kill("before", "linernotes.storage.lakes.folder.FolderLake.archive"),
    Kill("after", "linernotes.storage.lakes.folder.FolderLake.archive"),
]


@pytest.fixture
def walker(online: Laptop) -> Laptop:
    """A machine that asks in small batches."""
    online.environ |= {"BATCH_SIZE": str(BATCH), "LINERNOTES_SPOTIFY__MODE": "extended"}
    return online


def _asked_again(sandbox: Sandbox) -> int:
    return sum(times - 1 for times in sandbox.calls(asked=True)["asked"].values())


def _everything_is_in_its_place(laptop: Laptop, ids: list[str], catalogue: Generated) -> None:
    assert laptop.answers() == portraits(catalogue, ids)
    assert laptop.outcomes() == [(key, "found", None) for key in sorted(ids)]
    assert [path for path in (laptop.home / "spool").rglob("*") if path.is_file()] == []
    assert laptop.lake("spotify/landing") == laptop.lake("roster/landing") == []
    assert laptop.lake("spotify/rejected") == laptop.lake("roster/rejected") == []


def test_a_command_that_is_killed_can_be_repeated(
    walker: Laptop, sandbox: Sandbox, artists: Ids, catalogue: Generated, nursery: ForkServerContext
) -> None:
    ids = artists(8 * BATCH)
    walker("import", "roster", walker.roster(*ids))
    backfill = ["extract", "spotify", "--mode", "backfill"]
    assert [kill for kill in KILLS if not killed(nursery, walker, [*backfill, "--limit", str(BATCH)], kill)] == []
    for command in (backfill, ["ingest"]):
        assert walker(*command).code == 0
    _everything_is_in_its_place(walker, ids, catalogue)
    assert _asked_again(sandbox) <= 2 * BATCH  # by the first two; the others die with every answer on disk


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
    chance, kills = random.Random(SEED), 0
    sandbox.reset()
    walker.home = _copy(fresh, "killed")
    for nth in range(AT_RANDOM):  # later and later, so that one of them strikes in every part of the walk
        after = (nth + chance.random()) * seconds / AT_RANDOM
        kills += _killed(nursery, walker, commands, after)
    assert kills
    for command in commands:
        assert walker(*command).code == 0
    _everything_is_in_its_place(walker, ids, catalogue)
    assert _without_times(walker) == undisturbed
    assert _asked_again(sandbox) <= kills * BATCH


@pytest.mark.parametrize("made", [3, 11])
def test_plays_get_into_the_queue_though_a_command_was_killed_before_its_tables_were_made(
    online: Laptop, artists: Ids, nursery: ForkServerContext, made: int
) -> None:
    online("ingest")  # nothing is left to build but what the plays bring
    imported = ["import", "plays", str(online.plays(*artists(3)))]
    assert killed(nursery, online, imported, Kill("after", MAKING, made))
    assert online("ingest").code == 0
    assert online.waits() == 3


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


@pytest.mark.parametrize("command", [("ingest",), ("run",), ("rejects",), ("plan",)])
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
        process = born(nursery, laptop, command)
        process.join()
        assert process.exitcode == 0
    return time.monotonic() - began


def _killed(nursery: ForkServerContext, laptop: Laptop, commands: list[list[str]], after: float) -> bool:
    """Begin the commands and kill the one that runs after so many seconds; False if they were done before."""
    deadline = time.monotonic() + after
    for command in commands:
        process = born(nursery, laptop, command)
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
