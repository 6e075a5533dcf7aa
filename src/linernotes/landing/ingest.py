"""Landed files become lake rows, once each; then they are archived, or rejected with the reason."""

import logging
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from linernotes.config.datasets import Dataset
from linernotes.core.clock import Clock, SystemClock
from linernotes.core.counts import LoadStats
from linernotes.core.errors import UnreadableFile
from linernotes.core.files import LandedFile
from linernotes.core.values import Run
from linernotes.landing.bad_lines import has_too_many
from linernotes.landing.validate import Job, stage
from linernotes.storage.ports import Lake, Warehouse

HASH_IN_NAME = re.compile(r"(?:^|-)([0-9a-f]{16})_")
log = logging.getLogger(__name__)

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
    for file in work.lake.waiting():
        dataset = dataset_of(file, known)
        if dataset and (wanted is None or dataset.name in wanted):
            total += replace(_ingest_file(work, dataset, file), datasets=frozenset({dataset.name}))
            for path in work.scratch.iterdir():  # also of a file that was rejected half way through
                if path.is_file():
                    path.unlink()
        elif not dataset:
            log.warning(
                "ingest: %s/landing/%s matches no dataset and is left in place (patterns: %s)",
                file.provider,
                file.name,
                _patterns(known),
            )
    return total


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


def _ingest_file(work: Ingest, dataset: Dataset, file: LandedFile) -> LoadStats:
    reread = _reparse_of(work, dataset)
    try:
        path = work.lake.open(file, work.scratch)
        job = Job(file, dataset, work.run, work.clock.now(), work.scratch)
        staged = stage(path, job, reread)
        known = work.warehouse.load(staged).known if work.write else work.warehouse.knows(staged.sha256)
    except UnreadableFile as error:
        log.warning("ingest: %s/%s rejected: %s", file.provider, file.name, error.message)
        if work.write:
            work.lake.reject(file, error.message)
        return LoadStats(refused_files=(f"{file.provider}/{file.name}",))
    if work.write:
        work.lake.archive(file, _archive_name(file, staged.sha256))
    if known:
        return LoadStats(files=1, landed=staged.lines, known=staged.lines)
    return _load_stats(file, staged.lines, staged.accepted, staged.rejected)


def _reparse_of(work: Ingest, dataset: Dataset) -> Callable[[Path], Path] | None:
    reparse = work.reparse
    return (lambda path: reparse(dataset, path, work.scratch)) if reparse else None


def _load_stats(file: LandedFile, lines: int, accepted: int, rejected: int) -> LoadStats:
    name = f"{file.provider}/{file.name}"
    poor = has_too_many(rejected, lines)
    if rejected:
        log.warning("ingest: %s: %d of %d lines rejected, see: linernotes rejects", name, rejected, lines)
    return LoadStats(1, lines, accepted, rejected, poor_files=(name,) if poor else ())
