"""Import exports of streams, campaigns and sales: each file is read and landed, and loaded beside older versions."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from linernotes.config.drops import Drop
from linernotes.config.environments import DuckDBFile
from linernotes.core import sql
from linernotes.core.errors import BelowExpectations, ConfigurationError, LinernotesError
from linernotes.core.text import first_of, many
from linernotes.core.values import Json
from linernotes.landing.bad_lines import TOO_MANY, has_too_many
from linernotes.landing.spool import Spool
from linernotes.runs.imports.result import ImportResult
from linernotes.runs.lifecycle import ingest_landing, run_in_session
from linernotes.runs.session import RunSession
from linernotes.sources.archives import HistoryFile, open_histories
from linernotes.sources.drops.given import Given
from linernotes.sources.drops.reading import DropFile, DropReader, Remembered
from linernotes.storage.workspace import Workspace

AT_ONCE = 10_000  # lines
MOST_SHOWN = 20  # files of which a line is said


@dataclass(slots=True)
class _Batch:
    """The files of one import: those that are read, those that were read before, and what became of the others."""

    read: list[DropFile] = field(default_factory=list)
    known: list[DropFile] = field(default_factory=list)
    passed_over: list[tuple[str, LinernotesError]] = field(default_factory=list)
    trouble: LinernotesError | None = None

    @property
    def rejected(self) -> int:
        """The number of rows that were rejected."""
        return sum(file.tally.rejected for file in self.read)


def import_drops(workspace: Workspace, command: str, paths: Sequence[str], given: Given) -> ImportResult:
    """Import exports of ``streams`` or of ``campaigns``.

    Bad rows are rejected and the others loaded; a file that cannot be read costs no other file, and the result's
    ``error`` names it.

    Raises:
        ConfigurationError: no file could be read.
        Busy: another run holds the workspace.
    """
    batch = _Batch()

    def work(session: RunSession) -> None:
        reader = _reader(workspace, command, given, _remembered(workspace))
        with open_histories(paths) as files, _without_collector():
            spools: dict[str, Spool] = {}
            for file in _read_all(workspace, command, reader, files, batch):
                spool = spools.setdefault(file.drop.dataset, _spool(session, file.drop.dataset))
                _append(spool, file.lines)
                workspace.progress.say(*_file_lines(file)[: MOST_SHOWN if len(batch.read) <= MOST_SHOWN else 0])
        for spool in spools.values():
            if landed := spool.seal():
                session.sources[f"{landed.provider}/{landed.name}"] = first_of([f.file for f in batch.read], 3)
        ingest_landing(session)
        _say_rest(workspace, batch)
        session.trouble = session.trouble or batch.trouble or _poor(batch)

    session = run_in_session(workspace, f"import {command}", work, start="if built")
    new = session.own_counts.loaded
    read = sum(file.tally.rows for file in batch.read)
    return ImportResult(
        session.own_counts, session.ingested.loaded > 0, (), session.error, new, read - new, rejected=batch.rejected
    )


def inspect_drops(
    workspace: Workspace, command: str, paths: Sequence[str], given: Given
) -> tuple[list[Json], LinernotesError | None]:
    """What an import would do, a row for each file, and the error it would end with. Writes nothing."""
    batch, rows = _Batch(), []
    with open_histories(paths) as files:
        reader = _reader(workspace, command, given, _remembered_if_any(workspace))
        for file in _read_all(workspace, command, reader, files, batch):
            for _ in file.lines:
                pass
            rows.append(_row(file, "would import"))
            workspace.progress.say(*(f"import {file.file}: {note}" for note in file.tally.notes))
    rows += [
        {**dict.fromkeys(ROW), "file": file.file, "export": file.drop.title, "what": KNOWN} for file in batch.known
    ]
    rows += [{**dict.fromkeys(ROW), "file": name, "what": error.message} for name, error in batch.passed_over]
    return rows, batch.trouble or _poor(batch)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Save a tenth of the time: rows hold no cycles to look for."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


ROW = ("file", "export", "about", "from", "to", "rows", "rejected", "totals", "exportedAt", "what", "lacks")
KNOWN = "already imported"


def _row(file: DropFile, what: str) -> Json:
    tally, values = file.tally, file.told.values
    about = values.get("trackName") or values.get("artistName") or values.get("account")
    counts = tally.first, tally.last, tally.rows, tally.rejected, tally.totals
    told = (file.file, file.drop.title, about, *counts, file.told.as_of, what, file.drop.lacks)
    return dict(zip(ROW, told, strict=True))


def _reader(workspace: Workspace, command: str, given: Given, remembered: Remembered) -> DropReader:
    configs = workspace.settings.configs
    own = [drop for drop in configs.drops.values() if drop.command == command]
    return DropReader(own, configs.datasets, given, remembered, workspace.clock.now())


def _remembered_if_any(workspace: Workspace) -> Remembered:
    """What earlier imports said; nothing where there is no warehouse yet, which a dry run does not make."""
    warehouse = workspace.settings.environment.warehouse
    if isinstance(warehouse, DuckDBFile) and not Path(warehouse.place).exists():
        return Remembered()
    try:
        return _remembered(workspace)
    except LinernotesError:  # a home of an older version has no such tables until a command writes
        return Remembered()


def _remembered(workspace: Workspace) -> Remembered:
    """What earlier imports said."""
    rows = workspace.warehouse.rows
    accounts = list(rows(sql.read("runs/imports/drop_accounts")))
    return Remembered(
        {(row["source"], row["account"]): row["timeZone"] for row in accounts},
        {(row["source"], row["account"]): row["currency"] for row in accounts if row["currency"]},
        {(row["source"], row["titleKey"]): row["artistName"] for row in rows(sql.read("runs/imports/drop_songs"))},
        frozenset(row["reading"] for row in rows(sql.read("runs/imports/drop_readings"))),
    )


def _read_all(
    workspace: Workspace, command: str, reader: DropReader, files: Iterable[HistoryFile], batch: _Batch
) -> Iterator[DropFile]:
    """Each file that is to be read; the others are put where they belong."""
    drops = workspace.settings.configs.drops.values()
    beside = {sheet for drop in drops for sheet in drop.other_sheets}
    for file in files:
        if file.name.rpartition("/")[2] in beside or file.name.rpartition("/")[2].startswith("."):
            continue
        try:
            found = _found(reader, file)
        except (ConfigurationError, BelowExpectations) as error:
            _pass_over(workspace, command, file, error, batch)
            continue
        if found.known or found.told.reading in {each.told.reading for each in batch.read}:
            batch.known.append(found)
        else:
            batch.read.append(found)
            yield found
    if not (batch.read or batch.known or batch.trouble):
        batch.trouble = _nothing(batch)


def _found(reader: DropReader, file: HistoryFile) -> DropFile:
    if file.refused:
        raise BelowExpectations(f"import {file.name}: {file.refused.reason}", file.refused.remedy)
    return reader.read(file)


def _pass_over(workspace: Workspace, command: str, file: HistoryFile, error: LinernotesError, batch: _Batch) -> None:
    """Keep a file that cannot be read for the end: as the command's error if it was given, else as a note."""
    elsewhere = _other_command(workspace, command, file)
    if elsewhere:
        message = f"import {file.name}: {elsewhere.title} is not imported by this command"
        error = ConfigurationError(message, f"use linernotes import {elsewhere.command} for it")
    batch.passed_over.append((file.name, error))
    unknown = isinstance(error, ConfigurationError) and "no export that is known" in error.message
    if file.given is not None or not (unknown or elsewhere):  # folders and zips hold other files too
        batch.trouble = batch.trouble or error


def _other_command(workspace: Workspace, command: str, file: HistoryFile) -> Drop | None:
    """The export of the other command that a file is, if it is one."""
    configs, now = workspace.settings.configs, workspace.clock.now()
    others = [drop for drop in configs.drops.values() if drop.command != command]
    given = Given(artist="-", song="-", period="all", account="-", time_zone="UTC", currency="EUR")
    try:
        return _found(DropReader(others, configs.datasets, given, Remembered(), now), file).drop
    except LinernotesError:
        return None


def _nothing(batch: _Batch) -> LinernotesError:
    if batch.passed_over:
        return batch.passed_over[0][1]
    return ConfigurationError("import: the folder has no files", "name files, folders or zips of exports")


def _spool(session: RunSession, dataset: str) -> Spool:
    """The part in which all rows of a dataset land at once: half of a file, salvaged after a crash, would count."""
    workspace = session.workspace
    return Spool(workspace.lake, workspace.scratch, workspace.dataset(dataset), session.run, workspace.clock, None)


def _append(spool: Spool, lines: Iterable[Json]) -> None:
    encoded: list[bytes] = []
    for line in lines:
        encoded.append(msgspec.json.encode(line))
        if len(encoded) >= AT_ONCE:
            spool.block(encoded)
            encoded = []
    if encoded:
        spool.block(encoded)


def _file_lines(file: DropFile) -> list[str]:
    """What became of a file."""
    tally = file.tally
    period = f", {tally.first} to {tally.last}" if tally.first else ""
    counts = {
        f"{many(tally.totals, 'total row')} left out": tally.totals,
        f"{many(tally.repeated, 'row')} repeated": tally.repeated,
        f"{many(tally.masked, 'row')} with hidden values": tally.masked,
        f"{many(tally.rejected, 'row')} rejected": tally.rejected,
    }
    beside = "".join(f"; {text}" for text, number in counts.items() if number)
    first = f"{file.file}: {file.drop.title}, {many(tally.rows, 'row')}{period}{beside}"
    return [first, *(f"{file.file}: {note}" for note in tally.notes)]


def _say_rest(workspace: Workspace, batch: _Batch) -> None:
    """Lines about files that were not read."""
    if batch.known:
        names = first_of([file.file for file in batch.known], 3)
        workspace.progress.say(f"already imported, and not read again: {names}")
    for name, error in batch.passed_over:
        if error is not batch.trouble:
            workspace.progress.say(f"{name}: passed over: {error.message.removeprefix(f'import {name}: ')}")


def _poor(batch: _Batch) -> BelowExpectations | None:
    poor = [f.file for f in batch.read if has_too_many(f.tally.rejected, f.tally.rows + f.tally.rejected)]
    if not poor:
        return None
    remedy = "the other rows are loaded; linernotes rejects lists the bad ones"
    return BelowExpectations(f"import: {TOO_MANY} rows in {first_of(poor, 3)}", remedy)
