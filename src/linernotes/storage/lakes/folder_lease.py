"""The lease on a folder: a lock on a file beside it, for one writer at a time."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linernotes.core.errors import Busy, ConfigurationError
from linernotes.core.values import Run


@contextmanager
def folder_lease(root: Path, run: Run) -> Iterator[None]:
    """A lock that the kernel releases when its holder dies, however it dies.

    Raises:
        Busy: another process holds it; the message names the holder.
    """
    path = root.parent / "lease.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise unwritable(path.parent, error) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "another process"
            raise Busy(f"{root} is in use by {holder}", "wait until it finishes, then repeat the command") from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()} on {socket.gethostname()}, run {run.id}")
        lock.flush()
        yield
        lock.truncate(0)


def unwritable(path: Path, error: OSError) -> ConfigurationError:
    """The error for a folder that cannot be written to."""
    return ConfigurationError(f"cannot write to {path}: {error.strerror}", "check the folder, or set LINERNOTES_HOME")
