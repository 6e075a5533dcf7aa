"""Marks every call in a file before it is made, so that the calls of a run that is killed still count."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from linernotes.core.counts import Calls
from linernotes.providers.http.transport import Sender

SUFFIX = ".calls"


class CallJournal:
    """Adds one byte per attempt: whole however many threads call, and there as soon as it is written."""

    def __init__(self, inner: Sender, path: Path) -> None:
        self._inner, self._path = inner, path
        self._file = path.open("ab", buffering=0)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The answer."""
        self._file.write(b".")
        return self._inner.send(request, **options)

    def settle(self) -> None:
        """Drop the file: its calls are recorded in the ledger."""
        self._file.close()
        self._path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Unsettled:
    """The calls of a run that died before it recorded them; ``at`` is when it made the last one."""

    run_id: str
    calls: Calls
    at: datetime
    path: Path


def journal_path(folder: Path, provider: str, run_id: str) -> Path:
    """Where a run's calls to a provider are marked."""
    return folder / provider / f"{run_id}{SUFFIX}"


def unsettled(folder: Path) -> Iterator[Unsettled]:
    """The calls that dead runs marked below a folder and never recorded. Only under the lease."""
    for path in sorted(folder.glob(f"*/*{SUFFIX}")):
        marked = path.stat()
        calls = Calls(path.parent.name, marked.st_size, breaker_state=None)
        yield Unsettled(path.stem, calls, datetime.fromtimestamp(marked.st_mtime, UTC), path)
