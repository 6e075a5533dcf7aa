"""The dbt project builds in BigQuery, and every test in it passes."""

import pytest

pytest.importorskip("google.cloud.bigquery", reason="LEFT OUT: Google's libraries are not installed")

from linernotes.cli.console import ConsoleProgress
from linernotes.config.settings import read_settings
from linernotes.runs.dbt import DATA, dbt
from linernotes.storage.workspace import open_workspace
from tests.cloud.machine import Machine

pytestmark = pytest.mark.cloud


def test_every_model_and_every_test_of_the_dbt_project_passes(cloud: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = cloud.environ | {"LINERNOTES_HOME": str(cloud.home)}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with open_workspace(read_settings(environ=environ), ConsoleProgress()) as workspace:
        workspace.warehouse.ensure(workspace.datasets)
        for selected in ([], ["--select", *DATA]):  # the second time the incremental models find their tables
            results = dbt(workspace.settings, workspace.warehouse, ["build", *selected])
            bad = {r.node.name: r.message for r in results if r.status not in ("pass", "success", "no-op")}
            assert bad == {}
            assert len(results) > 60
