"""Open a session as the only command that writes, and record how it ended."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from linernotes.config.environments import DuckDBFile, Folder
from linernotes.core.errors import LinernotesError, Stopped
from linernotes.core.faults import fault_point
from linernotes.core.private import make_private, private_files
from linernotes.core.steps import log_step, steps_of
from linernotes.core.values import Mode, Run
from linernotes.landing.spool import scratch_folder
from linernotes.runs.session import RunSession
from linernotes.storage import ledger
from linernotes.storage.workspace import Workspace

log = logging.getLogger(__name__)


@contextmanager
def exclusive_session(workspace: Workspace, command: str, mode: Mode | None = None) -> Iterator[RunSession]:
    """A session that alone may write here, by its lease, with an empty folder for its temporary files; nothing more."""
    run = new_run(workspace)
    with private_files(), workspace.lake.lease(run), scratch_folder(workspace.scratch), steps_of(run.id):
        session = RunSession(workspace, run, command, mode)
        text = f"{command}{f' --mode {mode}' if mode else ''}, run {run.id}"
        log_step(log, "start", text, command=command, mode=mode, environment=workspace.settings.env)
        keep_private(workspace)
        yield session


def new_run(workspace: Workspace) -> Run:
    """A run that starts now.

    Its id begins with the microseconds: names of files are in the order of the runs, also of two in one second.
    """
    now = workspace.clock.now()
    return Run(f"{now.microsecond:05x}{secrets.token_hex(4)[1:]}", now.replace(microsecond=0))


def keep_private(workspace: Workspace) -> None:
    """Take the home, its lake and its warehouse from everybody else on this machine."""
    settings = workspace.settings
    environment, home = settings.environment, settings.home
    store, lake = environment.warehouse, environment.lake
    files = store.path.parent.glob(f"{store.path.stem}*.duckdb*") if isinstance(store, DuckDBFile) else ()
    folders = [lake.path] if isinstance(lake, Folder) else []
    make_private(home, *folders, *files, home / "published.duckdb")


def record_error(session: RunSession, error: LinernotesError) -> None:
    """Record that the command ended with an error; where even that fails, the error itself is what counts."""
    with suppress(LinernotesError):
        record_end(session, "stopped" if isinstance(error, Stopped) else "failed", error.message)


def record_end(session: RunSession, status: str, reason: str) -> None:
    """Record how the command ended, in the ledger and in the log."""
    session.status, session.reason = status, reason
    ledger.write_run(session.workspace, session.report, session.window_start, session.built_from)
    fault_point("recorded")
    asked, loaded, now = session.asked, session.ingested, session.workspace.clock.now()
    text = f"{session.command} {status}{f', {reason}' if reason else ''}"
    counts = {"asked": asked.total, "found": asked.found, "not_found": asked.not_found, "failed": asked.failed}
    counts |= {"landed": loaded.landed, "loaded": loaded.loaded, "rejected": loaded.rejected, "known": loaded.known}
    fields = {"command": session.command, "status": status, "reason": reason or None, **counts}
    log_step(log, "end", text, **fields, seconds=(now - session.run.started_at).total_seconds())
