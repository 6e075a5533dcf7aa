"""Whether archive/ still holds what the manifest says was loaded, and what its names say of the content."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linernotes.core import sql
from linernotes.core.errors import UnreadableFile
from linernotes.core.files import LandedFile, hash_in
from linernotes.core.text import first_of, many
from linernotes.landing.ingest import dataset_of
from linernotes.landing.spool import file_hash
from linernotes.landing.unpack import unpack
from linernotes.storage.workspace import Workspace

SHOWN = 3
CHANGED = "changed since it was loaded"


@dataclass(frozen=True, slots=True)
class Damage:
    """One archived file that is not as it was: its path within the lake, and what is wrong with it."""

    file: str
    trouble: str


def text_of(damaged: Iterable[Damage]) -> str:
    """All damage in one line."""
    each = [f"{damage.file} ({damage.trouble})" for damage in damaged]
    verb = "is" if len(each) == 1 else "are"
    return f"{many(len(each), 'archived file')} {verb} missing or damaged: {first_of(each, SHOWN)}"


def missing_files(workspace: Workspace, loaded: Iterable[Mapping[str, Any]]) -> list[Damage]:
    """The loaded files that are not in archive/; ``loaded`` are rows of the manifest."""
    datasets = workspace.settings.configs.datasets
    there = {hash_in(file.name) for place in (workspace.lake.archived(), workspace.lake.waiting()) for file in place}
    gone = [row for row in loaded if row["dataset"] in datasets and row["fileHash"][:16] not in there]
    return [
        Damage(f"{row['dataset'].partition('/')[0]}/archive/{row['file']}", f"missing, {many(row['lines'], 'line')}")
        for row in gone
    ]


def damaged_files(workspace: Workspace) -> Iterator[Damage]:
    """The archived files whose content is not what the hash in their name says, or cannot be read; reads all of it."""
    for file in workspace.lake.archived():
        if dataset_of(file, workspace.datasets) and (trouble := _trouble(workspace, file)):
            yield Damage(name_of(file), trouble)


def manifest_of(workspace: Workspace) -> list[dict[str, Any]]:
    """Every loaded file."""
    return list(workspace.warehouse.rows(sql.read("storage/manifest")))


def name_of(file: LandedFile) -> str:
    """An archived file as it is called in messages."""
    return f"{file.provider}/archive/{file.name}"


def _trouble(workspace: Workspace, file: LandedFile) -> str:
    try:
        path = workspace.lake.open(file, workspace.scratch)
        if path.is_symlink():
            return "a link, not a file"
        plain = unpack(path, workspace.scratch)
        same = file_hash(plain)[:16] == hash_in(file.name)
    except UnreadableFile as error:
        return error.message
    except OSError as error:
        return error.strerror or str(error)
    finally:
        for made in workspace.scratch.glob("*"):
            if made.is_file():
                made.unlink()
    return "" if same else CHANGED
