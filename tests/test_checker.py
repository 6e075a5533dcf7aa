"""The checker of the kill tests finds what a broken product would leave: each test breaks a good home by hand."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.chaos.checker import differences, faults, state
from tests.landing.test_ingest import Room
from tests.samples import ID, artist, keys, lines, tombstone

LAKE = "dp_lake_local"
ARTISTS, MANIFEST = f"{LAKE}.lake_spotify__normalized_artist_enrichment", f"{LAKE}.lake_ops__loaded_files"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with found and missing artists, a bad line and a rejected file, all of it in its place."""
    room = Room(tmp_path_factory.mktemp("good") / "home")
    room.drop(lines(artist(), artist(keys(2)[0]), tombstone(keys(2)[1])) + b"bad\n")
    room.drop(b"\0binary", "bad_artist_enrichment.jsonl")
    room.ingest()
    room.warehouse.close()
    shutil.rmtree(room.scratch)
    return room.home


@pytest.fixture
def broken(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "home"))


def _sql(home: Path, *statements: str) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as warehouse:
        for statement in statements:
            warehouse.execute(statement)


def _archived(home: Path) -> Path:
    return next((home / "lake/spotify/archive").iterdir())


def _rejected(home: Path) -> Path:
    return next((home / "lake/spotify/rejected").glob("*.jsonl"))


BREAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file loaded twice": (lambda h: _sql(h, f"insert into {ARTISTS} from {ARTISTS}"), "lines loaded twice"),
    "rows without a manifest row": (lambda h: _sql(h, f"delete from {MANIFEST}"), "rows of no loaded file"),
    "a manifest row without its rows": (
        lambda h: _sql(h, f"delete from {ARTISTS}"),
        "lines are in the tables",
    ),
    "a manifest row twice": (lambda h: _sql(h, f"insert into {MANIFEST} from {MANIFEST}"), "in the manifest 2 times"),
    "a lost archived file": (lambda h: _archived(h).unlink(), "not in archive/"),
    "an archived file that was never loaded": (
        lambda h: shutil.copy(_archived(h), _archived(h).with_name("0123456789abcdef_x_artist_enrichment.jsonl")),
        "not in the manifest",
    ),
    "a flipped letter in archive/": (
        lambda h: _archived(h).write_bytes(_archived(h).read_bytes().replace(b"A", b"B", 1)),
        "not what its name says",
    ),
    "an archived link": (
        lambda h: _archived(h).symlink_to(_archived(h).rename(h / "elsewhere")),
        "is a link",
    ),
    "an outcome left in the spool": (lambda h: _write(h / "spool/spotify/x.spool"), "left in the spool"),
    "a file left in landing/": (lambda h: _write(h / "lake/spotify/landing/x.jsonl"), "left in landing/"),
    "a temporary file in the lake": (lambda h: _write(h / "lake/spotify/landing/.x.tmp"), "left in the lake"),
    "a rejected file without a reason": (
        lambda h: _rejected(h).with_name(f"{_rejected(h).name}.reason.txt").unlink(),
        "without a reason",
    ),
    "a reason without its file": (lambda h: _rejected(h).unlink(), "reason of nothing"),
    "a reject that is gone": (
        lambda h: _sql(h, f"delete from {LAKE}.lake_ops__rejects"),
        "0 rejects, 1 by",
    ),
    "a call that is not in the ledger": (lambda _: None, "1 calls were made, 0 are in the ledger"),
}
CHANGES: dict[str, Callable[[Path], object]] = {
    "another value": lambda h: _sql(h, f"update {ARTISTS} set artistName = 'Nobody' where artistId = '{ID}'"),
    "an outcome that changed": lambda h: _sql(
        h, f"update {LAKE}.lake_ops__attempts set outcome = 'failed' where outcome = 'not_found'"
    ),
    "an attempt more": lambda h: _sql(
        h, f"insert into {LAKE}.lake_ops__attempts from {LAKE}.lake_ops__attempts limit 1"
    ),
    "a line that is gone": lambda h: _archived(h).write_bytes(_archived(h).read_bytes().partition(b"\n")[2]),
    "a rejected file that is gone": lambda h: _rejected(h).unlink(),
    "a table that is gone": lambda h: _sql(h, f"drop table {ARTISTS}"),
}


def test_a_good_home_has_no_faults_and_is_as_its_copy(good: Path, broken: Path) -> None:
    assert faults(broken, calls=0) == []
    assert differences(state(good), state(broken)) == []


@pytest.mark.parametrize("what", BREAKS)
def test_the_checker_finds(what: str, broken: Path) -> None:
    harm, found = BREAKS[what]
    harm(broken)
    calls = 1 if "call" in what else None
    assert [each for each in faults(broken, calls=calls) if found in each]


@pytest.mark.parametrize("what", CHANGES)
def test_the_checker_tells_from_an_undisturbed_walk(what: str, good: Path, broken: Path) -> None:
    CHANGES[what](broken)
    assert differences(state(good), state(broken))


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}\n")
