"""The whole walk with BigQuery as the warehouse, and the dbt project built on it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from linernotes.house import open_house
from linernotes.sandbox import Sandbox
from linernotes.screen import Screen
from linernotes.settings import read_settings
from linernotes.transform import dbt
from tests.cloud.proxy import Proxy
from tests.conftest import QUICK
from tests.laptop import Laptop, Said

pytestmark = pytest.mark.cloud


@pytest.fixture
def cloud(tmp_path: Path, sandbox: Sandbox, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    """Somebody who keeps files in a folder and tables in BigQuery."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    mine = {
        "LINERNOTES_ENV": "dev",
        "GCP_PROJECT_ID": "test-walk",
        "LINERNOTES_OUTPUT_DIR": str(tmp_path / "files"),
        "BIGQUERY_EMULATOR_HOST": proxy.url,
    }
    return Laptop(tmp_path / "home", sandbox.environment() | QUICK | mine)


def test_a_roster_is_enriched_and_reaches_the_dimension_with_few_calls(
    cloud: Laptop, proxy: Proxy, artists: Callable[[int], list[str]], fated: Callable[[str, int], list[str]]
) -> None:
    roster = cloud.roster(*artists(20), *fated("deleted", 2))
    assert cloud("import", "roster", roster).code == 0
    ran, calls = counted(proxy, lambda: cloud("run", "--mode", "backfill"))
    assert ran.code == 0
    assert "asked 22 = found 20 + not found 2 + failed 0" in ran.err
    assert calls < 20
    (row,) = cloud("coverage", "--format", "json").rows
    assert (row["artists"], row["enriched"], row["notFound"]) == (22, 20, 2)

    again, calls = counted(proxy, lambda: cloud("run", "--mode", "backfill"))
    assert "asked 0 =" in again.err
    assert calls < 10

    rebuilt = cloud("rebuild")
    assert (rebuilt.code, cloud("coverage", "--format", "json").rows) == (0, [row])
    assert "asked 0 =" in cloud("run", "--mode", "backfill").err


def test_every_model_and_every_test_of_the_dbt_project_passes(cloud: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", cloud.environ["BIGQUERY_EMULATOR_HOST"])
    environ = cloud.environ | {"LINERNOTES_HOME": str(cloud.home), "GCP_PROJECT_ID": "test-dbt"}
    with open_house(read_settings(environ=environ), Screen()) as house:
        house.warehouse.ensure(house.datasets)
        for _ in range(2):  # the second time the incremental models find their tables
            results = dbt(house.settings, house.warehouse, ["build"])
            bad = {r.node.name: r.message for r in results if r.status not in ("pass", "success", "no-op")}
            assert bad == {}
            assert len(results) > 60


def counted(proxy: Proxy, command: Callable[[], Said]) -> tuple[Said, int]:
    """What a command returned, and the calls it made besides those of dbt."""
    before = len(proxy.seen)
    returned = command()
    return returned, len([request for request in proxy.seen[before:] if "dbt" not in request.agent])
