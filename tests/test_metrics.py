"""How the providers did is counted, shown, scraped, and held against what is expected."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from linernotes.sandbox import Faults, Sandbox
from linernotes.settings import shipped
from tests.laptop import Laptop, Said

Ids = Callable[[int], list[str]]
SERVICES = {"spotify", "musicbrainz", "listenbrainz", "wikidata", "lastfm", "deezer", "apify"}
MO07 = {"lastfm_api_calls", "lastfm_cache_hits", "lastfm_response_time", "lastfm_errors"}
MO10 = {
    "enrichment_tasks",
    "api_calls",
    "api_response_time_seconds",
    "enrichment_cache_hits",
    "enrichment_cache_misses",
    "circuit_breaker_state",
    "enrichment_duration_seconds",
}


@pytest.fixture
def troubled(everybody: Laptop, sandbox: Sandbox, artists: Ids) -> Laptop:
    """A machine after a run in which Last.fm answered nothing, all others everything."""
    everybody("import", "roster", everybody.roster(*artists(30)))
    sandbox.trouble("lastfm", Faults.parse("5xx=1"))
    everybody("run", "--mode", "backfill")
    sandbox.trouble("lastfm", Faults())
    return everybody


def measured(laptop: Laptop, *options: str) -> dict[str, dict[str, object]]:
    return {row["provider"]: row for row in laptop("metrics", "--format", "json", *options).rows}


def scraped(laptop: Laptop) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """The samples of a scrape by name and labels."""
    text = laptop("metrics", "--format", "prometheus").out
    families = text_string_to_metric_families(text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def sample(laptop: Laptop, name: str, **labels: str) -> float:
    return scraped(laptop)[name, frozenset(labels.items())]


def test_x(troubled: Laptop) -> None:
    for args in (["metrics"], ["metrics","--format","prometheus"], ["check","slo"], ["check","coverage"]):
        s = troubled(*args); print(s.code, s.out, s.err)
    s = troubled("run", "--mode", "backfill"); print(s)
    for args in (["metrics"], ["check","slo"]):
        s = troubled(*args); print(s.code, s.out, s.err)
    assert 0
