"""The metrics in Prometheus's text format. Counters cover all time, so that two scrapes can be compared."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from linernotes.core.counts import ERROR_TYPES, RESPONSE_BUCKETS
from linernotes.core.extras import require
from linernotes.reports.metrics import ProviderTotals, run_durations, totals
from linernotes.reports.queries import QueueSize, queue_sizes
from linernotes.reports.tracks import track_statuses
from linernotes.storage.ports import Warehouse

require("metrics", "metrics --format prometheus")

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

BREAKER_STATES = ("closed", "half-open", "open")
ENDED = ("completed", "partial", "failed")
RUN_BUCKETS = (10.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0, 43_200.0)
ITEMS = {"itemsFound": "found", "itemsNotFound": "not_found", "itemsFailed": "failed"}
CALLS = {"successes": "success", "throttles": "throttled", "errors": "error"}


def prometheus_text(warehouse: Warehouse) -> str:
    """The text of a scrape. The library appends ``_total`` to names of counters that lack it."""
    registry = CollectorRegistry()
    registry.register(_Totals(warehouse))
    return generate_latest(registry).decode()


class _Totals(Collector):
    """Collects the metric families from what the warehouse says now."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._rows, self._durations = totals(warehouse), run_durations(warehouse)
        self._tracks = track_statuses(warehouse)
        self._queued = queue_sizes(warehouse)

    def collect(self) -> Iterator[Metric]:
        rows = self._rows
        yield _by_status("enrichment_tasks", "Items fetched, by outcome.", "source", ITEMS, rows)
        yield _by_status("api_calls", "HTTP requests, including retries.", "api", CALLS, rows)
        yield _response_times("api_response_time_seconds", ["api"], rows)
        yield _counter("enrichment_cache_hits", "Items with fresh data at the start of a run.", "cacheHits", rows)
        yield _counter("enrichment_cache_misses", "Items that had to be fetched.", "cacheMisses", rows)
        yield _breakers(rows)
        yield _run_times(self._durations)
        yield _tracks(self._tracks)
        yield _queue_sizes(self._queued)
        yield from _lastfm([row for row in rows if row["provider"] == "lastfm"])


def _number(row: ProviderTotals, column: str) -> float:
    numbers: Mapping[str, object] = row
    return cast("float", numbers[column])


def _by_status(
    name: str, description: str, label: str, statuses: dict[str, str], rows: Sequence[ProviderTotals]
) -> Metric:
    family = CounterMetricFamily(name, description, labels=[label, "status"])
    for row in rows:
        for column, status in statuses.items():
            family.add_metric([row["provider"], status], _number(row, column))
    return family


def _counter(name: str, description: str, column: str, rows: Sequence[ProviderTotals]) -> Metric:
    family = CounterMetricFamily(name, description, labels=["source"])
    for row in rows:
        family.add_metric([row["provider"]], _number(row, column))
    return family


def _response_times(name: str, labels: Sequence[str], rows: Sequence[ProviderTotals]) -> Metric:
    family = HistogramMetricFamily(
        name, "Seconds from request to response, without time spent waiting for the rate limit.", labels=labels
    )
    for row in rows:
        buckets = [(str(bound), _number(row, column)) for column, bound in RESPONSE_BUCKETS.items()]
        buckets.append(("+Inf", row["timedRequests"]))
        family.add_metric([row["provider"]] * len(labels), buckets, row["responseSeconds"])
    return family


def _run_times(durations: Sequence[float]) -> Metric:
    buckets = [(str(bound), sum(took <= bound for took in durations)) for bound in RUN_BUCKETS]
    buckets.append(("+Inf", len(durations)))
    description = "Duration of finished runs in seconds."
    return HistogramMetricFamily("enrichment_duration_seconds", description, buckets, sum(durations))


def _tracks(statuses: Mapping[str, int]) -> Metric:
    description = "Tracks that providers were asked about, by how far that has come."
    family = GaugeMetricFamily("tracks_enriched_total", description, labels=["status"])
    for status in ENDED:
        family.add_metric([status], statuses.get(status, 0))
    return family


def _breakers(rows: Sequence[ProviderTotals]) -> Metric:
    description = "1 for the circuit breaker's state after the provider's last run."
    family = GaugeMetricFamily("circuit_breaker_state", description, labels=["api", "state"])
    for row in rows:
        for state in BREAKER_STATES if row["circuitBreakerState"] else ():
            family.add_metric([row["provider"], state], row["circuitBreakerState"] == state)
    return family


def _queue_sizes(queued: Sequence[QueueSize]) -> Metric:
    family = GaugeMetricFamily("enrichment_queue_size", "Items that are due to be fetched.", labels=["source"])
    for row in queued:
        family.add_metric([row["provider"]], row["items"])
    return family


def _lastfm(rows: Sequence[ProviderTotals]) -> Iterator[Metric]:
    """The metrics that Last.fm has in addition, under names of its own."""
    calls = CounterMetricFamily("lastfm_api_calls", "HTTP requests to Last.fm.")
    hits = CounterMetricFamily("lastfm_cache_hits", "Items of Last.fm with fresh data at the start of a run.")
    errors = CounterMetricFamily("lastfm_errors", "Requests that failed.", labels=["error_type"])
    for row in rows:
        calls.add_metric([], row["requests"])
        hits.add_metric([], row["cacheHits"])
        for column, error in ERROR_TYPES.items():
            errors.add_metric([error], _number(row, column))
    yield from (calls, hits, _response_times("lastfm_response_time", [], rows), errors)
