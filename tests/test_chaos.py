"""Killed at any named point, and told the same again: what a walk leaves that was never disturbed.

All points at their first occurrence; ``make chaos`` kills at the second and third too, and at random.
"""

import os
import re
import shutil
from collections.abc import Iterator
from itertools import islice
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from linernotes.core.faults import POINTS, VARIABLE
from linernotes.sandbox import Faults, Generated, Sandbox
from tests.chaos.checker import State, differences, faults, state
from tests.chaos.scenarios import BAD, BATCH, EXTRACT, IMPORT, PURGE, REBUILD, RUN, STREAMS
from tests.chaos.trials import compared, copied, done, killed_at
from tests.conftest import QUICK, spotify_of
from tests.kills import nursery
from tests.laptop import Laptop
from tests.sources.test_drops import DISTROKID, song, table

__all__ = ["nursery"]  # a fixture that stands elsewhere
ELSEWHERE = ("salvaged", "settled", "banned")
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def services() -> Iterator[Sandbox]:
    """A Spotify on loopback for all tests of this module."""
    with Sandbox(Generated()) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chaos")


@pytest.fixture(scope="module")
def bare(folder: Path) -> Laptop:
    """A home without a hub, with a bad file in landing/ and plays to import."""
    laptop = Laptop(folder / "bare")
    laptop.plays(*islice(_ids(Generated()), 3))
    landing = laptop.home / "lake" / "spotify" / "landing"
    landing.mkdir(parents=True)
    laptop.drop(b"\0binary", "bad_artist_enrichment.jsonl")
    laptop.drop(BAD + b'{"artistId": "0OdUWJ0sBjDrqHygGUXeCF", "enrichedAt": "2026-11-01T07:00:00Z"}\n')
    return laptop


@pytest.fixture(scope="module")
def listed(folder: Path, built_home: Path, services: Sandbox) -> Laptop:
    """A home with a hub and a roster of which nobody has been asked."""
    laptop = Laptop(Path(shutil.copytree(built_home, folder / "listed")))
    laptop.environ |= spotify_of(services) | QUICK
    laptop.environ |= {"BATCH_SIZE": str(BATCH), "LINERNOTES_SPOTIFY__MODE": "extended"}
    assert laptop("import", "roster", laptop.roster(*islice(_ids(Generated()), 3 * BATCH))).code == 0
    return laptop


@pytest.fixture(scope="module")
def extracted(nursery: ForkServerContext, listed: Laptop, services: Sandbox) -> State:
    """What an undisturbed extraction leaves."""
    services.reset()
    whole = Laptop(copied(listed.home, "undisturbed"), listed.environ)
    assert done(nursery, whole, EXTRACT.arguments) == 0
    return state(whole.home)


def _ids(catalogue: Generated) -> Iterator[str]:
    return (catalogue.id_at(n) for n in range(len(catalogue)) if catalogue.state(n) == "live")


def _asked_twice(services: Sandbox) -> int:
    return sum(times - 1 for times in services.calls(asked=True)["asked"].values())


def _calls(services: Sandbox) -> int:
    return sum(number for call, number in services.calls()["calls"].items() if "/v1/artists" in call)


def test_every_named_point_is_one_that_a_command_comes_to_and_is_killed_at() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    assert set(re.findall(r'fault_point\("(\w+)"\)', source)) == set(POINTS)
    walked = {point for each in (IMPORT, EXTRACT, RUN, REBUILD, PURGE) for point in each.points}
    assert walked | set(ELSEWHERE) == set(POINTS)


@pytest.mark.parametrize("point", IMPORT.points)
def test_an_import_that_was_killed_there_can_be_repeated(
    point: str, bare: Laptop, folder: Path, nursery: ForkServerContext
) -> None:
    arguments = ("import", "plays", str(folder / "plays.jsonl"))
    whole, killed = folder / "imported", Laptop(copied(bare.home, "killed"))
    if not whole.exists():
        assert done(nursery, Laptop(copied(bare.home, "imported")), arguments) == 4
    assert killed_at(nursery, killed, arguments, point)
    assert faults(killed.home, settled=False) == []
    assert done(nursery, killed, arguments) in (0, 4)  # 4 again, if the bad file had not been said to be bad
    assert compared(killed.home, state(whole)) == []


@pytest.fixture(scope="module")
def exports(folder: Path) -> Path:
    """Files whose rows go to two tables, with a bad row in one of them."""
    place = folder / "exports"
    place.mkdir()
    days = [f"2026-11-{n:02},{100 + n}" for n in range(1, 25)]
    (place / "Night-timeline.csv").write_text(song(*days), encoding="utf-8")
    (place / "Tide-timeline.csv").write_text(song(*days, "2026-11-31,1"), encoding="utf-8")
    sale = "2026-10-25\t2026-08\tSpotify\tMara Ellis\tTide\tNLXX02600042\t\t100\t0.31"
    (place / "bank.tsv").write_text(table(DISTROKID, sale, sale), encoding="utf-8")
    for path in place.iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return place


@pytest.mark.parametrize("point", STREAMS.points)
def test_an_import_of_streams_that_was_killed_there_can_be_repeated(
    point: str, exports: Path, folder: Path, nursery: ForkServerContext
) -> None:
    arguments = ("import", "streams", str(exports), "--artist", "Mara Ellis")
    whole, killed = folder / "streams", Laptop(folder / "killed streams")
    shutil.rmtree(killed.home, ignore_errors=True)
    if not whole.exists():
        assert done(nursery, Laptop(whole), arguments) == 0
    assert killed_at(nursery, killed, arguments, point)
    assert faults(killed.home, settled=False) == []
    assert done(nursery, killed, arguments) == 0
    assert compared(killed.home, state(whole)) == []
    assert killed.value("select count(*) from {lake}.lake_streams__normalized_metrics") == 48
    assert killed.value("select count(*) from {lake}.lake_streams__normalized_sales") == 2


@pytest.mark.parametrize("point", EXTRACT.points)
def test_an_extraction_that_was_killed_there_can_be_repeated(
    point: str, listed: Laptop, services: Sandbox, nursery: ForkServerContext, extracted: State
) -> None:
    killed = Laptop(copied(listed.home, "killed"), listed.environ)
    services.reset()
    assert killed_at(nursery, killed, EXTRACT.arguments, point)
    assert done(nursery, killed, EXTRACT.arguments) == 0
    assert compared(killed.home, extracted, settled=False) == []
    assert _asked_twice(services) <= BATCH


@pytest.mark.parametrize("point", ["salvaged", "settled"])
def test_recovery_that_was_killed_there_is_repeated(
    point: str, listed: Laptop, services: Sandbox, nursery: ForkServerContext, extracted: State
) -> None:
    killed = Laptop(copied(listed.home, "killed"), listed.environ)
    services.reset()
    assert killed_at(nursery, killed, EXTRACT.arguments, "synced")
    assert killed_at(nursery, killed, EXTRACT.arguments, point)
    assert done(nursery, killed, EXTRACT.arguments) == 0
    assert compared(killed.home, extracted, settled=False, calls=_calls(services)) == []
    assert _asked_twice(services) == 0


def test_a_ban_is_remembered_though_the_run_was_killed_when_it_came(
    listed: Laptop, services: Sandbox, nursery: ForkServerContext
) -> None:
    killed = Laptop(copied(listed.home, "killed"), listed.environ)
    services.reset()
    services.faults = Faults.parse("quota=1")
    assert killed_at(nursery, killed, EXTRACT.arguments, "banned")
    made = services.calls()["total"]
    assert done(nursery, killed, EXTRACT.arguments) == 0
    services.faults = Faults()
    assert services.calls()["total"] == made
    assert killed.value("select max(cooldownUntil) > now()::timestamp from {lake}.lake_ops__provider_calls")
    assert faults(killed.home, settled=False, calls=_calls(services)) == []


def test_a_run_that_was_killed_while_the_hub_was_made_can_be_repeated(
    listed: Laptop, services: Sandbox, nursery: ForkServerContext, walked: Path
) -> None:
    killed = Laptop(copied(listed.home, "killed"), listed.environ)
    for point in RUN.points:  # one after the other, and dbt at work only where it must be
        assert killed_at(nursery, killed, RUN.arguments, point, dbt=point == "refreshed"), point
        assert faults(killed.home, settled=False) == []
    services.reset()
    assert done(nursery, killed, RUN.arguments) == 0
    assert compared(killed.home, state(walked)) == []
    assert killed.planned("--mode", "backfill") == Laptop(walked, listed.environ).planned("--mode", "backfill")


@pytest.fixture(scope="module")
def walked(nursery: ForkServerContext, listed: Laptop, services: Sandbox) -> Path:
    """A home after an undisturbed run."""
    services.reset()
    whole = Laptop(copied(listed.home, "walked"), listed.environ)
    assert done(nursery, whole, RUN.arguments) == 0
    return whole.home


def test_a_rebuild_that_was_killed_has_lost_nothing_and_can_be_repeated(
    listed: Laptop, nursery: ForkServerContext, walked: Path
) -> None:
    killed, undisturbed = Laptop(copied(walked, "rebuilt"), listed.environ), state(walked)
    before = _books(killed)
    (killed.home / "warehouse.previous.duckdb").write_bytes(b"an earlier one")
    for point in REBUILD.points:
        assert killed_at(nursery, killed, REBUILD.arguments, point, dbt=False), point
        assert faults(killed.home, settled=False) == []
        if point != "swapped":
            assert differences(undisturbed, state(killed.home)) == [], point
        assert _books(killed) >= before
        assert (killed.home / "warehouse.previous.duckdb").exists()
    assert done(nursery, killed, REBUILD.arguments) == 0
    assert compared(killed.home, undisturbed) == []
    assert _books(killed) >= before


def test_a_purge_that_was_killed_there_can_be_repeated(
    listed: Laptop, nursery: ForkServerContext, walked: Path
) -> None:
    killed, whole = (Laptop(copied(walked, name), listed.environ) for name in ("purged", "purged whole"))
    assert done(nursery, whole, PURGE.arguments) == 0
    for point in PURGE.points:
        assert killed_at(nursery, killed, PURGE.arguments, point, dbt=False), point
    assert done(nursery, killed, PURGE.arguments) == 0
    assert compared(killed.home, state(whole.home)) == []


def test_a_point_is_no_more_than_a_look_at_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    from linernotes.core import faults as points  # noqa: PLC0415

    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(points, "_reach", lambda *_: pytest.fail("nobody asked for it"))
    points.fault_point("landed")


def _books(laptop: Laptop) -> set[str]:
    """Every run and every provider's calls in the ledger."""
    runs = laptop.rows("select runId from {lake}.lake_ops__runs")
    calls = laptop.rows("select provider, runId, calls from {lake}.lake_ops__provider_calls")
    return {str(row) for row in (*runs, *calls)}
