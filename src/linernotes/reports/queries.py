"""The queries behind the reports: coverage, staleness, the latest enrichments. dbt computes the numbers."""

from datetime import date, datetime
from typing import TypedDict

from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

COVERAGE_HIDDEN = ("unenrichedArtistCount",)  # on a screen: it is artists less enriched
LATEST_DAYS = 7
STALE_SHOWN = 20


class ProviderCoverage(TypedDict):
    """The artists of the library by the status of their enrichment at a provider, or its tracks where it knows these.

    ``withoutId`` counts those that it cannot be asked about, because none of their ids that it knows is known.
    """

    provider: str
    artists: int
    enriched: int
    pending: int
    notFound: int
    failed: int
    withoutId: int
    unenrichedArtistCount: int
    pctMissing: float | None


class FieldCoverage(TypedDict):
    """The share of a day's records that fill a field, compared with the days before; shares are 0 to 1."""

    provider: str
    field: str
    day: date | None
    answers: int
    filled: int
    filledShare: float
    previousShare: float | None
    trend: float | None
    dark: bool


class FieldAlarm(TypedDict):
    """A field that a provider no longer (``dark``) or rarely (``null_rate``) returns; shares are 0 to 1."""

    provider: str
    field: str
    kind: str
    since: date
    answers: int
    share: float
    previousShare: float


class DoubtedAnswers(TypedDict):
    """The number of artists whose newest answer of a provider is far poorer than the one that counts, and one name."""

    provider: str
    artists: int
    answeredAt: datetime
    artistName: str | None


class DoubtedAnswer(TypedDict):
    """A provider's newest answer about one artist, which does not count, and when the one that counts came."""

    provider: str
    keptFrom: datetime
    answeredAt: datetime


class StaleArtist(TypedDict):
    """An artist and the age of its record."""

    artistId: str
    artistName: str | None
    enrichedAt: datetime
    daysSinceEnrichment: int


class EnrichmentDay(TypedDict):
    """The artists enriched on one day."""

    enrichmentDate: date
    artistCount: int
    artistsWithGenres: int
    avgPopularity: float | None
    avgFollowers: int | None


class Failures(TypedDict):
    """The number of items that failed for one reason."""

    provider: str
    reason: str
    items: int


class QueueSize(TypedDict):
    """The number of items that are due at a provider."""

    provider: str
    items: int


class ArtistName(TypedDict):
    """The name of an artist."""

    artistName: str


def coverage(warehouse: Warehouse) -> list[ProviderCoverage]:
    """The number of artists per provider and enrichment status."""
    return rows_of(ProviderCoverage, warehouse, "coverage")


def field_coverage(warehouse: Warehouse) -> list[FieldCoverage]:
    """The share of the newest day's records that fill a field, per provider and field, compared with before."""
    return rows_of(FieldCoverage, warehouse, "field_coverage")


def field_alarms(warehouse: Warehouse) -> list[FieldAlarm]:
    """The fields that providers no longer return as often as before."""
    return rows_of(FieldAlarm, warehouse, "field_alarms")


def doubted_answers(warehouse: Warehouse) -> list[DoubtedAnswers]:
    """The providers whose newest answers about some artists are far poorer than those before, which still count."""
    return rows_of(DoubtedAnswers, warehouse, "doubted_answers")


def doubted_notes(warehouse: Warehouse, artist_id: str) -> list[str]:
    """A note for each provider whose newest answer about an artist does not count."""
    rows = rows_of(DoubtedAnswer, warehouse, "doubted_of_artist", artist=artist_id)
    return [
        f"{row['provider']}: the answer of {row['answeredAt']:%Y-%m-%d} has far fewer fields than that of "
        f"{row['keptFrom']:%Y-%m-%d}, whose values are kept"
        for row in rows
    ]


def stale_artists(warehouse: Warehouse, days: int) -> list[StaleArtist]:
    """The artists whose record is older than ``days``, the oldest first, at most 20."""
    return rows_of(StaleArtist, warehouse, "stale_artists", days=days, shown=STALE_SHOWN)


def latest_enrichments(warehouse: Warehouse) -> list[EnrichmentDay]:
    """The number of artists enriched per day of the last week, with averages."""
    return rows_of(EnrichmentDay, warehouse, "latest_enrichments", days=LATEST_DAYS)


def failures(warehouse: Warehouse, run_id: str) -> list[Failures]:
    """The failed items of a run, counted by provider and reason."""
    return rows_of(Failures, warehouse, "failures", run=run_id)


def queue_sizes(warehouse: Warehouse) -> list[QueueSize]:
    """How many items are due at each provider now."""
    return rows_of(QueueSize, warehouse, "queue_sizes")


def names_starting(warehouse: Warehouse, start: str, shown: int) -> list[str]:
    """The names of artists that begin so in any case, the most played first."""
    return [row["artistName"] for row in rows_of(ArtistName, warehouse, "names_starting", start=start, shown=shown)]
