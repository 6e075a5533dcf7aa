"""The metrics as Prometheus reads them. Counters are over all time, so that one scrape can be held against another."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from linernotes.core.counts import ERROR_TYPES, RESPONSE_BUCKETS
from linernotes.core.extras import require
from linernotes.reports.metrics import ProviderTotals

require("metrics", "metrics --format prometheus")

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

BREAKER_STATES = ("closed", "half-open", "open")
RUN_BUCKETS = (10.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0, 43_200.0)
ITEMS = {"itemsFound": "found", "itemsNotFound": "not_found", "itemsFailed": "failed"}
CALLS = {"successes": "success", "throttles": "throttled", "errors": "error"}


def prometheus_text(rows: Sequence[ProviderTotals], durations: Sequence[float]) -> str:
    """The text of a scrape. The library writes ``_total`` behind the name of a counter that has none."""
    registry = CollectorRegistry()
    registry.register(_Totals(rows, durations))
    return generate_latest(registry).decode()


class _Totals(Collector):
    """One family after the other, from a row per provider and the seconds of each run."""

    def __init__(self, rows: Sequence[ProviderTotals], durations: Sequence[float]) -> None:
        self._rows, self._durations = rows, durations

    def collect(self) -> Iterator[Metric]:
        rows = self._rows
        yield _by_status("enrichment_tasks", "Items asked, by outcome.", "source", ITEMS, rows)
        yield _by_status("api_calls", "HTTP requests, each attempt counted.", "api", CALLS, rows)
        yield _response_times("api_response_time_seconds", ["api"], rows)
        yield _counter("enrichment_cache_hits", "Records that were fresh when a run began.", "cacheHits", rows)
        yield _counter("enrichment_cache_misses", "Items that had to be asked.", "cacheMisses", rows)
        yield _breakers(rows)
        yield _run_times(self._durations)
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
    family = HistogramMetricFamily(name, "Seconds from request to answer, without waiting for our rate.", labels=labels)
    for row in rows:
        buckets = [(str(bound), _number(row, column)) for column, bound in RESPONSE_BUCKETS.items()]
        buckets.append(("+Inf", row["timedRequests"]))
        family.add_metric([row["provider"]] * len(labels), buckets, row["responseSeconds"])
    return family


def _run_times(durations: Sequence[float]) -> Metric:
    buckets = [(str(bound), sum(took <= bound for took in durations)) for bound in RUN_BUCKETS]
    buckets.append(("+Inf", len(durations)))
    description = "How long a run took that came to its end."
    return HistogramMetricFamily("enrichment_duration_seconds", description, buckets, sum(durations))


def _breakers(rows: Sequence[ProviderTotals]) -> Metric:
    description = "1 for the state in which the provider's last run left it."
    family = GaugeMetricFamily("circuit_breaker_state", description, labels=["api", "state"])
    for row in rows:
        for state in BREAKER_STATES if row["circuitBreakerState"] else ():
            family.add_metric([row["provider"], state], row["circuitBreakerState"] == state)
    return family


def _lastfm(rows: Sequence[ProviderTotals]) -> Iterator[Metric]:
    """What Last.fm has under names of its own."""
    calls = CounterMetricFamily("lastfm_api_calls", "HTTP requests to Last.fm.")
    hits = CounterMetricFamily("lastfm_cache_hits", "Records of Last.fm that were fresh when a run began.")
    errors = CounterMetricFamily("lastfm_errors", "Requests that failed.", labels=["error_type"])
    for row in rows:
        calls.add_metric([], row["requests"])
        hits.add_metric([], row["cacheHits"])
        for column, error in ERROR_TYPES.items():
            errors.add_metric([error], _number(row, column))
    yield from (calls, hits, _response_times("lastfm_response_time", [], rows), errors)
