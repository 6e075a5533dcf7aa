"""Marks every call in a file before it is made, so that the calls of a killed run still count.

A cooldown is written to the same file, so that both are recorded together, or neither is.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any

import requests

from linernotes.core.counts import Calls
from linernotes.core.errors import LATER, ServiceDown
from linernotes.core.faults import fault_point
from linernotes.providers.http.transport import Sender

SUFFIX = ".calls"
OWN_NAME = re.compile(r"[0-9a-f]{12}")
CALL = b"."
UNTIL = re.compile(rb"\n(\d{1,12})(?=\n)")


class CallJournal:
    """Appends one byte per attempt: atomic for any number of threads, and in the file at once."""

    def __init__(self, inner: Sender, path: Path) -> None:
        self._inner, self._path = inner, path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The response, after the call is marked.

        Raises:
            ServiceDown: the run is over, and nobody would count the call.
        """
        try:
            self._file.write(CALL)
        except ValueError:  # closed by ``settle`` while a thread was still busy
            raise ServiceDown("the run is over", LATER) from None
        fault_point("called")
        return self._inner.send(request, **options)

    def note_cooldown(self, until: datetime) -> None:
        """Write the end of a cooldown, in whole seconds; it is on disk when this returns."""
        if self._file.closed:  # by ``settle``, while a thread was still busy
            return
        self._file.write(f"\n{ceil(until.timestamp())}\n".encode())
        os.fsync(self._file.fileno())
        fault_point("banned")

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
        if not path.is_file() or not OWN_NAME.fullmatch(path.stem):
            continue
        marked, at = path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC)
        ends = [datetime.fromtimestamp(int(seconds), UTC) for seconds in UNTIL.findall(marked)]
        calls = Calls(path.parent.name, marked.count(CALL), breaker_state=None, cooldown_until=max(ends, default=None))
        yield Unsettled(path.stem, calls, at, path)
