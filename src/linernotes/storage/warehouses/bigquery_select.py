"""Queries that people type, in BigQuery."""

from itertools import islice

from google.api_core import exceptions as api
from google.cloud import bigquery

from linernotes.core.errors import ConfigurationError
from linernotes.storage import google
from linernotes.storage.ports import Answer
from linernotes.storage.warehouses.bigquery_tables import CALL_SECONDS
from linernotes.storage.warehouses.schema import FIX_QUERY


def expect_query(client: bigquery.Client, text: str, settings: bigquery.QueryJobConfig, dataset: str) -> None:
    """Let BigQuery say in a dry run, which costs nothing, that this is one query.

    From now on ``settings`` find the tables of ``dataset`` by their names alone.

    Raises:
        ConfigurationError: it is anything else.
    """
    settings.default_dataset = dataset
    dry = bigquery.QueryJobConfig(dry_run=True, query_parameters=settings.query_parameters, default_dataset=dataset)
    try:
        kind = client.query(text, job_config=dry, timeout=CALL_SECONDS).statement_type
    except (api.BadRequest, api.NotFound) as error:
        if "Dataset" in str(error):  # nothing is built yet, which is not the query's fault
            raise
        raise ConfigurationError(f"sql: {google.message_of(error)}", FIX_QUERY) from None
    if kind != "SELECT":
        raise ConfigurationError("sql: not a single query", "use one select statement; sql can only read")


def answer_of(found: bigquery.table.RowIterator, most: int | None) -> Answer:
    """The rows of a finished query, at most ``most``."""
    rows = [tuple(row.values()) for row in islice(found, None if most is None else most + 1)]
    return Answer(tuple(field.name for field in found.schema), rows[:most], most is not None and len(rows) > most)
