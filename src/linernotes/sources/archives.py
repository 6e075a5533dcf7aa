"""The files behind the paths that people give: zips (also within zips), workbooks, folders, files and standard input.

The names inside a zip lead nowhere: nothing is unpacked to disk under a name. (A zip within a zip is kept in a nameless
temporary file while it is read.) A file that is encrypted, damaged or expands too much is listed with the reason; the
other files are still read.
"""

import gzip
import io
import lzma
import shutil
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple, cast

LARGEST_RATIO = 200  # real histories shrink to a tenth or a twentieth
RATIO_COUNTS_FROM = 1 << 20
LARGEST_TOTAL = 16 << 30  # bytes out of one zip; the longest histories have one GB
MOST_FILES = 10_000
DEEPEST = 3  # zips around a file: Apple and Google send a zip in a zip
ZIPPED, GZIPPED = (b"PK\x03\x04", b"PK\x05\x06"), b"\x1f\x8b"
NO_CLOCK = (1980, 1, 1, 23, 59, 59)  # what tools write that keep no time
ENCRYPTED = 1  # in a zip's flags
KIND = "mimetype"  # of an OpenDocument file
WORKBOOK = "xl/workbook.xml"
AGAIN = "copy it again, or request a new export"
UNPACK = "if you trust it, unpack it yourself and import the folder"
# Whatever the zip module and its decompressors say of a file that is damaged, encrypted or packed in an unknown way.
DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(ValueError, NotImplementedError, RuntimeError),
)

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
    ``modified`` is the time of the file or of its zip's entry, in seconds since 1970.
    """

    name: str
    open: Open
    size: int | None = None
    most: int = LARGEST_TOTAL
    given: str | None = None
    refused: Unread | None = None
    modified: float | None = None


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
        status, begins = path.stat(), _first_bytes(path)
    except OSError as error:
        yield _refused_file(name, f"cannot open it: {error.strerror}", "check the file's permissions")
        return
    size, modified = status.st_size, status.st_mtime
    if begins in ZIPPED:
        for file in Zip(name, resources, Budget()).files(path, given):
            yield file if file.modified else replace(file, modified=modified)
    elif begins[:2] == GZIPPED:
        yield HistoryFile(name, partial(_open_gzip, path), None, _size_limit(size), given, modified=modified)
    else:
        yield HistoryFile(name, lambda: path.open("rb"), size, given=given, modified=modified)


def _refused_file(name: str, reason: str, remedy: str, given: str | None = None) -> HistoryFile:
    return HistoryFile(name, io.BytesIO, given=given, refused=Unread(reason, remedy))


@dataclass(slots=True)
class Budget:
    """What may still come out of one zip, with all zips within it."""

    size: int = 0
    files: int = 0

    def spend(self, size: int) -> bool:
        """Count a file; whether it still fits."""
        self.size += size
        return self.size <= LARGEST_TOTAL


@dataclass(frozen=True, slots=True)
class Zip:
    """A zip on disk or within another one, ``depth`` zips below the one that was given."""

    name: str
    resources: ExitStack
    budget: Budget
    depth: int = 1

    def files(self, source: Path | IO[bytes], given: str | None = None) -> Iterator[HistoryFile]:
        """Its files, those of zips within it, and the sheets of a workbook."""
        try:
            archive = self.resources.enter_context(zipfile.ZipFile(source))
        except DAMAGES:
            yield _refused_file(self.name, "the zip is damaged or truncated", AGAIN)
            return
        members = [member for member in archive.infolist() if not member.is_dir()]
        self.budget.files += len(members)
        if self.budget.files > MOST_FILES:
            yield _refused_file(self.name, f"contains more than {MOST_FILES:,} files", UNPACK)
        elif any(member.filename == KIND and b"spreadsheet" in _beginning(archive, member, 99) for member in members):
            yield _refused_file(self.name, "a workbook in OpenDocument format", "save the sheet as CSV")
        elif any(member.filename == WORKBOOK for member in members):
            yield from self._sheets(archive, members, given)
        else:
            for member in members:
                yield from self._member(archive, member)

    def _sheets(
        self, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], given: str | None
    ) -> Iterator[HistoryFile]:
        from linernotes.sources.workbooks import sheets  # noqa: PLC0415 - it needs an extra

        if refused := next(filter(None, map(self._refusal, members)), None):
            yield _refused_file(self.name, refused.reason, refused.remedy)
            return
        yield from sheets(archive, self.name, given)

    def _member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[HistoryFile]:
        shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in f"{self.name}/{member.filename}")
        size, refused, modified = member.file_size, self._refusal(member), _time_of(member)
        begins = b"" if refused else _beginning(archive, member)
        if begins in ZIPPED:
            yield from self._inner(archive, member, shown)
        elif begins[:2] == GZIPPED:
            opened = partial(_open_gzip_member, archive, member)
            yield HistoryFile(shown, opened, None, _size_limit(size), refused=refused, modified=modified)
        else:
            yield HistoryFile(shown, lambda: archive.open(member), size, size, refused=refused, modified=modified)

    def _inner(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, shown: str) -> Iterator[HistoryFile]:
        if self.depth >= DEEPEST:
            yield _refused_file(shown, f"lies within more than {DEEPEST} zips", UNPACK)
            return
        copy = self.resources.enter_context(TemporaryFile())  # noqa: SIM115 - it is the stack's, until the end
        try:
            with archive.open(member) as source:
                shutil.copyfileobj(source, copy)
        except DAMAGES:
            yield _refused_file(shown, "the zip is damaged or truncated", AGAIN)
            return
        yield from Zip(shown, self.resources, self.budget, self.depth + 1).files(cast("IO[bytes]", copy))

    def _refusal(self, member: zipfile.ZipInfo) -> Unread | None:
        fits = self.budget.spend(member.file_size)
        if member.flag_bits & ENCRYPTED:
            return Unread("it is encrypted", "unpack it with its password and import the folder")
        if member.file_size > _size_limit(member.compress_size):
            return Unread(f"expands to more than {LARGEST_RATIO} times its size", UNPACK)
        return None if fits else Unread(f"its zip expands to more than {LARGEST_TOTAL >> 30} GiB", UNPACK)


def _time_of(member: zipfile.ZipInfo) -> float | None:
    """The time of an entry, which zips keep in the local time of whoever packed them; None for that of no clock."""
    try:
        return datetime(*member.date_time).timestamp() if member.date_time > NO_CLOCK else None  # noqa: DTZ001
    except (ValueError, OverflowError, OSError):
        return None


def _beginning(archive: zipfile.ZipFile, member: zipfile.ZipInfo, size: int = 4) -> bytes:
    try:
        with archive.open(member) as source:
            return source.read(size)
    except DAMAGES:
        return b""  # told when it is read


def _size_limit(compressed: int) -> int:
    return max(compressed * LARGEST_RATIO, RATIO_COUNTS_FROM)


def _open_gzip(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(path))


def _open_gzip_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(fileobj=archive.open(member)))


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as source:
        return source.read(4)
