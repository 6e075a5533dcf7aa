"""The answers of services that are kept, which no run asks for again as long as they are fresh."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

EVER = datetime(9999, 12, 31, tzinfo=UTC)


class KeptAnswer(TypedDict):
    """An answer of a provider: a record, or that there is none (``status`` enriched or not_found).

    ``state`` is fresh, stale, marked where it was invalidated, or final where the id is none and is never asked again.
    """

    provider: str
    entity: str
    artistName: str | None
    trackName: str | None
    status: str
    keptFrom: datetime
    state: str
    dueAt: datetime | None
    artistId: str | None
    key: str


class KeptCounts(TypedDict):
    """The answers of a provider by their state, and when the oldest came."""

    provider: str
    entity: str
    answers: int
    fresh: int
    stale: int
    marked: int
    final: int
    oldest: datetime


class KeptKey(TypedDict):
    """What a provider was asked by."""

    provider: str
    key: str


@dataclass(frozen=True, slots=True)
class AnswerFilter:
    """Which answers: of a provider, about an artist, from before an instant; empty texts limit nothing."""

    provider: str = ""
    artist: str = ""
    before: datetime = EVER


def kept_answers(warehouse: Warehouse, wanted: AnswerFilter, now: datetime, shown: int) -> list[KeptAnswer]:
    """The answers that match, the oldest first."""
    return rows_of(KeptAnswer, warehouse, "cache_answers", now=now, shown=shown, **_given(wanted))


def kept_counts(warehouse: Warehouse, wanted: AnswerFilter, now: datetime) -> list[KeptCounts]:
    """How many answers of each provider match."""
    return rows_of(KeptCounts, warehouse, "cache_counts", now=now, **_given(wanted))


def kept_keys(warehouse: Warehouse, wanted: AnswerFilter) -> list[KeptKey]:
    """What the answers about one artist were asked by, without those that are to be asked for again anyway."""
    return rows_of(KeptKey, warehouse, "cache_keys", **_given(wanted))


def _given(wanted: AnswerFilter) -> dict[str, object]:
    return {"provider": wanted.provider, "artist": wanted.artist, "before": wanted.before}
