"""What should be asked, of whom, in which order. The rules are in dbt; here the queue is only filtered.

``hub_music__stg_enrichment_queue`` has a row for every (provider, key) with its status, the reason to ask and when it
is due; ``hub_music__svc_enrichment_queue`` shows people those that are due now.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from linernotes.ports import Warehouse
from linernotes.values import Mode, WorkItem

QUEUE = "from {hub}.hub_music__stg_enrichment_queue where provider = $provider and "
# A key that was asked in this run waits for the next one, however it went.
NOT_IN_THIS_RUN = " and (attemptedAt is null or attemptedAt < $startedAt)"
WANTED: dict[Mode, str] = {
    # New in the window, due for a retry, or in an earlier run's window and not reached then.
    "incremental": (
        "(reason = 'missed' or (reason = 'never_asked' and discoveredAt >= $edge)"
        " or (reason = 'retry' and dueAt <= $startedAt))"
    ),
    # All without a record; a tombstone only when it is due again.
    "backfill": "(status in ('pending', 'failed') or (status = 'not_found' and dueAt <= $startedAt))",
    # All with an old record; one whose last refresh went wrong only when that is due again.
    "refresh": "status = 'enriched' and enrichedAt < $edge and (answeredAt <= enrichedAt or dueAt <= $startedAt)",
}
BY = "priority desc, discoveredAt desc nulls last, key"
OLDER = "reason = 'never_asked' and discoveredAt < $edge as older "
PREVIEWED = (
    " select entity, key, artistName, mbid, reason, wanted, count(if(wanted, 1, null)) over () as items, "
    "count(if(older, 1, null)) over () as olderItems from seen where wanted or older order by wanted desc, "
)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of the queue a run wants.

    ``edge`` is the window's start, or for a refresh the instant before which an answer is too old.
    """

    mode: Mode
    edge: datetime
    started_at: datetime

    @property
    def window_start(self) -> datetime | None:
        """Discoveries since then are in scope; a refresh has none."""
        return None if self.mode == "refresh" else self.edge

    def parameters(self, provider: str) -> dict[str, Any]:
        """The values to bind."""
        return {"provider": provider, "edge": self.edge, "startedAt": self.started_at}


def select(mode: Mode, started_at: datetime, window: timedelta, older_than: timedelta) -> Selection:
    """The selection of a run that starts at ``started_at``."""
    edges = {"incremental": started_at - window, "backfill": BEGINNING, "refresh": started_at - older_than}
    return Selection(mode, edges[mode], started_at)


def discover(warehouse: Warehouse, provider: str, selection: Selection, limit: int) -> list[WorkItem]:
    """The first ``limit`` items of the selection, most played first."""
    sql = "select entity, key, artistName, mbid, reason " + QUEUE + WANTED[selection.mode] + NOT_IN_THIS_RUN
    rows = warehouse.rows(f"{sql} order by {BY} limit $limit", **selection.parameters(provider), limit=limit)
    return [_item(provider, row) for row in rows]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a selection would bring: how many items, the first of them, and how many lie before its window."""

    items: int
    first: list[WorkItem]
    older: int


def preview(warehouse: Warehouse, provider: str, selection: Selection, shown: int) -> Preview:
    """The selection, looked at in one pass over the queue."""
    seen = (
        "with seen as (select *, " + WANTED[selection.mode] + NOT_IN_THIS_RUN + " as wanted, " + OLDER + QUEUE + "true)"
    )
    sql = seen + PREVIEWED + BY
    rows = list(warehouse.rows(f"{sql} limit $shown", **selection.parameters(provider), shown=max(shown, 1)))
    first = [_item(provider, row) for row in rows if row["wanted"]]
    return Preview(rows[0]["items"], first[:shown], rows[0]["olderItems"]) if rows else Preview(0, [], 0)


def _item(provider: str, row: dict[str, Any]) -> WorkItem:
    return WorkItem(provider, row["entity"], row["key"], row["artistName"], row["reason"], row["mbid"])
