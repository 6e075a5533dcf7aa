"""The commands in the order of the pipeline. They parse and print; heavy modules are imported inside them."""

from typing import TYPE_CHECKING

import click

from linernotes.cli.api import api
from linernotes.cli.artist import ARTIST
from linernotes.cli.cache import cache
from linernotes.cli.completion import complete_datasets
from linernotes.cli.dashboard import dashboard
from linernotes.cli.drops import DROPS, template
from linernotes.cli.extract import extract
from linernotes.cli.flows import FLOWS
from linernotes.cli.forecasts import forecast
from linernotes.cli.histories import plays
from linernotes.cli.identities import IDENTITIES
from linernotes.cli.listening import LISTENING
from linernotes.cli.maintenance import MAINTENANCE
from linernotes.cli.matches import match
from linernotes.cli.options import (
    budget_options,
    command_workspace,
    entity_option,
    environment_options,
    finish,
    flags,
    format_option,
    location_options,
    provider_option,
    selection_options,
    start_logging,
)
from linernotes.cli.pages import PAGES
from linernotes.cli.query import sql
from linernotes.cli.rejects import rejects
from linernotes.cli.releases import labels
from linernotes.cli.reports import REPORTS, SHOWN
from linernotes.cli.rosters import roster_rows
from linernotes.cli.sandbox import sandbox
from linernotes.cli.setup import SETUP
from linernotes.cli.tracks import features, tracks
from linernotes.cli.triggers import ml

if TYPE_CHECKING:
    from linernotes.core.progress import Progress
    from linernotes.runs.enrich.options import EnrichOptions
    from linernotes.runs.enrich.run import PlanReport


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", count=True, help="Log each step to stderr; -vv logs everything.")
@click.option("--log-file", type=click.Path(dir_okay=False), help="Also write the log to this file, as JSON lines.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the log on stderr; json is one object per line, with run, provider, counts and seconds.",
)
@click.version_option(package_name="linernotes")
@click.pass_context
def cli(context: click.Context, verbose: int, log_file: str | None, log_format: str) -> None:
    """The liner notes your listening history never came with.

    linernotes finds the artists in your listening history that are not enriched yet, looks them up at the music
    services in batches, loads each response exactly once, and builds dimension tables you can query.
    """
    context.obj = {"verbose": verbose, "log_file": log_file, "log_format": log_format, "flags": {}}


__all__ = ["PAGES", "cli", "labels", "roster_rows"]  # the others add themselves to the reports


for command in (
    extract,
    *LISTENING,
    sql,
    *ARTIST,
    *REPORTS,
    rejects,
    cache,
    *IDENTITIES,
    *SETUP,
    *MAINTENANCE,
    *FLOWS,
    forecast,
    ml,
    match,
    template,
    sandbox,
    api,
    dashboard,
):
    cli.add_command(command)


@cli.command()
@environment_options
def init() -> None:
    """Create the lake folders, the empty lake tables and the hub. Safe to repeat."""
    from linernotes.runs.lifecycle import initialise

    with command_workspace(stoppable=True) as workspace:
        initialise(workspace)
        workspace.progress.say(f"ready: {workspace.settings.home}")


@cli.group(name="import")
def import_() -> None:
    """Import your own data."""


for command in (plays, features, tracks, *DROPS):
    import_.add_command(command)


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--name", help="Name of the roster; it replaces an earlier one.  [default: the file's name]")
@click.option("--dry-run", is_flag=True, help="Show what the file contains and what would be rejected; write nothing.")
@click.option("--n", "listed", type=SHOWN, default=10, show_default=True, help="Rows that a dry run names per reason.")
@format_option
@environment_options
def roster(file: str, name: str | None, dry_run: bool, listed: int, form: str) -> None:
    """Import a list of artists from CSV, TSV, XLSX, JSON or plain text (- reads standard input).

    Each row has a Spotify link, URI or id, a MusicBrainz link or id, or only a name, under any of the usual headings or
    none. All other columns are kept. A name alone is an artist only where at most one artist is known by it.
    """
    from linernotes.cli.console import show
    from linernotes.runs.imports.roster import import_roster, inspect_roster
    from linernotes.runs.messages import import_lines

    with command_workspace(stoppable=not dry_run) as workspace:
        if dry_run:
            found, trouble = inspect_roster(workspace, file, name, listed)
            show(found, form, "would import")
            finish(workspace, trouble)
        else:
            result = import_roster(workspace, file, name)
            finish(workspace, result.error, *import_lines(result, "artist"))


@cli.command()
@provider_option
@entity_option
@selection_options
@format_option
@environment_options
def plan(selected: "EnrichOptions", form: str) -> None:
    """Show the calls, time and cost of a run. Makes no calls."""
    from linernotes.cli.console import show_plan
    from linernotes.runs.enrich.run import plan_run

    with command_workspace() as workspace:
        planned = plan_run(workspace, selected)
    show_plan([each.row for each in (*planned.plans, planned.total)], form)
    workspace.progress.say(*filter(None, [planned.next_step]))


@cli.command()
@provider_option
@entity_option
@selection_options
@budget_options
@click.option(
    "--dry-run", is_flag=True, help="Show how many items would be fetched, and the first 10; call no provider."
)
@environment_options
def run(selected: "EnrichOptions", dry_run: bool) -> None:
    """Enrich your library. Steps: discover, extract, land, ingest, transform."""
    from linernotes.runs.enrich.run import plan_run
    from linernotes.runs.enrich.run import run as run_all
    from linernotes.runs.messages import result_lines

    if dry_run:
        with command_workspace() as workspace:
            show_first_items(plan_run(workspace, selected, with_items=True), workspace.progress)
        return
    with command_workspace(stoppable=True) as workspace:
        result = run_all(workspace, selected)
        finish(workspace, result.error, *result_lines(result))


@cli.command()
@click.option("--dataset", shell_complete=complete_datasets, help="Load only this dataset, e.g. artist_enrichment.")
@click.option("--dry-run", is_flag=True, help="Validate the files; load nothing and move nothing.")
@location_options
def ingest(dataset: str | None, dry_run: bool) -> None:
    """Load the files in landing/, each exactly once."""
    from linernotes.runs.lifecycle import load_landing
    from linernotes.runs.messages import load_line

    with command_workspace(stoppable=not dry_run) as workspace:
        stats, error = load_landing(workspace, dataset, dry_run=dry_run)
        finish(workspace, error, load_line(stats, "would load" if dry_run else "loaded"))


@cli.command()
@click.option(
    "--select",
    multiple=True,
    help="Build only these models: a dbt selector, e.g. lake_spotify__stg_artist_enrichment+. May be repeated.",
)
@environment_options
def transform(select: tuple[str, ...]) -> None:
    """Build and test the dbt models."""
    from linernotes.runs.lifecycle import build_hub

    with command_workspace(stoppable=True) as workspace:
        built = build_hub(workspace, select)
        workspace.progress.say(f"built {built.models} models, passed {built.tests} tests")


@cli.command()
@click.option("--reparse", is_flag=True, help="Parse the archived responses again with the current code.")
@click.option("--accept-loss", is_flag=True, help="Rebuild although archived files are missing or damaged.")
@environment_options
def rebuild(reparse: bool, accept_loss: bool) -> None:
    """Rebuild the warehouse from archive/, without any API call.

    The new warehouse takes the place of the old one when it is finished; the old one is kept as
    warehouse.previous.duckdb.
    """
    from linernotes.runs.messages import load_line
    from linernotes.runs.rebuild import rebuild as rebuild_warehouse

    with command_workspace(stoppable=True) as workspace:
        stats = rebuild_warehouse(workspace, reparse=reparse, accept_loss=accept_loss)
        workspace.progress.say(load_line(stats, "rebuilt"))


@cli.command()
@click.option("--open", "opened", is_flag=True, help="Also show the page in the browser.")
@click.option("--with-labels", is_flag=True, help="Also train a forecast of pick-ups on two years of invented exports.")
@environment_options
def demo(opened: bool, with_labels: bool) -> None:
    """Run once with sample data, show the results, and write a page about them.

    The services are imitated: no credentials are needed.
    """
    from linernotes.cli.console import ConsoleProgress
    from linernotes.cli.demo import NEXT_STEPS, show_forecasts, show_tables, write_demo_page
    from linernotes.runs.demo import demo_settings, run_demo
    from linernotes.runs.messages import result_lines
    from linernotes.storage.workspace import open_workspace

    with demo_settings(flags()) as settings:
        start_logging(settings)
        with open_workspace(settings, ConsoleProgress()) as workspace:
            workspace.clock.stop_on_signals()
            workspace.progress.say("linernotes demo: sample listening history, imitated services")
            result = run_demo(workspace, with_labels=with_labels)
            workspace.progress.say(*result_lines(result))
            show_tables(workspace)
            show_forecasts(workspace)
            write_demo_page(workspace, opened=opened)
            finish(workspace, result.error, *([] if result.error else [NEXT_STEPS]))


def show_first_items(planned: "PlanReport", progress: "Progress") -> None:
    """Print the number of items and calls for each provider, and its first items."""
    from linernotes.cli.console import echo, show
    from linernotes.core.text import many

    for each in planned.plans:
        echo(f"{each.provider}: {many(each.items, each.entity)} to fetch in {many(each.calls, 'call')}")
        items = planned.first_items[each.provider]
        first = [{"id": item.key, "name": item.name, "reason": item.reason} for item in items]
        show(first, "table", "first items")
        if each.note:
            progress.say(f"{each.provider}: {each.note}")
