"""A listening history is private: folders and files of a home belong to one account, on homes that exist too."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER, FILE = 0o700, 0o600
OTHERS = 0o077


@contextmanager
def private_files() -> Iterator[None]:
    """Whatever is made until the end of the block, also by libraries, is for this account alone."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def make_private(*paths: Path) -> None:
    """Take what exists from everybody else; where the file system knows no owners, nothing changes."""
    for path in paths:
        with suppress(OSError):
            if path.stat().st_mode & OTHERS:
                path.chmod(FOLDER if path.is_dir() else FILE)
