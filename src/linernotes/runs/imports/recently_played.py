"""Fetch a listener's last plays, with the listener's consent, then land and load them like any file."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr
from requests import Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import instant
from linernotes.core.errors import ConfigurationError, CoolingDown, ServiceTrouble
from linernotes.landing.lines import LineReader
from linernotes.landing.spool import Spool
from linernotes.providers.connection import Connection
from linernotes.providers.http import open_client
from linernotes.providers.http.call_journal import journal_path
from linernotes.providers.spotify.access import Tokens
from linernotes.providers.spotify.consent import LoginTokens
from linernotes.providers.spotify.recently_played import (
    CONSENT,
    REACHABLE_PLAYS,
    VARIABLES,
    ListenerTokens,
    play_of,
    recent_plays,
)
from linernotes.runs.lifecycle import ingest_landing, run_in_session
from linernotes.runs.login import keep_token, login_of
from linernotes.runs.session import RunResult, RunSession
from linernotes.sources.rows import valid_lines
from linernotes.storage import ledger
from linernotes.storage.consent import AGAIN
from linernotes.storage.workspace import Workspace

DATASET = "spotify/recently_played"
SOON = timedelta(days=30)  # before a consent ends, it is said with every fetch


def import_recently_played(workspace: Workspace) -> RunResult:
    """Fetch the listener's last plays, land and load them.

    Raises:
        ConfigurationError: nobody has logged in, and one of the four variables is not set.
        Busy: another run holds the workspace.
    """
    return run_in_session(workspace, "extract", fetch_plays, start="if built").result()


def fetch_plays(session: RunSession) -> int:
    """Fetch the plays since the last known one and return their number.

    Raises:
        ConfigurationError: nobody has logged in, and one of the four variables is not set.
    """
    workspace = session.workspace
    settings = workspace.settings.configs.provider("spotify")
    access = _listener_access(workspace)
    if is_cooling_down(session, settings):
        return 0
    workspace.progress.say(*access.notes)
    items = list[dict[str, Any]]()
    with service_session(session, settings) as http:
        items = recent_plays(Connection(settings, access.secrets, http), access.tokens(http), _last_play(session))
    spool = Spool(workspace.lake, workspace.settings.spool, workspace.dataset(DATASET), session.run, workspace.clock)
    rows = ((number, str(item), item) for number, item in enumerate(items, 1))
    reader = LineReader(workspace.dataset(DATASET), workspace.clock.now())
    for line in valid_lines(rows, play_of, "recently-played", reader):
        spool.line(line)
    spool.seal()
    ingest_landing(session)
    _report_count(session, len(items))
    return len(items)


@dataclass(frozen=True, slots=True)
class _ListenerAccess:
    """What a listener's access tokens are made from, and what there is to say about it."""

    secrets: Mapping[str, SecretStr]
    tokens: Callable[[Session], Tokens]
    notes: tuple[str, ...] = ()


def _listener_access(workspace: Workspace) -> _ListenerAccess:
    """By the variables, or by a login if one of them is missing."""
    settings, provider = workspace.settings, workspace.settings.configs.provider("spotify")
    secrets = {role: settings.secret(variable) for role, variable in VARIABLES.items()}
    known = {role: secret for role, secret in secrets.items() if secret}
    if login := login_of(settings):
        keep, now = keep_token(settings, login), workspace.clock.now()
        notes = (f"note: {login.age(now)}; {AGAIN}",) if now > login.ends_at - SOON else ()
        return _ListenerAccess(
            known, lambda http: LoginTokens(provider, login.client_id, login.token, keep, http), notes
        )
    if missing := [VARIABLES[role] for role in VARIABLES if role not in known]:
        raise ConfigurationError(
            f"extract spotify_recently_played: {', '.join(missing)} must be set",
            "log in with linernotes login spotify, or see .env.example",
        )
    return _ListenerAccess(known, lambda http: ListenerTokens(provider, known, http), (f"note: {CONSENT}",))


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
    journal = journal_path(workspace.settings.spool, settings.name, session.run.id)
    client = open_client(settings, workspace.clock, workspace.settings.user_agent, left, journal)
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
        client.settle()


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
