"""Turns a landed file into clean files that an engine loads without checks: validated, hashed and split in Python.

Engines check nothing. DuckDB's ``read_json`` has no reject table, inserts ghost rows under
``ignore_errors``, turns 55.7 into 56, reads ``*.jsonl`` as a glob and accepts a wrong gzip checksum.
A large file is cut into chunks that are validated side by side, so memory does not grow with the file.
"""

import gc
import hashlib
import multiprocessing
import os
import re
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any

import msgspec

from linernotes.config.datasets import Dataset
from linernotes.core.errors import UnreadableFile
from linernotes.core.files import LandedFile, Part, StagedFile
from linernotes.core.values import Run
from linernotes.landing.lines import LineReader, Reject
from linernotes.landing.unpack import unpack

CHUNK_BYTES = 1 << 20  # larger blocks cost more in page faults than they save in files
BINARY_BYTES = 4096  # at the start of a file; text has no NUL in them
LONGEST_LINE = 16 << 20  # the largest object DuckDB reads, and small enough for BigQuery
WORTH_PROCESSES = 48 << 20  # below it, starting processes costs more than they save
RAW_CHARACTERS = 65_536
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
OWN_NAME = re.compile(r"(\d{8}T\d{6}Z)_([0-9a-f]{12})-\d{5}-[0-9a-f]{16}_")
KINDS = ("records", "attempts", "rejects")


Reparse = Callable[[Path], Path]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines of a file; ``first_line`` counts from 1."""

    path: Path
    offset: int
    length: int
    first_line: int


@dataclass(frozen=True, slots=True)
class Job:
    """A landed file to validate: its contract, the run that loads it, the present, and a folder for clean files."""

    file: LandedFile
    dataset: Dataset
    run: Run
    now: datetime
    scratch: Path


@dataclass(frozen=True, slots=True)
class Clean:
    """The clean files of one chunk and their rows, by kind; ``parsed`` counts lines that were JSON objects at all."""

    paths: Mapping[str, Path]
    rows: Mapping[str, int]
    lines: int
    parsed: int


def stage(path: Path, job: Job, reparse: Reparse | None = None) -> StagedFile:
    """Validate a whole file; accepted lines are rewritten with the contract's columns and nothing else.

    ``reparse`` gives another file to read in place of the unpacked one; the hash stays that of the file itself.

    Raises:
        UnreadableFile: it is empty, binary, truncated, or holds no line of JSON.
    """
    plain = unpack(path, job.scratch)
    digest = hashlib.sha256()
    chunks = survey(plain, digest)
    if reparse:
        deque(chunks, maxlen=0)
        chunks = survey(reparse(plain), hashlib.sha256())
    with _workers(plain.stat().st_size) as workers:
        cleaned = list(workers(clean_chunk, ((job, chunk) for chunk in chunks)))
    if not any(clean.parsed for clean in cleaned):
        raise UnreadableFile("no line is a JSON object")
    return _staged_file(job, digest.hexdigest(), cleaned)


def stamp_of(name: str) -> datetime | None:
    """The start of the run that wrote a file, from its name; None for files named by people."""
    own = OWN_NAME.match(name)
    return datetime.strptime(own[1] + "+0000", "%Y%m%dT%H%M%SZ%z") if own else None


def survey(path: Path, digest: "hashlib._Hash") -> Iterator[Chunk]:
    """The chunks of a file, which also feed ``digest``; one block at a time is in memory."""
    offset, line, block = 0, 1, bytearray(CHUNK_BYTES)
    with path.open("rb", buffering=0) as source:
        while length := _whole_lines(source, offset, block):
            if block.find(b"\0", 0, min(length, BINARY_BYTES)) >= 0:
                raise UnreadableFile("binary file, not text")
            digest.update(memoryview(block)[:length])
            yield Chunk(path, offset, length, line)
            offset += length
            line += block.count(b"\n", 0, length)
    if not offset:
        raise UnreadableFile("empty file")


def clean_chunk(work: tuple[Job, Chunk]) -> Clean:
    """Validate the lines of one chunk and write its clean files; runs in a process of its own for large files."""
    job, chunk = work
    reader = LineReader(job.dataset, job.now)
    kept: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    lines = unreadable = 0
    for number, line in enumerate(_lines(chunk), chunk.first_line):
        if not line or line.isspace():
            continue
        lines += 1
        try:
            record, attempt = reader.read(line)
        except Reject as reject:
            unreadable += not reject.readable
            kept["rejects"].append(_reject_row(job, reject, line, number))
            continue
        if record is not None:
            record._line = number
            reader.derive(record)
            kept["records"].append(record)
        elif attempt is not None:
            attempt.line = number
            kept["attempts"].append(attempt)
    return Clean(_write_rows(kept, job), {kind: len(kept[kind]) for kind in KINDS}, lines, lines - unreadable)


def _reject_row(job: Job, reject: Reject, line: bytes, number: int) -> dict[str, Any]:
    mark = reject.mark
    raw = mark.raw if mark else line.decode("utf-8", "backslashreplace")
    return {
        "file": mark.file if mark else job.file.name,
        "line": mark.line if mark else number,
        "field": reject.field,
        "reason": reject.reason,
        "raw": raw[:RAW_CHARACTERS],
        "rejectedAt": job.run.started_at,
        "runId": job.run.id,
        "_line": number,
    }


def _write_rows(kept: Mapping[str, list[Any]], job: Job) -> dict[str, Path]:
    """One file per process and kind: engines read a few large files faster than hundreds of small ones."""
    paths, encoder = {}, msgspec.json.Encoder()
    for kind, rows in kept.items():
        if rows:
            paths[kind] = job.scratch / f"{os.getpid()}-{kind}.jsonl"
            with paths[kind].open("ab") as clean:
                clean.write(encoder.encode_lines(rows))
    return paths


def _staged_file(job: Job, sha256: str, cleaned: list[Clean]) -> StagedFile:
    file, dataset, run = job.file, job.dataset, job.run
    lines = sum(clean.lines for clean in cleaned)
    tables = {"records": dataset.name, "attempts": "ops/attempts", "rejects": "ops/rejects"}
    rows = {kind: sum(clean.rows[kind] for clean in cleaned) for kind in KINDS}
    parts = tuple(
        Part(tables[kind], tuple(sorted({clean.paths[kind] for clean in cleaned if kind in clean.paths})), rows[kind])
        for kind in KINDS
        if rows[kind]
    )
    stamp, wrote = _origin_of(file.name, run)
    return StagedFile(file, dataset.name, sha256, stamp, wrote, lines, rows["records"], rows["rejects"], parts, run)


def _origin_of(name: str, run: Run) -> tuple[datetime | None, str]:
    """Start and id of the run that wrote a file, from its name; files named by people count as this run's."""
    own = OWN_NAME.match(name)
    return stamp_of(name), own[2] if own else run.id


def _lines(chunk: Chunk) -> list[bytes]:
    with chunk.path.open("rb") as source:
        source.seek(chunk.offset)
        block = source.read(chunk.length)
    return (block.removeprefix(BYTE_ORDER_MARK) if chunk.offset == 0 else block).split(b"\n")


def _whole_lines(source: FileIO, offset: int, block: bytearray) -> int:
    """Fill the block from ``offset`` on; returns how many bytes are whole lines, 0 at the end of the file."""
    source.seek(offset)
    filled = source.readinto(block)
    cut = block.rfind(b"\n", 0, filled) + 1
    if filled - cut > LONGEST_LINE:
        raise UnreadableFile(f"a line is longer than {LONGEST_LINE >> 20} MiB")
    if filled < len(block) or cut:
        return filled if filled < len(block) else cut
    block.extend(bytes(min(len(block), LONGEST_LINE + 1 - len(block))))  # a line longer than the block
    return _whole_lines(source, offset, block)


Workers = Callable[[Callable[[tuple[Job, Chunk]], Clean], Iterable[tuple[Job, Chunk]]], Iterable[Clean]]


@contextmanager
def _workers(size: int) -> Iterator[Workers]:
    """``map``, over processes where the file is worth them; they start while the file is being hashed."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if size < WORTH_PROCESSES or cores < 2:
        yield map
        return
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        _warm(pool, cores)
        yield pool.map


def _warm(pool: Executor, processes: int) -> None:
    # They inherit what is blocked: Ctrl-C reaches every process of a terminal, and only this one knows what to do.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        for _ in range(processes):
            pool.submit(_disable_garbage_collector)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _disable_garbage_collector() -> None:
    """Save a tenth of the time: rows hold no cycles to look for."""
    gc.disable()
