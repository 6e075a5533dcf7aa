"""The run ledger: runs, the calls they made, and the rules of the queue. Its rows do not come from landed files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from linernotes.config.providers import ProviderSettings
from linernotes.config.variables import STEP
from linernotes.core import sql
from linernotes.core.counts import ERROR_TYPES, RESPONSE_BUCKETS, Calls, RunReport
from linernotes.core.errors import NumbersDiffer
from linernotes.storage.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of our access to a provider's service, from the recorded calls to it.

    ``cooling_down_until`` is None unless a cooldown still holds; ``calls_left`` is the rest of today's quota (UTC),
    None if the service has no daily limit; ``access_mode`` was found out by an earlier run.
    """

    access_mode: str | None = None
    cooling_down_until: datetime | None = None
    calls_left: int | None = None


def standings(workspace: Workspace, providers: Iterable[ProviderSettings]) -> dict[str, Standing]:
    """The standing of each of these providers by its name, in one query."""
    asked = list(providers)
    served = {each.name: workspace.settings.configs.served_with(each) for each in asked}
    names = sorted({name for group in served.values() for name in group})
    today = tomorrow(workspace) - timedelta(days=1)
    found = workspace.warehouse.rows(sql.read("storage/standings"), providers=names, today=today)
    recorded = {row["provider"]: row for row in found}
    now = workspace.clock.now()
    return {
        each.name: _standing(each, [recorded[name] for name in served[each.name] if name in recorded], now)
        for each in asked
    }


def standing(workspace: Workspace, provider: ProviderSettings) -> Standing:
    """The standing of one provider."""
    return standings(workspace, [provider])[provider.name]


def _standing(provider: ProviderSettings, rows: Sequence[Mapping[str, Any]], now: datetime) -> Standing:
    """The standing of a service from the rows of all its providers."""
    limit, called = provider.daily_calls, sum(row["callsToday"] for row in rows)
    until = _newest(rows, "cooldownUntil")
    return Standing(
        access_mode=_newest(rows, "accessMode"),
        cooling_down_until=until if until and until > now else None,
        calls_left=None if limit is None else max(0, limit - called),
    )


def _newest(rows: Sequence[Mapping[str, Any]], column: str) -> Any:
    dated = {row[f"{column}RecordedAt"]: row[column] for row in rows if row[f"{column}RecordedAt"]}
    return dated[max(dated)] if dated else None


def write_calls(workspace: Workspace, run_id: str, calls: Calls, at: datetime | None = None) -> None:
    """Record a provider's calls in a run; also called at once when a cooldown begins, so that no crash loses it."""
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


def build_state(workspace: Workspace) -> tuple[str, str]:
    """The state of loaded files that the hub was last built from, empty if never built, and the state now."""
    return state_of(next(workspace.warehouse.rows(sql.read("storage/build_state"))))


def files_loaded(workspace: Workspace) -> int:
    """How many files the manifest has."""
    files: int = next(workspace.warehouse.rows(sql.read("storage/build_state")))["files"]
    return files


def state_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """Both states, from a row with ``built``, ``files``, ``newest`` and ``loadedAt``."""
    return row["built"] or "", f"{row['files']} files, the last is {row['newest']}, loaded {row['loadedAt']}"


def open_run(workspace: Workspace, report: RunReport, window_start: datetime | None) -> None:
    """Record a run before its first call, so that a killed one has left its scope."""
    ended = replace(report, status="failed", reason="did not finish: killed, or the machine went down")
    write_run(workspace, ended, window_start)


def write_run(workspace: Workspace, report: RunReport, window_start: datetime | None, built: str | None = None) -> None:
    """Record the row of a command that wrote something."""
    asked, ingested, now = report.asked, report.ingested, workspace.clock.now()
    row = {
        "runId": report.run.id,
        "command": report.command,
        "mode": report.mode,
        "startedAt": report.run.started_at,
        "endedAt": now,
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
        "durationSeconds": (now - report.run.started_at).total_seconds(),
        "invalidRecordsPct": 100 * ingested.rejected / ingested.landed if ingested.landed else None,
        "anomaliesPct": report.anomalies_pct,
        "lastAlertDelaySeconds": report.alert_delay_seconds,
        "startedBy": workspace.settings.environ.get(STEP) or None,
    }
    workspace.warehouse.put(workspace.dataset("ops/runs"), [row])


def changed_policies(workspace: Workspace) -> list[dict[str, Any]]:
    """The queue's rules by configs/ and today's credentials that differ from those in the warehouse."""
    newest = "select * from {lake}.lake_ops__provider_policies order by writtenAt"
    written = {row["provider"]: row for row in workspace.warehouse.rows(newest)}
    policies = (_policy(workspace, provider) for provider in workspace.settings.configs.providers.values())
    return [row for row in policies if not row.items() <= written.get(row["provider"], {}).items()]


def write_policies(workspace: Workspace) -> None:
    """Update the queue's rules in the warehouse; nothing is written if they agree."""
    if rows := changed_policies(workspace):
        now = workspace.clock.now()
        workspace.warehouse.put(workspace.dataset("ops/provider_policies"), [row | {"writtenAt": now} for row in rows])


def carry(workspace: Workspace, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Copy the bookkeeping of a warehouse that was set aside."""
    for name, carried in rows.items():
        if carried:
            workspace.warehouse.put(workspace.dataset(name), carried)


def reconcile(workspace: Workspace, report: RunReport) -> None:
    """Compare the numbers of a run with each other and with the tables.

    Raises:
        NumbersDiffer: an item asked or a line landed is neither loaded nor rejected. Other tools have lost the first
            record of a batch and reported success.
    """
    asked, ingested = report.asked, report.ingested
    if asked.total != asked.landed_lines:
        raise NumbersDiffer(f"asked {asked.total}, but {asked.landed_lines} outcomes were written")
    if ingested.landed != ingested.loaded + ingested.rejected + ingested.known:
        raise NumbersDiffer(f"landed lines do not add up: {asdict(ingested)}")
    stored = _stored_attempts(workspace, report.run.id)
    if stored != asked.total:
        raise NumbersDiffer(f"asked {asked.total}, but lake_ops__attempts holds {stored} of run {report.run.id}")


def _stored_attempts(workspace: Workspace, run_id: str) -> int:
    return int(next(workspace.warehouse.rows(sql.read("storage/attempts_of_run"), run=run_id))["attempts"])


def _policy(workspace: Workspace, provider: ProviderSettings) -> dict[str, Any]:
    return {
        "provider": provider.name,
        "entity": provider.entity,
        "freshSeconds": provider.fresh_seconds,
        "failedRetryDays": list(provider.retry_days.failed),
        "notFoundRetryDays": list(provider.retry_days.not_found),
        "keyedBy": provider.keyed_by,
        "waitsFor": " ".join(provider.waits_for) or None,
        "enabled": not workspace.settings.missing(provider),
        "licence": provider.licence,
        "method": provider.chooses.method if provider.chooses else None,
        "perArtist": provider.chooses.per_artist if provider.chooses else None,
    }


def tomorrow(workspace: Workspace) -> datetime:
    """The next midnight (UTC), when daily quotas start again."""
    return workspace.clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
