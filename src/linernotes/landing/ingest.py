"""Landed files become lake rows, once each; then they are archived, or rejected with the reason."""

import errno
import json
import logging
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias, cast

from linernotes.config.datasets import Dataset
from linernotes.core.clock import Clock, SystemClock
from linernotes.core.counts import LoadStats
from linernotes.core.errors import UnreadableFile
from linernotes.core.faults import fault_point
from linernotes.core.files import LandedFile, LoadResult, StagedFile, hash_in
from linernotes.core.side_by_side import side_by_side
from linernotes.core.steps import log_step
from linernotes.core.text import bounded, printable
from linernotes.core.values import Run
from linernotes.landing.archive_names import archive_name, original_name
from linernotes.landing.bad_lines import has_too_many
from linernotes.landing.validate import Job, stage
from linernotes.storage.ports import Lake, Loaded, LoadsSeveral, Warehouse

MOST_SHOWN = 3
BATCH_BYTES = 64 << 20  # of files loaded together: on Cloud Run the disk is memory
# Faults of one file; others, such as a full disk, are no reason to set it aside.
OF_THE_FILE = (errno.EACCES, errno.EPERM, errno.EIO, errno.ELOOP, errno.EISDIR, errno.ENXIO, errno.ESTALE)
log = logging.getLogger(__name__)

Work: TypeAlias = tuple[LandedFile, Dataset]
Reparse = Callable[[Dataset, Path, Path], Path]


@dataclass(frozen=True, slots=True)
class Ingest:
    """One pass over landing/. Without ``write`` it only reads and counts; ``reparse`` parses the records again."""

    lake: Lake
    warehouse: Warehouse
    run: Run
    scratch: Path
    write: bool = True
    reparse: Reparse | None = None
    clock: Clock = field(default_factory=SystemClock)
    named: set[str] = field(default_factory=set)  # what was said to be left in place, once per command


def ingest(work: Ingest, datasets: Iterable[Dataset], wanted: Collection[str] | None = None) -> LoadStats:
    """Load every file that waits in landing/, or those of the ``wanted`` datasets (``provider/dataset``)."""
    return _load_all(work, _of_datasets(work, list(datasets), wanted))


def load_archive(work: Ingest, datasets: Iterable[Dataset], lost: Collection[str] = ()) -> LoadStats:
    """Load every file of archive/ from where it is, but those that are ``lost`` (provider/archive/name).

    Raises:
        UnreadableFile: one of them cannot be read; it stays where it is.
    """
    known = list(datasets)
    files = (file for file in work.lake.archived() if f"{file.provider}/archive/{file.name}" not in lost)
    return _load_all(work, ((file, dataset) for file in files if (dataset := dataset_of(file, known))))


def _load_all(work: Ingest, files: Iterable[Work]) -> LoadStats:
    total = LoadStats()
    for batch in _batches(files, work.warehouse):
        try:
            for (_, dataset), stats in zip(batch, _ingest_batch(work, batch), strict=True):
                total += replace(stats, datasets=frozenset({dataset.name}))
        finally:
            for path in work.scratch.glob("file-*"):  # also of a file that was rejected half way through
                shutil.rmtree(path)
    return total


def _of_datasets(work: Ingest, known: list[Dataset], wanted: Collection[str] | None) -> Iterator[Work]:
    """The waiting files of the datasets that are wanted; those of no dataset are named."""
    for file in work.lake.waiting():
        dataset = dataset_of(file, known)
        if dataset and (wanted is None or dataset.name in wanted):
            yield file, dataset
        elif not dataset:
            text = f"matches no dataset and is left in place (patterns: {_patterns(known)})"
            _name_once(work, f"{file.provider}/landing/{file.name}", text)


def _batches(files: Iterable[Work], warehouse: Warehouse) -> Iterator[list[Work]]:
    """The files that are loaded together: one, or several in a warehouse that loads them side by side."""
    most = warehouse.files_at_once if isinstance(warehouse, LoadsSeveral) else 1
    batch: list[Work] = []
    for file, dataset in files:
        if batch and (len(batch) == most or sum(each.size for each, _ in batch) + file.size > BATCH_BYTES):
            yield batch
            batch = []
        batch.append((file, dataset))
    if batch:
        yield batch


def dataset_of(file: LandedFile, datasets: Iterable[Dataset]) -> Dataset | None:
    """The dataset a file belongs to by its folder and the pattern of its name; ``.gz`` may follow."""
    name = file.name.removesuffix(".gz")
    return next(
        (d for d in datasets if d.provider == file.provider and d.pattern and fnmatchcase(name, d.pattern)), None
    )


def restore_unknown(
    lake: Lake, warehouse: Warehouse, datasets: Iterable[Dataset], known: Collection[str] | None = None
) -> list[LandedFile]:
    """Move archived files that the manifest does not know back to landing/; returns them.

    So a warehouse that lost its last transactions, or all of them, is loaded again. ``known`` are the starts of the
    hashes in the manifest, where they have just been read.
    """
    if known is None:
        loaded = warehouse.rows("select substr(fileHash, 1, 16) as start from {lake}.lake_ops__loaded_files")
        known = {row["start"] for row in loaded}
    missing = [file for file in lake.archived() if dataset_of(file, datasets) and hash_in(file.name) not in known]
    for file in missing:
        lake.restore(file)
    return missing


def _patterns(datasets: Iterable[Dataset]) -> str:
    return ", ".join(f"{dataset.provider}/landing/{dataset.pattern}" for dataset in datasets if dataset.pattern)


def _name_once(work: Ingest, name: str, text: str) -> None:
    if name not in work.named:
        work.named.add(name)
        log.warning("ingest: %s %s", printable(name), text)


def _ingest_batch(work: Ingest, batch: list[Work]) -> list[LoadStats]:
    """Read, load and archive some files; each one that cannot be loaded is rejected, and costs the others nothing."""
    began = work.clock.monotonic()
    opened = side_by_side(lambda number: _opened(work, batch[number][0], number), range(len(batch)))
    staged = [_staged(work, *batch[number], path, number) for number, path in enumerate(opened)]
    fault_point("staged")
    loaded = _load(work, [file for file in staged if isinstance(file, StagedFile)])
    ends = [(file, next(loaded) if isinstance(file, StagedFile) else file) for file in staged]
    fault_point("loaded")
    stats = side_by_side(lambda number: _finished(work, batch[number][0], *ends[number]), range(len(batch)))
    if work.write:
        seconds = (work.clock.monotonic() - began) / len(batch)
        for (file, _), one in zip(batch, stats, strict=True):
            _log_file(file, one, seconds)
    return stats


def _opened(work: Ingest, file: LandedFile, number: int) -> Path | UnreadableFile:
    """The file, in a scratch folder of its own."""
    folder = _scratch(work, number)
    folder.mkdir(exist_ok=True)
    try:
        with _faults_of_the_file():
            original_name(file.name).encode()
            return work.lake.open(file, folder)
    except UnreadableFile as error:
        return error


@contextmanager
def _faults_of_the_file() -> Iterator[None]:
    """Everything that is wrong with the file itself is an UnreadableFile."""
    try:
        yield
    except UnicodeEncodeError:
        raise UnreadableFile("its name is not UTF-8; rename it and move it back to landing/") from None
    except OSError as error:
        if error.errno not in OF_THE_FILE:
            raise
        raise UnreadableFile(f"cannot be read: {error.strerror}; mend it and move it back to landing/") from None


def _scratch(work: Ingest, number: int) -> Path:
    return work.scratch / f"file-{number}"


def _staged(
    work: Ingest, file: LandedFile, dataset: Dataset, opened: Path | UnreadableFile, number: int
) -> StagedFile | UnreadableFile:
    if isinstance(opened, UnreadableFile):
        return opened
    scratch = _scratch(work, number)
    try:
        job = Job(replace(file, name=original_name(file.name)), dataset, work.run, work.clock.now(), scratch)
        with _faults_of_the_file():
            return stage(opened, job, _reparse_of(work, dataset, scratch))
    except UnreadableFile as error:
        return error


def _load(work: Ingest, files: list[StagedFile]) -> Iterator[Loaded]:
    """What became of each file, in their order."""
    if work.write and isinstance(work.warehouse, LoadsSeveral):
        return iter(work.warehouse.load_several(files))
    return (_load_one(work, file) for file in files)


def _load_one(work: Ingest, file: StagedFile) -> Loaded:
    try:
        return work.warehouse.load(file) if work.write else LoadResult(work.warehouse.knows(file.sha256), 0)
    except UnreadableFile as error:
        return error


def _finished(work: Ingest, file: LandedFile, staged: StagedFile | UnreadableFile, loaded: Loaded) -> LoadStats:
    """Archive what was loaded, and reject what could not be; the counts of one file."""
    if isinstance(staged, UnreadableFile) or isinstance(loaded, UnreadableFile):
        error = staged if isinstance(staged, UnreadableFile) else cast("UnreadableFile", loaded)
        if file.place == "archive":
            raise error
        return _rejected(work, file, bounded(error.message))
    if work.write and file.place == "landing":
        _archive(work, file, archive_name(file.name, staged.sha256))
    if loaded.known:
        return LoadStats(files=1, landed=staged.lines, known=staged.lines)
    _warn_of_bad_lines(work, staged)
    poor = has_too_many(staged.rejected, staged.lines)
    names = (f"{file.provider}/{file.name}",) if poor else ()
    return LoadStats(1, staged.lines, staged.accepted, staged.rejected, poor_files=names)


def _rejected(work: Ingest, file: LandedFile, reason: str) -> LoadStats:
    """Set a file aside; one that cannot even be moved is left, and keeps no other from being loaded."""
    name = f"{file.provider}/{file.name}"
    if not work.write:
        log.warning("ingest: %s would be rejected: %s", printable(name), reason)
        return LoadStats(refused_files=(name,))
    try:
        work.lake.reject(file, reason)
    except OSError as error:
        _name_once(work, f"{file.provider}/landing/{file.name}", f"is left in place: {reason}; {error.strerror}")
        return LoadStats()
    log.warning("ingest: %s rejected: %s", printable(name), reason)
    return LoadStats(refused_files=(name,))


def _archive(work: Ingest, file: LandedFile, name: str) -> None:
    """Archive a loaded file; one that cannot be moved stays, and is known when it comes again."""
    try:
        work.lake.archive(file, name)
    except OSError as error:
        text = f"is loaded and cannot be moved to archive/: {error.strerror}"
        _name_once(work, f"{file.provider}/landing/{file.name}", text)
    fault_point("archived")


def _log_file(file: LandedFile, stats: LoadStats, seconds: float) -> None:
    name = printable(file.name)
    text = f"{file.provider}/{name}: {stats.loaded:,} loaded, {stats.rejected:,} rejected, {stats.known:,} known"
    counts = {"lines": stats.landed, "loaded": stats.loaded, "rejected": stats.rejected, "known": stats.known}
    log_step(log, "ingest", text, provider=file.provider, file=name, **counts, seconds=seconds)


def _reparse_of(work: Ingest, dataset: Dataset, scratch: Path) -> Callable[[Path], Path] | None:
    reparse = work.reparse
    return (lambda path: reparse(dataset, path, scratch)) if reparse else None


def _warn_of_bad_lines(work: Ingest, staged: StagedFile) -> None:
    """One warning per file; a dry run keeps no rejects to look at, so it also shows the first of them."""
    if not staged.rejected:
        return
    name, bad, lines = printable(f"{staged.file.provider}/{staged.file.name}"), staged.rejected, staged.lines
    if work.write:
        log.warning("ingest: %s: %d of %d landed lines rejected, see: linernotes rejects", name, bad, lines)
        return
    first = sorted(_first_rejects(staged), key=lambda row: int(row["line"]))[:MOST_SHOWN]
    shown = [f"line {row['line']}{', ' + row['field'] if row['field'] else ''}: {row['reason']}" for row in first]
    more = f" and {bad - len(shown):,} more" if bad > len(shown) else ""
    log.warning("ingest: %s: %d of %d lines would be rejected: %s%s", name, bad, lines, "; ".join(shown), more)


def _first_rejects(staged: StagedFile) -> Iterator[dict[str, Any]]:
    for path in (path for part in staged.parts if part.dataset == "ops/rejects" for path in part.paths):
        with path.open("rb") as rejects:
            yield from map(json.loads, islice(rejects, MOST_SHOWN))
