"""The file of a DuckDB warehouse, and those beside it: the one before a rebuild, and one that could not be read."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from linernotes.core.errors import LinernotesError
from linernotes.core.faults import fault_point

LOG = ".wal"


def previous(path: Path) -> Path:
    """Where the warehouse before the last rebuild is kept."""
    return path.with_name(f"{path.stem}.previous.duckdb")


def damaged(path: Path) -> Path:
    """Where a warehouse is kept that a rebuild could not read: it must not replace the last good one."""
    return path.with_name(f"{path.stem}.damaged.duckdb")


def log_of(path: Path) -> Path:
    """The file beside it with what DuckDB has not written into it yet."""
    return path.with_name(f"{path.name}{LOG}")


def discard(path: Path) -> None:
    """Delete the copies of older warehouses."""
    for copy in (previous(path), damaged(path)):
        log_of(copy).unlink(missing_ok=True)
        copy.unlink(missing_ok=True)


def set_aside(path: Path) -> None:
    """Rename a warehouse to the previous one."""
    for old, new in ((log_of(path), log_of(previous(path))), (path, previous(path))):
        if old.exists():
            old.replace(new)


def swap_in(fresh: Path, path: Path, *, sound: bool) -> None:
    """Put a finished warehouse in the place of another, which is kept; one rename, before which nothing has changed.

    The old one gets a second name first, so that there is a whole warehouse in its place at every moment.
    """
    if log_of(fresh).exists():
        raise LinernotesError(f"rebuild: {fresh} was not closed properly", "repeat the command")
    if path.exists():
        _keep(path, previous(path) if sound else damaged(path))
    fault_point("kept")
    fresh.replace(path)
    _sync(path.parent)
    fault_point("swapped")


def _keep(path: Path, kept: Path) -> None:
    log_of(kept).unlink(missing_ok=True)
    if log_of(path).exists():  # of one that cannot be read; DuckDB would apply it to the new one
        log_of(path).replace(log_of(kept))
    second = kept.with_name(f".{kept.name}.tmp")
    second.unlink(missing_ok=True)
    try:
        os.link(path, second)
    except OSError:  # some file systems have one name per file
        shutil.copy2(path, second)
    second.replace(kept)
    if second.exists():  # both were names of one file already: a rebuild died here, and rename changed nothing
        second.unlink()


def _sync(folder: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
