"""A BigQuery project as the warehouse: jobs that happen once load each landed file, one step makes it visible."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import starmap
from pathlib import Path
from typing import Any

from linernotes.config.catalogue import Configs
from linernotes.config.datasets import Dataset
from linernotes.config.environments import BigQueryProject, Environment
from linernotes.core import sql
from linernotes.core.clock import Clock, SystemClock
from linernotes.core.errors import LinernotesError, UnreadableFile
from linernotes.core.files import LoadResult, StagedFile
from linernotes.storage import google
from linernotes.storage.ports import Answer, Contents, Loaded
from linernotes.storage.warehouses import schema
from linernotes.storage.warehouses.bigquery_connection import Connection
from linernotes.storage.warehouses.bigquery_jobs import patience
from linernotes.storage.warehouses.bigquery_loads import FILES_AT_ONCE, BigQueryLoads
from linernotes.storage.warehouses.bigquery_previous import drop_previous, rename_to_previous, tables_of
from linernotes.storage.warehouses.bigquery_select import answer_of, expect_query
from linernotes.storage.warehouses.bigquery_tables import CALL_SECONDS
from linernotes.storage.warehouses.bigquery_values import columns_with_fields, parameter_of, rows_parameter
from linernotes.storage.warehouses.contents import read_contents
from linernotes.storage.warehouses.schema import statement
from linernotes.storage.warehouses.tables import WarehouseTable, quoted_table

ROWS_PER_PUT = 1000


class BigQueryWarehouse:
    """See ``ports.Warehouse``; tables are listed once per dataset and remembered until ``close``."""

    files_at_once = FILES_AT_ONCE

    def __init__(
        self,
        configs: Configs,
        environment: Environment,
        store: BigQueryProject,
        scratch: Path,
        clock: Clock | None = None,
    ) -> None:
        self._configs = configs
        self._schemas = {"lake": environment.lake_dataset, "hub": environment.hub_dataset}
        self._store = store
        self._project = Connection(store, self._schemas)
        self._tables = self._project.tables
        self._loads = BigQueryLoads(self._project, configs, scratch, clock or SystemClock())

    def ensure(self, datasets: Iterable[Dataset]) -> None:
        """Make the datasets and every missing table, empty, and add missing columns to the others."""
        for schema_name in self._schemas.values():
            self._tables.ensure_schema(schema_name)
        for dataset in datasets:
            self._tables.ensure(self._schemas["lake"], dataset)

    def load(self, staged: StagedFile) -> LoadResult:
        """Run one load job per table, insert the attempts of found records, and last the manifest row.

        Each step is a job whose id is made from the content, so it happens once however often this is repeated, here or
        elsewhere; nothing is visible before the last one.
        """
        (loaded,) = self.load_several([staged])
        if isinstance(loaded, UnreadableFile):
            raise loaded
        return loaded

    def load_several(self, files: Sequence[StagedFile]) -> list[Loaded]:
        """Load files side by side, with one job for all their manifest rows."""
        return self._loads.load(files)

    def knows(self, sha256: str) -> bool:
        """Whether a file with this content is loaded."""
        query = "select 1 from {lake}.lake_ops__loaded_files where fileHash = $sha256"
        return next(self.rows(query, sha256=sha256), None) is not None

    def models(self) -> frozenset[str]:
        """The names of the hub's tables and views."""
        return frozenset(self._tables.of(self._schemas["hub"]) or {})

    def put(self, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write bookkeeping rows; one replaces an older row with its key, so repeating it is harmless."""
        newest = list({tuple(row[name] for name in dataset.key): row for row in rows}.values())
        merge = schema.bigquery_merge(self._table(dataset), dataset)
        for start in range(0, len(newest), ROWS_PER_PUT):
            given = rows_parameter("given", dataset.all_columns, newest[start : start + ROWS_PER_PUT])
            self._project.query(merge, [given], f"write {dataset.table}")

    def rows(self, sql: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The rows of a query, page by page; instants are aware, UTC."""
        return self._project.rows(sql, **parameters)

    def select(self, query: str, parameters: Mapping[str, Any] | None = None, most: int | None = None) -> Answer:
        """The answer to one statement, if a dry run in BigQuery says that it is a query."""
        text = schema.for_google(statement(schema.only_schemas(query), **self._schemas))
        settings = self._project.settings([*starmap(parameter_of, (parameters or {}).items())])
        with google.translate_errors(f"{self._store.place}: sql"):
            expect_query(self._project.client, text, settings, f"{self._project.client.project}.{self._schemas['hub']}")
        return answer_of(self._project.run(text, settings, "sql"), most)

    def columns(self) -> list[dict[str, Any]]:
        """The columns of all tables of hub and lake."""
        return list(self.rows(sql.read("storage/columns")))

    def table(self, name: str) -> WarehouseTable:
        """A table or view by its full name, or that of its dataset and itself in this project."""
        with google.translate_errors(f"{self._store.place}: read {name}"):
            found = self._project.client.get_table(f"{name}", retry=patience(), timeout=CALL_SECONDS)
        return WarehouseTable(self, quoted_table(name, "`"), columns_with_fields(found.schema), "`")

    def set_aside(self) -> dict[str, list[dict[str, Any]]]:
        """Rename the lake's tables, watermarks and all, to ``…__previous``; the hub stays readable."""
        held, lake = self.contents(), self._schemas["lake"]
        for script in rename_to_previous(lake, tables_of(self._tables.of(lake) or {}), self._configs):
            self._project.query(script, [], "set the lake aside")
        self.close()
        return held.carried if held else {}

    def contents(self) -> Contents | None:
        """The manifest and the bookkeeping rows; None if there is no lake yet."""
        self.close()
        return read_contents(self.rows, self._configs, tables_of(self._tables.of(self._schemas["lake"]) or {}))

    def swap_in(self, fresh: Path, *, sound: bool) -> None:
        """Do nothing: tables are set aside before a rebuild, not after it."""

    def discard_previous(self) -> None:
        """Drop the tables that ``set_aside`` renamed."""
        self.close()
        if script := drop_previous(self._schemas["lake"], self._tables.of(self._schemas["lake"]) or {}):
            self._project.query(script, [], "drop what was set aside")
            self.close()

    def forget(self, dataset: Dataset, hashes: Sequence[str]) -> None:
        """Delete in one transaction over all tables; repeating it changes nothing."""
        self.close()  # dbt may have made the service table since
        lake = self._schemas["lake"]
        deletes = schema.forget_sql(lake, dataset, merged=schema.merged_into(dataset) in (self._tables.of(lake) or {}))
        script = schema.for_google(";\n".join(["begin transaction", *deletes, "commit transaction"]))
        self._project.query(script, [parameter_of("hashes", list(hashes))], f"forget files of {dataset.table}")

    def publish(self) -> None:
        """Do nothing: in BigQuery readers and writers never block each other."""

    def published_at(self) -> datetime | None:
        """Return None: nothing needs to be published, for the same reason."""

    @contextmanager
    def reading(self, busy: LinernotesError | None = None) -> Iterator[None]:
        """Read as ever: readers cannot be in anybody's way."""
        del busy
        yield

    def close(self) -> None:
        """Forget the listed tables, because others may now make some, and close the connections."""
        self._project.close()

    def _table(self, dataset: Dataset) -> str:
        return f"{self._schemas['lake']}.{dataset.table}"
