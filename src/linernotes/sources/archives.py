"""The files behind the paths that people give: zips, folders, files and standard input.

Nothing is unpacked to disk, so the names inside a zip cannot point outside it. A file that is encrypted, damaged or
expands too much is listed with the reason; the other files are still read.
"""

import gzip
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple, cast

LARGEST_RATIO = 200  # real histories shrink to a tenth or a twentieth
RATIO_COUNTS_FROM = 1 << 20
LARGEST_TOTAL = 16 << 30  # bytes out of one zip; the longest histories have one GB
MOST_FILES = 10_000
ZIPPED, GZIPPED = (b"PK\x03\x04", b"PK\x05\x06"), b"\x1f\x8b"
ENCRYPTED = 1  # in a zip's flags
AGAIN = "copy it again, or request a new export"
UNPACK = "if you trust it, unpack it yourself and import the folder"

Open = Callable[[], IO[bytes]]


class Unread(NamedTuple):
    """The reason why a file was not read to its end, and a remedy."""

    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """A file that may be a history; ``name`` is ``my.zip/inner.json``, without the folders of this machine.

    ``size`` in bytes is None if only reading shows it, ``most`` limits the bytes read; ``given`` is the path if
    the file itself was given, not a folder or zip around it; ``refused`` is set when it must not be opened.
    """

    name: str
    open: Open
    size: int | None = None
    most: int = LARGEST_TOTAL
    given: str | None = None
    refused: Unread | None = None


@contextmanager
def open_histories(paths: Iterable[str]) -> Iterator[list[HistoryFile]]:
    """Open every file behind the paths; zips stay open until the end."""
    with ExitStack() as resources:
        yield [file for path in paths for file in _files(path, resources)]


def _files(path: str, resources: ExitStack) -> Iterator[HistoryFile]:
    if path == "-":
        yield HistoryFile("-", lambda: sys.stdin.buffer, given="-")
    elif (folder := Path(path)).is_dir():
        top = folder.resolve()
        for inner in sorted(top.rglob("*")):
            if inner.is_file() and not inner.is_symlink():
                yield from _file(inner, str(inner.relative_to(top.parent)), None, resources)
    else:
        yield from _file(folder, folder.name, path, resources)


def _file(path: Path, name: str, given: str | None, resources: ExitStack) -> Iterator[HistoryFile]:
    try:
        size, begins = path.stat().st_size, _first_bytes(path)
    except OSError as error:
        yield _refused_file(path, name, f"cannot open it: {error.strerror}", "check the file's permissions")
        return
    if begins in ZIPPED:
        yield from _zip_members(path, name, resources)
    elif begins[:2] == GZIPPED:
        yield HistoryFile(name, partial(_open_gzip, path), None, _size_limit(size), given)
    else:
        yield HistoryFile(name, lambda: path.open("rb"), size, given=given)


def _zip_members(path: Path, name: str, resources: ExitStack) -> Iterator[HistoryFile]:
    try:
        archive = resources.enter_context(zipfile.ZipFile(path))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        yield _refused_file(path, name, "the zip is damaged or truncated", AGAIN)
        return
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_FILES:
        yield _refused_file(path, name, f"contains more than {MOST_FILES:,} files", UNPACK)
        return
    total = 0
    for member in members:
        total += member.file_size
        yield _member(archive, member, name, total)


def _refused_file(path: Path, name: str, reason: str, remedy: str) -> HistoryFile:
    return HistoryFile(name, lambda: path.open("rb"), refused=Unread(reason, remedy))


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, total: int) -> HistoryFile:
    refused, size = None, member.file_size
    if member.flag_bits & ENCRYPTED:
        refused = Unread("it is encrypted", "unpack it with its password and import the folder")
    elif size > _size_limit(member.compress_size):
        refused = Unread(f"expands to more than {LARGEST_RATIO} times its size", UNPACK)
    elif total > LARGEST_TOTAL:
        refused = Unread(f"its zip expands to more than {LARGEST_TOTAL >> 30} GiB", UNPACK)
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in f"{name}/{member.filename}")
    return HistoryFile(shown, lambda: archive.open(member), size, size, refused=refused)


def _size_limit(compressed: int) -> int:
    return max(compressed * LARGEST_RATIO, RATIO_COUNTS_FROM)


def _open_gzip(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(path))


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as source:
        return source.read(4)
