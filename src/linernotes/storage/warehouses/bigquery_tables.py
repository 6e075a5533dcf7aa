"""The datasets and tables of a BigQuery project: listed once per dataset, made from contracts."""

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from google.api_core import exceptions as api
from google.cloud import bigquery
from google.cloud.bigquery.table import TableListItem

from linernotes.config.datasets import Dataset
from linernotes.config.environments import BigQueryProject
from linernotes.core.errors import ConfigurationError
from linernotes.storage import google
from linernotes.storage.warehouses.bigquery_jobs import patience
from linernotes.storage.warehouses.bigquery_values import contract_label, fields, shapes_of
from linernotes.storage.warehouses.schema import merged_into
from linernotes.storage.warehouses.upgrade import completed, shapes

CALL_SECONDS = 60.0
LABEL = "contract"
NOT_IN_LOCATION = re.compile(r":(\w+) was not found in location")
Listed: TypeAlias = bigquery.Table | TableListItem


class BigQueryTables:
    """The tables of a project; remembered until ``forget``, because others may make tables meanwhile."""

    def __init__(self, store: BigQueryProject, client: Callable[[], bigquery.Client]) -> None:
        self._store = store
        self._client = client
        self._listed: dict[str, dict[str, Listed]] = {}

    def forget(self) -> None:
        """List everything again from now on."""
        self._listed.clear()

    def of(self, schema: str) -> dict[str, Listed] | None:
        """The tables and views of a dataset by name; None if the dataset does not exist."""
        if schema not in self._listed:
            with google.translate_errors(f"{self._store.place}: list {schema}"), contextlib.suppress(api.NotFound):
                found = self._client().list_tables(schema, page_size=1000, retry=patience(), timeout=CALL_SECONDS)
                self._listed[schema] = {item.table_id: item for item in found}
        return self._listed.get(schema)

    def ensure_schema(self, schema: str) -> None:
        """Make a dataset unless it exists."""
        if self.of(schema) is not None:
            return
        client = self._client()
        made = bigquery.Dataset(f"{client.project}.{schema}")
        made.location = self._store.location
        with google.translate_errors(f"{self._store.place}: make {schema}"):
            client.create_dataset(made, exists_ok=True, retry=patience(), timeout=CALL_SECONDS)
        self._listed[schema] = {}

    def ensure(self, schema: str, dataset: Dataset) -> Listed:
        """The contract's table, made empty if it is missing, completed if its label is not that of the contract."""
        there, label = (self.of(schema) or {}).get(dataset.table), contract_label(dataset.all_columns)
        if there is not None and there.labels.get(LABEL) == label:
            return there
        table = self._make(schema, dataset, label) if there is None else self._complete(schema, dataset, label)
        if schema in self._listed:
            self._listed[schema][dataset.table] = table
        return table

    def _make(self, schema: str, dataset: Dataset, label: str) -> Listed:
        """Make the table, partitioned and clustered as the contract says."""
        client = self._client()
        made = bigquery.Table(f"{client.project}.{schema}.{dataset.table}", schema=fields(dataset.all_columns))
        made.description = dataset.description
        if dataset.partition:
            made.time_partitioning = bigquery.TimePartitioning(dataset.partition_by, field=dataset.partition)
        made.clustering_fields = list(dataset.cluster) or None
        made.labels = {LABEL: label}
        with google.translate_errors(f"{self._store.place}: make {dataset.table}"):
            table: Listed = client.create_table(made, exists_ok=True, retry=patience(), timeout=CALL_SECONDS)
        return table

    def _complete(self, schema: str, dataset: Dataset, label: str) -> Listed:
        """Add missing columns; what dbt has merged from the table goes first, and is made again with them."""
        client, patient = self._client(), {"retry": patience(), "timeout": CALL_SECONDS}
        with google.translate_errors(f"{self._store.place}: complete {dataset.table}"):
            table = client.get_table(f"{client.project}.{schema}.{dataset.table}", **patient)
            there = shapes_of(table.schema)
            after = completed(there, shapes(dataset.all_columns), dataset.table)
            if after != there and dataset.pattern:
                client.delete_table(f"{client.project}.{schema}.{merged_into(dataset)}", not_found_ok=True, **patient)
            table.schema, table.labels = fields(after), {**table.labels, LABEL: label}
            changed: Listed = client.update_table(table, ["schema", "labels"], **patient)
        return changed

    @contextlib.contextmanager
    def explain_location(self) -> Iterator[None]:
        """Name the cause where a query does not find a dataset of another location, although it is listed."""
        try:
            yield
        except ConfigurationError as error:
            named = NOT_IN_LOCATION.search(error.message)
            if named is None or self.of(named[1]) is None:
                raise
            raise ConfigurationError(
                error.message, "the dataset is in another location; set GCP_LOCATION to it"
            ) from None
