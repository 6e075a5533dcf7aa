"""The dbt project as it is shipped."""

from hashlib import sha256

from linernotes.config.settings import shipped_folder


def project_hash() -> str:
    """Sixteen digits that change with any file of the dbt project."""
    digest, project = sha256(), shipped_folder("dbt_dataplatform")
    for path in sorted(path for path in project.rglob("*") if path.suffix in (".sql", ".yml", ".csv")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def hub_models() -> list[str]:
    """The names of the hub's models."""
    return [path.stem for path in (shipped_folder("dbt_dataplatform") / "models" / "hub").rglob("*.sql")]
