"""What is carried between the rooms: frozen, slotted, without behaviour of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Mode = Literal["incremental", "backfill", "refresh"]
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """One walk: its id (12 hex digits) and the instant it began (UTC), which also stamps its files."""

    id: str
    started_at: datetime

    @property
    def stamp(self) -> str:
        """The start as it stands in file names: ``20261121T070000Z``."""
        return self.started_at.strftime("%Y%m%dT%H%M%SZ")


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing to ask one provider: ``key`` is what it is asked by and what its answer is stored under.

    ``name`` and ``mbid`` are what else is known of an artist, for providers that can be asked by them; ``track`` is the
    name of what is asked for where that is a recording of the artist.
    """

    provider: str
    entity: str
    key: str
    name: str | None = None
    reason: str = "never_asked"
    mbid: str | None = None
    track: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The service knows it: ``record`` has the contract's columns, ``raw`` is the service's own object."""

    item: WorkItem
    record: Json
    raw: Json


@dataclass(frozen=True, slots=True)
class Missing:
    """The service answered that there is no such thing: a tombstone, asked again only after a long while."""

    item: WorkItem
    reason: str = "not_found"
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer we can use; a later run asks again."""

    item: WorkItem
    reason: str
    http_status: int | None = None


Outcome = Found | Missing | Failed


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Plays of an account as the service sent them, newest first, each with its second; None where it has none.

    ``more`` says whether there are older ones than these.
    """

    rows: tuple[tuple[int | None, Any], ...]
    more: bool

    @property
    def oldest(self) -> int | None:
        """The second of the oldest play."""
        return min((second for second, _ in self.rows if second is not None), default=None)
