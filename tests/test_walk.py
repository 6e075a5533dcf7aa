"""The main job, end to end."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from linernotes.config.settings import Settings
from linernotes.runs import lifecycle as pipeline
from linernotes.runs.dbt import DATA, Transformed, transform
from linernotes.sandbox import Sandbox
from linernotes.storage.ports import Warehouse
from tests.laptop import Laptop


def test_a_roster_becomes_a_dimension_and_nothing_is_asked_twice(
    online: Laptop, sandbox: Sandbox, artists: Callable[[int], list[str]]
) -> None:
    roster = online.roster(*artists(120))
    assert online("import", "roster", roster).code == 0
    said = online("run")
    assert said.code == 0, said.err
    assert (
        online.value("select count(*) from {hub}.hub_music__svc_dim_artists where enrichmentStatus = 'enriched'") == 120
    )
    assert sandbox.calls()["calls"]["GET /v1/artists"] == 3
    sandbox.reset()
    assert online("run").code == 0
    assert sandbox.calls()["total"] == 0


def test_a_run_that_brings_nothing_does_not_build_the_hub_again(
    online: Laptop, artists: Callable[[int], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    builds: list[tuple[str, ...]] = []  # what each of them was limited to

    def counted(settings: Settings, warehouse: Warehouse, select: tuple[str, ...] = ()) -> Transformed:
        builds.append(select)
        return transform(settings, warehouse, select)

    monkeypatch.setattr(pipeline, "transform", counted)
    online("import", "roster", online.roster(*artists(3)))
    online("run", "--mode", "backfill")
    assert len(builds) == 1
    online("run", "--mode", "backfill")
    assert len(builds) == 1
    online("import", "roster", online.roster(*artists(3), "odd"))
    online("run", "--limit", "0")
    assert len(builds) == 2
    online("run", "--limit", "0")
    assert len(builds) == 2
    monkeypatch.setattr(pipeline, "project_hash", lambda: "other models")
    online("run", "--limit", "0")
    assert builds == [DATA, DATA, ()]
    online("transform")
    assert builds.pop() == ()


def test_a_first_hub_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builds: list[object] = []
    monkeypatch.setattr(pipeline, "transform", lambda *given: builds.append(given))
    assert Laptop(tmp_path / "home")("init").code == 0
    assert len(builds) == 1


def test_a_view_that_was_dropped_by_hand_comes_back_with_transform(
    online: Laptop, artists: Callable[[int], list[str]]
) -> None:
    online("import", "roster", online.roster(*artists(3)))
    with duckdb.connect(str(online.home / "warehouse.duckdb")) as connection:
        connection.execute("drop view dp_hub_local.hub_music__svc_artist_tags")
    assert online("run", "--mode", "backfill").code != 0
    assert online("transform").code == 0
    assert online("run", "--mode", "backfill").code == 0
