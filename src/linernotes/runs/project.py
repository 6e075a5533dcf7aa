"""The dbt project as it is shipped; read once in a process, like dbt's own parse of it."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from linernotes.config.settings import shipped_folder


def project_hash() -> str:
    """Sixteen digits that change with any file of the dbt project."""
    return _hash_of(shipped_folder("dbt_dataplatform"))


def hub_models() -> frozenset[str]:
    """The names of the hub's models."""
    return _models_in(shipped_folder("dbt_dataplatform") / "models" / "hub")


@cache
def _hash_of(project: Path) -> str:
    digest = sha256()
    for path in sorted(path for path in project.rglob("*") if path.suffix in (".sql", ".yml", ".csv")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _models_in(folder: Path) -> frozenset[str]:
    return frozenset(path.stem for path in folder.rglob("*.sql"))
