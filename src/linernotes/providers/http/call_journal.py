"""Marks every call in a file before it is made, so that the calls of a killed run still count."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from linernotes.core.counts import Calls
from linernotes.core.errors import LATER, ServiceDown
from linernotes.providers.http.transport import Sender

SUFFIX = ".calls"


class CallJournal:
    """Appends one byte per attempt: atomic for any number of threads, and in the file at once."""

    def __init__(self, inner: Sender, path: Path) -> None:
        self._inner, self._path = inner, path
        self._file = path.open("ab", buffering=0)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The response, after the call is marked.

        Raises:
            ServiceDown: the run is over, and nobody would count the call.
        """
        try:
            self._file.write(b".")
        except ValueError:  # closed by ``settle`` while a thread was still busy
            raise ServiceDown("the run is over", LATER) from None
        return self._inner.send(request, **options)

    def settle(self) -> None:
        """Drop the file: its calls are recorded in the ledger."""
        self._file.close()
        self._path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Unsettled:
    """The calls of a run that died before it recorded them; ``at`` is the time of the last one."""

    run_id: str
    calls: Calls
    at: datetime
    path: Path


def journal_path(folder: Path, provider: str, run_id: str) -> Path:
    """The file that marks a run's calls to a provider."""
    return folder / provider / f"{run_id}{SUFFIX}"


def unsettled_calls(folder: Path) -> Iterator[Unsettled]:
    """The calls that dead runs marked below a folder and never recorded. The caller holds the lease."""
    for path in sorted(folder.glob(f"*/*{SUFFIX}")):
        marked = path.stat()
        calls = Calls(path.parent.name, marked.st_size, breaker_state=None)
        yield Unsettled(path.stem, calls, datetime.fromtimestamp(marked.st_mtime, UTC), path)
