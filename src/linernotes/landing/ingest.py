"""Landed files become lake rows, once each; then they are archived, or rejected with the reason."""

import json
import logging
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

from linernotes.config.datasets import Dataset
from linernotes.core.clock import Clock, SystemClock
from linernotes.core.counts import LoadStats
from linernotes.core.errors import UnreadableFile
from linernotes.core.files import LandedFile, LoadResult, StagedFile
from linernotes.core.steps import log_step
from linernotes.core.values import Run
from linernotes.landing.bad_lines import has_too_many
from linernotes.landing.validate import Job, stage
from linernotes.storage.ports import Lake, Loaded, LoadsSeveral, Warehouse

HASH_IN_NAME = re.compile(r"(?:^|-)([0-9a-f]{16})_")
MOST_SHOWN = 3
BATCH_BYTES = 64 << 20  # of files loaded together: on Cloud Run the disk is memory
CALLS_AT_ONCE = 16
log = logging.getLogger(__name__)

Work: TypeAlias = tuple[LandedFile, Dataset]
Result = TypeVar("Result")
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


def ingest(work: Ingest, datasets: Iterable[Dataset], wanted: Collection[str] | None = None) -> LoadStats:
    """Load every file that waits in landing/, or those of the ``wanted`` datasets (``provider/dataset``)."""
    known = list(datasets)
    total = LoadStats()
    for batch in _batches(_of_datasets(work.lake.waiting(), known, wanted), work.warehouse):
        for (_, dataset), stats in zip(batch, _ingest_batch(work, batch), strict=True):
            total += replace(stats, datasets=frozenset({dataset.name}))
        for path in work.scratch.glob("file-*"):  # also of a file that was rejected half way through
            shutil.rmtree(path)
    return total


def _of_datasets(files: Iterable[LandedFile], known: list[Dataset], wanted: Collection[str] | None) -> Iterator[Work]:
    """The files of the datasets that are wanted; those of no dataset are named."""
    for file in files:
        dataset = dataset_of(file, known)
        if dataset and (wanted is None or dataset.name in wanted):
            yield file, dataset
        elif not dataset:
            log.warning(
                "ingest: %s/landing/%s matches no dataset and is left in place (patterns: %s)",
                file.provider,
                file.name,
                _patterns(known),
            )


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


def hash_in(name: str) -> str | None:
    """The start of the hash in the name of an archived file; None without one."""
    match = HASH_IN_NAME.search(name)
    return match[1] if match else None


def _archive_name(file: LandedFile, sha256: str) -> str:
    """The name in archive/: ours already contain the hash, or the one before a purge; others get it as a prefix."""
    if before := hash_in(file.name):
        return file.name.replace(before, sha256[:16], 1)
    return f"{sha256[:16]}_{file.name}"


def _ingest_batch(work: Ingest, batch: list[Work]) -> list[LoadStats]:
    """Read, load and archive some files; each one that cannot be loaded is rejected, and costs the others nothing."""
    began = work.clock.monotonic()
    opened = _side_by_side(lambda number: _opened(work, batch[number][0], number), len(batch))
    staged = [_staged(work, *batch[number], path, number) for number, path in enumerate(opened)]
    loaded = _load(work, [file for file in staged if isinstance(file, StagedFile)])
    ends = [(file, next(loaded) if isinstance(file, StagedFile) else file) for file in staged]
    stats = _side_by_side(lambda number: _finished(work, batch[number][0], *ends[number]), len(batch))
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
        return work.lake.open(file, folder)
    except UnreadableFile as error:
        return error


def _scratch(work: Ingest, number: int) -> Path:
    return work.scratch / f"file-{number}"


def _staged(
    work: Ingest, file: LandedFile, dataset: Dataset, opened: Path | UnreadableFile, number: int
) -> StagedFile | UnreadableFile:
    if isinstance(opened, UnreadableFile):
        return opened
    scratch = _scratch(work, number)
    try:
        job = Job(file, dataset, work.run, work.clock.now(), scratch)
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
        return _rejected(work, file, staged if isinstance(staged, UnreadableFile) else cast("UnreadableFile", loaded))
    if work.write:
        work.lake.archive(file, _archive_name(file, staged.sha256))
    if loaded.known:
        return LoadStats(files=1, landed=staged.lines, known=staged.lines)
    _warn_of_bad_lines(work, staged)
    poor = has_too_many(staged.rejected, staged.lines)
    names = (f"{file.provider}/{file.name}",) if poor else ()
    return LoadStats(1, staged.lines, staged.accepted, staged.rejected, poor_files=names)


def _rejected(work: Ingest, file: LandedFile, error: UnreadableFile) -> LoadStats:
    verb = "rejected" if work.write else "would be rejected"
    log.warning("ingest: %s/%s %s: %s", file.provider, file.name, verb, error.message)
    if work.write:
        work.lake.reject(file, error.message)
    return LoadStats(refused_files=(f"{file.provider}/{file.name}",))


def _log_file(file: LandedFile, stats: LoadStats, seconds: float) -> None:
    text = f"{file.provider}/{file.name}: {stats.loaded:,} loaded, {stats.rejected:,} rejected, {stats.known:,} known"
    counts = {"lines": stats.landed, "loaded": stats.loaded, "rejected": stats.rejected, "known": stats.known}
    log_step(log, "ingest", text, provider=file.provider, file=file.name, **counts, seconds=seconds)


def _side_by_side(work: Callable[[int], Result], number: int) -> list[Result]:
    """The results of calls that wait for the network, in their order."""
    if number == 1:
        return [work(0)]
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        return list(pool.map(work, range(number)))


def _reparse_of(work: Ingest, dataset: Dataset, scratch: Path) -> Callable[[Path], Path] | None:
    reparse = work.reparse
    return (lambda path: reparse(dataset, path, scratch)) if reparse else None


def _warn_of_bad_lines(work: Ingest, staged: StagedFile) -> None:
    """One warning per file; a dry run keeps no rejects to look at, so it also shows the first of them."""
    if not staged.rejected:
        return
    name, bad, lines = f"{staged.file.provider}/{staged.file.name}", staged.rejected, staged.lines
    if work.write:
        log.warning("ingest: %s: %d of %d lines rejected, see: linernotes rejects", name, bad, lines)
        return
    first = sorted(_first_rejects(staged), key=lambda row: int(row["line"]))[:MOST_SHOWN]
    shown = [f"line {row['line']}{', ' + row['field'] if row['field'] else ''}: {row['reason']}" for row in first]
    more = f" and {bad - len(shown):,} more" if bad > len(shown) else ""
    log.warning("ingest: %s: %d of %d lines would be rejected: %s%s", name, bad, lines, "; ".join(shown), more)


def _first_rejects(staged: StagedFile) -> Iterator[dict[str, Any]]:
    for path in (path for part in staged.parts if part.dataset == "ops/rejects" for path in part.paths):
        with path.open("rb") as rejects:
            yield from map(json.loads, islice(rejects, MOST_SHOWN))
