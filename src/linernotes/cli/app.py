"""The command line, in walking order. No logic here, and nothing heavy is imported before it is needed."""

from typing import TYPE_CHECKING, Any

import click

from linernotes.cli.extract import extract
from linernotes.cli.maintenance import UPKEEP
from linernotes.cli.options import (
    budget_of,
    budgeting,
    chosen,
    environment,
    flags,
    in_session,
    log_as_asked,
    mode_of,
    only_providers,
    opened,
    report,
    selecting,
    selection,
    somewhere,
)
from linernotes.cli.reports import REPORTS

if TYPE_CHECKING:
    from linernotes.runs.enrich.plan import Plan
    from linernotes.runs.enrich.queue import Selection
    from linernotes.storage.workspace import Workspace


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", count=True, help="Say more on stderr; -vv for everything.")
@click.option("--log-file", type=click.Path(dir_okay=False), help="Also write the log there, as JSON lines.")
@click.version_option(package_name="linernotes")
@click.pass_context
def cli(context: click.Context, verbose: int, log_file: str | None) -> None:
    """The liner notes your listening history never came with.

    linernotes finds the artists nobody has described yet, asks the music services about them in batches, lands what
    they said, loads it once, and answers with dimension tables.
    """
    context.obj = {"verbose": verbose, "log_file": log_file, "flags": {}}


for command in (extract, *REPORTS, *UPKEEP):
    cli.add_command(command)


@cli.command()
@environment
def init() -> None:
    """Make the lake folders, every lake table (empty) and the first hub. Safe to repeat."""
    from linernotes.runs.hub import build

    with opened() as workspace, in_session(workspace, "init") as session:
        if not session.built_from:  # it was there before
            build(session, whole=True)
    workspace.progress.say(f"ready: {workspace.settings.home}")


@cli.group(name="import")
def import_() -> None:
    """Bring in your own data."""


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@environment
def roster(file: str) -> None:
    """Artists you care about, from CSV, TSV or JSONL (- for standard input).

    A Spotify id, URL or URI in a column artistId, artist_id, id or spotify_url; a name in artistName or name if there
    is one.
    """
    from linernotes.runs.lifecycle import import_lines
    from linernotes.runs.messages import imported
    from linernotes.sources.roster import roster_lines
    from linernotes.sources.rows import open_text

    with opened() as workspace, in_session(workspace, "import roster") as session, open_text(file) as source:
        import_lines(session, "roster/artists", file, roster_lines(source, file, workspace.dataset("roster/artists")))
        workspace.progress.say(imported(session.brought, "artist", news=session.ingested.loaded > 0))


@import_.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Show what is in it and what would be dropped; write nothing.")
@report
@environment
def plays(paths: tuple[str, ...], dry_run: bool, form: str) -> None:
    """Your listening history: zips, folders or files (- for standard input), told apart by what is in them.

    Spotify's extended streaming history and account data, pages of its recently-played endpoint, Last.fm scrobbles as
    pages of user.getRecentTracks or as CSV, ListenBrainz listens as pages or as an export.
    """
    from linernotes.cli.console import show_found
    from linernotes.runs.imports.histories import import_histories, look_into
    from linernotes.runs.messages import imported

    with opened() as workspace:
        if dry_run:
            found, trouble = look_into(workspace, paths)
            show_found(found, form)
            if trouble:
                raise trouble
            return
        with in_session(workspace, "import plays") as session:
            done = import_histories(session, paths)
            workspace.progress.say(imported(done, "play", news=session.ingested.loaded > 0))


@cli.command()
@only_providers
@selecting
@report
@environment
def plan(providers: tuple[str, ...], form: str, **options: Any) -> None:
    """What a run would ask of whom, and what it costs, per provider and in all. Calls nobody."""
    from linernotes.cli.console import show_plan
    from linernotes.runs.enrich.plan import in_all, next_step

    with opened() as workspace:
        planned, _ = _planned(workspace, providers, **options)
    show_plan([*(each.row for each in planned), in_all(planned)], form)
    workspace.progress.say(*filter(None, [next_step(planned)]))


@cli.command()
@only_providers
@selecting
@budgeting
@click.option("--dry-run", is_flag=True, help="Show how many and the first 10; touch no provider.")
@environment
def run(providers: tuple[str, ...], dry_run: bool, **options: Any) -> None:
    """The whole walk: discover, extract, land, ingest, transform."""
    from linernotes.reports.queries import failures, field_alarms
    from linernotes.runs.enrich.artists import register_artists
    from linernotes.runs.enrich.plan import left_out
    from linernotes.runs.enrich.scheduler import enrich_all
    from linernotes.runs.messages import alarms, failed, partly, summary

    if dry_run:
        _dry_run(providers, **options)
        return
    with opened() as workspace:
        asked = chosen(workspace, providers)
        with in_session(workspace, "run", mode_of(**options)) as session:
            options["artists"] = register_artists(session, options["artists"])
            picked = selection(workspace, at=session.run.started_at, **options)
            try:
                enrich_all(session, asked, picked, budget_of(workspace, **options))
            finally:
                workspace.progress.say(*summary(session.asked, session.ingested))
            why = failures(workspace.warehouse, session.run.id) if session.asked.failed else []
            gone_dark = field_alarms(workspace.warehouse) if session.built_from else []
            workspace.progress.say(*failed(why), *partly(session.untold), *alarms(gone_dark))
            if not session.asked.total and not session.partial:
                workspace.progress.say("no artists to enrich", *left_out(workspace, asked, picked))


@cli.command()
@click.option("--dataset", help="Only this dataset, e.g. artist_enrichment.")
@click.option("--dry-run", is_flag=True, help="Read and check what waits; load nothing, move nothing.")
@somewhere
def ingest(dataset: str | None, dry_run: bool) -> None:
    """Load what waits in landing/ into the lake tables, each file once."""
    from linernotes.runs.lifecycle import check_landing, ensure_ready, poor_data
    from linernotes.runs.messages import loaded

    with opened() as workspace:
        names = [workspace.dataset(dataset).name] if dataset else None
        if dry_run:
            ensure_ready(workspace)
            ingested = check_landing(workspace, names)
            workspace.progress.say(loaded(ingested, "would load"))
            if poor := poor_data(ingested):
                raise poor
        else:
            with in_session(workspace, "ingest", datasets=names) as session:
                workspace.progress.say(loaded(session.ingested, "loaded"))


@cli.command()
@click.option(
    "--select", multiple=True, help="dbt selector, e.g. lake_spotify__stg_artist_enrichment+; may be repeated."
)
@environment
def transform(select: tuple[str, ...]) -> None:
    """Build and test the dbt models."""
    from linernotes.runs.dbt import transform as build_some
    from linernotes.runs.hub import build, publish

    with opened() as workspace, in_session(workspace, "transform") as session:
        built = build_some(workspace.settings, workspace.warehouse, select) if select else build(session, whole=True)
        publish(workspace)
    workspace.progress.say(f"built {built.models} models, passed {built.tests} tests")


@cli.command()
@click.option("--reparse", is_flag=True, help="Read the services' own objects again, by today's rules.")
@environment
def rebuild(reparse: bool) -> None:
    """Make the warehouse again from archive/, without asking anybody."""
    from linernotes.runs.messages import loaded
    from linernotes.runs.rebuild import rebuild as rebuild_warehouse

    with opened() as workspace:
        ingested = rebuild_warehouse(workspace, reparse=reparse)
        workspace.progress.say(loaded(ingested, "rebuilt"))


@cli.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=8650, show_default=True, help="0 for any free one.")
@click.option("--catalogue", type=click.Path(exists=True, dir_okay=False), help="Artists from a TSV or CSV file.")
@click.option("--profile", type=click.Choice(["development", "extended"]), default="extended", show_default=True)
@click.option("--faults", default="", help="e.g. 5xx=0.1,429=0.05,retry_after=2,seed=7; a wrong one tells all.")
@click.option("--export-history", type=click.Path(dir_okay=False), help="Write a listener's history there, and stop.")
@click.option("--plays", type=click.IntRange(min=1), default=20_000, show_default=True, help="Plays of that history.")
@environment
def sandbox(
    port: int, catalogue: str | None, profile: str, faults: str, export_history: str | None, plays: int
) -> None:
    """Serve the imitated services on loopback until stopped; prints the settings to use them."""
    from pathlib import Path

    from linernotes.sandbox import Faults, FromFile, Generated, Sandbox, serve_forever, write_history

    artists = FromFile(Path(catalogue)) if catalogue else Generated()
    if export_history:
        write_history(Path(export_history), artists, plays)
        click.echo(f"wrote {export_history}; next: linernotes import plays {export_history}", err=True)
        return
    served = Sandbox(artists, profile, Faults.parse(faults), port)

    def started(running: Sandbox) -> None:
        for name, value in running.environment().items():
            click.echo(f"export {name}={value}")
        click.echo(f"# {len(artists):,} artists on {running.url}, Ctrl-C to stop", err=True)

    serve_forever(served, started)


@cli.command()
@environment
def demo() -> None:
    """Walk once with an invented listening history and the sandbox, and show what comes out."""
    from linernotes.cli.console import Screen
    from linernotes.cli.demo import demo_settings, show_demo
    from linernotes.storage.workspace import open_workspace

    with demo_settings(flags()) as settings:
        log_as_asked(settings)
        with open_workspace(settings, Screen()) as workspace:
            workspace.clock.stop_on_signals()
            show_demo(workspace)


def _planned(workspace: "Workspace", providers: tuple[str, ...], **options: Any) -> "tuple[list[Plan], Selection]":
    from linernotes.runs.enrich.artists import known_artists
    from linernotes.runs.enrich.plan import plan as plan_of
    from linernotes.runs.lifecycle import ensure_rules

    mode_of(**options)
    ensure_rules(workspace)
    options["artists"] = known_artists(workspace.warehouse, options["artists"])
    picked = selection(workspace, **options)
    return plan_of(workspace, chosen(workspace, providers), picked, options["limit"]), picked


def _dry_run(providers: tuple[str, ...], **options: Any) -> None:
    from linernotes.cli.console import show
    from linernotes.core.text import many
    from linernotes.runs.enrich.plan import first_items

    with opened() as workspace:
        plans, picked = _planned(workspace, providers, **options)
        items = first_items(workspace, plans, picked, options["limit"])
        for planned in plans:
            row = planned.row
            asked = f"{many(row['items'], planned.entity)} to ask in {many(row['calls'], 'call')}"
            click.echo(f"{row['provider']}: {asked}")
            first = [{"id": each.key, "name": each.name, "reason": each.reason} for each in items[row["provider"]]]
            show(first, "table", "the first of them")
            if row["note"]:
                workspace.progress.say(f"{row['provider']}: {row['note']}")
