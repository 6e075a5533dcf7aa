"""The adapters behind the doors of one environment, opened together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from linernotes.clock import SystemClock
from linernotes.contracts import Dataset
from linernotes.ports import Lake, Warehouse
from linernotes.settings import Settings


class Tell(Protocol):
    """Where progress is shown."""

    def say(self, *lines: str) -> None:
        """What happened, line by line."""

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
    scratch = settings.home / "scratch"
    lake, warehouse = open_lake(settings), open_warehouse(settings, scratch)
    try:
        yield House(settings, lake, warehouse, clock or SystemClock(), tell, scratch)
    finally:
        warehouse.close()


def open_lake(settings: Settings) -> Lake:
    """The lake of an environment."""
    from linernotes.lakes.folder import FolderLake  # noqa: PLC0415 - only the adapter that is used

    return FolderLake(settings.environment.lake.path)


def open_warehouse(settings: Settings, scratch: Path) -> Warehouse:
    """The warehouse of an environment."""
    from linernotes.warehouses.duckdb import DuckDBWarehouse  # noqa: PLC0415 - only the adapter that is used

    return DuckDBWarehouse(settings.configs, settings.environment, settings.environment.warehouse, scratch)
