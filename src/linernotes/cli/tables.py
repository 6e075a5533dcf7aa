"""The options that name a table of plays and its columns."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

Command = Callable[..., None]


def table_options(command: Command) -> Command:
    """Add the options of a table; the command receives them as one TableOfPlays, or None, ``table``."""

    @wraps(command)
    def with_table(*arguments: Any, **options: Any) -> None:
        names, columns, since = (options.pop(option) for option in ("from_table", "columns", "since_column"))
        if not names and (columns or since):
            raise click.UsageError("--map and --since-column belong to --from-table")
        command(*arguments, **options, table=_table(names, columns, since) if names else None)

    options: list[Callable[[Command], Command]] = [
        click.option(
            "--from-table",
            multiple=True,
            metavar="TABLE",
            help="Import from this table instead of files. May be repeated, or be a pattern in quotes: 'exp-*.json'.",
        ),
        click.option(
            "--map",
            "columns",
            multiple=True,
            metavar="NAME=COLUMN,...",
            help="Columns of the table, e.g. playedAt=ts,trackName=track.title.",
        ),
        click.option(
            "--since-column",
            metavar="COLUMN",
            help="Import only rows that are newer by this column than those of the last import.",
        ),
    ]
    made: Command = with_table
    for option in reversed(options):
        made = option(made)
    return made


def _table(names: tuple[str, ...], columns: tuple[str, ...], since: str | None) -> Any:
    from linernotes.runs.imports.table import TableOfPlays

    pairs = [pair.partition("=") for text in columns for pair in text.split(",")]
    if bad := [f"{left}{sign}{right}" for left, sign, right in pairs if not (left.strip() and right.strip())]:
        raise click.BadParameter(f"{bad[0]!r} is not NAME=COLUMN, e.g. playedAt=ts,trackName=title", param_hint="--map")
    mapped = {left.strip(): right.strip() for left, _, right in pairs}
    return TableOfPlays(names[0], mapped, since, others=names[1:])
