"""A DuckDB file as the warehouse: one file, one writer, every landed file one transaction."""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from pydantic_core import to_json

from linernotes.config.catalogue import Configs
from linernotes.config.datasets import Dataset
from linernotes.config.environments import DuckDBFile, Environment
from linernotes.core.clock import Clock, SystemClock
from linernotes.core.errors import ConfigurationError, LinernotesError, UnreadableFile
from linernotes.core.faults import fault_point
from linernotes.core.files import LoadResult, Part, StagedFile
from linernotes.storage.ports import Answer, Contents
from linernotes.storage.warehouses import duckdb_files
from linernotes.storage.warehouses.contents import read_contents
from linernotes.storage.warehouses.duckdb_connection import (
    DAMAGED,
    FOR_QUERIES,
    close_dbts_connection,
    connect,
    one_line,
    remedy_for,
    written_by,
)
from linernotes.storage.warehouses.duckdb_maker import DuckDBMaker
from linernotes.storage.warehouses.duckdb_published import publish
from linernotes.storage.warehouses.duckdb_select import select
from linernotes.storage.warehouses.duckdb_tables import COLUMNS_OF_TABLES, TABLE_COLUMNS, TABLES
from linernotes.storage.warehouses.duckdb_upgrade import COLUMNS, completing, tables_of
from linernotes.storage.warehouses.schema import (
    aware_row,
    duckdb_create,
    duckdb_delete,
    duckdb_insert,
    expect_rows,
    for_duckdb,
    forget_sql,
    found_attempts,
    insert_row,
    manifest_row,
    merged_into,
    statement,
)
from linernotes.storage.warehouses.struct_types import with_fields
from linernotes.storage.warehouses.tables import WarehouseTable, quoted_table

MORE_ROOM = "free some disk space: data that does not fit in memory is kept there for the time being"
FETCH_ROWS = 10_000
FOR_LOADS = "set memory_limit = '512MB'"  # files are read in row groups, so this bounds an ingest of any size


class DuckDBWarehouse:
    """See ``ports.Warehouse``; the connection is opened when it is first needed."""

    def __init__(
        self, configs: Configs, environment: Environment, store: DuckDBFile, scratch: Path, clock: Clock | None = None
    ) -> None:
        self._configs, self._clock = configs, clock or SystemClock()
        self._path = store.path
        self._schemas = {"lake": environment.lake_dataset, "hub": environment.hub_dataset}
        self._scratch = scratch
        self._open: duckdb.DuckDBPyConnection | None = None
        self._read_only = False
        self._busy: LinernotesError | None = None  # why only the published hub is read

    def ensure(self, datasets: Iterable[Dataset]) -> None:
        """Make the schemas and every missing table, empty, and add missing columns to the others."""
        for schema in self._schemas.values():
            self._run(statement("create schema if not exists {schema}", schema=schema))
        there, changed = tables_of(self.rows(COLUMNS, schema=self._schemas["lake"])), False
        for dataset in datasets:
            columns = there.get(dataset.table)
            create = [] if columns else [duckdb_create(self._table(dataset), dataset)]
            if statements := create or completing(self._schemas["lake"], dataset, columns or []):
                with self._transaction():
                    for change in statements:
                        self._run(change)
                changed = True
        if changed:
            self._run("checkpoint")  # the only logs DuckDB has failed to open again are those that replay DDL

    def load(self, staged: StagedFile) -> LoadResult:
        """Write manifest row, rows, attempts and rejects in one transaction, or none of them."""
        with self._transaction():
            if self.knows(staged.sha256):
                return LoadResult(known=True, sequence=0)
            sequence = self._next_sequence()
            self._manifest(staged, sequence)
            for part in staged.parts:
                self._insert(part, staged.sha256)
            self._insert_found_attempts(staged)
            fault_point("loading")
        return LoadResult(known=False, sequence=sequence)

    def knows(self, sha256: str) -> bool:
        """Whether a file with this content is loaded."""
        query = "select 1 from {lake}.lake_ops__loaded_files where fileHash = $sha256"
        return next(self.rows(query, sha256=sha256), None) is not None

    def forget(self, dataset: Dataset, hashes: Sequence[str]) -> None:
        """Delete in one transaction everything from these files, and the rows that dbt has merged from it."""
        lake = self._schemas["lake"]
        there = {row["name"] for row in self.rows(TABLES, schema=lake)}
        with self._transaction():
            for delete in forget_sql(lake, dataset, merged=merged_into(dataset) in there):
                self._run(delete, {"hashes": list(hashes)} if "$hashes" in delete else None)
        self._run("checkpoint")  # deleted rows leave the log too

    def discard_previous(self) -> None:
        """Delete ``warehouse.previous.duckdb`` and ``warehouse.damaged.duckdb``."""
        duckdb_files.discard(self._path)

    def models(self) -> frozenset[str]:
        """The names of the hub's tables and views; looking for them makes no file."""
        rows = self.rows(TABLES, schema=self._schemas["hub"]) if self._open or self._path.exists() else ()
        return frozenset(row["name"] for row in rows)

    def put(self, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write bookkeeping rows; one replaces an older row with its key."""
        path = self._scratch / f"{dataset.dataset}.put.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(to_json(row) + b"\n" for row in rows))
        with self._transaction():
            self._delete(dataset, path)
            self._insert(Part(dataset.name, (path,), len(rows)), "")
        path.unlink()

    def rows(self, sql: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The rows of a query, fetched as they are read; instants are aware, UTC."""
        # DuckDB refuses values that the query does not use.
        used = {name: value for name, value in parameters.items() if re.search(rf"\${name}\b", sql)}
        try:
            cursor = self._connection.cursor().execute(for_duckdb(statement(sql, **self._schemas)), used or None)
            names = [column[0] for column in cursor.description]
            while batch := cursor.fetchmany(FETCH_ROWS):
                for row in batch:
                    yield aware_row(zip(names, row, strict=True))
        except (duckdb.CatalogException, duckdb.BinderException) as error:  # missing, or of an older version
            raise self._busy or ConfigurationError(one_line(error), "run: linernotes init") from None
        except duckdb.OutOfMemoryException as error:
            raise LinernotesError(f"warehouse {self._path}: {one_line(error)}", MORE_ROOM) from None
        except DAMAGED as error:
            raise LinernotesError(f"warehouse {self._path}: {one_line(error)}", remedy_for(error)) from None

    def select(self, query: str, parameters: Mapping[str, Any] | None = None, most: int | None = None) -> Answer:
        """The answer to one query, from a connection of its own that can reach nothing but the file."""
        self.close()  # DuckDB opens a file in one way at a time
        try:
            return select(self._place, self._schemas, query, parameters or {}, most)
        except ConfigurationError:
            if self._busy and "lake" in query:  # only the hub is published
                raise self._busy from None
            raise

    def columns(self) -> list[dict[str, Any]]:
        """The columns of all tables of hub and lake, or of the published hub."""
        return list(self.rows(COLUMNS_OF_TABLES, schemas=list(self._schemas.values())))

    def table(self, name: str) -> WarehouseTable:
        """A table or view of this file."""
        schema_name, _, table = name.rpartition(".")
        found = self.rows(TABLE_COLUMNS, schema=schema_name or "main", table=table)
        columns = {row["name"]: row["type"] for row in found}
        if not columns:
            raise ConfigurationError(f"no table {name} in {self._path}", "check its name")
        return WarehouseTable(self, quoted_table(name, '"'), with_fields(columns), '"')

    def set_aside(self) -> dict[str, list[dict[str, Any]]]:
        """Rename the file to ``warehouse.previous.duckdb`` and start over."""
        held = self.contents()
        self.close()
        duckdb_files.set_aside(self._path)
        return held.carried if held else {}

    def contents(self) -> Contents | None:
        """The manifest and the bookkeeping rows; None if there are none or they cannot be read, which is logged."""
        return read_contents(self.rows, self._configs) if self._path.exists() else None

    def swap_in(self, fresh: Path, *, sound: bool) -> None:
        """Put a finished file in this one's place by renaming it; this one is kept as the previous one."""
        self.close()
        duckdb_files.swap_in(fresh, self._path, sound=sound)

    def maker(self) -> DuckDBMaker:
        """What makes tables and views by the queries that dbt compiled, until the file is closed."""
        return DuckDBMaker(self._connection, self._schemas["lake"], self._path)

    def publish(self) -> None:
        """Swap in ``published.duckdb``, a copy of the hub's service models: its readers never block a writer."""
        publish(self._connection, self._published, self._schemas["hub"])

    def published_at(self) -> datetime | None:
        """When the hub was last published; None if it never was."""
        return datetime.fromtimestamp(self._published.stat().st_mtime, UTC) if self._published.exists() else None

    @contextlib.contextmanager
    def reading(self, busy: LinernotesError | None = None) -> Iterator[None]:
        """Open the file read-only until the end of the block; with ``busy`` the published hub instead."""
        self.close()
        self._read_only, self._busy = True, busy
        try:
            yield
        finally:
            self.close()
            self._read_only, self._busy = False, None

    def close(self) -> None:
        """Release the file, so that another process can open it."""
        if self._open is not None:
            self._open.close()
            self._open = None
        close_dbts_connection()

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._open is None:
            self._open = connect(self._place, self._scratch, read_only=self._read_only)
        return self._open

    @property
    def _place(self) -> Path:
        return self._published if self._busy else self._path

    @property
    def _published(self) -> Path:
        return self._path.with_name("published.duckdb")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._run(FOR_LOADS)
        self._run("begin")
        try:
            yield
            self._run("commit")
        except BaseException:
            # A full disk kills the connection with its transaction; then there is nothing left to roll back.
            with contextlib.suppress(duckdb.Error):
                self._connection.execute("rollback")
            raise
        finally:
            with contextlib.suppress(duckdb.Error):
                self._connection.execute(FOR_QUERIES)

    def _run(self, sql: str, parameters: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(for_duckdb(sql), parameters)
        except duckdb.BinderException as error:
            remedy = "the tables do not match configs/; run: linernotes rebuild"
            raise LinernotesError(f"warehouse {self._path}: {one_line(error)}", remedy) from None
        except (duckdb.InvalidInputException, duckdb.DataError, duckdb.IntegrityError) as error:
            # A file that the validator accepts and the engine does not must not block the files after it.
            raise UnreadableFile(f"the warehouse rejects it: {one_line(error)}") from None
        except (duckdb.Error, MemoryError) as error:
            raise LinernotesError(f"warehouse {self._path}: {one_line(error)}", remedy_for(error)) from None

    def _table(self, dataset: Dataset) -> str:
        return f"{self._schemas['lake']}.{dataset.table}"

    def _next_sequence(self) -> int:
        query = "select coalesce(max(loadSequence), 0) + 1 as next from {lake}.lake_ops__loaded_files"
        return int(next(self.rows(query))["next"])

    def _manifest(self, staged: StagedFile, sequence: int) -> None:
        manifest = self._configs.dataset("ops/loaded_files")
        row = manifest_row(staged, self._configs.dataset(staged.dataset).version, sequence, self._clock.now())
        self._run(insert_row(self._table(manifest), row), row)

    def _delete(self, dataset: Dataset, path: Path) -> None:
        """Delete the rows whose keys are in a file."""
        self._run(duckdb_delete(self._table(dataset), dataset), {"paths": [str(path)]})

    def _insert(self, part: Part, sha256: str) -> None:
        dataset = self._configs.dataset(part.dataset)
        insert, paths = duckdb_insert(self._table(dataset), dataset), [str(path) for path in part.paths]
        values = {"paths": paths} | ({"sha256": sha256} if "$sha256" in insert else {})
        expect_rows(part.rows, written_by(self._run(insert, values)), f"load {dataset.table}")

    def _insert_found_attempts(self, staged: StagedFile) -> None:
        """Insert the attempts of found records: a record is the outcome of a lookup."""
        dataset = self._configs.dataset(staged.dataset)
        if not dataset.entity or not dataset.instant:
            return
        table, attempts = self._table(dataset), self._table(self._configs.dataset("ops/attempts"))
        sql = found_attempts(dataset, table, attempts)
        names = {"provider": dataset.provider, "entity": dataset.entity, "run": staged.written_by}
        written = written_by(self._run(sql, names | {"sha256": staged.sha256}))
        expect_rows(staged.found, written, "load lake_ops__attempts")
