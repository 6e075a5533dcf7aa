"""Outcomes become sealed JSONL files in the lake.

Every response is on this machine's disk before the next request is sent: the spool is data, checkpoint and negative
cache at once, so no cursor can disagree with it. A part is sealed by hashing it and moving it into
landing/ under a name that carries the hash.
"""

import contextlib
import hashlib
import logging
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from linernotes.config.datasets import Dataset
from linernotes.core.clock import Clock, instant
from linernotes.core.faults import fault_point
from linernotes.core.files import LandedFile
from linernotes.core.values import Failed, Found, Json, Missing, Outcome, Run
from linernotes.landing.fit import fit
from linernotes.landing.lines import LineReader, Reject
from linernotes.storage.ports import Lake

log = logging.getLogger(__name__)
PART_LINES = 2_000
PART_SECONDS = 60.0
ASIDE = 50_000  # parts of a spool beside another one are numbered from here on
HASH_BLOCK = 1 << 20
SPOOL_NAME = re.compile(r"(?P<stem>\d{8}T\d{6}Z_[0-9a-f]{12}-\d{5})_(?P<dataset>\w+)\.spool")
# What can come of encoding a value that no service should send; it must cost its own item, never the run.
UNSTORABLE = (ValueError, TypeError, OverflowError, RecursionError, msgspec.MsgspecError)
STATUSES: dict[type[Outcome], str] = {Found: "found", Missing: "not_found", Failed: "failed"}


class Spool:
    """The open part of the lines that one run adds to one dataset; ``lines`` counts the lines of all parts."""

    def __init__(
        self, lake: Lake, folder: Path, dataset: Dataset, run: Run, clock: Clock, part_lines: int | None = PART_LINES
    ) -> None:
        self._lake, self._dataset, self._run, self._clock = lake, dataset, run, clock
        self._part_limit, self._parent = part_lines, folder
        self._reader = LineReader(dataset, clock.now())
        self._folder = folder / dataset.provider
        self._folder.mkdir(parents=True, exist_ok=True)
        self._part = 0
        self._open: BinaryIO | None = None
        self._opened_at = 0.0
        self._part_lines = 0
        self.lines = 0

    @property
    def origin(self) -> dict[str, str]:
        """Whose answers they are, for the log: the run and the provider."""
        return {"run": self._run.id, "provider": self._dataset.provider}

    def answer(self, outcome: Outcome) -> Outcome:
        """Append one outcome, dated now, and return it as it was recorded.

        A value that breaks the contract is taken out of its record. A record that breaks it all the same is recorded as
        a failure: rejected on loading, its item would be fetched again in every run.
        """
        now = self._clock.now()
        line = outcome_line(outcome, self._dataset, self._run, now)
        self._reader.set_now(now)
        try:
            line, encoded = fit(line, self._reader, self._dataset)
        except Reject as reject:
            outcome = Failed(outcome.item, f"unreadable {reject.field}: {reject.reason}", 200)
            failure = outcome_line(outcome, self._dataset, self._run, now)
            encoded = msgspec.json.encode({**failure, **({"_raw": line["_raw"]} if "_raw" in line else {})})
        except UNSTORABLE:
            outcome = Failed(outcome.item, "unreadable", 200)
            encoded = msgspec.json.encode(outcome_line(outcome, self._dataset, self._run, now))
        if isinstance(outcome, Found):
            outcome = Found(outcome.item, {name: line[name] for name in outcome.record}, outcome.raw)
        self._append(encoded + b"\n", 1)
        fault_point("spooled")
        return outcome

    def line(self, values: Json) -> None:
        """Append one line; it has reached the operating system when this returns, and on disk after ``sync``."""
        self._append(msgspec.json.encode(values) + b"\n", 1)

    def block(self, lines: Sequence[bytes]) -> LandedFile | None:
        """Append many encoded lines at once; returns the part if that filled and landed it."""
        self._append(b"\n".join((*lines, b"")), len(lines))
        return self.seal() if self._part_limit and self._part_lines >= self._part_limit else None

    def sync(self) -> None:
        """Put the appended lines on disk, and seal the part when it is full or old enough."""
        if self._open is None:
            return
        os.fsync(self._open.fileno())
        fault_point("synced")
        if self._part_limit is None:  # its owner seals it
            return
        if self._part_lines >= self._part_limit or self._clock.monotonic() - self._opened_at >= PART_SECONDS:
            self.seal()

    def seal(self) -> LandedFile | None:
        """Land the open part, if there is one."""
        if self._open is None:
            return None
        path = Path(self._open.name)
        self._open.close()
        self._open, self._part_lines = None, 0
        return land_spool(self._lake, self._dataset.provider, path)

    def aside(self) -> "Spool":
        """Another spool of the same run and dataset, whose parts have other names and are sealed by their owner."""
        beside = Spool(self._lake, self._parent, self._dataset, self._run, self._clock, part_lines=None)
        beside._part = ASIDE
        return beside

    def discard(self) -> None:
        """Delete the open part; nothing of it has landed."""
        if self._open is not None:
            self._open.close()
            Path(self._open.name).unlink()
            self.lines -= self._part_lines
            self._open, self._part_lines = None, 0

    def _append(self, text: bytes, lines: int) -> None:
        if self._open is None:
            self._open = self._next_part()
        self._open.write(text)
        self._open.flush()
        self._part_lines += lines
        self.lines += lines

    def _next_part(self) -> BinaryIO:
        self._part += 1
        self._opened_at = self._clock.monotonic()
        name = f"{self._run.stamp}_{self._run.id}-{self._part:05d}_{self._dataset.dataset}.spool"
        return (self._folder / name).open("xb")


def outcome_line(outcome: Outcome, dataset: Dataset, run: Run, at: datetime) -> Json:
    """One landed line: the record's columns when found, always ``_outcome``, and ``_raw`` to be parsed again."""
    mark = {
        "key": outcome.item.key,
        "status": STATUSES[type(outcome)],
        "reason": None,
        "httpStatus": 200,
        "attemptedAt": instant(at),
        "runId": run.id,
    }
    if not isinstance(outcome, Found):
        return {"_outcome": {**mark, "reason": outcome.reason, "httpStatus": outcome.http_status}}
    dated = {dataset.instant: mark["attemptedAt"]} if dataset.instant else {}
    return {**outcome.record, **dated, "_outcome": mark, "_raw": outcome.raw}


def land_spool(lake: Lake, provider: str, path: Path) -> LandedFile | None:
    """Seal one spool file: drop a line torn by a crash, hash the rest, land it under that hash."""
    match = SPOOL_NAME.fullmatch(path.name)
    if match is None:
        raise ValueError(f"{path.name} is not the name of a spool file")
    if _cut_torn_line(path) == 0:  # nothing but a line that was torn by a crash
        path.unlink()
        return None
    name = f"{match['stem']}-{file_hash(path)[:16]}_{match['dataset']}.jsonl"
    file = LandedFile(provider, name)
    fault_point("sealed")
    lake.land(path, file)
    fault_point("landed")
    return file


def salvage(lake: Lake, folder: Path) -> int:
    """Land the spool files of dead runs; returns their number. The caller holds the lease.

    What is not ours is left, and what cannot be landed stays: neither keeps the others from landing.
    """
    salvaged = 0
    for path in sorted(folder.glob("*/*.spool")):
        if not SPOOL_NAME.fullmatch(path.name) or path.is_symlink() or not path.is_file():
            log.warning("%s: not a file of linernotes; left in place", path)
            continue
        try:
            land_spool(lake, path.parent.name, path)
            salvaged += 1
        except OSError as error:
            log.warning("%s: cannot be landed: %s; left in place", path, error.strerror or error)
    return salvaged


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(HASH_BLOCK):
            digest.update(block)
    return digest.hexdigest()


@contextlib.contextmanager
def scratch_folder(folder: Path) -> Iterator[Path]:
    """An empty folder for temporary files, removed afterwards; leftovers of a crash are removed first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _cut_torn_line(path: Path) -> int:
    """Cut the file behind its last newline; returns its size."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        while size > 0:
            start = max(0, size - HASH_BLOCK)
            file.seek(start)
            cut = file.read(size - start).rfind(b"\n") + 1
            if cut:
                file.truncate(start + cut)
                return start + cut
            size = start
        file.truncate(0)
        return 0
