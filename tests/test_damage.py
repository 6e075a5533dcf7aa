"""A warehouse with flipped bytes: one line with the remedy, whatever the command, and never a traceback."""

import random
from pathlib import Path

import pytest

from linernotes.core.errors import LinernotesError
from linernotes.landing.ingest import Ingest, ingest
from linernotes.storage.workspace import open_warehouse
from tests.landing.test_ingest import GOOD, Room
from tests.laptop import Laptop
from tests.samples import RUN, artist, keys, lines

FLIPS = 40
COMMANDS = (("coverage",), ("doctor", "--offline"), ("ingest",), ("sql", "select count(*) from lake_ops__runs"))


def _flip(path: Path, whole: bytes, chance: random.Random) -> None:
    """Change some bytes, half of the times in the headers, with the log of what is not written yet left alone."""
    harmed, end = bytearray(whole), chance.choice((12_288, len(whole)))
    for _ in range(chance.choice((1, 8, 512))):
        harmed[chance.randrange(end)] ^= 1 << chance.randrange(8)
    path.write_bytes(harmed)


def test_no_flipped_byte_is_more_than_an_error_with_a_remedy(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    room, chance = Room(tmp_path / "home"), random.Random(seed)
    room.drop(GOOD)
    room.ingest()
    room.warehouse.close()
    path = room.home / "warehouse.duckdb"
    whole = path.read_bytes()
    for number in range(FLIPS):
        _flip(path, whole, chance)
        path.with_name("warehouse.duckdb.wal").unlink(missing_ok=True)
        warehouse = open_warehouse(room.settings, room.scratch)
        room.drop(lines(artist(keys(9)[number % 9])), f"{number}_artist_enrichment.jsonl")
        told: list[LinernotesError] = []
        try:
            for table in ("lake_ops__loaded_files", "lake_spotify__normalized_artist_enrichment", "lake_ops__attempts"):
                list(warehouse.rows("select * from {lake}." + table))
            ingest(Ingest(room.lake, warehouse, RUN, room.scratch), room.datasets)
            warehouse.ensure(room.datasets[:3])
            warehouse.publish()
        except LinernotesError as error:
            told.append(error)
        finally:
            warehouse.close()
        assert [each.message for each in told if not each.remedy or len(each.message) > 500] == []


@pytest.mark.parametrize("begin", [0, 12_288], ids=["its headers too", "its data alone"])
def test_every_command_says_of_a_damaged_file_what_to_do(laptop: Laptop, begin: int) -> None:
    path = laptop.home / "warehouse.duckdb"
    harmed = bytearray(path.read_bytes())
    for start in range(begin, len(harmed), 256_000):  # somewhere in whatever a command reads
        harmed[start : start + 64_000] = bytes(byte ^ 0x55 for byte in harmed[start : start + 64_000])
    path.write_bytes(harmed)
    for command in COMMANDS:
        said = laptop(*command)
        assert said.code != 0, command
        assert "linernotes rebuild" in said.complaint, command


def test_out_of_memory_is_one_line(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("linernotes.runs.reading.hub_exists", exhausted)
    said = laptop("coverage")
    assert (said.code, "out of memory" in said.complaint) == (1, True)
