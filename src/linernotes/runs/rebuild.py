"""Rebuild the warehouse from archive/ without any API call; with ``reparse`` by the current parsing rules.

The new warehouse is made beside the old one and takes its place last. So a rebuild that is killed, or that finds the
archive damaged, has changed nothing: not the runs and calls, not a cooldown, not the copy of an earlier warehouse.
"""

import logging
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import msgspec

from linernotes.config.datasets import Dataset
from linernotes.config.environments import DuckDBFile, Folder
from linernotes.core import sql
from linernotes.core.counts import LoadStats
from linernotes.core.errors import BelowExpectations, LinernotesError
from linernotes.core.faults import fault_point
from linernotes.landing.bad_lines import bad_lines_error
from linernotes.landing.fit import fit
from linernotes.landing.ingest import load_archive, restore_unknown
from linernotes.landing.lines import LineReader, Reject
from linernotes.providers import Parser, parser_of
from linernotes.providers.answers import Unreadable
from linernotes.runs.archive_check import damaged_files, missing_files, text_of
from linernotes.runs.exclusive import exclusive_session, record_end, record_error
from linernotes.runs.hub import build, publish
from linernotes.runs.lifecycle import ingest_landing, ingest_work, prepare, settle_dead_runs
from linernotes.runs.session import RunSession
from linernotes.storage import ledger
from linernotes.storage.ports import Contents
from linernotes.storage.workspace import Workspace, open_beside

log = logging.getLogger(__name__)
RESTORE = (
    "nothing is changed, the warehouse in use still has their rows; restore them from a backup of archive/, or "
    "rebuild without what is lost: linernotes rebuild --accept-loss"
)


def rebuild(workspace: Workspace, *, reparse: bool, accept_loss: bool = False) -> LoadStats:
    """Load the whole archive into a new warehouse, build the hub in it, and let it take the old one's place.

    Raises:
        LinernotesError: archived files are missing or damaged, and not to ``accept_loss``; nothing is changed.
    """
    with exclusive_session(workspace, "rebuild") as session:
        try:
            old = _contents(session)
            lost = _verify(workspace, old, accept_loss=accept_loss)
            fault_point("verified")
            with open_beside(workspace) as fresh:
                session.workspace = fresh
                _fill(session, old, reparse=reparse, lost=lost)
                record_end(session, "ok", "")
            session.workspace = workspace
            store = fresh.settings.environment.warehouse
            if isinstance(store, DuckDBFile):
                workspace.warehouse.swap_in(store.path, sound=old is not None)
        except LinernotesError as error:
            session.workspace = workspace
            if not isinstance(error, BelowExpectations):
                record_error(session, error)
            raise
        publish(workspace)
    if trouble := session.trouble or bad_lines_error(session.ingested):
        raise trouble
    return session.ingested


def _contents(session: RunSession) -> Contents | None:
    """What the old warehouse has that is in no file, with what dead runs have left; None if it cannot be read."""
    workspace = session.workspace
    if (old := workspace.warehouse.contents()) is None:
        return None
    try:
        prepare(session)
        settle_dead_runs(workspace)
    except LinernotesError as error:
        log.warning("rebuild: the warehouse can be read and not written to: %s", error.message)
        return old
    return workspace.warehouse.contents()


def _verify(workspace: Workspace, old: Contents | None, *, accept_loss: bool) -> frozenset[str]:
    """The archived files that are missing or damaged, as far as that is accepted.

    The bytes in a bucket are checked by Cloud Storage itself.
    """
    damaged = missing_files(workspace, old.files) if old else []
    if isinstance(workspace.settings.environment.lake, Folder):
        damaged += damaged_files(workspace)
    if damaged and not accept_loss:
        raise LinernotesError(f"rebuild: {text_of(damaged)}", RESTORE)
    return frozenset(damage.file for damage in damaged)


def _fill(session: RunSession, old: Contents | None, *, reparse: bool, lost: Collection[str]) -> None:
    """Load the archive and what waits in landing/, and build the hub."""
    workspace = session.workspace
    prepare(session)
    ledger.carry(workspace, old.carried if old else {})
    work = ingest_work(session, reparse_file if reparse else None)
    session.ingested = load_archive(work, workspace.datasets, lost)
    if not reparse:  # their quality was reported when they were first loaded
        session.ingested = replace(session.ingested, poor_files=())
    restore_unknown(workspace.lake, workspace.warehouse, workspace.datasets)  # what is damaged, as far as it is of use
    ingest_landing(session)
    fault_point("refilled")
    if old and not lost:
        _compare(workspace, old)
    try:
        build(session, whole=True)
    except BelowExpectations as failed:
        session.trouble = failed


def _compare(workspace: Workspace, old: Contents) -> None:
    """Compare the lines of each file with those that the old warehouse had read from it."""
    lines = {row["fileHash"]: row["lines"] for row in workspace.warehouse.rows(sql.read("storage/manifest"))}
    known = workspace.settings.configs.datasets
    for row in old.files:
        now = lines.get(row["fileHash"])
        if row["dataset"] in known and now != row["lines"]:
            message = f"rebuild: {row['file']} has {now or 0:,} lines, {row['lines']:,} when it was first loaded"
            raise LinernotesError(message, RESTORE)


def reparse_file(dataset: Dataset, path: Path, scratch: Path) -> Path:
    """Write a copy of the file, its records parsed again from the service's own objects where it keeps them."""
    parse = parser_of(dataset.provider) if dataset.entity else None
    if parse is None:
        return path
    target, reader = scratch / "reparsed", LineReader(dataset)
    with path.open("rb") as source, target.open("wb") as written:
        written.writelines(_line(line, dataset, parse, reader) for line in source)
    return target


def _line(line: bytes, dataset: Dataset, parse: Parser, reader: LineReader) -> bytes:
    try:
        landed = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return line  # ingest reports the reason
    if not isinstance(landed, dict) or not landed.get("_raw"):
        return line
    mark = landed["_outcome"]
    try:
        record = parse(mark["key"], landed["_raw"])
        dated = {dataset.instant: mark["attemptedAt"]} if dataset.instant else {}
        found = {**record, **dated, "_outcome": {**mark, "status": "found", "reason": None}}
        return fit(found, reader, dataset)[1] + b"\n"
    except (Unreadable, Reject):
        return line  # as it was read when it came
