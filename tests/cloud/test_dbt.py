"""The dbt project builds in BigQuery, and every test in it passes."""

import pytest

pytest.importorskip("google.cloud.bigquery", reason="LEFT OUT: Google's libraries are not installed")

from linernotes.house import open_house
from linernotes.screen import Screen
from linernotes.settings import read_settings
from linernotes.transform import DATA, dbt
from tests.cloud.machine import Machine

pytestmark = pytest.mark.cloud


def test_every_model_and_every_test_of_the_dbt_project_passes(cloud: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = cloud.environ | {"LINERNOTES_HOME": str(cloud.home)}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with open_house(read_settings(environ=environ), Screen()) as house:
        house.warehouse.ensure(house.datasets)
        for selected in ([], ["--select", *DATA]):  # the second time the incremental models find their tables
            results = dbt(house.settings, house.warehouse, ["build", *selected])
            bad = {r.node.name: r.message for r in results if r.status not in ("pass", "success", "no-op")}
            assert bad == {}
            assert len(results) > 60
