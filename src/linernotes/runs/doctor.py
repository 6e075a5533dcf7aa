"""Check credentials, folders, locks, versions and freshness. Each finding comes with its remedy."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from linernotes.config.environments import Folder
from linernotes.config.providers import ProviderSettings
from linernotes.core import sql
from linernotes.core.clock import instant
from linernotes.core.errors import LATER, TRY_LATER, ConfigurationError, LinernotesError
from linernotes.core.text import many
from linernotes.core.values import Run
from linernotes.landing.ingest import dataset_of
from linernotes.landing.spool import scratch_folder
from linernotes.providers import open_provider
from linernotes.providers.http import open_client
from linernotes.runs.archive_check import damaged_files, manifest_of, missing_files, text_of
from linernotes.runs.login import login_of
from linernotes.runs.reading import hub_exists
from linernotes.storage import ledger
from linernotes.storage.consent import AGAIN
from linernotes.storage.workspace import Workspace

LEAST_FREE_BYTES = 1 << 30
CONSENT_SOON = timedelta(days=30)  # how long before its end a consent is worth a note
OLDEST_RUN = timedelta(days=8)  # a weekly schedule with a day to spare
DEFAULT_REMEDY = "try again later; if it persists, check your network and the service's status page"
UNCHECKED = "not checked (--offline)"
CONTACT_REMEDY = "set LINERNOTES_CONTACT to an email address or URL; they reject requests without one"
ARCHIVE_REMEDY = "restore them from a backup of archive/; until then the warehouse alone has their rows"
COMPLETE = ("ok", "partial")
PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb", "spotipy")


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; ``state`` is ok, note or problem, ``error`` the error of a problem, if it has one."""

    what: str
    state: str
    finding: str
    remedy: str = ""
    error: LinernotesError | None = None

    def row(self) -> dict[str, Any]:
        """The finding as a report's row."""
        return {"what": self.what, "state": self.state, "finding": self.finding, "remedy": self.remedy}


def examine(workspace: Workspace, *, offline: bool, deep: bool = False) -> list[Finding]:
    """Run all checks and return their findings; a check that fails with an error is a finding too."""
    looks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("versions", _versions),
        ("folders", lambda: _folders(workspace)),
        ("lease", lambda: _lease(workspace)),
        ("warehouse", lambda: _warehouse(workspace)),
        ("archive", lambda: _archive(workspace, deep=deep)),
        ("contact", lambda: _contact(workspace)),
        ("spotify login", lambda: _login(workspace)),
        ("freshness", lambda: _freshness(workspace)),
        ("last run", lambda: _last_run(workspace)),
    ]
    for provider in workspace.settings.configs.providers.values():
        looks.append((provider.name, lambda provider=provider: _provider(workspace, provider, offline=offline)))  # type: ignore[misc]
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in (finding for what, look in looks for finding in _safely(what, look)):
        # What was looked at keeps a row of its own; the rest is said once for all that it is true of.
        own = finding.what if finding.state == "ok" and not finding.finding.endswith(UNCHECKED) else ""
        groups.setdefault((own, finding.finding, finding.remedy), []).append(finding)
    services = {provider.name: provider.service for provider in workspace.settings.configs.providers.values()}
    return [_together(alike, services) for alike in groups.values()]


def _together(alike: Sequence[Finding], services: Mapping[str, str]) -> Finding:
    """One finding for several that say the same.

    An error that several checks ran into belongs to the first of them, or to the services that share a wrong setting.
    """
    names = list(dict.fromkeys(finding.what for finding in alike))
    if alike[0].error:
        shared = [name for name in names if name == services.get(name)] if names[0] in services else []
        names = shared or names[:1]
    return replace(alike[0], what=", ".join(names))


def combined_error(findings: Sequence[Finding]) -> LinernotesError | None:
    """The error of the problem, or one for all problems with the exit code of the first; None without problems."""
    errors = [finding.error for finding in findings if finding.error]
    if len(errors) < 2:
        return errors[0] if errors else None
    messages: dict[str, list[str]] = {}  # by remedy, so that none is repeated
    for error in errors:
        messages.setdefault(error.remedy or DEFAULT_REMEDY, []).append(error.message)
    listed = "; ".join(f"{', '.join(alike)} ({remedy})" for remedy, alike in messages.items())
    together = LinernotesError(f"doctor: {len(errors)} problems: {listed}")
    together.exit_code = errors[0].exit_code
    return together


def _safely(what: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except LinernotesError as error:
        if error.remedy in ("", LATER, TRY_LATER):  # these lead to doctor
            error.remedy = DEFAULT_REMEDY
        yield Finding(what, "problem", error.message, error.remedy, error)


def _versions() -> Iterator[Finding]:
    names = [f"python {sys.version.split()[0]}", *(f"{package} {version(package)}" for package in PACKAGES)]
    yield Finding("versions", "ok", ", ".join(names))


def _folders(workspace: Workspace) -> Iterator[Finding]:
    home, is_new = workspace.settings.home, not workspace.settings.home.exists()
    if is_new and isinstance(workspace.settings.environment.lake, Folder):
        yield _new_home(home)
        return
    workspace.lake.prepare({dataset.provider for dataset in workspace.datasets if dataset.pattern})
    yield _new_home(home) if is_new else _room(home)
    waiting = workspace.lake.waiting()
    strange = [f"{file.provider}/landing/{file.name}" for file in waiting if not dataset_of(file, workspace.datasets)]
    if strange:
        remedy = "rename them to match a dataset, e.g. mine_artist_enrichment.jsonl, or remove them"
        yield Finding("folders", "note", f"{', '.join(strange)}: no matching dataset", remedy)
    if len(waiting) > len(strange):
        finding = f"{many(len(waiting) - len(strange), 'file')} in landing/, not loaded yet"
        yield Finding("folders", "note", finding, "run: linernotes ingest")


def _room(home: Path) -> Finding:
    free = shutil.disk_usage(home).free
    text = f"{home}: writable, {free / 1e9:.1f} GB free"
    short = free < LEAST_FREE_BYTES
    return Finding("folders", "note", text, "free some disk space") if short else Finding("folders", "ok", text)


def _new_home(home: Path) -> Finding:
    """The finding about a home that the first command that writes will make."""
    above = next(folder for folder in home.parents if folder.exists())
    if not (above.is_dir() and os.access(above, os.W_OK)):
        remedy = "check the permissions, or set LINERNOTES_HOME"
        return Finding(
            "folders", "problem", f"cannot create {home}", remedy, ConfigurationError(f"cannot create {home}", remedy)
        )
    return Finding("folders", "note", f"{home}: not created yet", "to begin: linernotes import plays FILE")


def _lease(workspace: Workspace) -> Iterator[Finding]:
    if not workspace.settings.home.exists():
        return
    with workspace.lake.lease(Run("doctor", workspace.clock.now())):
        yield Finding("lease", "ok", "no other run is active")


def _warehouse(workspace: Workspace) -> Iterator[Finding]:
    place = workspace.settings.environment.warehouse.place
    if not hub_exists(workspace):
        yield Finding("warehouse", "note", f"{place}: no tables yet", "run: linernotes run")
        return
    files = next(workspace.warehouse.rows("select count(*) as files from {lake}.lake_ops__loaded_files"))["files"]
    yield Finding("warehouse", "ok", f"{place}: {files} files loaded")


def _archive(workspace: Workspace, *, deep: bool) -> Iterator[Finding]:
    """Whether archive/ has all files of the manifest and, ``deep``, the content that their names say."""
    if not hub_exists(workspace):
        return
    damaged = missing_files(workspace, manifest_of(workspace))
    if deep:
        with workspace.lake.lease(Run("doctor", workspace.clock.now())), scratch_folder(workspace.scratch):
            damaged += damaged_files(workspace)
    if damaged:
        text = text_of(damaged)
        yield Finding("archive", "problem", text, ARCHIVE_REMEDY, LinernotesError(text, ARCHIVE_REMEDY))
    elif deep:
        yield Finding("archive", "ok", f"{many(len(workspace.lake.archived()), 'file')}, all hashes verified")


def _contact(workspace: Workspace) -> Iterator[Finding]:
    if workspace.settings.contact:  # else each provider that needs one says so
        yield Finding("contact", "ok", "contact address is set")


def _login(workspace: Workspace) -> Iterator[Finding]:
    """The age of a listener's consent, if there is one."""
    what, now, login = "spotify login", workspace.clock.now(), login_of(workspace.settings)
    if login:
        state = "ok" if now < login.ends_at - CONSENT_SOON else "note"
        yield Finding(what, state, login.age(now), "" if state == "ok" else AGAIN)
    elif workspace.settings.secret("SPOTIFY_REFRESH_TOKEN"):
        finding = "SPOTIFY_REFRESH_TOKEN is set; its age is unknown, and it expires 6 months after the consent"
        yield Finding(what, "ok", finding)


def _freshness(workspace: Workspace) -> Iterator[Finding]:
    built = hub_exists(workspace)
    last = _last_complete(workspace) if built else None
    if last is None:
        # Without tables, the finding about the warehouse says what to do.
        remedy = "run: linernotes run --mode backfill" if built else ""
        yield Finding("freshness", "note", "no run has finished yet", remedy)
    elif workspace.clock.now() - last > OLDEST_RUN:
        yield Finding("freshness", "note", f"last run started {instant(last)}", "run: linernotes run")
    else:
        yield Finding("freshness", "ok", f"last run started {instant(last)}")


def _last_complete(workspace: Workspace) -> datetime | None:
    started: datetime | None = next(
        workspace.warehouse.rows(sql.read("runs/last_complete_run"), complete=list(COMPLETE))
    )["last"]
    return started


def _last_run(workspace: Workspace) -> Iterator[Finding]:
    if not hub_exists(workspace):
        return
    last = next(workspace.warehouse.rows(sql.read("runs/last_run")), None)
    if last is None:
        return
    if last["status"] not in COMPLETE:
        yield Finding("last run", "note", f"{last['status']}: {last['reason']}", "linernotes run continues from there")
    if last["status"] == "partial":
        yield Finding("last run", "note", f"incomplete: {last['reason']}", "the next run continues")
    if last["failed"]:
        failed = f"{last['failed']:,} of {last['asked']:,} items failed"
        yield Finding(
            "last run", "note", failed, "a later run retries them; linernotes metrics shows which provider failed"
        )


def _provider(workspace: Workspace, provider: ProviderSettings, *, offline: bool) -> Iterator[Finding]:
    credentials = workspace.settings.credentials(provider)
    if missing := workspace.settings.missing(provider):
        remedy = CONTACT_REMEDY if missing == ["LINERNOTES_CONTACT"] else "see .env.example"
        error = ConfigurationError(f"{provider.name}: {', '.join(missing)} not set", remedy)
        state, ends_with = ("note", None) if provider.optional else ("problem", error)
        yield Finding(provider.name, state, f"{', '.join(missing)} not set", error.remedy, ends_with)
        return
    if len({secret.get_secret_value() for secret in credentials.values()}) < len(credentials):
        names = " and ".join(provider.credentials.values())
        remedy = "copy the secret again; it differs from the id"
        yield Finding(
            provider.name,
            "problem",
            f"{names} have the same value",
            remedy,
            ConfigurationError(f"{names} have the same value", remedy),
        )
        return
    client = open_client(provider, workspace.clock, workspace.settings.user_agent)
    opened = open_provider(provider, credentials, client.session, None)  # raises for wrong options
    if until := hub_exists(workspace) and ledger.standing(workspace, provider).cooling_down_until:
        yield Finding(provider.name, "note", f"cooling down until {instant(until)}", "nothing to do: calls resume then")
    elif offline:
        has = "credentials are set" if credentials else "needs no credentials"
        yield Finding(provider.name, "ok", f"{has}; {UNCHECKED}")
    else:
        opened.check()
        yield Finding(provider.name, "ok", "credentials accepted" if credentials else "answers; needs no credentials")
