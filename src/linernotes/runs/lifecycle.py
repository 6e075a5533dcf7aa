"""The life of a session: take the lease, prepare, recover from a dead run, work, and record the run."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Literal, TypeAlias

from linernotes.core.counts import LoadStats
from linernotes.core.errors import BelowExpectations, Busy, LinernotesError
from linernotes.core.faults import fault_point
from linernotes.core.text import many
from linernotes.core.values import Json, Mode, Run
from linernotes.landing.bad_lines import bad_lines_error
from linernotes.landing.ingest import Ingest, Reparse, ingest, restore_unknown
from linernotes.landing.spool import Spool, salvage, scratch_folder
from linernotes.providers.http.call_journal import unsettled_calls
from linernotes.runs.dbt import Transformed, transform
from linernotes.runs.exclusive import exclusive_session, record_end, record_error
from linernotes.runs.hub import bring_up_to_date, build, is_sound, is_todays, publish, refresh
from linernotes.runs.reading import hub_exists
from linernotes.runs.session import RunSession
from linernotes.runs.upgrade import forget_outdated, read_manifest
from linernotes.storage import ledger
from linernotes.storage.workspace import Workspace

log = logging.getLogger(__name__)
Start: TypeAlias = Literal["up to date", "if built", "as it is"]


@contextmanager
def open_session(
    workspace: Workspace,
    command: str,
    mode: Mode | None = None,
    datasets: Collection[str] | None = None,
    *,
    start: Start = "up to date",
) -> Iterator[RunSession]:
    """Open a session: take the lease, prepare the workspace, recover from a dead run; record the run at the end.

    ``datasets`` limits what recovery ingests. ``start`` is what the work begins with: a hub that is up to date; the
    same if there is one, for commands that need none; or the hub as it is, for a command that builds all of it.
    """
    with exclusive_session(workspace, command, mode) as session:
        prepare(session)
        fault_point("ensured")
        try:
            recover(session, datasets)
            if start != "as it is":
                bring_up_to_date(session, needed=start != "if built")
            yield session
            refresh(session)
        except LinernotesError as error:
            record_error(session, error)
            raise
        record_end(session, "partial" if session.partial else "ok", "; ".join(session.partial))
    if trouble := session.trouble or bad_lines_error(session.ingested, session.sources):
        raise trouble


def run_in_session(
    workspace: Workspace,
    command: str,
    work: Callable[[RunSession], object],
    mode: Mode | None = None,
    datasets: Collection[str] | None = None,
    start: Start = "up to date",
) -> RunSession:
    """Do ``work`` in a new session and return that session, with the error that ended it, if any.

    An error is raised instead if it comes before the work is reportable or done: there is nothing to report yet.
    """
    session: RunSession | None = None
    try:
        with open_session(workspace, command, mode, datasets, start=start) as session:
            work(session)
            session.reportable = True
    except LinernotesError as error:
        if session is None or not session.reportable:
            raise
        session.error = error
    return session


def prepare(session: RunSession) -> None:
    """Create whatever is missing: folders, lake tables and their columns, the queue's rules. Safe to repeat."""
    workspace = session.workspace
    workspace.lake.prepare(sorted({dataset.provider for dataset in workspace.datasets if dataset.pattern}))
    workspace.warehouse.ensure([workspace.dataset("ops/loaded_files")])
    session.manifest = read_manifest(workspace)
    workspace.warehouse.ensure(workspace.datasets)
    ledger.write_policies(workspace)


def recover(session: RunSession, datasets: Collection[str] | None = None) -> None:
    """Land a dead run's spool, restore archived files missing from the manifest, and load everything in landing/.

    Files that an older contract has loaded are among the missing ones.
    """
    workspace = session.workspace
    settle_dead_runs(workspace)
    manifest, session.manifest = session.manifest, None  # what follows changes it
    if outdated := forget_outdated(workspace, manifest.outdated if manifest else (), datasets):
        workspace.progress.say(f"loading {many(outdated, 'archived file')} again: their contract has changed")
    known = manifest.starts if manifest and not outdated else None
    restored = restore_unknown(workspace.lake, workspace.warehouse, workspace.datasets, known)
    if missing := len(restored) - outdated:
        workspace.progress.say(f"loading {many(missing, 'archived file')} missing from the warehouse")
    ingest_landing(session, datasets)
    if session.ingested.landed and session.command not in ("ingest", "rebuild", "purge"):
        workspace.progress.say(f"loaded {many(session.ingested.landed, 'line')} left in landing/")
    # Their quality was reported when they were first loaded.
    again = {f"{file.provider}/{file.name}" for file in restored}
    session.ingested = replace(
        session.ingested, poor_files=tuple(name for name in session.ingested.poor_files if name not in again)
    )
    session.recovered = session.ingested


def settle_dead_runs(workspace: Workspace) -> None:
    """Land the spool of dead runs, and record the calls that they made and the cooldowns they were given."""
    if salvaged := salvage(workspace.lake, workspace.settings.spool):
        workspace.progress.say(f"recovered {many(salvaged, 'unfinished file')} from an interrupted run")
        fault_point("salvaged")
    for dead in unsettled_calls(workspace.settings.spool):
        ledger.write_calls(workspace, dead.run_id, dead.calls, dead.at)
        fault_point("settled")
        dead.path.unlink()


def ingest_landing(session: RunSession, datasets: Collection[str] | None = None) -> LoadStats:
    """Load all files in landing/, or only those of ``datasets``; returns the counts of these."""
    loaded = ingest(ingest_work(session), session.workspace.datasets, datasets)
    session.ingested += loaded
    session.news |= loaded.datasets
    return loaded


def ingest_work(session: RunSession, reparse: Reparse | None = None) -> Ingest:
    """What an ingest of this session works with."""
    workspace, run, named = session.workspace, session.run, session.left_in_place
    lake, warehouse, scratch = workspace.lake, workspace.warehouse, workspace.scratch
    return Ingest(lake, warehouse, run, scratch, reparse=reparse, clock=workspace.clock, named=named)


def initialise(workspace: Workspace) -> None:
    """Create the lake's folders, the empty lake tables and the hub; safe to repeat.

    A hub that is whole, of today's models and from what is loaded now is left as it is.
    """
    with open_session(workspace, "init", start="as it is") as session:
        if not is_sound(session):
            build(session, whole=True)
            publish(workspace)


def load_landing(
    workspace: Workspace, dataset: str | None = None, *, dry_run: bool = False
) -> tuple[LoadStats, LinernotesError | None]:
    """Load all files in landing/, or those of one dataset; returns the counts, and the error for bad data if any.

    A dry run reads and validates the files; it loads and moves nothing.

    Raises:
        ConfigurationError: the dataset is unknown.
        Busy: another run holds the workspace.
    """
    names = [workspace.dataset(dataset).name] if dataset else None
    if dry_run:
        ensure_ready(workspace)
        stats = check_landing(workspace, names)
        return stats, bad_lines_error(stats, dry_run=True)
    session = run_in_session(workspace, "ingest", lambda _session: None, datasets=names)  # recovery does the loading
    return session.ingested, session.error


def build_hub(workspace: Workspace, select: Sequence[str] = ()) -> Transformed:
    """Build and test the dbt models, all or those of the selectors, and publish them to readers."""
    with open_session(workspace, "transform", start="up to date" if select else "as it is") as session:
        settings, warehouse = workspace.settings, workspace.warehouse
        built = transform(settings, warehouse, tuple(select)) if select else build(session, whole=True, with_dbt=True)
        publish(workspace)
    return built


def check_landing(workspace: Workspace, datasets: Collection[str] | None = None) -> LoadStats:
    """Return the counts that loading would have; load and move nothing."""
    run = Run("0" * 12, workspace.clock.now())
    with scratch_folder(workspace.settings.home / "dry-run") as scratch:
        work = Ingest(workspace.lake, workspace.warehouse, run, scratch, write=False, clock=workspace.clock)
        return ingest(work, workspace.datasets, datasets)


def import_lines(session: RunSession, dataset: str, source: str, lines: Iterable[Json]) -> None:
    """Land the lines of the file ``source`` as one part and ingest it."""
    workspace = session.workspace
    spool = Spool(
        workspace.lake,
        workspace.settings.spool,
        workspace.dataset(dataset),
        session.run,
        workspace.clock,
        part_lines=None,
    )
    try:
        for line in lines:
            spool.line(line)
    except BelowExpectations as damaged:  # the lines before the damage are good
        session.trouble = damaged
    if landed := spool.seal():
        session.sources[f"{landed.provider}/{landed.name}"] = source
    ingest_landing(session)


def ensure_ready(workspace: Workspace) -> None:
    """Create everything that ``init`` creates, if it is missing or of an older version: for commands that only read."""
    if not (hub_exists(workspace) and is_todays(workspace)):
        with open_session(workspace, "init"):
            log.info("init: everything is in place")


def ensure_rules(workspace: Workspace) -> None:
    """Like ``ensure_ready``, and update the queue and its rules: credentials decide who is asked for what."""
    ensure_ready(workspace)
    if ledger.changed_policies(workspace):
        with suppress(Busy), open_session(workspace, "init"):
            log.info("init: the queue follows today's credentials")


def record_start(session: RunSession, window_start: datetime | None) -> None:
    """Record the start of a run, before its first call."""
    session.window_start = window_start
    ledger.open_run(session.workspace, session.report, window_start)
    fault_point("opened")
