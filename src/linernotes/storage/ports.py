"""The ports for lakes and warehouses: other packages know only these, never an adapter."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeAlias, runtime_checkable

from linernotes.config.datasets import Dataset
from linernotes.core.errors import LinernotesError, UnreadableFile
from linernotes.core.files import LandedFile, LoadResult, StagedFile
from linernotes.core.values import Run
from linernotes.storage.warehouses.tables import TableQuery

Loaded: TypeAlias = LoadResult | UnreadableFile


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a person's query; ``more`` is true if there are more rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    more: bool = False

    @property
    def records(self) -> list[dict[str, Any]]:
        """The rows as dictionaries."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


Shape = tuple[tuple[str, str, bool], ...]  # columns: the name of each, its type, and whether it is never null


@dataclass(frozen=True, slots=True)
class Made:
    """A table or view as dbt has made it, and the query it is made from.

    New rows are merged into a table with a ``key``. A view has columns only where a contract decides their order.
    ``reads`` names the datasets and tables that its rows are made of, also those behind views.
    """

    schema: str
    name: str
    query: str
    columns: Shape
    key: str = ""
    is_view: bool = False
    reads: frozenset[str] = frozenset()

    @property
    def dataset(self) -> str:
        """The dataset whose files a merge takes, by the names that tables of the lake have."""
        return self.name.removeprefix("lake_").replace("__svc_", "/")


@dataclass(frozen=True, slots=True)
class DataTest:
    """A test of the data: it fails where its query has a row."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a rebuild keeps of a warehouse: the manifest's ``files``, and the rows of the ``carried`` datasets."""

    files: list[dict[str, Any]]
    carried: dict[str, list[dict[str, Any]]]


class Lake(Protocol):
    """A folder or a bucket with ``{provider}/landing/``, ``archive/`` and ``rejected/``."""

    def prepare(self, providers: Iterable[str]) -> None:
        """Make the folders of these providers; repeating it changes nothing."""

    def land(self, source: Path, file: LandedFile) -> None:
        """Move a sealed local file into landing/ in one step; landing it twice has the effect of once."""

    def waiting(self) -> list[LandedFile]:
        """The files in landing/ that are no longer growing, oldest name first."""

    def archived(self) -> list[LandedFile]:
        """The files in archive/, oldest name first."""

    def open(self, file: LandedFile, scratch: Path) -> Path:
        """A local path with the content of a file; a bucket downloads it into ``scratch``."""

    def archive(self, file: LandedFile, name: str) -> None:
        """Move a file from landing/ to archive/ under ``name``, which contains its hash: one name, one content."""

    def restore(self, file: LandedFile) -> None:
        """Move a file from archive/ back to landing/."""

    def reject(self, file: LandedFile, reason: str) -> None:
        """Move a file from landing/ to rejected/ with ``<name>.reason.txt`` next to it."""

    def rejected(self) -> list[LandedFile]:
        """The files in rejected/, oldest name first."""

    def replace(self, source: Path, file: LandedFile) -> None:
        """Move a local file over an archived one in one step; its name keeps the hash of the old content."""

    def remove(self, file: LandedFile) -> None:
        """Delete an archived or rejected file, with its reason; it may be gone already."""

    def size(self, provider: str) -> int:
        """The bytes of a provider's responses in archive/ and landing/."""

    def lease(self, run: Run) -> AbstractContextManager[None]:
        """Hold the lake for one writer; raises Busy naming the holder."""


class ForeignTable(Protocol):
    """A table that is not ours: ``columns`` are its columns with their types, fields of structs as ``event.ts``."""

    columns: dict[str, str]

    def fetch(self, query: TableQuery) -> Iterator[dict[str, Any]]:
        """The rows of a query in an order that does not change, fetched as they are read; instants are aware, UTC.

        Where the table is a file, each row has the number of its line under the name ``tables.LINE``.
        """

    def close(self) -> None:
        """Release what it holds."""


class Warehouse(Protocol):
    """DuckDB or BigQuery. Table names in SQL are written ``{dataset_name}`` and filled from the contracts."""

    def ensure(self, datasets: Iterable[Dataset]) -> None:
        """Make the schemas and every missing table, empty, and add missing columns that may be null to the others.

        Repeating it changes nothing. What dbt has merged from a table that gets columns is dropped: dbt makes it anew.
        Raises ConfigurationError if a table differs from its contract in any other way.
        """

    def load(self, staged: StagedFile) -> LoadResult:
        """Load all rows of a validated file and its manifest row, exactly once by content hash."""

    def forget(self, dataset: Dataset, hashes: Sequence[str]) -> None:
        """Delete everything from files with these hashes, and their manifest rows, in one step.

        The dataset's service table is emptied in the same step: dbt's next build then fills it from the remaining rows,
        while a merge would keep the deleted ones.
        """

    def discard_previous(self) -> None:
        """Delete the warehouse that ``set_aside`` has kept."""

    def models(self) -> frozenset[str]:
        """The names of the hub's tables and views."""

    def knows(self, sha256: str) -> bool:
        """Whether a file with this content is loaded."""

    def put(self, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write bookkeeping rows (runs, calls, policies), which no landed file has; a row replaces one with its key."""

    def rows(self, sql: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The rows of a query; ``{lake}`` and ``{hub}`` in it become the schemas, values are bound."""

    def select(self, query: str, parameters: Mapping[str, Any] | None = None, most: int | None = None) -> Answer:
        """The answer to a query that a person typed, with at most ``most`` rows.

        It can only read. ``{lake}`` and ``{hub}`` in it become the schemas; tables are also found by their names alone.
        Raises ConfigurationError for anything but one query, and for a query that the engine rejects.
        """

    def table(self, name: str) -> ForeignTable:
        """A table that the engine can reach, by its dotted name.

        Raises ConfigurationError if there is none of that name.
        """

    def columns(self) -> list[dict[str, Any]]:
        """The columns of all tables, as rows of schema, name (of the table), column and type."""

    def reading(self, busy: LinernotesError | None = None) -> AbstractContextManager[None]:
        """Change nothing until the end of the block.

        With ``busy``, the reason why the warehouse cannot be opened, the published hub is read instead, and queries
        beyond it raise ``busy``.
        """

    def published_at(self) -> datetime | None:
        """When the hub was last published for readers; None where it never was, or need not be."""

    def set_aside(self) -> dict[str, list[dict[str, Any]]]:
        """Start over, empty, and keep the old warehouse under another name; returns the ``carried`` datasets' rows."""

    def contents(self) -> Contents | None:
        """What a rebuild needs of this warehouse; None if there is nothing, or nothing that can be read."""

    def swap_in(self, fresh: Path, *, sound: bool) -> None:
        """Let a finished warehouse take this one's place, which is kept: as the previous one if it is ``sound``."""

    def publish(self) -> None:
        """Publish the hub's service models as they are now to readers that must not open the warehouse."""

    def close(self) -> None:
        """Release the warehouse, so that another process can open it; the next call opens it again."""


class Maker(Protocol):
    """Makes tables and views, and tests data, by the queries that dbt compiled for them."""

    def shapes(self) -> dict[tuple[str, str], Shape]:
        """The columns of every table and view, by its schema and name."""

    def contents(self, schema: str, name: str) -> str:
        """A query that is the rows of a small table, as texts and numbers."""

    def make(self, objects: Iterable[Made], changed: Iterable[str] | None = None) -> int:
        """Make these tables and views, one after the other; each is the old one until it is the new one.

        What is merged and has got no file since is left alone, and so is whatever is made of nothing that has
        ``changed``, where that is told: datasets, and then the tables that have come out other than they were.
        Returns how many were made.
        """

    def failing(self, tests: Iterable[DataTest]) -> list[str]:
        """The names of the tests that fail."""


@runtime_checkable
class MakesItself(Protocol):
    """A warehouse that makes what dbt has compiled; in others dbt has to, for it knows how tables are stored there."""

    def maker(self) -> Maker:
        """What makes it, until the warehouse is closed."""


@runtime_checkable
class LoadsSeveral(Protocol):
    """A warehouse in which loading takes time more than work, so that ``files_at_once`` are loaded side by side."""

    files_at_once: int

    def load_several(self, files: Sequence[StagedFile]) -> list[Loaded]:
        """Load files like ``load``; where one cannot be loaded its error stands in its place, and the others are."""
