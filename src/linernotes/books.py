"""Our own books: the runs, what they cost, and the rules the queue is made by. Rows that no landed file carries."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from linernotes.contracts import ProviderSettings
from linernotes.errors import NumbersDiffer
from linernotes.house import House
from linernotes.values import ERROR_TYPES, RESPONSE_BUCKETS, Calls, RunReport

NEWEST_COOLDOWN = (
    "select cooldownUntil from {lake}.lake_ops__provider_calls "
    "where provider in (select * from unnest($served)) and cooldownUntil is not null order by recordedAt desc limit 1"
)
NEWEST_CAPABILITY = (
    "select capability from {lake}.lake_ops__provider_calls "
    "where provider in (select * from unnest($served)) and capability is not null order by recordedAt desc limit 1"
)
# A number can be given again to what a purge has left, so the newest file is told by its instant too.
BUILT_AND_LOADED = (
    "select count(*) as files, max(loadSequence) as newest, max(loadedAt) as loadedAt, "
    "(select builtFrom from {lake}.lake_ops__runs where builtFrom is not null order by endedAt desc limit 1) as built "
    "from {lake}.lake_ops__loaded_files"
)


def parked_until(house: House, provider: ProviderSettings) -> datetime | None:
    """The end of a cooldown that still holds for the service."""
    row = next(house.warehouse.rows(NEWEST_COOLDOWN, served=house.settings.configs.served_with(provider)), None)
    until: datetime | None = row["cooldownUntil"] if row else None
    return until if until and until > house.clock.now() else None


def capability(house: House, provider: ProviderSettings) -> str | None:
    """What an earlier run learned of our access to a service."""
    row = next(house.warehouse.rows(NEWEST_CAPABILITY, served=house.settings.configs.served_with(provider)), None)
    return row["capability"] if row else None


def calls_since(house: House, provider: ProviderSettings, moment: datetime) -> int:
    """The calls a service was asked in since then."""
    sql = (
        "select coalesce(sum(calls), 0) as calls from {lake}.lake_ops__provider_calls "
        "where provider in (select * from unnest($served)) and recordedAt >= $moment"
    )
    served = house.settings.configs.served_with(provider)
    return int(next(house.warehouse.rows(sql, served=served, moment=moment))["calls"])


def write_calls(house: House, run_id: str, calls: Calls, at: datetime | None = None) -> None:
    """What a provider cost in a run; written as soon as it is parked, so that no crash forgets the cooldown."""
    row = {
        "provider": calls.provider,
        "runId": run_id,
        "calls": calls.calls,
        "throttles": calls.throttles,
        "errors": calls.errors,
        "latencies": {"p50": calls.p50, "p95": calls.p95, "slowest": calls.slowest},
        "cooldownUntil": calls.cooldown_until,
        "breakerState": calls.breaker_state,
        "breakerTrips": calls.breaker_trips,
        "errorTypes": {name: calls.error_types.get(fault, 0) for name, fault in ERROR_TYPES.items()},
        "responseTimes": _response_times(calls) if calls.slowest is not None else None,
        "capability": calls.capability,
        "recordedAt": at or house.clock.now(),
    }
    house.warehouse.put(house.dataset("ops/provider_calls"), [row])


def _response_times(calls: Calls) -> dict[str, float]:
    counted = dict(zip(RESPONSE_BUCKETS, calls.within, strict=True))
    return {**counted, "requests": calls.calls, "seconds": round(calls.seconds, 6)}


def built_and_loaded(house: House) -> tuple[str, str]:
    """What the hub was last built from, empty if from nothing, and what is loaded by now."""
    row = next(house.warehouse.rows(BUILT_AND_LOADED))
    return row["built"] or "", f"{row['files']} files, the last is {row['newest']}, loaded {row['loadedAt']}"


def open_run(house: House, report: RunReport, window_start: datetime | None) -> None:
    """Book a run before it asks anybody: one that is killed still tells what it had in scope."""
    ended = replace(report, status="failed", reason="did not end: it was killed, or the machine went down")
    write_run(house, ended, window_start)


def write_run(house: House, report: RunReport, window_start: datetime | None, built: str | None = None) -> None:
    """One row for a command that wrote something."""
    asked, ingested = report.asked, report.ingested
    row = {
        "runId": report.run.id,
        "command": report.command,
        "mode": report.mode,
        "startedAt": report.run.started_at,
        "endedAt": house.clock.now(),
        "status": report.status,
        "reason": report.reason or None,
        "windowStart": window_start,
        "asked": asked.total,
        "found": asked.found,
        "notFound": asked.not_found,
        "failed": asked.failed,
        "landed": ingested.landed,
        "loaded": ingested.loaded,
        "rejected": ingested.rejected,
        "alreadyKnown": ingested.known,
        "builtFrom": built,
    }
    house.warehouse.put(house.dataset("ops/runs"), [row])


def changed_policies(house: House) -> list[dict[str, Any]]:
    """The queue's rules that configs/ and today's credentials have otherwise than the warehouse."""
    newest = "select * from {lake}.lake_ops__provider_policies order by writtenAt"
    written = {row["provider"]: row for row in house.warehouse.rows(newest)}
    policies = (_policy(house, provider) for provider in house.settings.configs.providers.values())
    return [row for row in policies if not row.items() <= written.get(row["provider"], {}).items()]


def write_policies(house: House) -> None:
    """Bring the queue's rules up to date; nothing is written where they agree."""
    if rows := changed_policies(house):
        now = house.clock.now()
        house.warehouse.put(house.dataset("ops/provider_policies"), [row | {"writtenAt": now} for row in rows])


def carry(house: House, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Take over the bookkeeping of a warehouse that was set aside."""
    for name, carried in rows.items():
        if carried:
            house.warehouse.put(house.dataset(name), carried)


def reconcile(house: House, report: RunReport) -> None:
    """Hold the numbers of a run against each other and against the tables.

    Raises:
        NumbersDiffer: something that was asked or landed is neither loaded nor rejected. Tools that lose the first
            record of a batch and report success do not notice; we do.
    """
    asked, ingested = report.asked, report.ingested
    if asked.total != asked.landed_lines:
        raise NumbersDiffer(f"asked {asked.total}, but {asked.landed_lines} outcomes were written")
    if ingested.landed != ingested.loaded + ingested.rejected + ingested.known:
        raise NumbersDiffer(f"the lines of landing do not add up: {asdict(ingested)}")
    stored = _stored(house, report.run.id)
    if stored != asked.total:
        raise NumbersDiffer(f"asked {asked.total}, but lake_ops__attempts holds {stored} of run {report.run.id}")


def _stored(house: House, run_id: str) -> int:
    sql = (  # of files this run wrote, not of those that somebody copied into landing/; and no row without a manifest
        # row: in BigQuery it may be that of a load that was not finished
        "select count(*) as rows_of_run from {lake}.lake_ops__attempts where runId = $run "
        "and _fileHash in (select fileHash from {lake}.lake_ops__loaded_files where strpos(file, $run) > 0)"
    )
    return int(next(house.warehouse.rows(sql, run=run_id))["rows_of_run"])


def _policy(house: House, provider: ProviderSettings) -> dict[str, Any]:
    return {
        "provider": provider.name,
        "entity": provider.entity,
        "freshSeconds": provider.fresh_seconds,
        "failedRetryDays": list(provider.retry_days.failed),
        "notFoundRetryDays": list(provider.retry_days.not_found),
        "keyedBy": provider.keyed_by,
        "waitsFor": provider.waits_for,
        "enabled": not house.settings.missing(provider),
        "licence": provider.licence,
    }
