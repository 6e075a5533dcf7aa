"""Conversions for BigQuery: columns as fields, Python's values as typed parameters, clean files as uploads."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, TypeAlias

from google.cloud.bigquery import (
    ArrayQueryParameter,
    ArrayQueryParameterType,
    CreateDisposition,
    LoadJobConfig,
    ScalarQueryParameter,
    ScalarQueryParameterType,
    SchemaField,
    SourceFormat,
    StructQueryParameter,
    StructQueryParameterType,
    WriteDisposition,
)

from linernotes.config.datasets import Column
from linernotes.core.errors import NumbersDiffer
from linernotes.core.files import Part
from linernotes.storage.warehouses.upgrade import Columnlike, Shape

Parameter: TypeAlias = ScalarQueryParameter | ArrayQueryParameter | StructQueryParameter
# A bool is an int and a datetime a date to Python, so the narrower ones come first.
KINDS = (
    *((bool, "BOOL"), (int, "INT64"), (float, "FLOAT64"), (Decimal, "BIGNUMERIC")),
    *((datetime, "TIMESTAMP"), (date, "DATE")),
)

# The names that BigQuery answers with, where they are not those it was given.
TYPES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "STRUCT": "RECORD"}


def fields(columns: Iterable[Columnlike]) -> list[SchemaField]:
    """The columns of a contract as BigQuery's fields."""
    return [
        SchemaField(
            column.name, column.type, column.mode, description=column.description, fields=tuple(fields(column.fields))
        )
        for column in columns
    ]


def shapes_of(schema: Iterable[SchemaField]) -> tuple[Shape, ...]:
    """The columns that a table has, in the words of contracts."""
    return tuple(
        Shape(
            each.name,
            TYPES.get(each.field_type, each.field_type),
            each.mode or "NULLABLE",
            shapes_of(each.fields),
            each.description or "",
        )
        for each in schema
    )


def columns_with_fields(schema: Iterable[SchemaField], path: str = "") -> dict[str, str]:
    """The columns of any table with their types, each record followed by its fields; ``[]`` marks a list."""
    found: dict[str, str] = {}
    for each in schema:
        name, repeated = f"{path}{each.name}", each.mode == "REPEATED"
        found[name] = f"{each.field_type}{'[]' * repeated}"
        found |= {} if repeated else columns_with_fields(each.fields, f"{name}.")
    return found


def contract_label(columns: Iterable[Columnlike]) -> str:
    """The label of a table whose schema is this, so that a list of tables says which ones to look at."""
    told = json.dumps([each.to_api_repr() for each in fields(columns)], sort_keys=True)
    return sha256(told.encode()).hexdigest()[:16]


def strict_load(columns: Iterable[Column]) -> LoadJobConfig:
    """The settings that append clean lines to an existing table: nothing is guessed, ignored or tolerated."""
    return LoadJobConfig(
        schema=fields(columns),
        autodetect=False,
        source_format=SourceFormat.NEWLINE_DELIMITED_JSON,
        write_disposition=WriteDisposition.WRITE_APPEND,
        create_disposition=CreateDisposition.CREATE_NEVER,
        max_bad_records=0,
        ignore_unknown_values=False,
    )


def parameter_of(name: str, value: Any) -> Parameter:
    """A parameter with the type of its value; None and an empty list count as text."""
    if isinstance(value, list | tuple):
        return ArrayQueryParameter(name, _kind(value[0]) if value else "STRING", list(value))
    return ScalarQueryParameter(name, _kind(value), value)


def row_parameters(columns: Iterable[Column], row: Mapping[str, Any]) -> list[Parameter]:
    """The values of a row as parameters with the contract's types, also for nulls."""
    return [_of_column(column, row) for column in columns]


def rows_parameter(name: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> ArrayQueryParameter:
    """Rows as one array of structs, typed by the contract."""
    structs = [StructQueryParameter(None, *row_parameters(columns, row)) for row in rows]
    return ArrayQueryParameter(name, "STRUCT", structs)


@contextmanager
def lines_with_hash(part: Part, sha256: str, scratch: Path) -> Iterator[tuple[IO[bytes], int]]:
    """A part's lines as one file, each with the hash of the landed file they came from, and its size.

    Raises:
        NumbersDiffer: the number of rows is wrong; nothing may be sent then, because a load that succeeds with too few
            rows has used up its id.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    start, rows = f'{{"_fileHash":"{sha256}",'.encode(), 0
    with tempfile.TemporaryFile(dir=scratch) as file:
        for path in part.paths:
            with path.open("rb") as lines:
                for line in lines:
                    file.write(start + line[1:])
                    rows += 1
        if rows != part.rows:
            raise NumbersDiffer(f"load {part.dataset}: expected {part.rows} rows, found {rows}")
        size = file.tell()
        file.seek(0)
        yield file, size


def can_be_parameters(columns: Iterable[Column], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an array of rows says the same: a record that is null would become a record of nulls."""
    records = [column.name for column in columns if column.type == "RECORD" and column.mode != "REPEATED"]
    return all(row.get(name) is not None for row in rows for name in records)


def _kind(value: Any) -> str:
    return next((name for kind, name in KINDS if isinstance(value, kind)), "STRING")


def _of_column(column: Column, row: Mapping[str, Any]) -> Parameter:
    value = row.get(column.name)
    if column.mode == "REPEATED" and column.type == "RECORD":
        structs = [StructQueryParameter(None, *row_parameters(column.fields, each)) for each in value or []]
        return ArrayQueryParameter(column.name, _struct_type(column.fields), structs)
    if column.mode == "REPEATED":
        return ArrayQueryParameter(column.name, column.type, list(value or []))
    if column.type == "RECORD":
        return StructQueryParameter(column.name, *row_parameters(column.fields, value or {}))
    return ScalarQueryParameter(column.name, column.type, value)


def _struct_type(columns: Iterable[Column]) -> StructQueryParameterType:
    """The type of records with these fields, which an array of none of them needs too."""
    return StructQueryParameterType(*(_type(column) for column in columns))


def _type(column: Column) -> ArrayQueryParameterType | ScalarQueryParameterType | StructQueryParameterType:
    kind = _struct_type(column.fields) if column.type == "RECORD" else ScalarQueryParameterType(column.type)
    kind.name = column.name
    return ArrayQueryParameterType(kind, name=column.name) if column.mode == "REPEATED" else kind
