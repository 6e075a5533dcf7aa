"""Files that were loaded by another version of their contract: those of an older one are read again from archive/."""

import logging
from collections.abc import Collection
from dataclasses import dataclass

from linernotes.config.datasets import Dataset
from linernotes.core import sql
from linernotes.core.errors import ConfigurationError
from linernotes.core.files import hash_in
from linernotes.core.text import many
from linernotes.landing.ingest import dataset_of
from linernotes.storage.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The starts of the hashes of all loaded files, and the datasets of which an older contract has loaded some."""

    starts: frozenset[str]
    outdated: tuple[str, ...]


def read_manifest(workspace: Workspace) -> Manifest:
    """Read which files are loaded.

    Raises:
        ConfigurationError: a newer linernotes has written to this warehouse.
    """
    rows = list(workspace.warehouse.rows(sql.read("runs/manifest")))
    versions = {(row["dataset"], row["datasetVersion"]) for row in rows}
    known = workspace.settings.configs.datasets
    loaded = [(known[name], version) for name, version in sorted(versions) if name in known]
    for dataset, version in loaded:
        if version > dataset.version:
            message = f"warehouse: {dataset.name} was loaded by version {version} of its contract, newer than ours"
            raise ConfigurationError(message, "upgrade linernotes, or use the version that wrote it")
    outdated = dict.fromkeys(dataset.name for dataset, version in loaded if version < dataset.version)
    return Manifest(frozenset(row["start"] for row in rows), tuple(outdated))


def forget_outdated(workspace: Workspace, names: Collection[str], wanted: Collection[str] | None = None) -> int:
    """Forget archived files of these datasets that an older contract has loaded; returns their number.

    What is forgotten is missing from the manifest, so it is loaded again, after a crash by the next command.
    """
    outdated = [workspace.dataset(name) for name in names if wanted is None or name in wanted]
    archived = _archived(workspace) if outdated else set()
    return sum(_forget(workspace, dataset, archived) for dataset in outdated)


def _forget(workspace: Workspace, dataset: Dataset, archived: Collection[tuple[str, str | None]]) -> int:
    rows = workspace.warehouse.rows(sql.read("runs/outdated_files"), dataset=dataset.name, version=dataset.version)
    hashes = [row["fileHash"] for row in rows]
    there = [sha256 for sha256 in hashes if (dataset.name, sha256[:16]) in archived]
    if gone := len(hashes) - len(there):
        files = many(gone, "file")
        log.warning("%s: %s of an older contract no longer in archive/ and left as loaded", dataset.name, files)
    if there:
        workspace.warehouse.forget(dataset, there)
    return len(there)


def _archived(workspace: Workspace) -> set[tuple[str, str | None]]:
    """Dataset and start of the hash of every file in archive/."""
    of_datasets = ((dataset_of(file, workspace.datasets), file) for file in workspace.lake.archived())
    return {(dataset.name, hash_in(file.name)) for dataset, file in of_datasets if dataset}
