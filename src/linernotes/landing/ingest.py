"""Landed files become lake rows, once each; then they are archived, or rejected with the reason."""

import errno
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
from linernotes.core.faults import fault_point
from linernotes.core.files import LandedFile, StagedFile, fitting_name
from linernotes.core.steps import log_step
from linernotes.core.text import bounded
from linernotes.core.values import Run
from linernotes.landing.bad_lines import has_too_many
from linernotes.landing.validate import Job, stage
from linernotes.storage.ports import Lake, Warehouse

HASH_BEFORE_NAME = re.compile(r"[0-9a-f]{16}_(?=.)")  # in archive/, before names that people gave
HASH_IN_NAME = re.compile(r"(?:^|-)([0-9a-f]{16})_")
MOST_SHOWN = 3
# Faults of one file; others, such as a full disk, are no reason to set it aside.
OF_THE_FILE = (errno.EACCES, errno.EPERM, errno.EIO, errno.ELOOP, errno.EISDIR, errno.ENXIO, errno.ESTALE)
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
    named: set[str] = field(default_factory=set)  # what was said to be left in place, once per command


def ingest(work: Ingest, datasets: Iterable[Dataset], wanted: Collection[str] | None = None) -> LoadStats:
    """Load every file that waits in landing/, or those of the ``wanted`` datasets (``provider/dataset``)."""
    known = list(datasets)
    total = LoadStats()
    for file in work.lake.waiting():
        dataset = dataset_of(file, known)
        if dataset and (wanted is None or dataset.name in wanted):
            total += _ingest_alone(work, dataset, file)
        elif not dataset:
            text = f"matches no dataset and is left in place (patterns: {_patterns(known)})"
            _name_once(work, f"{file.provider}/landing/{file.name}", text)
    return total


def load_archive(work: Ingest, datasets: Iterable[Dataset], lost: Collection[str] = ()) -> LoadStats:
    """Load every file of archive/ from where it is, but those that are ``lost`` (provider/archive/name).

    Raises:
        UnreadableFile: one of them cannot be read; it stays where it is.
    """
    known = list(datasets)
    files = (file for file in work.lake.archived() if f"{file.provider}/archive/{file.name}" not in lost)
    found = ((file, dataset_of(file, known)) for file in files)
    return sum((_ingest_alone(work, dataset, file) for file, dataset in found if dataset), LoadStats())


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
    return fitting_name(f"{sha256[:16]}_", file.name)


def original_name(name: str) -> str:
    """The name that a file had in landing/, from its name in archive/: rows keep it when it is loaded again."""
    return HASH_BEFORE_NAME.sub("", name, count=1) if HASH_BEFORE_NAME.match(name) else name


def _name_once(work: Ingest, name: str, text: str) -> None:
    if name not in work.named:
        work.named.add(name)
        log.warning("ingest: %s %s", name, text)


def _ingest_alone(work: Ingest, dataset: Dataset, file: LandedFile) -> LoadStats:
    """Ingest one file and leave nothing of it in scratch, also if it was rejected half way through."""
    try:
        return replace(_ingest_file(work, dataset, file), datasets=frozenset({dataset.name}))
    finally:
        for path in work.scratch.iterdir():
            if path.is_file():
                path.unlink()


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
        staged = _staged(work, dataset, file, reread)
        fault_point("staged")
        known = work.warehouse.load(staged).known if work.write else work.warehouse.knows(staged.sha256)
        fault_point("loaded")
    except UnreadableFile as error:
        if file.place == "archive":
            raise
        return _reject(work, file, bounded(error.message))
    if work.write and file.place == "landing":
        _archive(work, file, _archive_name(file, staged.sha256))
    if known:
        return LoadStats(files=1, landed=staged.lines, known=staged.lines)
    _warn_of_bad_lines(work, staged)
    poor = has_too_many(staged.rejected, staged.lines)
    names = (f"{file.provider}/{file.name}",) if poor else ()
    return LoadStats(1, staged.lines, staged.accepted, staged.rejected, poor_files=names)


def _staged(work: Ingest, dataset: Dataset, file: LandedFile, reread: Callable[[Path], Path] | None) -> StagedFile:
    """The validated file; everything that is wrong with the file itself is an UnreadableFile."""
    named = replace(file, name=original_name(file.name))
    try:
        named.name.encode()
        path = work.lake.open(file, work.scratch)
        return stage(path, Job(named, dataset, work.run, work.clock.now(), work.scratch), reread)
    except UnicodeEncodeError:
        raise UnreadableFile("its name is not UTF-8; rename it and move it back to landing/") from None
    except OSError as error:
        if error.errno not in OF_THE_FILE:
            raise
        raise UnreadableFile(f"cannot be read: {error.strerror}; mend it and move it back to landing/") from None


def _reject(work: Ingest, file: LandedFile, reason: str) -> LoadStats:
    """Set a file aside; one that cannot even be moved is left, and keeps no other from being loaded."""
    name = f"{file.provider}/{file.name}"
    if not work.write:
        log.warning("ingest: %s would be rejected: %s", name, reason)
        return LoadStats(refused_files=(name,))
    try:
        work.lake.reject(file, reason)
    except OSError as error:
        _name_once(work, f"{file.provider}/landing/{file.name}", f"is left in place: {reason}; {error.strerror}")
        return LoadStats()
    log.warning("ingest: %s rejected: %s", name, reason)
    return LoadStats(refused_files=(name,))


def _archive(work: Ingest, file: LandedFile, name: str) -> None:
    """Archive a loaded file; one that cannot be moved stays, and is known when it comes again."""
    try:
        work.lake.archive(file, name)
    except OSError as error:
        text = f"is loaded and cannot be moved to archive/: {error.strerror}"
        _name_once(work, f"{file.provider}/landing/{file.name}", text)
    fault_point("archived")


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
