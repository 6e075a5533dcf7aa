"""Delete data by provider, age, artist or track, from files, tables and copies.

The files in archive/ are the source of truth, so they change first; the rows loaded from them are then deleted together
with their manifest row, and recovery loads the rest of the files as it would after any loss. A crash between two steps
loses nothing and loads nothing twice, and the same command continues where it stopped: see docs/decisions/0013.
"""

import gzip
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linernotes.core import sql
from linernotes.core.faults import fault_point
from linernotes.core.files import LandedFile, hash_in
from linernotes.landing.ingest import dataset_of
from linernotes.landing.spool import file_hash, scratch_folder
from linernotes.landing.unpack import unpack
from linernotes.landing.validate import stamp_of
from linernotes.runs.hub import build, is_built, publish
from linernotes.runs.lifecycle import open_session, recover
from linernotes.runs.purge_criteria import EVER, Criteria
from linernotes.runs.session import RunSession
from linernotes.storage.workspace import Workspace

FILES_AT_ONCE = 500
FORGOTTEN = "deleted with what it was about"


@dataclass(frozen=True, slots=True)
class Deletion:
    """The data to delete: lines by the hash of their file, whole rejected files, and row counts by table.

    ``alerts`` keep their row, which says whether people were told, and lose the text that names somebody.
    """

    lines: dict[str, set[int]] = field(default_factory=dict)
    datasets: dict[str, str] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    rejected: list[LandedFile] = field(default_factory=list)
    alerts: list[Mapping[str, Any]] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)

    def report(self) -> list[dict[str, Any]]:
        """Return the counts of rows and files, for display."""
        rows = [{"what": f"rows of {table}", "number": number} for table, number in sorted(self.rows.items())]
        files = {
            "files deleted from archive/": len(self.whole),
            "files in archive/ rewritten without some lines": len(self.lines) - len(self.whole),
            "files deleted from rejected/": len(self.rejected),
        }
        return [*rows, *({"what": what, "number": number} for what, number in files.items() if number)]


def find(workspace: Workspace, criteria: Criteria) -> Deletion:
    """Find the loaded data that matches; reads only."""
    deletion, known = Deletion(), workspace.settings.configs.datasets
    manifest = {row["fileHash"]: row for row in workspace.warehouse.rows(sql.read("runs/purge_files"))}
    for table, row, by_file in _candidates(workspace, criteria):
        file = manifest.get(row["_fileHash"])
        dataset = known.get(file["dataset"]) if file else None
        if not file or not dataset or not criteria.covers(dataset, dataset.provider):
            continue
        if by_file and file["age"] >= criteria.before:
            continue
        deletion.rows[table] += 1
        deletion.rows[dataset.table] += bool(row.get("found"))
        deletion.lines.setdefault(row["_fileHash"], set()).add(row["_line"])
        deletion.datasets[row["_fileHash"]] = dataset.name
    deletion.whole.update(sha256 for sha256, lines in deletion.lines.items() if len(lines) >= manifest[sha256]["lines"])
    deletion.rejected.extend(_rejected_files(workspace, criteria))
    deletion.alerts.extend(_alerts(workspace, criteria))
    deletion.rows.update({"lake_ops__alerts": len(deletion.alerts)} if deletion.alerts else {})
    return deletion


def purge(workspace: Workspace, criteria: Criteria) -> Deletion:
    """Delete the matching data from the archive, the tables, the hub and the copies of both; returns what it deleted.

    Repeating it after a crash does the rest.
    """
    workspace.clock.stop_on_signals()
    with open_session(workspace, "purge") as session:
        gone = deletion = find(workspace, criteria)
        if gone.alerts:  # first: the names that they are known by go with the files
            workspace.warehouse.put(workspace.dataset("ops/alerts"), gone.alerts)
        while deletion.lines:  # a second round only after a purge that died: its rewritten files are loaded by now
            _purge_files(session, deletion)
            deletion = find(workspace, criteria)
        for file in gone.rejected:
            workspace.lake.remove(file)
        if not is_built(session):
            build(session)
        workspace.warehouse.discard_previous()
        fault_point("discarded")
        publish(workspace)
    return gone


def _candidates(workspace: Workspace, criteria: Criteria) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Table, file and line of every candidate; the last value says whether its age is that of its file."""
    given = criteria.parameters
    queries = [
        ("lake_ops__attempts", sql.read("runs/purge_answers"), False),
        ("lake_ops__rejects", sql.read("runs/purge_rejects"), True),
    ]
    if criteria.forget:
        others = [dataset for dataset in workspace.datasets if dataset.pattern and not dataset.entity]
        queries += [(dataset.table, criteria.lines_of(dataset), dataset.instant is None) for dataset in others]
    for table, query, by_file in queries:
        yield from ((table, row, by_file) for row in workspace.warehouse.rows(query, **given))


def _rejected_files(workspace: Workspace, criteria: Criteria) -> Iterator[LandedFile]:
    """The unreadable files to delete: all of them or, with an artist, those whose text mentions it."""
    for file in workspace.lake.rejected():
        stamp = stamp_of(file.name)
        old = criteria.before == EVER or (stamp is not None and stamp < criteria.before)
        if (
            old
            and criteria.covers(dataset_of(file, workspace.datasets), file.provider)
            and _mentions_artist(workspace, file, criteria)
        ):
            yield file


def _alerts(workspace: Workspace, criteria: Criteria) -> Iterator[Mapping[str, Any]]:
    """Alerts about imported figures of the artist or track, without their text; one that still holds gets it again."""
    if criteria.forget and criteria.subjects:
        given = {"subjects": list(criteria.subjects), "forgotten": FORGOTTEN}
        for row in workspace.warehouse.rows(sql.read("runs/purge_alerts"), **given):
            yield row | {"finding": FORGOTTEN, "look": "linernotes alert"}


def _mentions_artist(workspace: Workspace, file: LandedFile, criteria: Criteria) -> bool:
    if not criteria.keys:
        return True
    with scratch_folder(workspace.settings.home / "looked-into") as scratch:
        text = workspace.lake.open(file, scratch).read_bytes()
    return any(word.encode() in text for word in criteria.parameters["words"])


def _purge_files(session: RunSession, deletion: Deletion) -> None:
    """Rewrite a batch of files, delete the rows loaded from them and load the rest of them; then the next batch."""
    workspace, hashes = (
        session.workspace,
        sorted(deletion.lines, key=lambda sha256: _order(session.workspace, deletion.datasets[sha256])),
    )
    for start in range(0, len(hashes), FILES_AT_ONCE):
        batch = hashes[start : start + FILES_AT_ONCE]
        _rewrite(workspace, {sha256[:16]: (sha256, deletion.lines[sha256]) for sha256 in batch})
        for name in dict.fromkeys(deletion.datasets[sha256] for sha256 in batch):
            workspace.warehouse.forget(workspace.dataset(name), [h for h in batch if deletion.datasets[h] == name])
            fault_point("forgotten")
        recover(session)
        session.refreshed = session.state = None  # what is gone counts as little as what is new


def _order(workspace: Workspace, name: str) -> tuple[bool, bool, str]:
    """A sort key that puts data identifying artists last, so that a repeated purge can still find the artist."""
    dataset = workspace.dataset(name)
    return dataset.entity is None, "artistId" in dataset.key, name


def _rewrite(workspace: Workspace, lines: Mapping[str, tuple[str, set[int]]]) -> None:
    """Remove the lines from every archived file of these hashes; its name stays until its other lines are loaded."""
    for file in workspace.lake.archived():
        sha256, gone = lines.get(hash_in(file.name) or "", ("", set[int]()))
        if not sha256:
            continue
        plain = unpack(workspace.lake.open(file, workspace.scratch), workspace.scratch)
        if file_hash(plain) == sha256:  # else an earlier purge died here: the rest of the file is loaded, then searched
            kept = workspace.scratch / "kept.jsonl"
            if _copy_kept(plain, gone, kept, packed=file.name.endswith(".gz")):
                workspace.lake.replace(kept, file)
            else:
                workspace.lake.remove(file)
            fault_point("rewritten")
        for path in workspace.scratch.iterdir():
            path.unlink()


def _copy_kept(plain: Path, gone: set[int], kept: Path, *, packed: bool) -> int:
    """Write the lines to keep and return their number."""
    number = 0
    with plain.open("rb") as source, gzip.open(kept, "wb") if packed else kept.open("wb") as target:
        for place, line in enumerate(source, 1):
            if place not in gone and not line.isspace():
                target.write(line)
                number += 1
    return number
