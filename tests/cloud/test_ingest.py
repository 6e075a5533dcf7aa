"""Landed files become rows once, with several at it at the same time and with one that dies at every step."""

import hashlib
import itertools
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

pytest.importorskip("google.cloud.bigquery", reason="LEFT OUT: Google's libraries are not installed")

from linernotes.config.settings import Settings, read_settings
from linernotes.core.errors import LinernotesError
from linernotes.core.files import LandedFile
from linernotes.core.values import Run
from linernotes.landing import ingest as room
from linernotes.landing.ingest import Ingest, ingest
from linernotes.storage.lakes.bucket import BucketLake
from linernotes.storage.lakes.objects import Objects
from linernotes.storage.warehouses.bigquery_jobs import Once
from linernotes.storage.workspace import open_lake, open_warehouse
from tests.clocks import START
from tests.cloud.machine import Machine, machine
from tests.samples import artist, lines, tombstone

pytestmark = pytest.mark.cloud

NUMBERS = itertools.count(1)
TABLES = {
    "lake_spotify__normalized_artist_enrichment": 3,
    "lake_ops__attempts": 4,
    "lake_ops__rejects": 1,
    "lake_roster__normalized_artists": 2,
    "lake_ops__loaded_files": 2,
}
# Every step of the two files below, which are loaded side by side: each is done by the n-th call of a function.
STEPS = [
    *[(BucketLake, "open", nth) for nth in (1, 2)],
    *[(room, "stage", nth) for nth in (1, 2)],
    *[(Once, "begin", nth) for nth in range(1, 7)],  # four tables, what follows from records, the manifest of both
    *[(Objects, step, nth) for nth in (1, 2) for step in ("copy", "delete")],
]


class Place:
    """A bucket and a project where everything is made; tests land files of content that nobody else lands."""

    def __init__(self, cloud: Machine, settings: Settings, folder: Path) -> None:
        self.cloud, self.settings, self.folder = cloud, settings, folder

    def land(self) -> list[str]:
        """Put two files there that were never there before; the hashes of their content."""
        start = f"{next(NUMBERS):021d}"
        artists = [f"{start}{end}" for end in "abcd"]
        mixed = lines(*map(artist, artists[:3]), tombstone(artists[3], reason="not_found"), {"artistId": 5})
        roster = lines(*({"artistId": key, "artistName": key} for key in artists[:2]))
        for provider, name, content in (
            ("spotify", f"{start}_artist_enrichment.jsonl", mixed),
            ("roster", f"{start}_artists.jsonl", roster),
        ):
            source = self.folder / name
            source.write_bytes(content)
            open_lake(self.settings).land(source, LandedFile(provider, name))
        return [hashlib.sha256(content).hexdigest() for content in (mixed, roster)]

    def ingest(self) -> None:
        """As a process of its own would, and without a lease."""
        number = next(NUMBERS)
        scratch = self.folder / f"scratch-{number}"
        scratch.mkdir()
        warehouse = open_warehouse(self.settings, scratch)
        try:
            work = Ingest(open_lake(self.settings), warehouse, Run(f"{number:012x}", START), scratch)
            ingest(work, self.settings.configs.datasets.values())
        finally:
            warehouse.close()

    def rows(self, hashes: list[str]) -> dict[str, int]:
        """How many rows each table holds of the files with these hashes."""
        among = "in (" + ", ".join(f"'{one}'" for one in hashes) + ")"
        column = {"lake_ops__loaded_files": "fileHash"}
        counts = " union all ".join(
            f"select '{table}' as name, count(*) as number from {{lake}}.{table} "
            f"where {column.get(table, '_fileHash')} {among}"
            for table in TABLES
        )
        return {row["name"]: row["number"] for row in self.cloud.rows(counts)}

    def waiting(self) -> list[str]:
        """What is still in landing/."""
        return self.cloud.lake("spotify/landing") + self.cloud.lake("roster/landing")


@pytest.fixture(scope="module")
def place(storage_address: str, bigquery_emulator: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("ingest")
    with machine(folder / "home", storage_address, bigquery_emulator) as cloud:
        environ = {**cloud.environ, "LINERNOTES_HOME": str(cloud.home), "PATH": os.environ["PATH"]}
        with mock.patch.dict(os.environ, environ, clear=True):
            made = Place(cloud, read_settings(environ=environ), folder)
            open_warehouse(made.settings, folder).ensure(made.settings.configs.datasets.values())
            yield made


def killed_at(holder: Any, name: str, nth: int, when: str) -> Any:
    """In place of a function: one that is the last thing its process does, before or after the n-th call."""
    function, calls = getattr(holder, name), itertools.count(1)

    def dying(*arguments: Any, **named: Any) -> Any:
        last = next(calls) == nth
        if last and when == "before":
            raise KeyboardInterrupt
        result = function(*arguments, **named)
        if last:
            raise KeyboardInterrupt
        return result

    return mock.patch.object(holder, name, dying)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step[1]} {step[2]}")
def test_an_ingest_that_is_killed_at_a_step_is_finished_by_the_next(
    place: Place, step: tuple[Any, str, int], when: str
) -> None:
    hashes = place.land()
    with pytest.raises(KeyboardInterrupt), killed_at(*step, when):
        place.ingest()
    place.ingest()
    assert place.rows(hashes) == TABLES
    assert place.waiting() == []


@pytest.mark.parametrize("workers", [2, 4])
def test_several_at_once_load_every_file_once(place: Place, workers: int) -> None:
    hashes = [one for _ in range(3) for one in place.land()]
    together = threading.Barrier(workers)

    def work(_: int) -> None:
        together.wait()
        patiently(place.ingest)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))
    assert place.rows(hashes) == {table: 3 * rows for table, rows in TABLES.items()}
    assert place.waiting() == []
    numbers = place.cloud.rows("select loadSequence from {lake}.lake_ops__loaded_files order by loadSequence")
    assert [row["loadSequence"] for row in numbers] == list(range(1, len(numbers) + 1))


def patiently(work: Callable[[], None]) -> None:
    """Repeat a command that finds a file moved under its hands, as it tells people to do."""
    for _ in range(10):
        try:
            return work()
        except LinernotesError as error:
            if not error.remedy.startswith("repeat the command"):
                raise
    raise AssertionError("it came to no end")
