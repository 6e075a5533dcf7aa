"""Take tombstones back: misses of a time that were none, so that their items are due again at the next run.

What was taken back is a landed line like any other, so a rebuilt warehouse knows it too. The misses themselves stay in
lake_ops__attempts, as what the service said.
"""

from dataclasses import dataclass
from datetime import datetime

from linernotes.core import sql
from linernotes.core.clock import instant
from linernotes.core.errors import ConfigurationError
from linernotes.landing.spool import Spool
from linernotes.runs.lifecycle import ensure_ready, ingest_landing, open_session
from linernotes.runs.session import RunSession
from linernotes.storage.workspace import Workspace

RETRIES = "manual/retries"


@dataclass(frozen=True, slots=True)
class Retry:
    """The misses to take back: of one provider, in a time, and perhaps only with a reason or of a run."""

    provider: str
    since: datetime
    until: datetime
    reason: str | None = None
    run_id: str | None = None


def count_retries(workspace: Workspace, retry: Retry) -> int:
    """The number of items whose newest answer is among these misses and was not taken back before."""
    given = {
        "provider": retry.provider,
        "since": retry.since,
        "until": retry.until,
        "reason": retry.reason or "",
    }
    return int(next(workspace.warehouse.rows(sql.read("runs/retries"), **given))["items"])


def retry_misses(
    workspace: Workspace, provider: str, since: datetime, reason: str | None = None, *, dry_run: bool = False
) -> int:
    """Take back the misses of a provider since an instant; returns the number of items that are due again.

    Repeating it changes nothing. A dry run only counts.

    Raises:
        ConfigurationError: the provider is unknown, or the instant has not come yet.
    """
    name = workspace.settings.configs.provider(provider).name
    retry = Retry(name, since, workspace.clock.now(), reason)
    if retry.since > retry.until:
        raise ConfigurationError(f"retry: --since {instant(since)} is in the future", "give an earlier time")
    ensure_ready(workspace)
    if dry_run:
        return count_retries(workspace, retry)
    with open_session(workspace, "retry") as session:
        items = count_retries(workspace, retry)
        if items:
            land_retry(session, retry)
            ingest_landing(session)
    return items


def land_retry(session: RunSession, retry: Retry) -> None:
    """Land the line that takes these misses back."""
    workspace = session.workspace
    dataset, folder = workspace.dataset(RETRIES), workspace.settings.spool
    spool = Spool(workspace.lake, folder, dataset, session.run, workspace.clock, part_lines=None)
    spool.line(
        {
            "provider": retry.provider,
            "since": instant(retry.since),
            "until": instant(retry.until),
            "reason": retry.reason,
            "runId": retry.run_id,
            "decidedAt": instant(workspace.clock.now()),
        }
    )
    spool.seal()
