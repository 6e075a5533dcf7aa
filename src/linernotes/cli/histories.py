"""The command that imports listening histories."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from linernotes.cli.options import command_workspace, environment_options, finish, format_option
from linernotes.cli.tables import table_options

if TYPE_CHECKING:
    from linernotes.runs.imports.table import TableOfPlays
    from linernotes.sources.histories.formats import ReadOptions


class ImportPlays(click.Command):
    """Its help lists the formats that are known."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the titles of the formats, each on its line."""
        from linernotes.sources.histories.formats import titles

        with formatter.section("Formats"):
            formatter.write_text("\b\n" + "\n".join(titles()))


@click.command(cls=ImportPlays)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Show what the files contain and what would be skipped; write nothing.")
@click.option(
    "--time-zone",
    metavar="ZONE",
    help="Zone of times that name none, such as Europe/Berlin.  [default: UTC]",
)
@click.option(
    "--day-first/--month-first",
    default=None,
    help="Order in dates like 03/04/2024, needed only where all days of a file are 12 or less.",
)
@table_options
@format_option
@environment_options
def plays(paths: tuple[str, ...], dry_run: bool, form: str, table: "TableOfPlays | None", **written: Any) -> None:
    """Import your listening history from zips, folders or files (- reads standard input).

    The format is recognized by content; tables may have any separator and encoding. docs/histories.md says where each
    service has its history. A file that looks like one and is not understood is named, and the others are imported.

    With --from-table the plays come from a table instead: project.dataset.table, schema.table,
    FILE.duckdb:schema.table, or a Parquet, CSV or JSON file. Its columns are found by their usual names or with --map.
    More files after it are parts of the same table.
    """
    from linernotes.cli.console import show_found
    from linernotes.runs.imports.histories import import_plays
    from linernotes.runs.imports.inspection import inspect_plays
    from linernotes.runs.imports.table import import_table, inspect_table
    from linernotes.runs.messages import import_lines

    if not paths and not table:
        raise click.UsageError("give the files to import, or a table with --from-table")
    options = _options(**written)
    table = table and replace(table, options=options, others=(*table.others, *paths))
    with command_workspace(stoppable=not dry_run) as workspace:
        if dry_run:
            found, trouble = inspect_table(workspace, table) if table else inspect_plays(workspace, paths, options)
            show_found(found, form)
            finish(workspace, trouble)
        else:
            result = import_table(workspace, table) if table else import_plays(workspace, paths, options)
            finish(workspace, result.error, *import_lines(result, "play"))


def _options(time_zone: str | None, day_first: bool | None) -> "ReadOptions":
    from linernotes.core.zones import zone_named
    from linernotes.sources.histories.formats import ReadOptions

    return ReadOptions(zone_named(time_zone) if time_zone is not None else None, day_first)
