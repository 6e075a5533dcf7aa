"""A BigQuery project as the warehouse: jobs that happen once load each landed file, one step makes it visible."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import starmap
from pathlib import Path
from typing import Any

from google.cloud import bigquery
from google.cloud.bigquery.retry import DEFAULT_JOB_RETRY

from linernotes.config.catalogue import Configs
from linernotes.config.datasets import Dataset
from linernotes.config.environments import BigQueryProject, Environment
from linernotes.core import sql
from linernotes.core.clock import Clock, SystemClock
from linernotes.core.errors import LinernotesError
from linernotes.core.files import LoadResult, Part, StagedFile
from linernotes.storage import google
from linernotes.storage.ports import Answer, Contents
from linernotes.storage.warehouses import schema
from linernotes.storage.warehouses.bigquery_jobs import Once, WriteJob, patience
from linernotes.storage.warehouses.bigquery_previous import drop_previous, rename_to_previous, tables_of
from linernotes.storage.warehouses.bigquery_select import answer_of, expect_query
from linernotes.storage.warehouses.bigquery_tables import CALL_SECONDS, BigQueryTables
from linernotes.storage.warehouses.bigquery_values import (
    Parameter,
    lines_with_hash,
    parameter_of,
    row_parameters,
    rows_parameter,
    strict_load,
)
from linernotes.storage.warehouses.contents import read_contents
from linernotes.storage.warehouses.schema import aware_row, statement
from linernotes.storage.warehouses.tables import WarehouseTable, quoted_table

ROWS_PER_PUT = 1000
LONGEST_QUERY_SECONDS = 600.0
UPLOAD_SECONDS = 300.0
UPLOAD_RETRIES = 5  # with growing pauses: half a minute


class BigQueryWarehouse:
    """See ``ports.Warehouse``; tables are listed once per dataset and remembered until ``close``."""

    def __init__(
        self,
        configs: Configs,
        environment: Environment,
        store: BigQueryProject,
        scratch: Path,
        clock: Clock | None = None,
    ) -> None:
        self._configs, self._clock = configs, clock or SystemClock()
        self._schemas = {"lake": environment.lake_dataset, "hub": environment.hub_dataset}
        self._store = store
        self._scratch = scratch
        self._open: bigquery.Client | None = None
        self._tables = BigQueryTables(store, lambda: self._client)

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
        highest, known = self._state(staged)
        if known:
            return LoadResult(known=True, sequence=0)
        begun = [(part, self._load_job(part, staged.sha256).begin()) for part in staged.parts]
        for part, job in begun:
            done = self._finish_with_rows(job, self._configs.dataset(part.dataset), staged.sha256)
            schema.expect_rows(part.rows, done.output_rows, job.what)
        self._insert_found_attempts(staged)
        return self._write_manifest(staged, highest + 1)

    def knows(self, sha256: str) -> bool:
        """Whether a file with this content is loaded."""
        query = "select 1 from {lake}.lake_ops__loaded_files where fileHash = $sha256"
        return next(self.rows(query, sha256=sha256), None) is not None

    def exists(self, model: str) -> bool:
        """Whether the hub has a table or view of that name."""
        return model in (self._tables.of(self._schemas["hub"]) or {})

    def put(self, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write bookkeeping rows; one replaces an older row with its key, so repeating it is harmless."""
        newest = list({tuple(row[name] for name in dataset.key): row for row in rows}.values())
        merge = schema.bigquery_merge(self._table(dataset), dataset)
        for start in range(0, len(newest), ROWS_PER_PUT):
            given = rows_parameter("given", dataset.all_columns, newest[start : start + ROWS_PER_PUT])
            self._query(merge, [given], f"write {dataset.table}")

    def rows(self, sql: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The rows of a query, page by page; instants are aware, UTC."""
        query = schema.for_google(statement(sql, **self._schemas))
        answer = self._query(query, [*starmap(parameter_of, parameters.items())], "query")
        with google.translate_errors(f"{self._store.place}: query"):
            yield from (aware_row(row.items()) for row in answer)

    def select(self, query: str, parameters: Mapping[str, Any] | None = None, most: int | None = None) -> Answer:
        """The answer to one statement, if a dry run in BigQuery says that it is a query."""
        text = schema.for_google(statement(schema.only_schemas(query), **self._schemas))
        settings = self._settings([*starmap(parameter_of, (parameters or {}).items())])
        with google.translate_errors(f"{self._store.place}: sql"):
            expect_query(self._client, text, settings, f"{self._client.project}.{self._schemas['hub']}")
        return answer_of(self._run(text, settings, "sql"), most)

    def columns(self) -> list[dict[str, Any]]:
        """The columns of all tables of hub and lake."""
        return list(self.rows(sql.read("storage/columns")))

    def table(self, name: str) -> WarehouseTable:
        """A table or view by its full name, or that of its dataset and itself in this project."""
        with google.translate_errors(f"{self._store.place}: read {name}"):
            found = self._client.get_table(f"{name}", retry=patience(), timeout=CALL_SECONDS)
        columns = {each.name: f"{each.field_type}{'[]' * (each.mode == 'REPEATED')}" for each in found.schema}
        return WarehouseTable(self, quoted_table(name, "`"), columns, "`")

    def set_aside(self) -> dict[str, list[dict[str, Any]]]:
        """Rename the lake's tables, watermarks and all, to ``…__previous``; the hub stays readable."""
        held, lake = self.contents(), self._schemas["lake"]
        for script in rename_to_previous(lake, tables_of(self._tables.of(lake) or {}), self._configs):
            self._query(script, [], "set the lake aside")
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
            self._query(script, [], "drop what was set aside")
            self.close()

    def forget(self, dataset: Dataset, hashes: Sequence[str]) -> None:
        """Delete in one transaction over all tables; repeating it changes nothing."""
        self.close()  # dbt may have made the service table since
        lake = self._schemas["lake"]
        deletes = schema.forget_sql(lake, dataset, merged=schema.merged_into(dataset) in (self._tables.of(lake) or {}))
        script = schema.for_google(";\n".join(["begin transaction", *deletes, "commit transaction"]))
        self._query(script, [parameter_of("hashes", list(hashes))], f"forget files of {dataset.table}")

    def publish(self) -> None:
        """Do nothing: in BigQuery readers and writers never block each other."""

    def published_at(self) -> None:
        """Return None: nothing needs to be published, for the same reason."""

    @contextmanager
    def reading(self, busy: LinernotesError | None = None) -> Iterator[None]:
        """Read as ever: readers cannot be in anybody's way."""
        del busy
        yield

    def close(self) -> None:
        """Forget the listed tables, because others may now make some, and close the connections."""
        self._tables.forget()
        if self._open is not None:
            self._open.close()
            self._open = None

    @property
    def _client(self) -> bigquery.Client:
        if self._open is None:
            found = google.credentials(self._store.key_file)
            self._open = bigquery.Client(self._store.project, found, location=self._store.location)
        return self._open

    def _table(self, dataset: Dataset) -> str:
        return f"{self._schemas['lake']}.{dataset.table}"

    def _place(self, dataset: Dataset) -> str:
        return f"{self._client.project}.{self._table(dataset)}"

    def _finish_with_rows(self, job: Once, dataset: Dataset, sha256: str, holds: str = schema.BROUGHT) -> WriteJob:
        """The finished job, with its rows in the table: those of an earlier one may have been purged since."""
        query, done = statement(holds, table=self._table(dataset)), job.finish()
        while not job.ours and next(self.rows(query, sha256=sha256), None) is None:
            done = job.again().finish()
        return done

    def _once(self, dataset: Dataset, content: str, submit: Callable[[str], WriteJob]) -> Once:
        """A write into a table; one that was recreated after ``set_aside`` accepts the same content again."""
        there = self._tables.ensure(self._schemas["lake"], dataset)
        made = f"{there.created:%Y%m%dT%H%M%S%f}"
        name = f"linernotes_{self._schemas['lake']}_{dataset.table}_{made}_{content}"
        return Once(self._client, self._store.location, f"load {dataset.table}", name, submit, self._clock)

    def _load_job(self, part: Part, sha256: str) -> Once:
        dataset = self._configs.dataset(part.dataset)

        def submit(job_id: str) -> WriteJob:
            with lines_with_hash(part, sha256, self._scratch) as (file, size):
                return self._client.load_table_from_file(
                    file,
                    self._place(dataset),
                    size=size,
                    rewind=True,
                    num_retries=UPLOAD_RETRIES,
                    timeout=UPLOAD_SECONDS,
                    job_id=job_id,
                    location=self._store.location,
                    job_config=strict_load(dataset.all_columns),
                )

        return self._once(dataset, sha256, submit)

    def _insert(self, dataset: Dataset, content: str, sql: str, given: Sequence[Parameter]) -> Once:
        def submit(job_id: str) -> WriteJob:
            return self._client.query(
                schema.for_google(sql),
                self._settings(given),
                job_id=job_id,
                location=self._store.location,
                retry=patience(),
                job_retry=None,
                timeout=CALL_SECONDS,
            )

        return self._once(dataset, content, submit)

    def _insert_found_attempts(self, staged: StagedFile) -> None:
        dataset, attempts = self._configs.dataset(staged.dataset), self._configs.dataset("ops/attempts")
        if not (dataset.entity and dataset.instant and staged.found):
            return
        sql = schema.found_attempts(dataset, self._table(dataset), self._table(attempts))
        values = {
            "provider": dataset.provider,
            "entity": dataset.entity,
            "run": staged.written_by,
            "sha256": staged.sha256,
        }
        given = [parameter_of(name, value) for name, value in values.items()]
        job = self._insert(attempts, f"{staged.sha256}_found", sql, given).begin()
        done = self._finish_with_rows(job, attempts, staged.sha256, schema.BROUGHT_FOUND)
        schema.expect_rows(staged.found, done.num_dml_affected_rows, job.what)

    def _write_manifest(self, staged: StagedFile, sequence: int) -> LoadResult:
        """Write the manifest row under the next number, which makes the file visible.

        dbt reads the numbers from the highest it has seen on, so no number may become visible after a higher one. DML
        does not guarantee that: two statements that only insert, a MERGE among them, do not conflict in
        BigQuery and would read the same highest number. So the job's id is made from the number, not from the file:
        one caller wins a number, and the next is tried only when the job of the one before is done.
        """
        manifest, version = self._configs.dataset("ops/loaded_files"), self._configs.dataset(staged.dataset).version
        while True:
            row = schema.manifest_row(staged, version, sequence, self._clock.now())
            given, sql = row_parameters(manifest.columns, row), schema.insert_row(self._table(manifest), row)
            job = self._insert(manifest, f"{sequence}", sql, given).begin()
            written = job.finish().num_dml_affected_rows
            if job.ours:
                schema.expect_rows(1, written, job.what)
                return LoadResult(known=False, sequence=sequence)
            highest, known = self._state(staged)  # taken by another run, or by us and the response was lost
            if known:
                return LoadResult(known=known[1] != staged.run.id, sequence=known[0])
            sequence = max(highest, sequence) + 1

    def _state(self, staged: StagedFile) -> tuple[int, tuple[int, str] | None]:
        """The highest number so far, and this content's number and run if it is loaded."""
        (row,) = self.rows(sql.read("storage/load_state"), sha256=staged.sha256)
        return row["highest"] or 0, (row["sequence"], row["run"]) if row["sequence"] else None

    def _query(self, sql: str, given: Sequence[Parameter], what: str) -> Iterable[bigquery.Row]:
        """The rows of a query that may be repeated; small results take one call."""
        rows: Iterable[bigquery.Row] = self._run(sql, self._settings(given), what)
        return rows

    def _run(self, sql: str, settings: bigquery.QueryJobConfig, what: str) -> bigquery.table.RowIterator:
        with self._tables.explain_location(), google.translate_errors(f"{self._store.place}: {what}"):
            return self._client.query_and_wait(
                sql,
                job_config=settings,
                location=self._store.location,
                retry=patience(),
                job_retry=DEFAULT_JOB_RETRY.with_timeout(google.PATIENCE_SECONDS),
                api_timeout=CALL_SECONDS,
                wait_timeout=LONGEST_QUERY_SECONDS,
            )

    def _settings(self, given: Sequence[Parameter]) -> bigquery.QueryJobConfig:
        most = self._store.maximum_bytes_billed
        return bigquery.QueryJobConfig(query_parameters=list(given), maximum_bytes_billed=most)
