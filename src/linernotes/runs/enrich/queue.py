"""What should be asked, of whom, in which order. The rules are in dbt; here the queue is only filtered.

``hub_music__stg_enrichment_queue`` has a row for every (provider, key) with its status, the reason to ask and when it
is due; ``hub_music__svc_enrichment_queue`` shows people those that are due now.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from linernotes.core.values import Mode, WorkItem
from linernotes.storage.ports import Warehouse

QUEUE = "from {hub}.hub_music__stg_enrichment_queue where provider in "
# A key that was asked in this run waits for the next one, however it went.
NOT_IN_THIS_RUN = " and (attemptedAt is null or attemptedAt < $startedAt)"
# One whose last refresh went wrong only when that is due again.
OLD = "(status = 'enriched' and enrichedAt < $edge and (answeredAt <= enrichedAt or dueAt <= $startedAt))"
FIRST = "(artistId in (select artistId from {hub}.hub_music__svc_top_artists where rank <= $top) and "
WANTED = {
    # New in the window, due for a retry, or in an earlier run's window and not reached then.
    "incremental": (
        "(reason = 'missed' or (reason = 'never_asked' and discoveredAt >= $edge)"
        " or (reason = 'retry' and dueAt <= $startedAt))"
    ),
    # All without a record; a tombstone, and a failure that costs money again, only when it is due.
    "backfill": (
        "(status = 'pending' or (status = 'failed' and provider not in (select * from unnest($priced)))"
        " or (status in ('failed', 'not_found') and dueAt <= $startedAt))"
    ),
    "refresh": OLD,
    # Whatever of the first of them is due, or older than was asked for.
    "top": FIRST + "dueAt <= $startedAt)",
    "top_older": FIRST + "((status != 'enriched' and dueAt <= $startedAt) or " + OLD + "))",
    # These and no others, tombstones too: somebody has named them.
    "named": "artistId in (select * from unnest($artists))",
}
# The most played of those that were never told of, then those whose listeners have waited for news the longest.
BY = "enrichedAt is not null, staleness desc nulls last, priority desc, discoveredAt desc nulls last, key"
FIRST_OF_EACH = f" qualify row_number() over (partition by provider order by {BY}) <= $most order by provider, {BY}"
FIRST_OF_ONE = f" order by {BY} limit $most"  # the same, without sorting a million rows to show ten of them
COUNTED = ", 1, null)) as items, count(if(reason = 'never_asked' and discoveredAt < $edge, 1, null)) as older "
# Only who has no key there yet; both are read from the same view, so the names have to be told apart.
ASKED_ELSEWHERE = "with asked as (select distinct artistId "
NOT_ASKED_HERE = (
    "), own as (select artistId from {hub}.hub_music__stg_enrichment_queue where provider = $provider) "
    "select count(*) as items from asked left join own on own.artistId = asked.artistId where own.artistId is null"
)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
REFRESHED_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of the queue a run wants.

    ``edge`` is the window's start, or for a refresh the instant before which an answer is too old. ``part`` says how
    the part is chosen; the first ``top`` artists and the named ``artists`` are asked for again as a refresh does.
    ``priced`` are the providers that cost money.
    """

    mode: Mode
    edge: datetime
    started_at: datetime
    part: str
    top: int = 0
    artists: tuple[str, ...] = ()
    priced: frozenset[str] = frozenset()

    @property
    def window_start(self) -> datetime | None:
        """Discoveries since then are in scope; a refresh has none."""
        return None if self.mode == "refresh" else self.edge

    @property
    def wanted(self) -> str:
        """The condition in SQL."""
        return WANTED[self.part] + NOT_IN_THIS_RUN

    @property
    def takes_new(self) -> bool:
        """Whether it also wants what a provider can be asked only once others have told how."""
        return self.part != "refresh"

    @property
    def parameters(self) -> dict[str, Any]:
        """The values to bind."""
        return {
            "edge": self.edge,
            "startedAt": self.started_at,
            "priced": sorted(self.priced),
            "top": self.top,
            "artists": list(self.artists),
        }


def select(  # noqa: PLR0913 - they are independent of each other
    mode: Mode,
    started_at: datetime,
    window: timedelta,
    older_than: timedelta | None = None,
    *,
    priced: frozenset[str],
    top: int = 0,
    artists: Sequence[str] = (),
) -> Selection:
    """The selection of a run that starts at ``started_at``; see ``Selection`` and ``WANTED``."""
    age = REFRESHED_AFTER if older_than is None else older_than
    edges = {"incremental": started_at - window, "backfill": BEGINNING, "refresh": started_at - age}
    first = "top" if older_than is None else "top_older"
    part = "named" if artists else first if top else mode
    return Selection(mode, edges[mode], started_at, part, top, tuple(artists), priced)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many items of a provider a selection would bring, and how many lie before its window."""

    items: int
    older: int


def waiting(warehouse: Warehouse, providers: Iterable[str], selection: Selection) -> dict[str, Waiting]:
    """What waits for each provider, in one pass over the queue."""
    seen = dict.fromkeys(providers, Waiting(0, 0))
    queue, asked = _queue_of(seen)
    sql = "select provider, count(if(" + selection.wanted + COUNTED + queue + "true group by provider"
    rows = warehouse.rows(sql, **selection.parameters, **asked)
    return seen | {row["provider"]: Waiting(row["items"], row["older"]) for row in rows}


def discover(warehouse: Warehouse, limits: Mapping[str, int], selection: Selection) -> dict[str, list[WorkItem]]:
    """The first items of each provider's selection, no more than its limit.

    Those with the most listeners and the oldest answers come first.
    """
    found: dict[str, list[WorkItem]] = {name: [] for name in limits}
    queue, asked = _queue_of(limits)
    columns = "select provider, entity, key, artistName, trackName, mbid, reason "
    sql = columns + queue + selection.wanted + (FIRST_OF_ONE if len(limits) == 1 else FIRST_OF_EACH)
    for row in warehouse.rows(sql, **selection.parameters, **asked, most=max(limits.values())):
        if len(found[row["provider"]]) < limits[row["provider"]]:
            found[row["provider"]].append(_item(row))
    return found


def to_come(warehouse: Warehouse, provider: str, selection: Selection, asked: Collection[str]) -> int:
    """How many more items a provider has at most once ``asked``, other providers, have told what it is asked by."""
    if not asked or not selection.takes_new:
        return 0
    queue, others = _queue_of(asked)
    sql = ASKED_ELSEWHERE + queue + selection.wanted + NOT_ASKED_HERE
    (row,) = warehouse.rows(sql, **selection.parameters, **others, provider=provider)
    return int(row["items"])


def _queue_of(providers: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Where the queues of providers are read, and their names to bind.

    One by one, not as a list: a condition on constants is what engines take down to the tables behind the view.
    """
    names = {f"asked{number}": name for number, name in enumerate(providers)}
    return f"{QUEUE}({', '.join(f'${name}' for name in names)}) and ", names


def _item(row: Mapping[str, Any]) -> WorkItem:
    names = {"name": row["artistName"], "track": row["trackName"]}
    return WorkItem(row["provider"], row["entity"], row["key"], reason=row["reason"], mbid=row["mbid"], **names)
