"""A folder as the lake. Every move is a rename in it, so no file is ever half written or lost between two places."""

import hashlib
import itertools
import logging
import os
import shutil
from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

from linernotes.core.clock import Clock, SystemClock
from linernotes.core.faults import fault_point
from linernotes.core.files import LandedFile, fitting_name, hash_in
from linernotes.core.private import FOLDER
from linernotes.core.values import Run
from linernotes.storage.lakes.folder_lease import folder_lease, unwritable

log = logging.getLogger(__name__)
REASON = ".reason.txt"
PLACES = ("landing", "archive", "rejected")
SETTLED_SECONDS = 1.0  # a file that has not changed for this long is no longer being copied
PATIENCE_SECONDS = 30.0  # one that never settles waits for the next command


class FolderLake:
    """See ``ports.Lake``."""

    def __init__(self, root: Path, clock: Clock | None = None) -> None:
        self._root, self._clock = root, clock or SystemClock()
        self._sealed: set[Path] = set()  # just landed by us: nobody is still writing to them
        self._copies: dict[Path, Path] = {}  # of links in landing/, as they were read
        self._named: set[Path] = set()  # what is no file, said once

    def prepare(self, providers: Iterable[str]) -> None:
        """Make the folders of these providers."""
        try:
            self._root.mkdir(mode=FOLDER, parents=True, exist_ok=True)
            for provider in providers:
                for place in PLACES:
                    (self._root / provider / place).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self._root, error) from None

    def land(self, source: Path, file: LandedFile) -> None:
        """Move a sealed local file into landing/ under its name; one rename on the same disk."""
        target = self._at("landing", file)
        _take_in(source, target)
        self._sealed.add(target)

    def waiting(self) -> list[LandedFile]:
        """The files in landing/ that are no longer growing; waits a moment for those that just changed."""
        files = self._files("landing")
        self._name_strange()
        return [file for file in files if (at := self._at("landing", file)) in self._sealed or self._is_settled(at)]

    def _name_strange(self) -> None:
        """Name what lies in landing/ and is no file: folders, links that lead nowhere, pipes."""
        for path in sorted(self._root.glob("*/landing/*")):
            if not path.name.startswith(".") and not path.is_file() and path not in self._named:
                self._named.add(path)
                kind = "a folder" if path.is_dir() else "a broken link" if path.is_symlink() else "not a file"
                log.warning("ingest: %s is %s and is left in place", path.relative_to(self._root), kind)

    def _is_settled(self, path: Path) -> bool:
        """Whether nobody is still writing to a file: its content is what its name says, or it has not just changed."""
        deadline = self._clock.monotonic() + PATIENCE_SECONDS
        while path.exists() and self._clock.monotonic() < deadline:
            age = self._clock.now().timestamp() - path.stat().st_mtime
            if not 0 <= age < SETTLED_SECONDS or _is_as_named(path):
                return True
            self._clock.pause(SETTLED_SECONDS - age)
        return False

    def archived(self) -> list[LandedFile]:
        """The files in archive/."""
        return [replace(file, place="archive") for file in self._files("archive")]

    def rejected(self) -> list[LandedFile]:
        """The files in rejected/."""
        return [replace(file, place="rejected") for file in self._files("rejected")]

    def replace(self, source: Path, file: LandedFile) -> None:
        """Move a local file over an archived one; one rename on the same disk."""
        _take_in(source, self._at(file.place, file))

    def remove(self, file: LandedFile) -> None:
        """Delete a file, then its reason: no file is ever without one."""
        path = self._at(file.place, file)
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}.reason.txt").unlink(missing_ok=True)
        _sync_to_disk(path.parent)

    def size(self, provider: str) -> int:
        """The stored bytes of a provider's responses."""
        files = [path for place in ("archive", "landing") for path in self._root.glob(f"{provider}/{place}/*")]
        return sum(path.stat().st_size for path in files if _is_data(path))

    def open(self, file: LandedFile, scratch: Path) -> Path:
        """The file itself: it is local already. What a link leads to is copied: it may change or vanish."""
        path = self._at(file.place, file)
        if file.place == "landing" and path.is_symlink():
            suffix = ".gz" if file.name.endswith(".gz") else ""
            self._copies[path] = Path(shutil.copyfile(path, scratch / f"linked{suffix}"))
            return self._copies[path]
        return path

    def archive(self, file: LandedFile, name: str) -> None:
        """Move a file to archive/ under a name that carries its hash; of a link, what was read of it."""
        source, target = self._at("landing", file), self._at("archive", LandedFile(file.provider, name))
        if source.is_symlink():
            _take_in(self._copies.pop(source), target)
            source.unlink()
        else:
            self._move(source, target)

    def restore(self, file: LandedFile) -> None:
        """Move a file back to landing/."""
        target = self._at("landing", file)
        self._move(self._at("archive", file), target)
        self._sealed.add(target)

    def reject(self, file: LandedFile, reason: str) -> None:
        """Move a file to rejected/; the reason is there before the file is, so no file is ever without one."""
        target = self._free_path("rejected", file)
        text = f"{reason}\n".encode("utf-8", "replace")
        target.with_name(f"{target.name}{REASON}").write_bytes(text)
        fault_point("rejecting")
        self._at("landing", file).replace(target)
        _sync_to_disk(target.parent)
        fault_point("rejected")

    def lease(self, run: Run) -> AbstractContextManager[None]:
        """See ``folder_lease``."""
        return folder_lease(self._root, run)

    def _at(self, place: str, file: LandedFile) -> Path:
        return self._root / file.provider / place / file.name

    def _files(self, place: str) -> list[LandedFile]:
        paths = self._root.glob(f"*/{place}/*")
        files = [LandedFile(path.parent.parent.name, path.name) for path in paths if _is_data(path)]
        return sorted(files, key=lambda file: (file.name, file.provider))

    def _move(self, source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.stat().st_dev == target.parent.stat().st_dev:
            source.replace(target)
        else:  # landing/ or archive/ is a link to another disk
            _take_in(source, target)
        _sync_to_disk(target.parent)
        _sync_to_disk(source.parent)

    def _free_path(self, place: str, file: LandedFile) -> Path:
        """A path for the file that is still free: people use the same name every week."""
        path = self._at(place, replace(file, name=_with_room_for_reason("", file.name)))
        path.parent.mkdir(parents=True, exist_ok=True)
        numbers = itertools.count(2)
        while path.exists():
            path = path.with_name(_with_room_for_reason(f"{next(numbers)}-", file.name))
        return path


def _with_room_for_reason(prefix: str, name: str) -> str:
    return fitting_name(prefix, name, REASON).removesuffix(REASON)


def _take_in(source: Path, target: Path) -> None:
    """Move a local file over the target in one step, so that it is only ever visible whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.stat().st_dev != target.parent.stat().st_dev:
        source = Path(shutil.move(source, target.with_name(f".{os.getpid()}.tmp")))
    _sync_to_disk(source)
    source.replace(target)
    _sync_to_disk(target.parent)


def _is_data(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and not path.name.endswith((".tmp", ".reason.txt"))


def _is_as_named(path: Path) -> bool:
    """Whether a file has a name that an earlier command gave it, and all of the content that is named there."""
    start = hash_in(path.name)
    with suppress(OSError):
        if start:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest().startswith(start)
    return False


def _sync_to_disk(path: Path) -> None:
    """Make a file, or the names in a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
