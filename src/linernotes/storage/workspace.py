"""The lake and the warehouse of one environment, opened together."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from linernotes.config.datasets import Dataset
from linernotes.config.environments import DuckDBFile, Folder
from linernotes.config.settings import Settings
from linernotes.core.clock import Clock, SystemClock
from linernotes.core.errors import ConfigurationError
from linernotes.core.extras import require
from linernotes.core.progress import Progress
from linernotes.storage.ports import Lake, Warehouse

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Workspace:
    """Everything a run needs; the lake is opened on first use."""

    settings: Settings
    warehouse: Warehouse
    clock: SystemClock
    progress: Progress
    scratch: Path

    @cached_property
    def lake(self) -> Lake:
        """The lake of the environment."""
        return open_lake(self.settings, self.clock)

    @property
    def datasets(self) -> list[Dataset]:
        """Every contract."""
        return list(self.settings.configs.datasets.values())

    def dataset(self, name: str) -> Dataset:
        """The contract of that name."""
        return self.settings.configs.dataset(name)


@contextmanager
def open_workspace(settings: Settings, progress: Progress, clock: SystemClock | None = None) -> Iterator[Workspace]:
    """The workspace of an environment; its warehouse is closed at the end."""
    for variable in settings.ignored:
        log.warning("%s", variable)
    scratch = settings.home / "scratch"
    clock = clock or SystemClock()
    warehouse = open_warehouse(settings, scratch, clock)
    try:
        yield Workspace(settings, warehouse, clock, progress, scratch)
    finally:
        warehouse.close()


@contextmanager
def open_beside(workspace: Workspace) -> Iterator[Workspace]:
    """The same workspace with an empty warehouse, for a rebuild: a file of its own in ``scratch``.

    BigQuery has no files: there the tables in use are renamed, and the same warehouse starts over.
    """
    settings, store = workspace.settings, workspace.settings.environment.warehouse
    if not isinstance(store, DuckDBFile):
        workspace.warehouse.set_aside()
        yield workspace
        return
    beside = store.model_copy(update={"path": workspace.scratch / "rebuild" / store.path.name})
    environment = settings.environment.model_copy(update={"warehouse": beside})
    environments = {**settings.configs.environments, settings.env: environment}
    fresh = replace(settings, configs=settings.configs.model_copy(update={"environments": environments}))
    warehouse = open_warehouse(fresh, workspace.scratch, workspace.clock)
    try:
        yield replace(workspace, settings=fresh, warehouse=warehouse)
    finally:
        warehouse.close()


def open_lake(settings: Settings, clock: Clock | None = None) -> Lake:
    """The lake of an environment; the folder of ``--output-dir`` while no bucket is set."""
    store, output = settings.environment.lake, settings.environ.get("LINERNOTES_OUTPUT_DIR")
    if isinstance(store, Folder):
        return _folder(store.path, clock)
    if store.bucket:
        require("bigquery", f"environment {settings.env}")
        from linernotes.storage.lakes.bucket import BucketLake  # noqa: PLC0415 - only the adapter that is used

        return BucketLake(store)
    if output:
        return _folder(Path(output).expanduser().resolve(), clock)
    raise ConfigurationError(
        f"no bucket is set for environment {settings.env}",
        "set GCS_BUCKET or --gcs-bucket, or --output-dir for a folder",
    )


def open_warehouse(settings: Settings, scratch: Path, clock: Clock | None = None) -> Warehouse:
    """The warehouse of an environment."""
    environment = settings.environment
    if isinstance(environment.warehouse, DuckDBFile):
        from linernotes.storage.warehouses.duckdb import DuckDBWarehouse  # noqa: PLC0415 - only the adapter that is used

        return DuckDBWarehouse(settings.configs, environment, environment.warehouse, scratch, clock)
    if environment.warehouse.project:
        require("bigquery", f"environment {settings.env}")
        from linernotes.storage.warehouses.bigquery import BigQueryWarehouse  # noqa: PLC0415 - only the adapter that is used

        return BigQueryWarehouse(settings.configs, environment, environment.warehouse, scratch, clock)
    raise ConfigurationError(f"no project is set for environment {settings.env}", "set GCP_PROJECT_ID or --project-id")


def _folder(path: Path, clock: Clock | None) -> Lake:
    from linernotes.storage.lakes.folder import FolderLake  # noqa: PLC0415 - only the adapter that is used

    return FolderLake(path, clock)
