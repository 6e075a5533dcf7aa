"""A purge may be killed at any instant: the same command finishes it, and nothing else is lost."""

import signal
from collections.abc import Callable
from multiprocessing.context import ForkServerContext

import pytest

from tests.laptop import Laptop
from tests.test_kill import _born, nursery
from tests.test_purge import ANSWERS, lived, mentions, past, tables, without

__all__ = ["lived", "nursery", "past"]  # fixtures that stand elsewhere
Ids = Callable[[int], list[str]]
# Where a purge is killed: the steps it consists of, before and after them.
POINTS = [
    ("linernotes.storage.lakes.folder.FolderLake.replace", "before", 2),
    ("linernotes.storage.lakes.folder.FolderLake.replace", "after", 2),
    ("linernotes.storage.lakes.folder.FolderLake.remove", "after", 1),
    ("linernotes.storage.warehouses.duckdb.DuckDBWarehouse.forget", "after", 1),
    ("linernotes.storage.warehouses.duckdb.forget_sql", "after", 2),
    ("linernotes.storage.lakes.folder.FolderLake.restore", "after", 1),
    ("linernotes.storage.warehouses.duckdb.DuckDBWarehouse.load", "after", 1),
    ("linernotes.storage.lakes.folder.FolderLake.archive", "after", 1),
    ("linernotes.runs.purge.build", "before", 1),
]


@pytest.mark.parametrize("point", POINTS, ids=[f"{when} {where.split('.', 1)[1]} {nth}" for where, when, nth in POINTS])
def test_a_purge_that_is_killed_loses_nothing_and_is_finished_by_the_same_command(
    lived: Laptop, artists: Ids, nursery: ForkServerContext, point: tuple[str, str, int]
) -> None:
    before, gone = tables(lived), artists(1)[0]
    command = ["purge", "--artist", gone, "--forget", "--yes"]
    process = _born(nursery, lived, command, point)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert lived("ingest").code == 0
    for name in (*ANSWERS, "attempts"):
        rows = tables(lived)[name]
        assert without(rows, gone) == [row for row in without(before[name], gone) if row in rows]
        assert len(without(rows, gone)) + 1 >= len(without(before[name], gone))
    said = lived(*command)
    assert said.code == 0, said.err
    after = tables(lived)
    for name in ANSWERS:
        assert after[name] == without(before[name], gone)
    assert mentions(lived, gone) == set()
    assert "loading" not in lived("ingest").err
