"""The main job, end to end."""

from collections.abc import Callable
from typing import Any

import pytest

from linernotes import pipeline
from linernotes.sandbox import Sandbox
from linernotes.transform import Transformed, transform
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
    builds: list[tuple[object, ...]] = []

    def counted(*given: Any, tests: bool) -> Transformed:
        builds.append(given)
        return transform(*given, tests=tests)

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
    assert len(builds) == 3
