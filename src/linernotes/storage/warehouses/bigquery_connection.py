"""A BigQuery project: its client, opened on first use, its tables, and queries that may be repeated."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import starmap
from typing import Any

from google.cloud import bigquery
from google.cloud.bigquery.retry import DEFAULT_JOB_RETRY
from requests.adapters import HTTPAdapter

from linernotes.config.environments import BigQueryProject
from linernotes.storage import google
from linernotes.storage.warehouses import schema
from linernotes.storage.warehouses.bigquery_jobs import patience
from linernotes.storage.warehouses.bigquery_tables import CALL_SECONDS, BigQueryTables
from linernotes.storage.warehouses.bigquery_values import Parameter, parameter_of
from linernotes.storage.warehouses.schema import aware_row, statement

LONGEST_QUERY_SECONDS = 600.0
CONNECTIONS = 32  # kept open: as many as files are loaded at the same time, and some for what else goes on


class Connection:
    """``schemas`` are the datasets that ``{lake}`` and ``{hub}`` in a query become."""

    def __init__(self, store: BigQueryProject, schemas: Mapping[str, str]) -> None:
        self.store, self.schemas = store, dict(schemas)
        self.tables = BigQueryTables(store, lambda: self.client)
        self._open: bigquery.Client | None = None

    @property
    def client(self) -> bigquery.Client:
        """The open client."""
        if self._open is None:
            found = google.credentials(self.store.key_file)
            self._open = bigquery.Client(self.store.project, found, location=self.store.location)
            for scheme in ("https://", "http://"):  # as it comes it keeps ten, and warns of each one that it drops
                self._open._http.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS))
        return self._open

    def close(self) -> None:
        """Forget the listed tables, because others may now make some, and close the connections."""
        self.tables.forget()
        if self._open is not None:
            self._open.close()
            self._open = None

    def rows(self, sql: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The rows of a query, page by page; instants are aware, UTC."""
        query = schema.for_google(statement(sql, **self.schemas))
        answer = self.query(query, [*starmap(parameter_of, parameters.items())], "query")
        with google.translate_errors(f"{self.store.place}: query"):
            yield from (aware_row(row.items()) for row in answer)

    def query(self, sql: str, given: Sequence[Parameter], what: str) -> Iterable[bigquery.Row]:
        """The rows of a query that may be repeated; small results take one call."""
        rows: Iterable[bigquery.Row] = self.run(sql, self.settings(given), what)
        return rows

    def run(self, sql: str, settings: bigquery.QueryJobConfig, what: str) -> bigquery.table.RowIterator:
        """The answer to a query with these settings."""
        with self.tables.explain_location(), google.translate_errors(f"{self.store.place}: {what}"):
            return self.client.query_and_wait(
                sql,
                job_config=settings,
                location=self.store.location,
                retry=patience(),
                job_retry=DEFAULT_JOB_RETRY.with_timeout(google.PATIENCE_SECONDS),
                api_timeout=CALL_SECONDS,
                wait_timeout=LONGEST_QUERY_SECONDS,
            )

    def settings(self, given: Sequence[Parameter]) -> bigquery.QueryJobConfig:
        """The settings of a query: its parameters, and the bytes beyond which it fails."""
        most = self.store.maximum_bytes_billed
        return bigquery.QueryJobConfig(query_parameters=list(given), maximum_bytes_billed=most)
