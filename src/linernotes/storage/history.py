"""The shares of answers that earlier runs got from each provider: what is usual for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from linernotes.config.providers import ProviderSettings
from linernotes.core import sql
from linernotes.storage.workspace import Workspace

ENOUGH_ANSWERS = 100
REMEMBERED = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class UsualShares:
    """The usual shares of misses and of failures among a provider's answers, from 0 to 1."""

    misses: float
    failures: float


def usual_shares(workspace: Workspace, providers: Iterable[ProviderSettings], run_id: str) -> dict[str, UsualShares]:
    """The usual shares by provider: of last year's answers, or the settings' as long as there are few of these.

    Answers of the run itself do not count, nor misses that were taken back.
    """
    asked = {each.name: each for each in providers}
    since = workspace.clock.now() - REMEMBERED
    rows = workspace.warehouse.rows(sql.read("storage/usual_shares"), providers=list(asked), run=run_id, since=since)
    known = {
        row["provider"]: UsualShares(row["misses"] / row["answers"], row["failures"] / row["answers"])
        for row in rows
        if row["answers"] >= ENOUGH_ANSWERS
    }
    return {name: UsualShares(each.storm.misses, each.storm.failures) for name, each in asked.items()} | known
