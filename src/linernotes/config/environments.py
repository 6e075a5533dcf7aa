"""The models of environments.yaml: where an environment keeps its files and its tables."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from linernotes.config.base import Identifier, Strict

LAKE = re.compile(r"(?<![a-z])lake(?![a-z])")
DATASET = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Folder(Strict):
    """A lake on this machine."""

    kind: Literal["folder"]
    path: Path

    @property
    def place(self) -> str:
        """The location, as shown to people."""
        return str(self.path)


class Bucket(Strict):
    """A lake in Cloud Storage; ``key_file`` stands in for the machine's own Google credentials."""

    kind: Literal["bucket"]
    project: str | None
    bucket: str | None
    key_file: Path | None

    @property
    def place(self) -> str:
        """The location, as shown to people."""
        return f"gs://{self.bucket}"


class DuckDBFile(Strict):
    """A warehouse on this machine."""

    kind: Literal["duckdb"]
    path: Path

    @property
    def place(self) -> str:
        """The location, as shown to people."""
        return str(self.path)

    @property
    def database(self) -> str:
        """The first part of a fully qualified table name."""
        return self.path.stem

    @property
    def dbt_variables(self) -> dict[str, str]:
        """The variables that the dbt target in profiles.yml reads."""
        return {"LINERNOTES_WAREHOUSE_PATH": str(self.path)}


class BigQueryProject(Strict):
    """A warehouse in BigQuery; a query that would read more than ``maximum_bytes_billed`` fails without cost."""

    kind: Literal["bigquery"]
    project: str | None
    location: str
    maximum_bytes_billed: Annotated[int, Field(gt=0)]
    key_file: Path | None

    @property
    def place(self) -> str:
        """The location, as shown to people."""
        return f"BigQuery project {self.project} in {self.location}"

    @property
    def database(self) -> str:
        """The first part of a fully qualified table name."""
        return self.project or ""

    @property
    def dbt_variables(self) -> dict[str, str]:
        """The variables that the dbt target in profiles.yml reads."""
        return {
            "GCP_PROJECT_ID": self.project or "",
            "GCP_LOCATION": self.location,
            "LINERNOTES_MAXIMUM_BYTES_BILLED": str(self.maximum_bytes_billed),
            "GCP_SERVICE_ACCOUNT_KEY": str(self.key_file or ""),
        }


class Environment(Strict):
    """One entry of environments.yaml: its lake, its warehouse and the names of its datasets."""

    lake: Annotated[Folder | Bucket, Field(discriminator="kind")]
    warehouse: Annotated[DuckDBFile | BigQueryProject, Field(discriminator="kind")]
    lake_dataset: Identifier
    hub_dataset: Identifier
    dbt_target: Identifier

    @model_validator(mode="before")
    @classmethod
    def _derive_hub_dataset(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Name the hub of ``dp_lake_dev`` ``dp_hub_dev``; a name without ``lake`` needs a ``hub_dataset``."""
        lake = str(values.get("lake_dataset"))
        if "hub_dataset" in values or "lake_dataset" not in values:
            return values
        if not DATASET.fullmatch(lake):
            raise ValueError(f"invalid lake dataset name {lake!r}: use letters, digits and _")
        if not LAKE.search(lake):
            raise ValueError(f"cannot derive the hub's name from lake dataset {lake!r}: use a name like dp_lake_dev")
        return values | {"hub_dataset": LAKE.sub("hub", lake)}
