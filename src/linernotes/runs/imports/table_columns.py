"""Which column of a table is which of a play: found by its name, or named by its owner."""

from collections.abc import Mapping

from linernotes.core.errors import ConfigurationError
from linernotes.core.text import first_of, nearest
from linernotes.sources.histories import table as plays_table
from linernotes.storage.warehouses.struct_types import is_struct

SHOWN = 40


def columns_of_plays(table: str, given: Mapping[str, str], there: Mapping[str, str]) -> dict[str, str]:
    """The table's column for each of those of a play; ``given`` are those that its owner named.

    Raises:
        ConfigurationError: a given one does not exist, or one that a play needs was not found.
    """
    for name in given:
        if name not in plays_table.SYNONYMS:
            remedy = nearest(name, list(plays_table.SYNONYMS))
            raise ConfigurationError(f"--map {name}: plays have no such column", remedy)
    named = {name: _value_column(column, there) for name, column in given.items()}
    found = columns_by_name(there, named)
    if missing := plays_table.missing_columns(found):
        example = ",".join(f"{name}=COLUMN" for name in missing)
        remedy = f"type --map {example}; its columns are: {first_of(value_columns(there), SHOWN)}"
        raise ConfigurationError(f"import {table}: no column found for {', '.join(missing)}", remedy)
    return found


def columns_by_name(there: Mapping[str, str], named: Mapping[str, str] | None = None) -> dict[str, str]:
    """The columns of a play that are ``named``, or that a table calls by a usual name."""
    return plays_table.columns_of(there, named, [column for column, kind in there.items() if is_struct(kind)])


def value_columns(there: Mapping[str, str]) -> list[str]:
    """The columns that hold values: of a struct its fields, such as ``event.ts``."""
    return [column for column, kind in there.items() if not is_struct(kind)]


def existing_column(column: str, there: Mapping[str, str]) -> str:
    """The column as the table writes it.

    Raises:
        ConfigurationError: there is none of that name.
    """
    found = column if column in there else next((name for name in there if name.casefold() == column.casefold()), None)
    if found is None:
        raise ConfigurationError(f"no column {column!r}", f"its columns are: {first_of(value_columns(there), SHOWN)}")
    return found


def _value_column(column: str, there: Mapping[str, str]) -> str:
    found = existing_column(column, there)
    if is_struct(there[found]):
        fields = [name for name in value_columns(there) if name.startswith(f"{found}.")]
        raise ConfigurationError(f"column {found!r} has fields and no value", f"map one of them: {', '.join(fields)}")
    return found
