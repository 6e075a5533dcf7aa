"""Typed rows of reports, and their published column names."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from linernotes.core import sql
from linernotes.storage.ports import Warehouse

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record: TypeAlias = Mapping[str, object]
Records: TypeAlias = Sequence[Record]
Row = TypeVar("Row")


def rows_of(kind: type[Row], warehouse: Warehouse, statement: str, **parameters: Any) -> list[Row]:
    """The rows of a statement in reports/sql/, whose columns are the keys of the TypedDict ``kind``."""
    del kind  # for the type checker alone; a test holds it against the statement's columns
    return cast("list[Row]", list(warehouse.rows(sql.read(f"reports/{statement}"), **parameters)))


def published_columns(row: "DataclassInstance") -> dict[str, object]:
    """The fields of a row under the names of published columns: ``next_due`` is nextDue."""
    return {column_name(field.name): getattr(row, field.name) for field in fields(row)}


def column_name(name: str) -> str:
    """The published column of a field: ``next_due`` is nextDue."""
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))
