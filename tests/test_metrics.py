"""How the providers did is counted, shown, scraped, and held against what is expected."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from linernotes.cli.console import ConsoleProgress
from linernotes.config.settings import shipped_folder
from linernotes.core.clock import utc
from linernotes.reports.service_levels import alarms
from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.storage.workspace import open_workspace
from tests.conftest import HURRIED, QUICK
from tests.laptop import Laptop, Said
from tests.samples import configs, settings

LEFT_OUT = {"deezer_albums", "discogs"}  # the first is off, and the second has no release without a label to ask about
SERVICES = {each.name for each in configs().providers.values() if each.entity in ("artist", "release")} - LEFT_OUT
ROOT = Path(__file__).parents[1]
RULES, DASHBOARD = ROOT / "scripts/prometheus/linernotes.rules.yaml", ROOT / "scripts/grafana/linernotes.json"
METRIC = re.compile(r"\b(?:linernotes:[a-z0-9_:]+|(?:api|enrichment|circuit_breaker|lastfm)_[a-z_]+)")
NAMES = {
    "lastfm_api_calls",
    "lastfm_cache_hits",
    "lastfm_response_time",
    "lastfm_errors",
    "enrichment_tasks",
    "api_calls",
    "api_response_time_seconds",
    "enrichment_cache_hits",
    "enrichment_cache_misses",
    "circuit_breaker_state",
    "enrichment_duration_seconds",
    "tracks_enriched_total",
    "enrichment_queue_size",
}


def live_ids(catalogue: Generated) -> list[str]:
    return [catalogue.id_at(index) for index in range(40) if catalogue.state(index) == "live"][:30]


@pytest.fixture(scope="module")
def run(built_home: Path, tmp_path_factory: pytest.TempPathFactory, catalogue: Generated) -> tuple[Path, Said]:
    """A home after a run in which Last.fm answered nothing and all others everything, and what the run said."""
    home = Path(shutil.copytree(built_home, tmp_path_factory.mktemp("troubled") / "home"))
    with Sandbox(catalogue) as sandbox:
        laptop = Laptop(home, sandbox.environment() | QUICK | HURRIED)
        laptop("import", "roster", laptop.roster(*live_ids(catalogue)))
        sandbox.trouble("lastfm", Faults.parse("5xx=1"))
        said = laptop("run", "--mode", "backfill")
    assert said.code == 1
    return home, said


@pytest.fixture(scope="module")
def again(built_home: Path, tmp_path_factory: pytest.TempPathFactory, catalogue: Generated) -> tuple[Path, Said]:
    """A home after Spotify was asked about 9 artists and then about 12 others, and what the second run said."""
    home = Path(shutil.copytree(built_home, tmp_path_factory.mktemp("repeated") / "home"))
    with Sandbox(catalogue) as sandbox:
        laptop = Laptop(home, sandbox.environment() | QUICK)
        for ids in (live_ids(catalogue)[:9], live_ids(catalogue)[:21]):
            laptop("import", "roster", laptop.roster(*ids))
            said = laptop("run", "--mode", "backfill", "--provider", "spotify")
            assert said.code == 0, said.err
    return home, said


@pytest.fixture
def troubled(run: tuple[Path, Said], tmp_path: Path) -> Laptop:
    """That machine, some time later and without a network."""
    return Laptop(Path(shutil.copytree(run[0], tmp_path / "home")))


@pytest.fixture
def repeated(again: tuple[Path, Said], tmp_path: Path) -> Laptop:
    """The machine that asked Spotify twice, likewise."""
    return Laptop(Path(shutil.copytree(again[0], tmp_path / "home")))


@pytest.fixture
def expecting(tmp_path: Path) -> Callable[[str, str], str]:
    """A configs folder in whose slo.yaml a text is replaced."""

    def replaced(old: str, new: str) -> str:
        folder = Path(shutil.copytree(shipped_folder("configs"), tmp_path / "configs", dirs_exist_ok=True))
        text = (folder / "slo.yaml").read_text()
        assert old in text
        (folder / "slo.yaml").write_text(text.replace(old, new))
        return str(folder)

    return replaced


def measured(laptop: Laptop, *options: str) -> dict[str, dict[str, Any]]:
    return {row["provider"]: row for row in laptop("metrics", "--format", "json", *options).rows}


def verdicts(laptop: Laptop, **environ: str) -> dict[tuple[str, str], str]:
    rows = laptop("check", "slo", "--format", "json", **environ).rows
    return {(row["provider"], row["objective"]): row["result"] for row in rows}


def scraped(laptop: Laptop) -> dict[tuple[str, frozenset[str]], float]:
    """The samples of a scrape by name and the values of their labels."""
    families = text_string_to_metric_families(laptop("metrics", "--format", "prometheus").out)
    return {(s.name, frozenset(s.labels.values())): s.value for family in families for s in family.samples}


def test_every_provider_has_its_figures(troubled: Laptop) -> None:
    rows = measured(troubled)
    assert set(rows) == SERVICES
    for name in SERVICES - {"lastfm"}:
        row = rows[name]
        assert (row["successRate"], row["cacheHitRate"], row["trips"]) == (1, 0, 0)
        assert row["circuitBreakerState"] == "closed"
        assert 0 < row["avgLatency"] < 8
        assert row["p95"] > 0
    down = rows["lastfm"]
    assert (down["successRate"], down["circuitBreakerState"], down["trips"]) == (0, "open", 2)
    assert down["requests"] == troubled.value(
        "select sum(calls) from {lake}.lake_ops__provider_calls where provider = 'lastfm'"
    )


def test_runs_that_are_too_long_ago_do_not_count(troubled: Laptop, travel: Callable[[float], None]) -> None:
    travel(8)
    assert measured(troubled) == {}
    assert set(measured(troubled, "--days", "9")) == SERVICES


def test_a_record_that_is_still_fresh_is_a_cache_hit(repeated: Laptop) -> None:
    hits, asked = 9, 9 + 12
    assert measured(repeated)["spotify"]["cacheHitRate"] == pytest.approx(hits / (hits + asked))
    samples = scraped(repeated)
    assert samples["enrichment_cache_hits_total", frozenset({"spotify"})] == hits
    assert samples["enrichment_cache_misses_total", frozenset({"spotify"})] == asked


def test_prometheus_reads_it_under_the_names_it_is_asked_for(troubled: Laptop) -> None:
    said = troubled("metrics", "--format", "prometheus")
    assert {family.name for family in text_string_to_metric_families(said.out)} == NAMES
    samples = scraped(troubled)
    down = measured(troubled)["lastfm"]["requests"]
    assert samples["lastfm_api_calls_total", frozenset()] == down
    assert samples["lastfm_errors_total", frozenset({"server_error"})] == down
    assert samples["lastfm_errors_total", frozenset({"timeout"})] == 0
    assert samples["api_calls_total", frozenset({"lastfm", "error"})] == down
    assert samples["api_calls_total", frozenset({"spotify", "success"})] == 1
    assert samples["enrichment_tasks_total", frozenset({"spotify", "found"})] == 30
    assert samples["circuit_breaker_state", frozenset({"lastfm", "open"})] == 1
    assert samples["circuit_breaker_state", frozenset({"spotify", "open"})] == 0
    assert samples["enrichment_duration_seconds_count", frozenset()] == 1


def test_what_waits_is_counted_by_provider(troubled: Laptop) -> None:
    due = troubled.value("select count(*) from {hub}.hub_music__svc_enrichment_queue where provider = 'lastfm'")
    assert scraped(troubled)["enrichment_queue_size", frozenset({"lastfm"})] == due > 0


def test_rules_and_dashboard_ask_for_metrics_that_there_are(troubled: Laptop) -> None:
    families = text_string_to_metric_families(troubled("metrics", "--format", "prometheus").out)
    known = {sample.name for family in families for sample in family.samples}
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    recorded = {rule["record"] for rule in rules if "record" in rule}
    queries = [rule["expr"] for rule in rules] + [target["expr"] for panel in panels for target in panel["targets"]]
    asked = {name for query in queries for name in METRIC.findall(query)}
    assert len(asked) > 8
    assert asked <= known | recorded


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool, of Debian's package prometheus, is not here")
def test_the_rules_are_what_prometheus_reads() -> None:
    checked = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_a_histogram_has_the_bounds_it_is_asked_for_and_adds_up(troubled: Laptop) -> None:
    samples = scraped(troubled)
    bounds = ["0.1", "0.5", "1.0", "2.0", "5.0", "10.0", "+Inf"]
    counts = [samples["lastfm_response_time_bucket", frozenset({bound})] for bound in bounds]
    assert counts == sorted(counts)
    assert (
        counts[-1]
        == samples["lastfm_response_time_count", frozenset()]
        == samples["lastfm_api_calls_total", frozenset()]
    )
    assert samples["lastfm_response_time_sum", frozenset()] > 0


def test_counters_never_go_back(troubled: Laptop, travel: Callable[[float], None]) -> None:
    before = scraped(troubled)
    travel(400)
    assert scraped(troubled) == before


def test_a_missed_objective_is_told_and_fails(troubled: Laptop) -> None:
    said = troubled("check", "slo")
    assert said.code == 4
    assert "objectives missed: " in said.complaint
    found = verdicts(troubled)
    assert {objective for provider, objective in found if provider == "lastfm"} == {
        "success_rate",
        "cache_hit_rate",
        "avg_latency_seconds",
        "circuit_breaker",
    }
    assert found["lastfm", "success_rate"] == found["lastfm", "circuit_breaker"] == "breach"
    assert found["spotify", "success_rate"] == found["lastfm", "avg_latency_seconds"] == "pass"
    assert found["spotify", "cache_hit_rate"] == "not measured"  # a first run finds nothing that is still fresh


def test_what_is_expected_can_be_said_for_one_provider_alone(
    troubled: Laptop, expecting: Callable[[str, str], str]
) -> None:
    configs = expecting("    avg_latency_seconds: 120", "    avg_latency_seconds: 0\n    cache_hit_rate: 0.0")
    found = verdicts(troubled, LINERNOTES_CONFIGS=configs)
    assert found["apify", "avg_latency_seconds"] == "breach"
    assert found["spotify", "avg_latency_seconds"] == "pass"


def test_when_every_objective_is_met_the_check_succeeds(repeated: Laptop, expecting: Callable[[str, str], str]) -> None:
    said = repeated("check", "slo", LINERNOTES_CONFIGS=expecting("cache_hit_rate: 0.8 ", "cache_hit_rate: 0.42 "))
    assert said.code == 0, said.err
    said = repeated("check", "slo", LINERNOTES_CONFIGS=expecting("cache_hit_rate: 0.8 ", "cache_hit_rate: 0.43 "))
    assert said.code == 4
    assert "spotify cache_hit_rate is 0.4286, target > 0.43" in said.complaint  # 9 of the 21 of the second run


def test_without_a_run_there_is_nothing_to_measure(laptop: Laptop) -> None:
    said = laptop("check", "slo")
    assert said.code == 0
    assert "nothing to measure: no calls" in said.err
    assert laptop("metrics").code == 0
    assert {f.name for f in text_string_to_metric_families(laptop("metrics", "--format", "prometheus").out)} == NAMES


def test_a_run_raises_its_alarms_when_it_ends(run: tuple[Path, Said]) -> None:
    said = run[1].err.splitlines()
    assert [line for line in said if line.startswith(("warning: ", "critical: "))] == [
        "warning: lastfm: high_error_rate 1, the limit is 0.1",
        "critical: lastfm: circuit_breaker_open 1, the limit is 1",
    ]


@pytest.mark.parametrize(
    ("run_id", "minutes", "raised"), [("another", 4, 2), ("another", 6, 0), (None, 600, 2)], ids=str
)
def test_an_alarm_is_of_the_run_and_of_the_minutes_before_its_end(
    troubled: Laptop, run_id: str | None, minutes: float, raised: int
) -> None:
    booked = "from {lake}.lake_ops__provider_calls where provider = 'lastfm'"
    ended = utc(troubled.value(f"select max(recordedAt) {booked}"))
    run_id = run_id or troubled.value(f"select max(runId) {booked}")
    with open_workspace(settings(troubled.home), ConsoleProgress()) as workspace:
        alerts = workspace.settings.configs.slo.alerts
        found = list(alarms(workspace.warehouse, alerts, run_id, ended + timedelta(minutes=minutes)))
    assert len(found) == raised


def test_a_run_without_trouble_raises_none(again: tuple[Path, Said]) -> None:
    assert "the limit is" not in again[1].err


def test_coverage_stands_among_the_checks(troubled: Laptop) -> None:
    assert troubled("check", "coverage", "--format", "json").rows == troubled("coverage", "--format", "json").rows
