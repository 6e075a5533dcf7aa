"""Landed files become lake rows, once each; then they are archived, or rejected with the reason."""

import json
import logging
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any

from linernotes.config.datasets import Dataset
from linernotes.core.clock import Clock, SystemClock
from linernotes.core.counts import LoadStats
from linernotes.core.errors import UnreadableFile
from linernotes.core.files import LandedFile, StagedFile
from linernotes.core.steps import log_step
from linernotes.core.values import Run
from linernotes.landing.bad_lines import has_too_many
from linernotes.landing.validate import Job, stage
from linernotes.storage.ports import Lake, Warehouse

HASH_IN_NAME = re.compile(r"(?:^|-)([0-9a-f]{16})_")
MOST_SHOWN = 3
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
    began = work.clock.monotonic()
    stats = _load_file(work, dataset, file)
    if work.write:
        text = (
            f"{file.provider}/{file.name}: {stats.loaded:,} loaded, {stats.rejected:,} rejected, {stats.known:,} known"
        )
        counts = {"lines": stats.landed, "loaded": stats.loaded, "rejected": stats.rejected, "known": stats.known}
        seconds = work.clock.monotonic() - began
        log_step(log, "ingest", text, provider=file.provider, file=file.name, **counts, seconds=seconds)
    return stats


def _load_file(work: Ingest, dataset: Dataset, file: LandedFile) -> LoadStats:
    reread = _reparse_of(work, dataset)
    try:
        path = work.lake.open(file, work.scratch)
        job = Job(file, dataset, work.run, work.clock.now(), work.scratch)
        staged = stage(path, job, reread)
        known = work.warehouse.load(staged).known if work.write else work.warehouse.knows(staged.sha256)
    except UnreadableFile as error:
        verb = "rejected" if work.write else "would be rejected"
        log.warning("ingest: %s/%s %s: %s", file.provider, file.name, verb, error.message)
        if work.write:
            work.lake.reject(file, error.message)
        return LoadStats(refused_files=(f"{file.provider}/{file.name}",))
    if work.write:
        work.lake.archive(file, _archive_name(file, staged.sha256))
    if known:
        return LoadStats(files=1, landed=staged.lines, known=staged.lines)
    _warn_of_bad_lines(work, staged)
    poor = has_too_many(staged.rejected, staged.lines)
    names = (f"{file.provider}/{file.name}",) if poor else ()
    return LoadStats(1, staged.lines, staged.accepted, staged.rejected, poor_files=names)


def _reparse_of(work: Ingest, dataset: Dataset) -> Callable[[Path], Path] | None:
    reparse = work.reparse
    return (lambda path: reparse(dataset, path, work.scratch)) if reparse else None


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
