"""What can be done about rejected lines: look at them, read them again by today's rules, or set them aside for good.

Files are the truth. So a line that has become good is not copied: its whole file is loaded again from archive/, which
gives each of its lines one place, as a rebuild would. What is set aside is a landed line like any other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from linernotes.config.datasets import Dataset
from linernotes.core.clock import instant
from linernotes.core.errors import ConfigurationError
from linernotes.core.files import LandedFile, hash_in
from linernotes.core.text import many, nearest
from linernotes.landing.lines import LineReader
from linernotes.landing.lines import Reject as Refusal
from linernotes.landing.spool import Spool, scratch_folder
from linernotes.landing.unpack import unpack
from linernotes.landing.validate import BYTE_ORDER_MARK
from linernotes.reports.rejects import Reject, RejectFilter, reject_counts, rejects
from linernotes.runs.hub import build, is_built, publish
from linernotes.runs.lifecycle import ensure_ready, ingest_landing, open_session
from linernotes.runs.session import RunSession
from linernotes.sources.privacy import without_private
from linernotes.storage.workspace import Workspace

DISCARDS = "manual/discards"


@dataclass(frozen=True, slots=True)
class Replay:
    """The result of reading rejected lines again; each is ``good`` now, ``bad`` still, or ``gone`` from archive/.

    ``imported`` counts those among the bad ones that are rows of a person's file: only its import can read them again.
    """

    good: int = 0
    bad: int = 0
    imported: int = 0
    gone: int = 0

    @property
    def lines(self) -> int:
        """All lines that were selected."""
        return self.good + self.bad + self.gone


@dataclass(slots=True)
class _Trial:
    """The lines read again so far, and the files of which some line is good now."""

    result: Replay = field(default_factory=Replay)
    files: dict[str, list[tuple[str, LandedFile]]] = field(default_factory=lambda: defaultdict(list))


def list_rejects(workspace: Workspace, wanted: RejectFilter, shown: int) -> tuple[list[Reject], list[str]]:
    """The latest rejected lines that match, without the values of private fields, and lines about those left out."""
    _check(workspace, wanted)
    rows = [_public(row) for row in rejects(workspace.warehouse, wanted, shown)]
    counts, left_out = reject_counts(workspace.warehouse, wanted), list[str]()
    if len(rows) < counts["matching"]:
        left_out.append(f"{len(rows):,} of {counts['matching']:,} listed; --n lists more")
    if counts["replaced"]:
        left_out.append(f"not listed: {many(counts['replaced'], 'row')} of rosters that were imported again since")
    return rows, left_out


def replay_rejects(workspace: Workspace, wanted: RejectFilter, *, dry_run: bool = False) -> Replay:
    """Read rejected lines again by today's rules; those that are good now are loaded. A dry run only counts.

    Raises:
        ConfigurationError: the provider is unknown.
    """
    _check(workspace, wanted)
    ensure_ready(workspace)
    if dry_run:
        with scratch_folder(workspace.settings.home / "dry-run") as scratch:
            return _try_again(workspace, rejects(workspace.warehouse, wanted), scratch).result
    with open_session(workspace, "rejects replay") as session:
        trial = _try_again(workspace, rejects(workspace.warehouse, wanted), workspace.scratch)
        if trial.files:
            _load_again(session, trial)
    return trial.result


def discard_rejects(workspace: Workspace, wanted: RejectFilter, *, dry_run: bool = False) -> tuple[int, int]:
    """Set rejected lines aside for good; returns how many, and how many are left. A dry run only counts.

    Raises:
        ConfigurationError: the provider is unknown.
    """
    _check(workspace, wanted)
    ensure_ready(workspace)
    if dry_run:
        return _discarded_and_left(workspace, wanted)
    with open_session(workspace, "rejects discard") as session:
        rows = rejects(workspace.warehouse, wanted)
        left = _discarded_and_left(workspace, wanted)
        if rows:
            _land_discards(session, rows)
    return left


def _discarded_and_left(workspace: Workspace, wanted: RejectFilter) -> tuple[int, int]:
    counts = reject_counts(workspace.warehouse, wanted)
    return counts["matching"], counts["waiting"] - counts["matching"]


def _check(workspace: Workspace, wanted: RejectFilter) -> None:
    known = sorted({dataset.provider for dataset in workspace.datasets if dataset.pattern})
    if wanted.provider and wanted.provider not in known:
        raise ConfigurationError(f"unknown provider {wanted.provider!r}", nearest(wanted.provider, known))


def _public(row: Reject) -> Reject:
    shown = row.copy()
    shown["raw"] = None if row["raw"] is None else without_private(row["raw"])
    return shown


def _try_again(workspace: Workspace, rows: Iterable[Reject], scratch: Path) -> _Trial:
    """Read the lines in archive/ by today's rules, and write nothing."""
    by_file: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows:
        by_file[row["dataset"], row["fileHash"]].add(row["landedLine"])
    archived = {hash_in(file.name): file for file in workspace.lake.archived()} if by_file else {}
    trial = _Trial()
    for (name, sha256), numbers in by_file.items():
        file = archived.get(sha256[:16])
        if file is None:
            trial.result = replace(trial.result, gone=trial.result.gone + len(numbers))
            continue
        read = _read_again(workspace, workspace.dataset(name), file, numbers, scratch)
        if read.good:
            trial.files[name].append((sha256, file))
        total = trial.result
        trial.result = Replay(total.good + read.good, total.bad + read.bad, total.imported + read.imported, total.gone)
    return trial


def _read_again(
    workspace: Workspace, dataset: Dataset, file: LandedFile, numbers: Collection[int], scratch: Path
) -> Replay:
    """The lines of one file that were rejected, read by today's rules."""
    reader, good, bad, imported = LineReader(dataset, workspace.clock.now()), 0, 0, 0
    for line in _lines(unpack(workspace.lake.open(file, scratch), scratch), numbers):
        try:
            reader.read(line)
            good += 1
        except Refusal as refusal:
            bad += 1
            imported += refusal.mark is not None
    for path in scratch.iterdir():
        path.unlink()
    return Replay(good, bad, imported)


def _lines(path: Path, numbers: Collection[int]) -> Iterator[bytes]:
    with path.open("rb") as source:
        for number, line in enumerate(source, 1):
            if number in numbers:
                yield (line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line).rstrip(b"\n")


def _load_again(session: RunSession, trial: _Trial) -> None:
    """Forget the files with good lines and load them again; after a crash in between, recovery does the rest."""
    workspace, names = session.workspace, set[str]()
    for name, files in trial.files.items():
        workspace.warehouse.forget(workspace.dataset(name), [sha256 for sha256, _ in files])
        for _, file in files:
            workspace.lake.restore(file)
            names.add(f"{file.provider}/{file.name}")
    session.refreshed = session.state = None  # what was loaded from them is gone from the tables
    ingest_landing(session)
    # Their quality was reported when they were first loaded.
    poor = tuple(name for name in session.ingested.poor_files if name not in names)
    session.ingested = replace(session.ingested, poor_files=poor)
    if not is_built(session):
        build(session)
    publish(workspace)


def _land_discards(session: RunSession, rows: Iterable[Mapping[str, object]]) -> None:
    workspace = session.workspace
    dataset, folder = workspace.dataset(DISCARDS), workspace.settings.spool
    spool = Spool(workspace.lake, folder, dataset, session.run, workspace.clock, part_lines=None)
    at = instant(workspace.clock.now())
    for row in rows:
        spool.line({"fileHash": row["fileHash"], "line": row["landedLine"], "discardedAt": at})
    spool.seal()
    ingest_landing(session)
