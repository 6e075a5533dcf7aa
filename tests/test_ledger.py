"""What the run ledger knows of a provider's service: its access, its cooldown, and the calls left today."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from linernotes.cli.console import ConsoleProgress
from linernotes.core.counts import Calls
from linernotes.storage import ledger
from linernotes.storage.ledger import Standing
from linernotes.storage.workspace import Workspace, open_workspace
from tests.clocks import START, FakeClock
from tests.samples import settings

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    environ = {"LINERNOTES_LASTFM__DAILY_CALLS": "100"}
    with open_workspace(settings(tmp_path, **environ), ConsoleProgress(), FakeClock()) as opened:
        opened.warehouse.ensure(opened.datasets)
        yield opened


def standing(workspace: Workspace, provider: str) -> Standing:
    return ledger.standing(workspace, workspace.settings.configs.provider(provider))


def test_of_a_service_that_was_never_called_nothing_is_known_but_its_limit(workspace: Workspace) -> None:
    assert standing(workspace, "spotify") == Standing(None, None, None)
    assert standing(workspace, "lastfm") == Standing(None, None, 100)


def test_the_calls_of_today_are_taken_off_the_limit_down_to_none(workspace: Workspace) -> None:
    ledger.write_calls(workspace, "yesterday", Calls("lastfm", calls=70), START - DAY)
    ledger.write_calls(workspace, "early", Calls("lastfm", calls=30), START.replace(hour=0))
    assert standing(workspace, "lastfm").calls_left == 70
    ledger.write_calls(workspace, "late", Calls("lastfm", calls=90), START)
    assert standing(workspace, "lastfm").calls_left == 0


def test_a_cooldown_holds_until_its_end_or_until_a_newer_one_is_recorded(workspace: Workspace) -> None:
    ledger.write_calls(workspace, "first", Calls("spotify", cooldown_until=START + DAY), START - 2 * HOUR)
    ledger.write_calls(workspace, "later", Calls("spotify"), START - HOUR)
    assert standing(workspace, "spotify").cooling_down_until == START + DAY
    ledger.write_calls(workspace, "newer", Calls("spotify", cooldown_until=START - HOUR), START - HOUR)
    assert standing(workspace, "spotify").cooling_down_until is None


def test_providers_of_one_service_stand_alike_with_it(workspace: Workspace) -> None:
    access = Calls("spotify", access_mode="extended")
    ledger.write_calls(workspace, "first", access, START - 2 * HOUR)
    beside = Calls("spotify_tracks", access_mode="development", cooldown_until=START + HOUR)
    ledger.write_calls(workspace, "second", beside, START - HOUR)
    providers = workspace.settings.configs.providers.values()
    known = ledger.standings(workspace, providers)
    assert known["spotify"] == known["spotify_tracks"] == Standing("development", START + HOUR, None)
    assert known["deezer"] == Standing()
    assert set(known) == {each.name for each in providers}
