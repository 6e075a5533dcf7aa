"""Files on their way from a lake into a warehouse."""

import os
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from linernotes.core.values import Run

LONGEST_NAME = 255  # bytes, on every usual file system
HASH_IN_NAME = re.compile(r"(?:^|-)([0-9a-f]{16})_")


def hash_in(name: str) -> str | None:
    """The start of the hash of its content in the name of a file that we have landed or archived; None without one."""
    match = HASH_IN_NAME.search(name)
    return match[1] if match else None


def fitting_name(prefix: str, name: str, suffix: str = "") -> str:
    """A file name made longer by ``prefix`` and ``suffix``; of the name itself the beginning goes, if it has to.

    Its end says which dataset it is.
    """
    room = LONGEST_NAME - len(os.fsencode(prefix)) - len(os.fsencode(suffix))
    kept = os.fsencode(name)[-room:] if room > 0 else b""
    while kept and kept[0] & 0xC0 == 0x80:  # not in the middle of a character
        kept = kept[1:]
    return f"{prefix}{os.fsdecode(kept)}{suffix}"


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A sealed file in a lake: the provider's folder, its name, where in it the file lies, and its size if known."""

    provider: str
    name: str
    place: Literal["landing", "archive", "rejected"] = "landing"
    size: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Part:
    """Clean JSONL files bound for one table: every line has exactly the columns of ``table``'s contract."""

    dataset: str
    paths: tuple[Path, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A landed file after validation, ready to be loaded as a whole or not at all.

    Every line (``lines``) is a record (``found``), an outcome without one, or rejected (``rejected``). ``stamp`` and
    ``written_by`` are the start and the id of the run that wrote it; ``run`` is the one that loads it.
    """

    file: LandedFile
    dataset: str
    sha256: str
    stamp: datetime | None
    written_by: str
    lines: int
    found: int
    rejected: int
    parts: tuple[Part, ...]
    run: Run

    @property
    def accepted(self) -> int:
        """Lines that are loaded."""
        return self.lines - self.rejected


@dataclass(frozen=True, slots=True)
class LoadResult:
    """``known`` is true when the warehouse already held the file's content and nothing was written."""

    known: bool
    sequence: int
