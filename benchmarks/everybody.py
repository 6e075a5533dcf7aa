"""A run that asks every service: how many calls, how long beside the slowest of them alone, and how much memory."""

from pathlib import Path

import duckdb

from benchmarks.commands import Measure, command, measured, roster_of
from linernotes.config.settings import read_settings
from linernotes.sandbox import Generated, Sandbox

ARTISTS = 1_000
HURRY = 10  # times the services' own rates, all of them alike; at those Last.fm alone takes a quarter of an hour
MOST_CALLS = {"musicbrainz": 10, "listenbrainz": 11, "wikidata": 20, "lastfm": 3_000, "spotify": 20}
MOST_RUNS = 20  # of Apify's actor; each costs some calls that look whether it is over


def everybody(work: Path) -> list[Measure]:
    """A thousand artists that nobody has described, from roster to dimension."""
    with Sandbox(Generated()) as sandbox:
        rates = {
            name: provider.per_second * HURRY for name, provider in read_settings(environ={}).configs.providers.items()
        }
        environ = sandbox.environment() | {
            f"LINERNOTES_{name.upper()}__PER_SECOND": str(rate) for name, rate in rates.items()
        }
        home = work / "everybody"
        roster_of(home, environ, ARTISTS)
        sandbox.reset()
        _, memory = measured(home, "run", "--mode", "backfill", environ=environ)
        log = sandbox.calls()["log"]
        calls = _calls(home)
        alone = max(calls[name] / rate for name, rate in rates.items() if name in MOST_CALLS)
        taken = max(call["at"] for call in log) - min(call["at"] for call in log)
        sandbox.reset()
        command(home, "run", "--mode", "incremental", environ=environ)
        again = sandbox.calls()["total"]
        more = _memory_of_twice_as_many(work / "more", environ) - memory
    return [
        *(_counted(name, calls[name], most) for name, most in MOST_CALLS.items()),
        _counted("apify, runs", sum("/runs" in call["path"] and call["method"] == "POST" for call in log), MOST_RUNS),
        Measure("calls of a second run", f"{again}", "none", float(again), 0.0),
        Measure(
            f"{ARTISTS:,} artists, all services", f"{taken:.1f} s", f"the slowest {alone:.1f} s", taken / alone, 1.1
        ),
        Measure(f"memory that {ARTISTS:,} more take", f"{more:.0f} MiB", "100 MB", max(more, 0) / 95.4, 1.0),
    ]


def _memory_of_twice_as_many(home: Path, environ: dict[str, str]) -> float:
    unhurried = {name: "100000" if name.endswith("__PER_SECOND") else value for name, value in environ.items()}
    roster_of(home, unhurried, 2 * ARTISTS)
    return measured(home, "run", "--mode", "backfill", environ=unhurried)[1]


def _calls(home: Path) -> dict[str, int]:
    sql = "select provider, sum(calls)::bigint from dp_lake_local.lake_ops__provider_calls group by provider"
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return dict(connection.execute(sql).fetchall())


def _counted(what: str, calls: int, most: int) -> Measure:
    return Measure(f"calls for {ARTISTS:,} artists: {what}", f"{calls:,}", f"{most:,}", calls / most, 1.0)
