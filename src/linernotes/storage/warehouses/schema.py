"""SQL from contracts. Names reach SQL only through here, after a contract has checked them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from linernotes.config.datasets import Column, Dataset
from linernotes.core.clock import utc
from linernotes.core.errors import NumbersDiffer
from linernotes.core.files import StagedFile
from linernotes.storage.ports import Shape
from linernotes.storage.warehouses.upgrade import Columnlike

PARAMETER = re.compile(r"\$([A-Za-z_]\w*)")
IN_A_LIST = re.compile(r"\bin unnest\((\$[A-Za-z_]\w*)\)")
AT_A_PLACE = re.compile(r"\bat time zone (\$[A-Za-z_]\w*)")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OF_EVERY_FILE = ("lake_ops__attempts", "lake_ops__rejects")  # tables with rows from every file
DUCKDB_TYPES = {
    "STRING": "VARCHAR",
    "INT64": "BIGINT",
    "FLOAT64": "DOUBLE",
    "NUMERIC": "DECIMAL(38,9)",  # as BigQuery's
    "BOOL": "BOOLEAN",
    "TIMESTAMP": "TIMESTAMP",
    "DATE": "DATE",
}
READ_AS = "format = 'newline_delimited', maximum_object_size = 33554432"
# Column lists are written out and values named, so that both engines take the same text.
FOUND = (
    "insert into {attempts} (provider, entity, key, outcome, httpStatus, attemptedAt, runId, _fileHash, _line) "
    "select $provider, $entity, {key}, 'found', 200, {instant}, $run, _fileHash, _line "
    "from {table} where _fileHash = $sha256"
)
FORGET = "delete from {table} where _fileHash in unnest($hashes)"
UNLIST = "delete from {table} where fileHash in unnest($hashes)"
BROUGHT = "select count(*) as number from {table} where _fileHash = $sha256"
BROUGHT_UNFOUND = "select count(*) as number from {table} where _fileHash = $sha256 and outcome <> 'found'"
BROUGHT_FOUND = "select count(*) as number from {table} where _fileHash = $sha256 and outcome = 'found'"
NUMBERED = "select count(*) as number from {table} where loadSequence = $sequence"
# Conditions for the rows of an artist in imported data, by column.
OF_ARTIST = {
    "artistId": "source.artistId = $artist",
    "artistIds": (  # a play without ids belongs to the artist of that name
        "exists (select 1 from unnest(source.artistIds) as id where id = $artist) "
        "or (array_length(source.artistIds) = 0 and lower(source.artistName) = lower($name))"
    ),
    "givenName": "source.artistId is null and source.mbid is null and lower(source.givenName) = lower($name)",
    "subjectId": "source.subjectId in unnest($subjects)",  # whatever names it has in exports
    "artists": "exists (select 1 from unnest(source.artists) as credit where credit.id = $artist)",
    "itemKey": "source.itemKey in unnest($keys)",
    "subject": "lower(source.artistName) = lower($name) or source.spotifyTrackId in unnest($keys)",
}
SAME_NAMES = (
    "(source.titleKey = $title and exists (select 1 from unnest(source.creditKeys) as credit where credit = $credit))"
)
# And those of one track: by its address, by a code that no other track has, and by its names.
OF_TRACK = {
    "subject": (f"source.spotifyTrackId in unnest($keys) or source.subject in unnest($codes) or {SAME_NAMES}"),
    "playedAtMeans": SAME_NAMES,
    "trackUri": "source.trackUri in unnest($uris)",
    "itemKey": "source.itemKey in unnest($keys)",
}
MERGE = ") as fresh on kept.{key} = fresh.{key} when matched then update by name when not matched then insert by name"
EMPTY = "delete from {table} where true"
FIX_QUERY = "fix the query; linernotes sql .tables lists the tables"  # the remedy for what a person typed


def statement(template: str, **names: str) -> str:
    """SQL with its ``{names}`` filled in; anything that is not a plain or dotted identifier is refused."""
    for name in names.values():
        if not all(NAME.fullmatch(part) for part in name.split(".")):
            raise ValueError(f"{name!r} is not an identifier")
    return template.format(**names)


def only_schemas(query: str) -> str:
    """A user's query as a template in which only ``{lake}`` and ``{hub}`` are filled in; other braces are kept."""
    return re.sub(r"\{(?!(?:lake|hub)\})|(?<!\{lake)(?<!\{hub)\}", lambda brace: brace[0] * 2, query)


def duckdb_type(column: Columnlike) -> str:
    """The column's type in DuckDB: instants are naive UTC, as the session is."""
    if column.type == "RECORD":
        kind = "STRUCT(" + ", ".join(f'"{field.name}" {duckdb_type(field)}' for field in column.fields) + ")"
    else:
        kind = DUCKDB_TYPES[column.type]
    return f"{kind}[]" if column.mode == "REPEATED" else kind


def duckdb_create(table: str, dataset: Dataset) -> str:
    """A statement that creates the contract's table unless it exists."""
    columns = ", ".join(
        f'"{column.name}" {duckdb_type(column)}{" NOT NULL" if column.mode == "REQUIRED" else ""}'
        for column in dataset.all_columns
    )
    return statement("create table if not exists {table} ", table=table) + f"({columns})"


def duckdb_insert(table: str, dataset: Dataset) -> str:
    """An insert of the rows of clean files; binds paths, and sha256 where the contract has ``_fileHash``."""
    columns = [column for column in dataset.all_columns if column.name != "_fileHash"]
    file_hash = ", $sha256 as _fileHash" if len(columns) < len(dataset.all_columns) else ""
    return statement("insert into {table} by name ", table=table) + f"select *{file_hash} from {duckdb_reader(columns)}"


def duckdb_remake(schema: str, table: str, columns: Shape, query: str) -> list[str]:
    """The statements that replace a table by the rows of a query, with these columns."""
    kept = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind, _ in columns)
    start, rows = f'create or replace table "{schema}"."{table}" ', f"select {kept} from (\n{query}\n)"
    if not any(required for _, _, required in columns):
        return [f"{start}as {rows}"]
    listed = ", ".join(f'"{name}" {kind}{" not null" if required else ""}' for name, kind, required in columns)
    return [f"{start}({listed})", f'insert into "{schema}"."{table}" {rows}']


def duckdb_view(schema: str, view: str, columns: Sequence[str], query: str) -> str:
    """The statement that makes or replaces a view of a query, with its columns in this order, or in the query's own."""
    listed = ", ".join(f'"{name}"' for name in columns)
    return f'create or replace view "{schema}"."{view}" as ' + (
        f"select {listed} from (\n{query}\n)" if listed else query
    )


def duckdb_values(columns: Sequence[str], rows: Sequence[Sequence[str | float | None]]) -> str:
    """A query that is these rows."""
    values = ", ".join("(" + ", ".join(map(_literal, row)) + ")" for row in rows)
    return f"from (values {values}) as told(" + ", ".join(f'"{name}"' for name in columns) + ")"


def _literal(value: str | float | None) -> str:
    if value is None:
        return "null"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def duckdb_merge(table: str, key: str, query: str) -> str:
    """A merge of the rows of a query that dbt compiled: each replaces the row with its key."""
    start, on = statement("merge into {table} as kept using (\n", table=table), statement(MERGE, key=key)
    return f"{start}{query}\n{on}"


def duckdb_test(query: str) -> str:
    """The first row of a test's query that dbt compiled."""
    return f"select 1 from (\n{query}\n) limit 1"


def duckdb_delete(table: str, dataset: Dataset) -> str:
    """A delete of the rows whose keys are in clean files; binds paths."""
    keys = ", ".join(statement("{key}", key=name) for name in dataset.key)
    listed = f"select {keys} from {duckdb_reader(dataset.all_columns)}"
    return statement("delete from {table} where ", table=table) + f"({keys}) in ({listed})"


def duckdb_reader(columns: Iterable[Column]) -> str:
    """A ``read_json`` call with the columns of a contract: nothing is guessed.

    Instants are read with their offset, which a cast to TIMESTAMP would drop, and stored in the session's UTC.
    """
    types = ((column.name, duckdb_type(column).replace("TIMESTAMP", "TIMESTAMPTZ")) for column in columns)
    listed = ", ".join(f"\"{name}\": '{kind}'" for name, kind in types)
    return f"read_json($paths, columns = {{{listed}}}, {READ_AS})"


def found_attempts(dataset: Dataset, table: str, attempts: str) -> str:
    """An insert of the attempts of found records: a record is the outcome of a lookup.

    Binds provider, entity, run and sha256.
    """
    return statement(FOUND, attempts=attempts, table=table, key=dataset.key[0], instant=dataset.instant or "")


def manifest_row(staged: StagedFile, version: int, sequence: int, at: datetime) -> dict[str, Any]:
    """The row that makes a loaded file visible; ``version`` is that of its contract, ``at`` the current time."""
    return {
        "fileHash": staged.sha256,
        "file": staged.file.name,
        "dataset": staged.dataset,
        "datasetVersion": version,
        "lines": staged.lines,
        "loadedRows": staged.accepted,
        "rejectedRows": staged.rejected,
        "loadSequence": sequence,
        "stampedAt": staged.stamp,
        "loadedAt": at,
        "runId": staged.run.id,
    }


def merged_into(dataset: Dataset) -> str:
    """The name of the table that dbt merges a dataset's newest rows into, if it has one."""
    return dataset.table.replace("__normalized_", "__svc_")


def forget_sql(schema: str, dataset: Dataset, *, merged: bool) -> list[str]:
    """The statements that delete the rows of files, to run in one transaction; they bind ``hashes``.

    ``merged`` says whether the dataset's service table exists.
    """
    brought = [statement(FORGET, table=f"{schema}.{name}") for name in (dataset.table, *OF_EVERY_FILE)]
    emptied = [statement(EMPTY, table=f"{schema}.{merged_into(dataset)}")] if merged else []
    return [*brought, *emptied, statement(UNLIST, table=f"{schema}.lake_ops__loaded_files")]


def lines_of(dataset: Dataset, conditions: Mapping[str, str] = OF_ARTIST) -> str:
    """File and line of a dataset's rows of one artist or track before an instant; an empty ``artist`` means all.

    Binds artist and what the ``conditions`` name, and before where the dataset has an instant.
    """
    columns = {column.name for column in dataset.columns}
    whose = " or ".join(["$artist = ''", *(condition for column, condition in conditions.items() if column in columns)])
    dated = statement("source.{name} < $before", name=dataset.instant) if dataset.instant else "true"
    start = statement("select _fileHash, _line from {{lake}}.{table} as source where ", table=dataset.table)
    return f"{start}({whose}) and {dated}"


def insert_row(table: str, columns: Iterable[str]) -> str:
    """An insert of one row, whose values are bound under the names of its columns."""
    names = [statement("{name}", name=column) for column in columns]
    values = ", ".join(f"${name}" for name in names)
    return statement("insert into {table} ", table=table) + f"({', '.join(names)}) values ({values})"


def insert_rows(table: str, columns: Iterable[str]) -> str:
    """An insert of the rows of the array ``given``, for BigQuery."""
    names = [statement("{name}", name=column) for column in columns]
    read = ", ".join(f"item.{name}" for name in names)
    start = statement("insert into {table} ", table=table)
    return f"{start}({', '.join(names)}) select {read} from unnest($given) as item"


def for_google(sql: str) -> str:
    """``$name`` parameters as GoogleSQL writes them."""
    return PARAMETER.sub(r"@\1", sql)


def for_duckdb(sql: str) -> str:
    """``in unnest($list)`` in DuckDB's own form, which it pushes down to the tables behind a view.

    Instants are naive there, UTC, and have to be told so before they are read by the clock of a place.
    """
    return AT_A_PLACE.sub(r"at time zone 'UTC' at time zone \1", IN_A_LIST.sub(r"in \1", sql))


def bigquery_merge(table: str, dataset: Dataset) -> str:
    """A merge in which the rows of the array ``given`` replace those with their keys."""
    names = [statement("{name}", name=column.name) for column in dataset.all_columns]
    on = " and ".join(f"kept.{name} = given.{name}" for name in dataset.key)
    changed = ", ".join(f"{name} = given.{name}" for name in names if name not in dataset.key)
    taken = ", ".join(f"given.{name}" for name in names)
    read = ", ".join(f"item.{name}" for name in names)
    return statement("merge into {table} as kept ", table=table) + (
        f"using (select {read} from unnest(@given) as item) as given on {on} when matched then update set {changed} "
        f"when not matched then insert ({', '.join(names)}) values ({taken})"
    )


def aware_row(columns: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A row as a dictionary; every instant is aware, UTC."""
    return {name: aware(value) for name, value in columns}


def aware(value: Any) -> Any:
    """A value of a row; instants are aware, UTC."""
    return utc(value) if isinstance(value, datetime) else value


def expect_rows(expected: int, written: int | None, what: str) -> None:
    """Raise NumbersDiffer unless as many rows were written as expected."""
    if written != expected:
        raise NumbersDiffer(f"{what}: expected {expected} rows, wrote {written}")
