"""The adapters behind the doors of one environment, opened together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from linernotes.clock import SystemClock
from linernotes.contracts import Dataset, Environment
from linernotes.errors import ConfigurationError
from linernotes.ports import Lake, Warehouse
from linernotes.settings import Settings


class Tell(Protocol):
    """Where progress is shown."""

    def say(self, text: str) -> None:
        """One line about what happened."""

    def begin(self, text: str, total: int) -> None:
        """A step of ``total`` items begins."""

    def advance(self, number: int) -> None:
        """That many more items are done."""

    def end(self) -> None:
        """The step is over."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything a walk needs."""

    settings: Settings
    lake: Lake
    warehouse: Warehouse
    clock: SystemClock
    tell: Tell
    scratch: Path

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
    environment, scratch = settings.environment, settings.home / "scratch"
    warehouse = open_warehouse(settings, environment, scratch)
    try:
        yield House(settings, open_lake(environment), warehouse, clock or SystemClock(), tell, scratch)
    finally:
        warehouse.close()


def open_lake(environment: Environment) -> Lake:
    """The lake of an environment."""
    if environment.lake.kind == "folder":
        from linernotes.lakes.folder import FolderLake  # noqa: PLC0415 - only the adapter that is used

        return FolderLake(environment.lake.path)
    raise _unknown("lake", environment.lake.kind, "folder")


def open_warehouse(settings: Settings, environment: Environment, scratch: Path) -> Warehouse:
    """The warehouse of an environment."""
    if environment.warehouse.kind == "duckdb":
        from linernotes.warehouses.duckdb import DuckDBWarehouse  # noqa: PLC0415 - only the adapter that is used

        return DuckDBWarehouse(settings.configs, environment, scratch)
    raise _unknown("warehouse", environment.warehouse.kind, "duckdb")


def _unknown(door: str, kind: str, known: str) -> ConfigurationError:
    return ConfigurationError(f"environments.yaml: no {door} is of kind {kind!r}", f"known: {known}")
