"""What a table lacks of its contract: columns that may be null are added; anything else only a rebuild settles."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Protocol

from linernotes.core.errors import ConfigurationError

REBUILD = "run: linernotes rebuild"


class Columnlike(Protocol):
    """A column of a contract, or one as a table has it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def type(self) -> str:
        """Its type, as contracts write it."""

    @property
    def mode(self) -> str:
        """NULLABLE, REQUIRED or REPEATED."""

    @property
    def description(self) -> str:
        """What it is, for people."""

    @property
    def fields(self) -> tuple["Columnlike", ...]:
        """The fields of a record."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A column as a table has it; columns that differ in their descriptions alone are equal."""

    name: str
    type: str
    mode: str = "NULLABLE"
    fields: tuple["Shape", ...] = ()
    description: str = field(default="", compare=False)


def shapes(columns: Iterable[Columnlike]) -> tuple[Shape, ...]:
    """The columns of a contract as a table should have them."""
    return tuple(Shape(c.name, c.type, c.mode, shapes(c.fields), c.description) for c in columns)


def completed(there: tuple[Shape, ...], wanted: tuple[Shape, ...], table: str, path: str = "") -> tuple[Shape, ...]:
    """The columns of a table, followed by those that its contract has besides.

    Raises:
        ConfigurationError: more differs than that columns are missing that may be null.
    """
    contract, known = {column.name: column for column in wanted}, {column.name for column in there}
    kept = tuple(_kept(column, contract.get(column.name), table, path) for column in there)
    missing = tuple(column for column in wanted if column.name not in known)
    for column in missing:
        if column.mode == "REQUIRED":
            raise ConfigurationError(f"table {table}: it lacks {path}{column.name}, which its contract needs", REBUILD)
    return kept + missing


def changes(before: tuple[Shape, ...], after: tuple[Shape, ...]) -> Iterator[tuple[Shape, bool]]:
    """The columns to add (true), or to widen because fields in them are missing (false)."""
    for old, new in zip_longest(before, after):
        if old != new:
            yield new, old is None


def _kept(column: Shape, contract: Shape | None, table: str, path: str) -> Shape:
    name = f"{path}{column.name}"
    if contract is None:
        raise ConfigurationError(f"table {table}: it has {name}, which its contract does not know", REBUILD)
    if (column.type, column.mode) != (contract.type, contract.mode):
        said, meant = (f"{one.mode} {one.type}" for one in (column, contract))
        raise ConfigurationError(f"table {table}: {name} is {said}, but {meant} in its contract", REBUILD)
    return replace(column, fields=completed(column.fields, contract.fields, table, f"{name}."))
