"""Our own books: the runs, what they cost, and the rules the queue is made by. Rows that no landed file carries."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from linernotes.config.providers import ProviderSettings
from linernotes.core.counts import ERROR_TYPES, RESPONSE_BUCKETS, Calls, RunReport
from linernotes.core.errors import NumbersDiffer
from linernotes.storage.workspace import Workspace

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


def cooling_down_until(workspace: Workspace, provider: ProviderSettings) -> datetime | None:
    """The end of a cooldown that still holds for the service."""
    row = next(workspace.warehouse.rows(NEWEST_COOLDOWN, served=workspace.settings.configs.served_with(provider)), None)
    until: datetime | None = row["cooldownUntil"] if row else None
    return until if until and until > workspace.clock.now() else None


def access_mode(workspace: Workspace, provider: ProviderSettings) -> str | None:
    """What an earlier run learned of our access to a service."""
    row = next(
        workspace.warehouse.rows(NEWEST_CAPABILITY, served=workspace.settings.configs.served_with(provider)), None
    )
    return row["capability"] if row else None


def calls_since(workspace: Workspace, provider: ProviderSettings, moment: datetime) -> int:
    """The calls a service was asked in since then."""
    sql = (
        "select coalesce(sum(calls), 0) as calls from {lake}.lake_ops__provider_calls "
        "where provider in (select * from unnest($served)) and recordedAt >= $moment"
    )
    served = workspace.settings.configs.served_with(provider)
    return int(next(workspace.warehouse.rows(sql, served=served, moment=moment))["calls"])


def write_calls(workspace: Workspace, run_id: str, calls: Calls, at: datetime | None = None) -> None:
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
        "capability": calls.access_mode,
        "recordedAt": at or workspace.clock.now(),
    }
    workspace.warehouse.put(workspace.dataset("ops/provider_calls"), [row])


def _response_times(calls: Calls) -> dict[str, float]:
    counted = dict(zip(RESPONSE_BUCKETS, calls.within, strict=True))
    return {**counted, "requests": calls.calls, "seconds": round(calls.seconds, 6)}


def built_and_loaded(workspace: Workspace) -> tuple[str, str]:
    """What the hub was last built from, empty if from nothing, and what is loaded by now."""
    row = next(workspace.warehouse.rows(BUILT_AND_LOADED))
    return row["built"] or "", f"{row['files']} files, the last is {row['newest']}, loaded {row['loadedAt']}"


def open_run(workspace: Workspace, report: RunReport, window_start: datetime | None) -> None:
    """Book a run before it asks anybody: one that is killed still tells what it had in scope."""
    ended = replace(report, status="failed", reason="did not end: it was killed, or the machine went down")
    write_run(workspace, ended, window_start)


def write_run(workspace: Workspace, report: RunReport, window_start: datetime | None, built: str | None = None) -> None:
    """One row for a command that wrote something."""
    asked, ingested = report.asked, report.ingested
    row = {
        "runId": report.run.id,
        "command": report.command,
        "mode": report.mode,
        "startedAt": report.run.started_at,
        "endedAt": workspace.clock.now(),
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
    workspace.warehouse.put(workspace.dataset("ops/runs"), [row])


def changed_policies(workspace: Workspace) -> list[dict[str, Any]]:
    """The queue's rules that configs/ and today's credentials have otherwise than the warehouse."""
    newest = "select * from {lake}.lake_ops__provider_policies order by writtenAt"
    written = {row["provider"]: row for row in workspace.warehouse.rows(newest)}
    policies = (_policy(workspace, provider) for provider in workspace.settings.configs.providers.values())
    return [row for row in policies if not row.items() <= written.get(row["provider"], {}).items()]


def write_policies(workspace: Workspace) -> None:
    """Bring the queue's rules up to date; nothing is written where they agree."""
    if rows := changed_policies(workspace):
        now = workspace.clock.now()
        workspace.warehouse.put(workspace.dataset("ops/provider_policies"), [row | {"writtenAt": now} for row in rows])


def carry(workspace: Workspace, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Take over the bookkeeping of a warehouse that was set aside."""
    for name, carried in rows.items():
        if carried:
            workspace.warehouse.put(workspace.dataset(name), carried)


def reconcile(workspace: Workspace, report: RunReport) -> None:
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
    stored = _stored(workspace, report.run.id)
    if stored != asked.total:
        raise NumbersDiffer(f"asked {asked.total}, but lake_ops__attempts holds {stored} of run {report.run.id}")


def _stored(workspace: Workspace, run_id: str) -> int:
    sql = (  # of files this run wrote, not of those that somebody copied into landing/; and no row without a manifest
        # row: in BigQuery it may be that of a load that was not finished
        "select count(*) as rows_of_run from {lake}.lake_ops__attempts where runId = $run "
        "and _fileHash in (select fileHash from {lake}.lake_ops__loaded_files where strpos(file, $run) > 0)"
    )
    return int(next(workspace.warehouse.rows(sql, run=run_id))["rows_of_run"])


def _policy(workspace: Workspace, provider: ProviderSettings) -> dict[str, Any]:
    return {
        "provider": provider.name,
        "entity": provider.entity,
        "freshSeconds": provider.fresh_seconds,
        "failedRetryDays": list(provider.retry_days.failed),
        "notFoundRetryDays": list(provider.retry_days.not_found),
        "keyedBy": provider.keyed_by,
        "waitsFor": provider.waits_for,
        "enabled": not workspace.settings.missing(provider),
        "licence": provider.licence,
    }


def calls_left(workspace: Workspace, provider: ProviderSettings) -> int | None:
    """What is left of today's calls (UTC); None where no number is known."""
    if provider.daily_calls is None:
        return None
    return max(0, provider.daily_calls - calls_since(workspace, provider, tomorrow(workspace) - timedelta(days=1)))


def tomorrow(workspace: Workspace) -> datetime:
    """When the calls of a day are counted anew: the next midnight, UTC."""
    return workspace.clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
