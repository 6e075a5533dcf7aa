"""The lookup queue: the items of each provider, in the order they are asked. dbt says what is due; ``sql/`` orders it.

``hub_music__svc_enrichment_items`` has a row per (provider, key) with its status, the reason to fetch it and its due
date; ``hub_music__svc_enrichment_queue`` shows people the rows that are due now.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from linernotes.config.providers import ProviderSettings
from linernotes.core import sql
from linernotes.core.values import Mode, WorkItem
from linernotes.storage.ports import Warehouse

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
REFRESHED_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Selection:
    """The part of the queue that a run fetches.

    ``edge`` is the start of the window or, for a refresh, the instant before which data is too old. ``part`` names a
    condition in discover.sql or discover_top.sql; the first ``top`` artists and the named ``artists`` are
    fetched again, as in a refresh. ``priced`` are the providers that cost money. Items with fewer plays than
    ``min_plays`` are left out.
    """

    mode: Mode
    edge: datetime
    started_at: datetime
    part: str
    top: int = 0
    artists: tuple[str, ...] = ()
    priced: frozenset[str] = frozenset()
    min_plays: int = 0

    @property
    def window_start(self) -> datetime | None:
        """The instant since which discoveries are in scope; None for a refresh."""
        return None if self.mode == "refresh" else self.edge

    @property
    def takes_new(self) -> bool:
        """Whether it includes items that become available only through results of other providers."""
        return self.part != "refresh"

    def statement(self, name: str) -> str:
        """The name of the SQL file that answers ``name`` for this part."""
        return f"runs/enrich/{name}_top" if self.top else f"runs/enrich/{name}"

    @property
    def parameters(self) -> dict[str, Any]:
        """The values to bind."""
        return {
            "part": self.part,
            "edge": self.edge,
            "startedAt": self.started_at,
            "priced": sorted(self.priced),
            "top": self.top,
            "artists": list(self.artists),
            "minPlays": self.min_plays,
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
    min_plays: int = 0,
) -> Selection:
    """The selection of a run that starts at ``started_at``; see ``Selection``."""
    age = REFRESHED_AFTER if older_than is None else older_than
    edges = {"incremental": started_at - window, "backfill": BEGINNING, "refresh": started_at - age}
    first = "top" if older_than is None else "top_older"
    part = "named" if artists else first if top else mode
    return Selection(mode, edges[mode], started_at, part, 0 if artists else top, tuple(artists), priced, min_plays)


@dataclass(frozen=True, slots=True)
class Pending:
    """A provider's pending items: those in a selection, and those older than its window.

    ``barcodes`` is the number of items in the selection that have a barcode.
    """

    items: int
    older: int
    barcodes: int = 0


def count_pending(warehouse: Warehouse, providers: Iterable[str], selection: Selection) -> dict[str, Pending]:
    """Count the pending items of each provider, in one pass over the queue."""
    seen = dict.fromkeys(providers, Pending(0, 0))
    rows = warehouse.rows(sql.read(selection.statement("waiting")), **selection.parameters, providers=list(seen))
    return seen | {row["provider"]: Pending(row["items"], row["older"], row["barcodes"]) for row in rows}


def discover(warehouse: Warehouse, limits: Mapping[str, int], selection: Selection) -> dict[str, list[WorkItem]]:
    """The first items of each provider's selection, at most as many as its limit.

    Items that matter more to whoever asked for them come first. Of equal ones those without data do, by plays; then the
    others, by plays times the age of their data.
    """
    found: dict[str, list[WorkItem]] = {name: [] for name in limits}
    given = selection.parameters | {"providers": list(limits), "most": max(limits.values())}
    for row in warehouse.rows(sql.read(selection.statement("discover")), **given):
        if len(found[row["provider"]]) < limits[row["provider"]]:
            found[row["provider"]].append(_item(row))
    return found


def count_dependent(
    warehouse: Warehouse, provider: ProviderSettings, selection: Selection, others: Collection[str]
) -> int:
    """The maximum of items that a provider can gain from ids that ``others`` return: by artist, or by track."""
    if not others or not selection.takes_new:
        return 0
    about = {"provider": provider.name, "entity": provider.entity, "scheme": provider.keyed_by}
    given = selection.parameters | about | {"providers": list(others)}
    (row,) = warehouse.rows(sql.read(selection.statement("to_come")), **given)
    return int(row["items"])


def _item(row: Mapping[str, Any]) -> WorkItem:
    names = {"name": row["artistName"], "track": row["trackName"], "barcode": row["barcode"]}
    asked = {"reason": row["reason"], "status": row["status"]}
    return WorkItem(row["provider"], row["entity"], row["key"], mbid=row["mbid"], **asked, **names)
