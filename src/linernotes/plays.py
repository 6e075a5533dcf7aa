"""A listener's last plays: fetched with the listener's own consent, landed, and ingested like any file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from requests import Session

from linernotes import books
from linernotes.budget import calls_left
from linernotes.contracts import ProviderSettings
from linernotes.errors import ConfigurationError, Parked, ServiceTrouble
from linernotes.imports import checked
from linernotes.land import Spool
from linernotes.pipeline import Walk, ingest_landing
from linernotes.providers.spotify_plays import CONSENT, REACHABLE_PLAYS, VARIABLES, play_of, recent_plays
from linernotes.values import instant
from linernotes.web import line_to

DATASET = "spotify/recently_played"


def fetch_plays(walk: Walk) -> int:
    """Fetch what was played since the last play we know, and how many plays that were.

    Raises:
        ConfigurationError: one of the four variables is not set.
    """
    house = walk.house
    settings = house.settings.configs.provider("spotify")
    secrets = {role: house.settings.secret(variable) for role, variable in VARIABLES.items()}
    known = {role: secret for role, secret in secrets.items() if secret}
    if missing := [VARIABLES[role] for role in VARIABLES if role not in known]:
        raise ConfigurationError(f"extract spotify_recently_played: {', '.join(missing)} not set", "see .env.example")
    if is_parked(walk, settings):
        return 0
    house.tell.say(f"note: {CONSENT}")
    items = list[dict[str, Any]]()
    with asking(walk, settings) as session:
        items = recent_plays(settings, known, session, _last_play(walk))
    spool = Spool(house.lake, house.settings.spool, house.dataset(DATASET), walk.run, house.clock)
    rows = ((number, str(item), item) for number, item in enumerate(items, 1))
    for line in checked(rows, play_of, "recently-played", house.dataset(DATASET)):
        spool.line(line)
    spool.seal()
    ingest_landing(walk)
    _tell(walk, len(items))
    return len(items)


def is_parked(walk: Walk, settings: ProviderSettings) -> bool:
    """Whether a service wants to be left alone, which the walk then tells."""
    until = books.parked_until(walk.house, settings)
    if until:
        walk.partial.append(f"{settings.name}: parked until {instant(until.replace(microsecond=0))}")
    return until is not None


@contextmanager
def asking(walk: Walk, settings: ProviderSettings) -> Iterator[Session]:
    """A session for asking after a history; a service that cannot go on ends the asking, and the walk tells why.

    What it cost goes into the books, and with it how long the service wants to be left alone.
    """
    house, cooldown = walk.house, None
    line = line_to(settings, house.clock, house.settings.user_agent, calls_left(house, settings))
    try:
        yield line.session
    except ServiceTrouble as trouble:
        walk.partial.append(trouble.message)
        if isinstance(trouble, Parked):
            cooldown = trouble.until
        else:
            walk.trouble = trouble
    finally:
        books.write_calls(house, walk.run.id, replace(line.calls(), cooldown_until=cooldown))


def _last_play(walk: Walk) -> datetime | None:
    sql = "select max(playedAt) as last from {lake}.lake_spotify__normalized_recently_played"
    last: datetime | None = next(walk.house.warehouse.rows(sql))["last"]
    return last


def _tell(walk: Walk, plays: int) -> None:
    walk.house.tell.say(f"fetched {plays} plays")
    if plays == REACHABLE_PLAYS:
        walk.house.tell.say(
            f"warning: exactly {REACHABLE_PLAYS} plays, which is all Spotify keeps: some before them may be lost; "
            "fetch every half hour to lose none"
        )
