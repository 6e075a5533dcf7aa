"""Look everything over: credentials, folders, locks, versions, freshness. Each finding comes with its remedy."""

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from linernotes.config.providers import ProviderSettings
from linernotes.core import sql
from linernotes.core.clock import instant
from linernotes.core.errors import ConfigurationError, LinernotesError
from linernotes.core.text import many
from linernotes.core.values import Run
from linernotes.landing.ingest import dataset_of
from linernotes.providers import open_provider
from linernotes.providers.http import open_client
from linernotes.runs.lifecycle import ensure_ready
from linernotes.storage import ledger
from linernotes.storage.workspace import Workspace

LEAST_FREE_BYTES = 1 << 30
OLDEST_RUN = timedelta(days=8)  # a weekly schedule with a day to spare
UNTOLD = "try again later; if it stays so, look at the network here and at the service's own status page"
COMPLETE = ("ok", "partial")
PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb", "spotipy")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``state`` is ok, note or problem, and ``error`` what a problem ends the command with."""

    what: str
    state: str
    finding: str
    remedy: str = ""
    error: LinernotesError | None = None

    def row(self) -> dict[str, Any]:
        """The finding as a report's row."""
        return {"what": self.what, "state": self.state, "finding": self.finding, "remedy": self.remedy}


def examine(workspace: Workspace, *, offline: bool) -> list[Finding]:
    """Every finding. A step that cannot be looked at is a finding too."""
    looks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("versions", _versions),
        ("folders", lambda: _folders(workspace)),
        ("lease", lambda: _lease(workspace)),
        ("warehouse", lambda: _warehouse(workspace)),
        ("contact", lambda: _contact(workspace)),
        ("freshness", lambda: _freshness(workspace)),
        ("last run", lambda: _last_run(workspace)),
    ]
    for provider in workspace.settings.configs.providers.values():
        looks.append((provider.name, lambda provider=provider: _provider(workspace, provider, offline=offline)))  # type: ignore[misc]
    found = [finding for what, look in looks for finding in _safely(what, look)]
    # A trouble that meets several looks is told where it was met first.
    told = {(each.finding if each.error else f"{each.what} {each.finding}"): each for each in reversed(found)}
    return list(reversed(told.values()))


def in_all(findings: Sequence[Finding]) -> LinernotesError | None:
    """What the command ends with: its problem, or all of them under the exit code of the first."""
    errors = [finding.error for finding in findings if finding.error]
    if len(errors) < 2:
        return errors[0] if errors else None
    told = "; ".join(f"{error.message} ({error.remedy or UNTOLD})" for error in errors)
    together = LinernotesError(f"doctor: {len(errors)} problems: {told}")
    together.exit_code = errors[0].exit_code
    return together


def _safely(what: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except LinernotesError as error:
        yield Finding(what, "problem", error.message, error.remedy or UNTOLD, error)


def _versions() -> Iterator[Finding]:
    names = [f"python {sys.version.split()[0]}", *(f"{package} {version(package)}" for package in PACKAGES)]
    yield Finding("versions", "ok", ", ".join(names))


def _folders(workspace: Workspace) -> Iterator[Finding]:
    home = workspace.settings.home
    workspace.lake.prepare({dataset.provider for dataset in workspace.datasets if dataset.pattern})
    free = shutil.disk_usage(home).free
    text = f"{home}: writable, {free / 1e9:.1f} GB free"
    yield (
        Finding("folders", "ok", text)
        if free >= LEAST_FREE_BYTES
        else Finding("folders", "note", text, "free some space")
    )
    waiting = workspace.lake.waiting()
    strange = [f"{file.provider}/landing/{file.name}" for file in waiting if not dataset_of(file, workspace.datasets)]
    if strange:
        remedy = "name them for a dataset, e.g. mine_artist_enrichment.jsonl, or take them away"
        yield Finding("folders", "note", f"{', '.join(strange)}: named for no dataset", remedy)
    if len(waiting) > len(strange):
        finding = f"{many(len(waiting) - len(strange), 'file')} in landing/, not loaded yet"
        yield Finding("folders", "note", finding, "run: linernotes ingest")


def _lease(workspace: Workspace) -> Iterator[Finding]:
    with workspace.lake.lease(Run("doctor", workspace.clock.now())):
        yield Finding("lease", "ok", "no other run is under way")


def _warehouse(workspace: Workspace) -> Iterator[Finding]:
    ensure_ready(workspace)
    files = next(workspace.warehouse.rows("select count(*) as files from {lake}.lake_ops__loaded_files"))["files"]
    yield Finding("warehouse", "ok", f"{workspace.settings.environment.warehouse.place}: {files} files loaded")


def _contact(workspace: Workspace) -> Iterator[Finding]:
    if workspace.settings.contact:
        yield Finding("contact", "ok", "services are told whom to write to")
    else:
        remedy = "set LINERNOTES_CONTACT to a mail address or URL; some services answer nobody without one"
        yield Finding("contact", "note", "LINERNOTES_CONTACT is not set", remedy)


def _freshness(workspace: Workspace) -> Iterator[Finding]:
    last = next(workspace.warehouse.rows(sql.read("runs/last_complete_run"), complete=list(COMPLETE)))["last"]
    if last is None:
        yield Finding("freshness", "note", "no run has ended yet", "run: linernotes run --mode backfill")
    elif workspace.clock.now() - last > OLDEST_RUN:
        yield Finding("freshness", "note", f"the last run began {instant(last)}", "run: linernotes run")
    else:
        yield Finding("freshness", "ok", f"the last run began {instant(last)}")


def _last_run(workspace: Workspace) -> Iterator[Finding]:
    last = next(workspace.warehouse.rows(sql.read("runs/last_run")), None)
    if last is None:
        return
    if last["status"] not in COMPLETE:
        yield Finding("last run", "note", f"{last['status']}: {last['reason']}", "linernotes run goes on from there")
    if last["status"] == "partial":
        yield Finding("last run", "note", f"not all was asked: {last['reason']}", "the next run goes on with it")
    if last["failed"]:
        failed = f"{last['failed']:,} of {last['asked']:,} items failed"
        yield Finding("last run", "note", failed, "they are asked again when due; linernotes metrics tells of whom")


def _provider(workspace: Workspace, provider: ProviderSettings, *, offline: bool) -> Iterator[Finding]:
    credentials = workspace.settings.credentials(provider)
    if missing := workspace.settings.missing(provider):
        error = ConfigurationError(f"{provider.name}: {', '.join(missing)} not set", "see .env.example")
        state, ends_with = ("note", None) if provider.optional else ("problem", error)
        yield Finding(provider.name, state, f"{', '.join(missing)} not set", error.remedy, ends_with)
        return
    if len({secret.get_secret_value() for secret in credentials.values()}) < len(credentials):
        names = " and ".join(provider.credentials.values())
        remedy = "copy the secret again; it is another text than the id"
        yield Finding(
            provider.name,
            "problem",
            f"{names} are the same",
            remedy,
            ConfigurationError(f"{names} are the same", remedy),
        )
        return
    client = open_client(provider, workspace.clock, workspace.settings.user_agent)
    opened = open_provider(provider, credentials, client.session, None)  # says what is wrong with its options
    if until := ledger.standing(workspace, provider).cooling_down_until:
        yield Finding(provider.name, "note", f"parked until {instant(until)}", "nothing to do: it is asked again then")
    elif offline:
        yield Finding(provider.name, "ok", "credentials are set; not tried, because of --offline")
    else:
        opened.check()
        yield Finding(provider.name, "ok", "takes our credentials")
