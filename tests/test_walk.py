"""The main job, end to end."""

from collections.abc import Callable

from linernotes.sandbox import Sandbox
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
