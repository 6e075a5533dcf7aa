"""BigQuery on loopback: ``local-bigquery`` kept in memory, without the extensions it would download.

Runs in the emulators' own environment (see constraints.txt beside this file) and says on the first line where it
listens. What is replaced here is private to that package, so its version is checked first. What it remembers instead of
looking it up is in ``bigquery_memory``.
"""

import contextlib
import functools
import logging
import socket
import sys
import threading
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import duckdb
import uvicorn
from local_bigquery.catalog import datasets, metadata, row_access, tables
from local_bigquery.engine import database, types
from local_bigquery.errors import not_found
from local_bigquery.jobs import query, runner, store
from local_bigquery.models import RowAccessPolicy, Table, TableFieldSchema
from local_bigquery.settings import settings
from local_bigquery.sql import native

from tests.cloud.bigquery_memory import Catalogue, Cursor, Jobs, Place, Resources, objects_in

KNOWN = "0.4.0"
NEED_EXTENSIONS = {"geography"}
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


@functools.cache  # ``database`` asks for it again and again
def connect() -> Cursor:
    """The one engine behind all projects; as shipped it would load ducklake, spatial and icu from the network."""
    engine = Cursor(duckdb.connect(config=OFFLINE), CATALOGUE)
    engine.execute("set TimeZone = 'UTC'")
    engine.execute("attach ':memory:' as emulator")
    engine.execute(database.EMULATOR_SCHEMA)
    engine.execute("attach ':memory:' as bq")
    native.register(engine)
    for path in database.FUNCTIONS:
        if path.stem not in NEED_EXTENSIONS:
            engine.execute(database.MACRO.sub(r"create macro bq.main.\1", path.read_text()))
    attach(engine, settings.default_project_id)
    return engine


def attach(engine: Cursor, project: str) -> None:
    """A project is a database; as shipped it is a ducklake on disk."""
    engine.execute(f"attach if not exists ':memory:' as {database.quote(project)}")
    database._attached.add(project)


def naming_its_table(execute: Callable[..., Any]) -> Callable[..., Any]:
    """BigQuery tells the table that CREATE TABLE AS SELECT made as the job's destination, and dbt reads it there."""

    def executed(*arguments: Any, **options: Any) -> Any:
        statistics, children, destination = execute(*arguments, **options)
        made = statistics.statementType == "CREATE_TABLE_AS_SELECT" and statistics.ddlTargetTable
        return statistics, children, destination or made or None

    return executed


def one_by_one(submit: Callable[..., Any]) -> Callable[..., Any]:
    """Looking whether an id is free and taking it are one step, as in BigQuery; as shipped they are two."""
    lock = threading.Lock()

    def submitted(*arguments: Any, **options: Any) -> Any:
        with lock:
            return submit(*arguments, **options)

    return submitted


def answered_again(submit: Callable[..., Any]) -> Callable[..., Any]:
    """A query sent again under its ``requestId`` gets the answer of the first; as shipped it is told of a conflict."""

    def submitted(project: str, job: str, *arguments: Any, **options: Any) -> Any:
        is_query = sys._getframe(1).f_code.co_name == "run_query"  # jobs.insert comes here too, and keeps its conflict
        return (is_query and store.load(project, job)) or submit(project, job, *arguments, **options)

    return submitted


def widening_records(alter: Callable[..., None]) -> Callable[..., None]:
    """A new schema adds fields inside records too; as shipped only whole columns are added."""

    def altered(project: str, dataset: str, table: str, fields: list[Any]) -> None:
        alter(project, dataset, table, fields)
        place = tables.name(project, dataset, table)
        for field in (field for field in fields if field.fields):
            kind = types.duckdb_type(field)
            with contextlib.suppress(duckdb.CatalogException):  # a view is only given descriptions
                database.execute(f"alter table {place} alter column {database.quote(field.name)} type {kind}")

    return altered


def described(place: Place) -> list[TableFieldSchema]:
    """The columns of a table or view; only those of tables can be required."""
    name = database.quote(*place)
    with database.cursor() as cursor:
        try:
            relation = cursor.sql(f"select * from {name} limit 0")
        except duckdb.CatalogException:
            raise not_found("Table", f"{place[0]}:{'.'.join(place[1:])}") from None
        kept = CATALOGUE.objects().get(place[:2], {}).get(place[2]) == "TABLE"
        known = cursor.execute("from pragma_table_info(?)", [name]).fetchall() if kept else []
        required = {row[1] for row in known if row[3]}
        return [
            types.field(column, kind, column in required)
            for column, kind in zip(relation.columns, relation.types, strict=True)
            if column != tables.INGESTION_TIME or place[1] == tables.RESULTS
        ]


def drop_results(project: str, job: str) -> None:
    """What a query that is long over has found."""
    database.execute(f"drop table if exists {tables.name(project, tables.RESULTS, job)}")
    metadata.delete(Table, project, tables.RESULTS, job)


def remember() -> None:
    """Look up in dictionaries what is looked up ten thousand times."""
    database.objects = functools.partial(objects_in, CATALOGUE)
    datasets.exists = lambda project, dataset: (project, dataset) in CATALOGUE.objects()
    tables.columns = lambda *reference: CATALOGUE.columns(tables.physical(*reference))
    resources, jobs = Resources(), Jobs(drop_results)
    for name in ("list_", "load", "save", "delete"):
        setattr(metadata, name, getattr(resources, name))
        setattr(store, name, getattr(jobs, name))
    row_access.secured = lambda: resources.places(RowAccessPolicy, 3)


CATALOGUE = Catalogue(database.fetch, described)


def serve() -> None:
    """Listen on a free port of loopback until the process is ended."""
    found = version("local-bigquery")
    if found != KNOWN:
        raise SystemExit(f"this launcher fits local-bigquery {KNOWN}, not {found}")
    database._connect = connect
    database._attach = attach
    database.projects = lambda: sorted(database._attached)
    query.execute = naming_its_table(query.execute)
    tables._alter = widening_records(tables._alter)
    remember()
    runner.submit = answered_again(one_by_one(runner.submit))
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    listening = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config("local_bigquery:app", log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    serve()
