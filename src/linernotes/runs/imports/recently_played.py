"""Fetch a listener's last plays, with the listener's consent, then land and load them like any file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from requests import Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import instant
from linernotes.core.errors import ConfigurationError, CoolingDown, ServiceTrouble
from linernotes.landing.lines import LineReader
from linernotes.landing.spool import Spool
from linernotes.providers.http import open_client
from linernotes.providers.spotify.recently_played import CONSENT, REACHABLE_PLAYS, VARIABLES, play_of, recent_plays
from linernotes.runs.lifecycle import ingest_landing, run_in_session
from linernotes.runs.session import RunResult, RunSession
from linernotes.sources.rows import valid_lines
from linernotes.storage import ledger
from linernotes.storage.workspace import Workspace

DATASET = "spotify/recently_played"


def import_recently_played(workspace: Workspace) -> RunResult:
    """Fetch the listener's last plays, land and load them.

    Raises:
        ConfigurationError: one of the four variables is not set.
        Busy: another run holds the workspace.
    """
    return run_in_session(workspace, "extract", fetch_plays).result()


def fetch_plays(session: RunSession) -> int:
    """Fetch the plays since the last known one and return their number.

    Raises:
        ConfigurationError: one of the four variables is not set.
    """
    workspace = session.workspace
    settings = workspace.settings.configs.provider("spotify")
    secrets = {role: workspace.settings.secret(variable) for role, variable in VARIABLES.items()}
    known = {role: secret for role, secret in secrets.items() if secret}
    if missing := [VARIABLES[role] for role in VARIABLES if role not in known]:
        raise ConfigurationError(
            f"extract spotify_recently_played: {', '.join(missing)} must be set", "see .env.example"
        )
    if is_cooling_down(session, settings):
        return 0
    workspace.progress.say(f"note: {CONSENT}")
    items = list[dict[str, Any]]()
    with service_session(session, settings) as http:
        items = recent_plays(settings, known, http, _last_play(session))
    spool = Spool(workspace.lake, workspace.settings.spool, workspace.dataset(DATASET), session.run, workspace.clock)
    rows = ((number, str(item), item) for number, item in enumerate(items, 1))
    reader = LineReader(workspace.dataset(DATASET), workspace.clock.now())
    for line in valid_lines(rows, play_of, "recently-played", reader):
        spool.line(line)
    spool.seal()
    ingest_landing(session)
    _report_count(session, len(items))
    return len(items)


def is_cooling_down(session: RunSession, settings: ProviderSettings) -> bool:
    """Whether a service is cooling down; if so, the run is partial and its result says so."""
    until = ledger.standing(session.workspace, settings).cooling_down_until
    if until:
        session.partial.append(f"{settings.name}: cooling down until {instant(until.replace(microsecond=0))}")
    return until is not None


@contextmanager
def service_session(session: RunSession, settings: ProviderSettings) -> Iterator[Session]:
    """Open an HTTP session for fetching a history; a failing service ends the fetch, and the result reports why.

    Its calls are recorded in the run ledger, with the cooldown that the service asked for.
    """
    workspace, cooldown = session.workspace, None
    left = ledger.standing(workspace, settings).calls_left
    client = open_client(settings, workspace.clock, workspace.settings.user_agent, left)
    try:
        yield client.session
    except ServiceTrouble as trouble:
        session.partial.append(trouble.message)
        if isinstance(trouble, CoolingDown):
            cooldown = trouble.until
        else:
            session.trouble = trouble
    finally:
        ledger.write_calls(workspace, session.run.id, replace(client.calls(), cooldown_until=cooldown))


def _last_play(session: RunSession) -> datetime | None:
    sql = "select max(playedAt) as last from {lake}.lake_spotify__normalized_recently_played"
    last: datetime | None = next(session.workspace.warehouse.rows(sql))["last"]
    return last


def _report_count(session: RunSession, plays: int) -> None:
    session.workspace.progress.say(f"fetched {plays} plays")
    if plays == REACHABLE_PLAYS:
        session.workspace.progress.say(
            f"warning: got {REACHABLE_PLAYS} plays, the most Spotify returns; earlier ones may be missing. "
            "Fetch every half hour to miss none"
        )
