"""The contracts of tables: columns, keys and rules, from which DDL, validator and dbt sources are derived."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from linernotes.config.base import Identifier, Strict

ColumnType = Literal["STRING", "INT64", "FLOAT64", "NUMERIC", "BOOL", "TIMESTAMP", "DATE", "RECORD"]


class Derived(Strict):
    """How a column follows from a name beside it: as its key, as the keys of a credit, or as the key of a title.

    The title of a release also gives the key of the work, and that of a track the key of the recording, whatever the
    edition. The name of a record label gives the label's key, and its kind: label, self_released or unknown.
    """

    source: Annotated[Identifier, Field(alias="from")]
    rule: Annotated[Literal["key", "credits", "title", "recording", "work", "label", "label_kind"], Field(alias="as")]


class Column(Strict):
    """One column in BigQuery's schema-JSON form; a ``derived`` one is computed on loading, whatever a line says.

    ``otherwise`` is its value in lines without one: the first text whose ``{fields}`` the line has.
    """

    name: Identifier
    type: ColumnType
    mode: Literal["NULLABLE", "REQUIRED", "REPEATED"] = "NULLABLE"
    description: Annotated[str, StringConstraints(min_length=1)]
    fields: tuple["Column", ...] = ()
    derived: Derived | None = None
    otherwise: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The column's name, then the dotted names of the fields inside it."""
        return (self.name, *(f"{self.name}.{path}" for field in self.fields for path in field.paths))

    @model_validator(mode="after")
    def _can_be_derived(self) -> Self:
        refuse_underivable(self.fields, f"{self.name}.")
        mode = "REPEATED" if self.derived and self.derived.rule == "credits" else "NULLABLE"
        if self.derived and (self.type, self.mode) != ("STRING", mode):
            raise ValueError(f"{self.name}: derived as {self.derived.rule}, so it has to be a {mode} STRING")
        return self


def refuse_underivable(columns: tuple[Column, ...], path: str = "") -> None:
    """Raise ``ValueError`` if a column is derived from anything but a name beside it that lines have."""
    names = {column.name for column in columns if (column.type, column.derived) == ("STRING", None)}
    names -= {column.name for column in columns if column.mode == "REPEATED"}
    for column in columns:
        if column.derived and column.derived.source not in names:
            raise ValueError(f"{path}{column.name}: derived from {column.derived.source!r}, no single STRING beside it")


class Rule(Strict):
    """Constraints on a value beyond its type."""

    pattern: str | None = None
    length: int | None = None
    minimum: int | None = None
    maximum: int | None = None


# Every row carries the file and line it came from; the manifest has the rest.
LOADING_COLUMNS = (
    Column(name="_fileHash", type="STRING", description="SHA-256 of the landed file: joins lake_ops__loaded_files."),
    Column(name="_line", type="INT64", description="Line in that file, counted from 1."),
)


class Dataset(Strict):
    """The contract of one table: from it come the DDL of both engines, the row validator and the dbt source.

    ``instant`` orders the rows of one key; ``entity`` is set where each line is the outcome of a lookup;
    ``partition_by`` is MONTH where one file can hold many years: a load job may write to at most 4,000 partitions.
    ``carried`` marks bookkeeping that no file holds, so a rebuild copies it. Where ``expected_days`` pass without a new
    row, dbt's source freshness warns.
    """

    dataset: Identifier
    provider: Identifier
    version: int
    description: str
    table: Identifier
    columns: Annotated[tuple[Column, ...], Field(alias="schema", min_length=1)]
    key: tuple[Identifier, ...]
    pattern: str | None = None
    entity: str | None = None
    instant: Identifier | None = None
    partition: Identifier | None = None
    partition_by: Literal["DAY", "MONTH"] = "DAY"
    cluster: tuple[Identifier, ...] = ()
    rules: dict[str, Rule] = Field(default_factory=dict)
    carried: bool = False
    expected_days: int | None = None

    @property
    def name(self) -> str:
        """``provider/dataset``, as the manifest and the command line write it."""
        return f"{self.provider}/{self.dataset}"

    def model(self, short: str) -> str:
        """The dbt model of the newest rows: ``stg`` (a view) or ``svc`` (a table)."""
        return f"lake_{self.provider}__{short}_{self.dataset}"

    @property
    def paths(self) -> tuple[str, ...]:
        """The names of all columns, and of the fields inside them, dotted."""
        return tuple(path for column in self.columns for path in column.paths)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns of the table, loading columns last."""
        return self.columns if self.carried else self.columns + LOADING_COLUMNS

    @model_validator(mode="after")
    def _names_are_columns(self) -> Self:
        known = {column.name for column in self.all_columns}
        named = {*self.key, *self.cluster, *filter(None, (self.instant, self.partition))}
        named |= {path.split(".")[0] for path in self.rules}
        if unknown := sorted(named - known):
            raise ValueError(f"{', '.join(unknown)}: not in the schema")
        if self.expected_days is not None and self.partition is None:
            raise ValueError("expected_days: needs a partition, which tells when a row came")
        refuse_underivable(self.columns)
        return self
