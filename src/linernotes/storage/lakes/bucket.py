"""A bucket as the lake. A move is a copy and a delete, each safe to repeat; no object is ever visible half written."""

import contextlib
import itertools
import tempfile
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Literal

from google.api_core.retry import Retry

from linernotes.config.environments import Bucket
from linernotes.core.errors import LinernotesError
from linernotes.core.files import LandedFile
from linernotes.core.values import Run
from linernotes.storage.lakes.bucket_lease import TTL_SECONDS, Lease
from linernotes.storage.lakes.objects import RETRY, Content, Gone, Objects, Stored, Taken, content_of

AGAIN = "repeat the command; it reads the bucket again"


class BucketLake:
    """See ``ports.Lake``. Tests, which do not wait, set ``retry`` and ``ttl`` (seconds)."""

    def __init__(self, store: Bucket, retry: Retry | None = RETRY, ttl: float = TTL_SECONDS) -> None:
        self._objects = Objects(store, retry)
        self._ttl = ttl
        self._seen: dict[str, Stored] = {}  # from listings, to save a call per object
        self._prepared = False

    def prepare(self, providers: Iterable[str]) -> None:
        """Check once that the bucket exists; it needs no folders. Taking the lease checks it too."""
        if not self._prepared:
            self._objects.check()
            self._prepared = True

    def land(self, source: Path, file: LandedFile) -> None:
        """Upload a sealed local file under its name, then remove it here."""
        path = _path("landing", file)
        try:
            self._seen[path] = self._objects.put(path, source)
        except Taken:
            self._expect(path, content_of(source))
        source.unlink()

    def waiting(self) -> list[LandedFile]:
        """The files in landing/, in one listing for all providers."""
        return self._files("landing")

    def archived(self) -> list[LandedFile]:
        """The files in archive/, in one listing for all providers."""
        return self._files("archive")

    def rejected(self) -> list[LandedFile]:
        """The files in rejected/, in one listing for all providers."""
        return self._files("rejected")

    def replace(self, source: Path, file: LandedFile) -> None:
        """Upload a local file over the generation that was read, then remove it here."""
        path = _path(file.place, file)
        try:
            self._seen[path] = self._objects.put(path, source, self._find(path).generation)
        except Taken:
            self._expect(path, content_of(source))
        source.unlink()

    def remove(self, file: LandedFile) -> None:
        """Delete an object, then its reason."""
        path = _path(file.place, file)
        for name in (path, f"{path}.reason.txt"):
            if stored := self._objects.get(name):
                self._objects.delete(stored)
        self._seen.pop(path, None)

    def size(self, provider: str) -> int:
        """The bytes of a provider's responses, in one listing for each place."""
        found = [
            stored for place in ("archive", "landing") for stored in self._objects.list_objects(f"{provider}/{place}/*")
        ]
        return sum(stored.content.size for stored in found if _is_data(stored.name))

    def open(self, file: LandedFile, scratch: Path) -> Path:
        """Download into ``scratch``, under a name that no engine mistakes for a pattern."""
        stored = self._find(_path(file.place, file))
        suffix = ".jsonl.gz" if file.name.endswith(".gz") else ".jsonl"
        with tempfile.NamedTemporaryFile(dir=scratch, prefix="lake-", suffix=suffix, delete=False) as made:
            path = Path(made.name)
        try:
            self._objects.fetch(stored, path)
        except Gone:
            raise self._vanished_error(stored.name) from None
        return path

    def archive(self, file: LandedFile, name: str) -> None:
        """Move a file to archive/ under a name that carries its hash."""
        self._move(_path("landing", file), f"{file.provider}/archive/{name}")

    def restore(self, file: LandedFile) -> None:
        """Move a file back to landing/."""
        self._move(_path("archive", file), _path("landing", file))

    def reject(self, file: LandedFile, reason: str) -> None:
        """Move a file to rejected/; the reason is there before the file is, and reserves its name."""
        source = self._find(_path("landing", file))
        said = f"{reason}\n".encode()
        for number in itertools.count(1):
            target = f"{file.provider}/rejected/{f'{number}-' if number > 1 else ''}{file.name}"
            if self._reserve(target, said, source) and self._copy(source, target):
                self._remove(source)
                return

    def lease(self, run: Run) -> AbstractContextManager[None]:
        """An object in the bucket that one writer can hold at a time."""
        self._prepared = True  # without a bucket there is no lease
        return Lease(self._objects, run, self._ttl)

    def _reserve(self, target: str, reason: bytes, source: Stored) -> bool:
        path = f"{target}.reason.txt"
        try:
            self._objects.put(path, reason)
        except Taken:  # by another file of that name, or by this one in a run that died half way
            there, at_target = self._objects.get(path), self._objects.get(target)
            same_file = at_target is None or at_target.content == source.content
            return same_file and there is not None and there.content == content_of(reason)
        return True

    def _move(self, source_path: str, target: str) -> None:
        source = self._find(source_path)
        if not self._copy(source, target):
            raise LinernotesError(f"{self._objects}/{target} exists with different content than {source_path}", AGAIN)
        self._remove(source)

    def _copy(self, source: Stored, target: str) -> bool:
        """Whether ``target`` now has the content of ``source``, whoever copied it; False if it has another."""
        try:
            self._objects.copy(source, target)
        except (Taken, Gone):
            there = self._objects.get(target)
            if there is None:  # so the source has changed or was moved
                raise self._vanished_error(source.name) from None
            return there.content == source.content
        return True

    def _remove(self, source: Stored) -> None:
        with contextlib.suppress(Taken):  # a new file was put there meanwhile; it is loaded in its turn
            self._objects.delete(source)
        self._seen.pop(source.name, None)

    def _expect(self, path: str, content: Content) -> None:
        there = self._objects.get(path)
        if there is None or there.content != content:
            raise LinernotesError(f"{self._objects}/{path} exists with different content", AGAIN)
        self._seen[path] = there

    def _find(self, path: str) -> Stored:
        stored = self._seen.get(path) or self._objects.get(path)
        if stored is None:
            raise self._vanished_error(path)
        return stored

    def _vanished_error(self, path: str) -> LinernotesError:
        self._seen.pop(path, None)
        return LinernotesError(f"{self._objects}/{path} was changed or deleted meanwhile", AGAIN)

    def _files(self, place: Literal["landing", "archive", "rejected"]) -> list[LandedFile]:
        found = [stored for stored in self._objects.list_objects(f"*/{place}/*") if _is_data(stored.name)]
        self._seen.update({stored.name: stored for stored in found})
        files = [replace(_file(stored.name), place=place, size=stored.content.size) for stored in found]
        return sorted(files, key=lambda file: (file.name, file.provider))


def _path(place: str, file: LandedFile) -> str:
    return f"{file.provider}/{place}/{file.name}"


def _file(path: str) -> LandedFile:
    provider, _, name = path.split("/", 2)
    return LandedFile(provider, name)


def _is_data(path: str) -> bool:
    name = PurePosixPath(path).name if not path.endswith("/") else "."  # an object that represents a folder
    return not name.startswith(".") and not name.endswith((".tmp", ".reason.txt"))
