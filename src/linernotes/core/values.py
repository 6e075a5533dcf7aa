"""The values that packages hand to each other: frozen, slotted, without behaviour of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

FIRST_SERVICES = 978_307_200  # 2001, in seconds since 1970

Mode = Literal["incremental", "backfill", "refresh"]
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its id (12 hex digits) and the instant it began (UTC), which also stamps its files."""

    id: str
    started_at: datetime

    @property
    def stamp(self) -> str:
        """The start in the form of file names: ``20261121T070000Z``."""
        return self.started_at.strftime("%Y%m%dT%H%M%SZ")


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One item to ask one provider about; its answer is stored under ``key``.

    ``name`` and ``mbid`` are other ways to ask about an artist; ``track`` is the name of a recording of the artist,
    where the item is one, or the title of a release, which may have a ``barcode``. ``status`` is what earlier runs have
    made of it, ``not_found`` for a tombstone.
    """

    provider: str
    entity: str
    key: str
    name: str | None = None
    reason: str = "never_asked"
    mbid: str | None = None
    track: str | None = None
    status: str = "pending"
    barcode: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The service knows the item: ``record`` has the contract's columns, ``raw`` is the service's own object."""

    item: WorkItem
    record: Json
    raw: Json


@dataclass(frozen=True, slots=True)
class Missing:
    """The service says that the item does not exist: a tombstone, retried only after a long time."""

    item: WorkItem
    reason: str = "not_found"
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """There was no usable response; a later run retries."""

    item: WorkItem
    reason: str
    http_status: int | None = None


Outcome = Found | Missing | Failed


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Plays of an account as the service sent them, newest first; each has its second since 1970, or None.

    ``more`` is true when there are older plays.
    """

    rows: tuple[tuple[int | None, Any], ...]
    more: bool

    @property
    def oldest(self) -> int | None:
        """The second of the oldest play; one from before there were services is a mistake, unless all are."""
        seconds = [second for second, _ in self.rows if second is not None]
        return min([second for second in seconds if second >= FIRST_SERVICES] or seconds, default=None)
