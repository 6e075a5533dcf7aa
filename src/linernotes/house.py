"""The adapters behind the doors of one environment, opened together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from linernotes.clock import SystemClock
from linernotes.contracts import Dataset
from linernotes.environments import DuckDBFile, Folder
from linernotes.errors import ConfigurationError
from linernotes.ports import Lake, Warehouse
from linernotes.settings import Settings


class Tell(Protocol):
    """Where progress is shown."""

    def say(self, *lines: str) -> None:
        """What happened, line by line."""

    def begin(self, text: str, total: int) -> int:
        """A step of ``total`` items begins; several may be under way at once. The number names it."""

    def advance(self, step: int, number: int) -> None:
        """That many more items of a step are done."""

    def end(self, step: int) -> None:
        """The step is over."""


@dataclass(frozen=True)
class House:
    """Everything a walk needs; the lake is opened by whoever first needs it."""

    settings: Settings
    warehouse: Warehouse
    clock: SystemClock
    tell: Tell
    scratch: Path

    @cached_property
    def lake(self) -> Lake:
        """The lake of the environment."""
        return open_lake(self.settings)

    @property
    def datasets(self) -> list[Dataset]:
        """Every contract."""
        return list(self.settings.configs.datasets.values())

    def dataset(self, name: str) -> Dataset:
        """The contract of that name."""
        return self.settings.configs.dataset(name)


@contextmanager
def open_house(settings: Settings, tell: Tell, clock: SystemClock | None = None) -> Iterator[House]:
    """The house of an environment; what it holds open is let go at the end."""
    scratch = settings.home / "scratch"
    warehouse = open_warehouse(settings, scratch)
    try:
        yield House(settings, warehouse, clock or SystemClock(), tell, scratch)
    finally:
        warehouse.close()


def open_lake(settings: Settings) -> Lake:
    """The lake of an environment; while its bucket has no name, the folder of ``--output-dir``."""
    store, output = settings.environment.lake, settings.environ.get("LINERNOTES_OUTPUT_DIR")
    if isinstance(store, Folder):
        return _folder(store.path)
    if store.bucket:
        _need_google(settings)
        from linernotes.lakes.bucket import BucketLake  # noqa: PLC0415 - only the adapter that is used

        return BucketLake(store)
    if output:
        return _folder(Path(output).expanduser().resolve())
    raise ConfigurationError(
        f"environment {settings.env} has no bucket", "set GCS_BUCKET or --gcs-bucket, or --output-dir for a folder"
    )


def open_warehouse(settings: Settings, scratch: Path) -> Warehouse:
    """The warehouse of an environment."""
    environment = settings.environment
    if isinstance(environment.warehouse, DuckDBFile):
        from linernotes.warehouses.duckdb import DuckDBWarehouse  # noqa: PLC0415 - only the adapter that is used

        return DuckDBWarehouse(settings.configs, environment, environment.warehouse, scratch)
    if environment.warehouse.project:
        _need_google(settings)
        from linernotes.warehouses.bigquery import BigQueryWarehouse  # noqa: PLC0415 - only the adapter that is used

        return BigQueryWarehouse(settings.configs, environment, environment.warehouse, scratch)
    raise ConfigurationError(f"environment {settings.env} has no project", "set GCP_PROJECT_ID or --project-id")


def _folder(path: Path) -> Lake:
    from linernotes.lakes.folder import FolderLake  # noqa: PLC0415 - only the adapter that is used

    return FolderLake(path)


def _need_google(settings: Settings) -> None:
    try:
        installed = find_spec("google.cloud.bigquery") is not None
    except ModuleNotFoundError:  # not even the folder it would lie in
        installed = False
    if not installed:
        raise ConfigurationError(
            f"environment {settings.env} needs Google's libraries", "pip install 'linernotes[bigquery]'"
        )
