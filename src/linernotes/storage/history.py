"""The shares of answers that earlier runs got from each provider: what is usual for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from linernotes.config.providers import ProviderSettings
from linernotes.core import sql
from linernotes.core.values import Json, WorkItem
from linernotes.storage.workspace import Workspace

ENOUGH_ANSWERS = 100
REMEMBERED = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class UsualShares:
    """The usual shares of misses and of failures among a provider's answers, from 0 to 1, and an item that it knew."""

    misses: float
    failures: float
    known: WorkItem | None = None


def usual_shares(workspace: Workspace, providers: Iterable[ProviderSettings], run_id: str) -> dict[str, UsualShares]:
    """The usual shares by provider: of last year's answers, or the settings' as long as there are few of these.

    Answers of the run itself do not count, nor misses that were taken back.
    """
    asked, since = {each.name: each for each in providers}, workspace.clock.now() - REMEMBERED
    given = {"providers": list(asked), "run": run_id, "since": since}
    rows = {row["provider"]: row for row in workspace.warehouse.rows(sql.read("storage/usual_shares"), **given)}
    found = [name for name, row in rows.items() if row["answers"] > row["misses"] + row["failures"]]
    known = _known_items(workspace, found) if found else {}
    return {name: _usual(each, rows.get(name), known.get(name)) for name, each in asked.items()}


def _usual(settings: ProviderSettings, row: Json | None, known: WorkItem | None) -> UsualShares:
    if row is None or row["answers"] < ENOUGH_ANSWERS:
        return UsualShares(settings.storm.misses, settings.storm.failures, known)
    return UsualShares(row["misses"] / row["answers"], row["failures"] / row["answers"], known)


def _known_items(workspace: Workspace, providers: list[str]) -> dict[str, WorkItem]:
    """An item by provider that it knew when it was asked last."""
    rows = workspace.warehouse.rows(sql.read("storage/known_items"), providers=providers)
    return {row["provider"]: _item(row) for row in rows}


def _item(row: Json) -> WorkItem:
    names = {"name": row["artistName"], "mbid": row["mbid"], "track": row["trackName"]}
    return WorkItem(row["provider"], row["entity"], row["key"], **names)
