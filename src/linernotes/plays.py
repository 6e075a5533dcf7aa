"""A listener's last plays: fetched with the listener's own consent, landed, and ingested like any file."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from linernotes import books
from linernotes.contracts import ProviderSettings
from linernotes.errors import ConfigurationError, Parked
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
    if until := books.parked_until(house, settings.name):
        walk.partial.append(f"{settings.name}: parked until {instant(until)}")
        return 0
    house.tell.say(f"note: {CONSENT}")
    items = _fetch(walk, settings, known)
    spool = Spool(house.lake, house.settings.spool, house.dataset(DATASET), walk.run, house.clock)
    rows = ((number, str(item), item) for number, item in enumerate(items, 1))
    for line in checked(rows, play_of, "recently-played", house.dataset(DATASET)):
        spool.line(line)
    spool.seal()
    ingest_landing(walk)
    _tell(walk, len(items))
    return len(items)


def _fetch(walk: Walk, settings: ProviderSettings, secrets: Mapping[str, SecretStr]) -> list[dict[str, Any]]:
    """The plays; what asking for them cost goes into the books, and with it how long Spotify wants to be left alone."""
    house, cooldown = walk.house, None
    line = line_to(settings, house.clock, house.settings.user_agent)
    try:
        return recent_plays(settings, secrets, line.session, _last_play(walk))
    except Parked as parked:
        cooldown = parked.until
        walk.partial.append(parked.message)
        return []
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
