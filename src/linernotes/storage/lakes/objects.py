"""The objects of one bucket, as the lake and its lease need them: made once, copied once, deleted once.

Every write names the generation it expects. So a write whose response got lost can be sent again: the second is refused
(412), and the sender checks whether the stored object is its own. Only such writes are retried.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import google_crc32c
from google.api_core.exceptions import Forbidden, NotFound, PreconditionFailed
from google.api_core.retry import Retry
from google.auth.transport.requests import AuthorizedSession
from google.cloud.storage import Client
from google.cloud.storage.exceptions import DataCorruption
from google.cloud.storage.retry import DEFAULT_RETRY, ConditionalRetryPolicy, is_generation_specified

from linernotes.config.environments import Bucket
from linernotes.core.errors import ConfigurationError, LinernotesError
from linernotes.storage.google import credentials, translate_errors

RETRY = DEFAULT_RETRY.with_timeout(60.0)  # seconds over all tries of one call
TIMEOUT = (10.0, 60.0)  # seconds to connect, and to wait for data
ROLE = "roles/storage.objectUser"
BLOCK = 1 << 20
LISTED = "items(name,generation,size,crc32c,updated),nextPageToken"


class Taken(Exception):
    """The stored generation is not the expected one; nothing was written."""


class Gone(Exception):
    """The object to be read or copied does not exist."""


@dataclass(frozen=True, slots=True)
class Content:
    """Size and checksum, equal for objects or files with the same bytes."""

    size: int
    crc32c: str


@dataclass(frozen=True, slots=True)
class Stored:
    """One generation of an object."""

    name: str
    generation: int
    content: Content
    updated: datetime | None = None


class Objects:
    """One bucket. ``retry`` says how long and how often a call is retried; None: never."""

    def __init__(self, store: Bucket, retry: Retry | None = RETRY) -> None:
        self._store = store
        self._retry = retry
        self._write_retry = retry and ConditionalRetryPolicy(retry, is_generation_specified, ["query_params"])
        self._server_time = datetime.min.replace(tzinfo=UTC)

    def __str__(self) -> str:
        return self._store.place

    @property
    def now(self) -> datetime:
        """The time of the server's last response: leases are timed by its clock, not by ours."""
        return self._server_time

    def check(self) -> None:
        """Make one call, which fails if the bucket is missing or we have no access."""
        with self._translate_errors("look into"):
            list(self._bucket.list_blobs(max_results=1, fields=LISTED, **self._patience))

    def list_objects(self, glob: str) -> list[Stored]:
        """Every object whose name matches; ``*`` stands for anything but a slash."""
        with self._translate_errors("list"):
            return [_stored(blob) for blob in self._bucket.list_blobs(match_glob=glob, fields=LISTED, **self._patience)]

    def get(self, name: str) -> Stored | None:
        """The object stored under that name now; None if there is none."""
        blob = self._bucket.blob(name)
        with self._translate_errors(f"look for {name} in"):
            try:
                blob.reload(**self._patience)
            except NotFound:
                return None
            return _stored(blob)

    def put(self, name: str, content: Path | bytes, generation: int = 0) -> Stored:
        """Write an object over that generation; 0: only if none exists.

        Raises:
            Taken: another generation is there.
        """
        blob = self._bucket.blob(name)
        expected = {"if_generation_match": generation, "checksum": "crc32c", **self._write_patience}
        with self._translate_errors(f"write {name} to"):
            if isinstance(content, Path):
                blob.upload_from_filename(str(content), content_type="application/octet-stream", **expected)
            else:
                blob.upload_from_string(content, **expected)
            return _stored(blob)

    def copy(self, source: Stored, name: str) -> None:
        """Copy that generation to a name that is still free.

        Raises:
            Taken: the name is not free, or the source was written over.
            Gone: the source does not exist.
        """
        expected = {"if_generation_match": 0, "if_source_generation_match": source.generation}
        with self._translate_errors(f"copy {source.name} in"):
            try:
                self._bucket.copy_blob(
                    self._bucket.blob(source.name), self._bucket, name, **expected, **self._write_patience
                )
            except NotFound:
                raise Gone from None

    def delete(self, stored: Stored) -> None:
        """Delete that generation; it may be gone already.

        Raises:
            Taken: another generation is there.
        """
        with self._translate_errors(f"delete {stored.name} in"):
            try:
                self._bucket.blob(stored.name).delete(if_generation_match=stored.generation, **self._write_patience)
            except NotFound:
                return

    def fetch(self, stored: Stored, path: Path) -> None:
        """Download that generation, byte for byte as it is stored, and verify its checksum.

        Raises:
            Gone: it does not exist any more.
        """
        blob = self._bucket.blob(stored.name, generation=stored.generation)
        with self._translate_errors(f"read {stored.name} from"):
            try:
                blob.download_to_filename(str(path), raw_download=True, checksum="crc32c", **self._patience)
            except NotFound:
                raise Gone from None
            if content_of(path) != stored.content:
                raise DataCorruption(None, "checksum mismatch")

    def read(self, stored: Stored) -> bytes:
        """The bytes of the current generation of a small object; empty if there is none."""
        with self._translate_errors(f"read {stored.name} from"):
            try:
                return bytes(self._bucket.blob(stored.name).download_as_bytes(raw_download=True, **self._patience))
            except NotFound:
                return b""

    @cached_property
    def _bucket(self) -> Any:
        """Opened on first use: a command that does not touch the lake needs no credentials."""
        with translate_errors(f"open {self}"):
            session = AuthorizedSession(credentials(self._store.key_file))
            session.hooks["response"].append(self._read_clock)
            client = Client(project=self._store.project or None, credentials=session.credentials, _http=session)
            return client.bucket(self._store.bucket)

    @property
    def _patience(self) -> dict[str, Any]:
        return {"retry": self._retry, "timeout": TIMEOUT}

    @property
    def _write_patience(self) -> dict[str, Any]:
        return {"retry": self._write_retry, "timeout": TIMEOUT}

    def _read_clock(self, response: Any, *_: Any, **__: Any) -> None:
        if date := response.headers.get("Date"):
            self._server_time = parsedate_to_datetime(date)

    @contextmanager
    def _translate_errors(self, what: str) -> Iterator[None]:
        with translate_errors(f"{what} {self}"):
            try:
                yield
            except PreconditionFailed:
                raise Taken from None
            except NotFound:
                raise ConfigurationError(f"bucket {self} does not exist", "check GCS_BUCKET or --gcs-bucket") from None
            except Forbidden:
                remedy = f"grant this account {ROLE} on the bucket"
                raise ConfigurationError(f"not allowed to {what} {self}", remedy) from None
            except DataCorruption:
                raise LinernotesError(f"{what} {self}: checksum mismatch", "repeat the command") from None


def content_of(data: Path | bytes) -> Content:
    """The size and checksum of a local file or of bytes, as Cloud Storage writes them."""
    if isinstance(data, bytes):
        return Content(len(data), _base64(google_crc32c.Checksum(data)))
    checksum = google_crc32c.Checksum()
    with data.open("rb") as file:
        while block := file.read(BLOCK):
            checksum.update(block)
    return Content(data.stat().st_size, _base64(checksum))


def _base64(checksum: Any) -> str:
    return base64.b64encode(checksum.digest()).decode("ascii")


def _stored(blob: Any) -> Stored:
    return Stored(str(blob.name), int(blob.generation), Content(int(blob.size), str(blob.crc32c)), blob.updated)
