"""The command line, in walking order. No logic here, and nothing heavy is imported before it is needed."""

from typing import TYPE_CHECKING, Any

import click

from linernotes.extracts import extract
from linernotes.options import (
    budget_of,
    budgeting,
    chosen,
    environment,
    flags,
    log_as_asked,
    mode_of,
    only_providers,
    opened,
    report,
    selecting,
    selection,
    somewhere,
    walking,
)
from linernotes.reports import REPORTS
from linernotes.upkeep import UPKEEP

if TYPE_CHECKING:
    from linernotes.discover import Selection
    from linernotes.house import House
    from linernotes.plan import Plan


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
    from linernotes.pipeline import build

    with opened() as house, walking(house, "init") as walk:
        if not walk.built_from:  # it was there before
            build(walk, whole=True)
    house.tell.say(f"ready: {house.settings.home}")


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
    from linernotes.imports import open_text, roster_lines
    from linernotes.pipeline import import_lines
    from linernotes.screen import imported

    with opened() as house, walking(house, "import roster") as walk, open_text(file) as source:
        import_lines(walk, "roster/artists", file, roster_lines(source, file, house.dataset("roster/artists")))
        house.tell.say(imported(walk.brought, "artist", news=walk.ingested.loaded > 0))


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
    from linernotes.histories import import_histories, look_into
    from linernotes.screen import imported, show_found

    with opened() as house:
        if dry_run:
            found, trouble = look_into(house, paths)
            show_found(found, form)
            if trouble:
                raise trouble
            return
        with walking(house, "import plays") as walk:
            done = import_histories(walk, paths)
            house.tell.say(imported(done, "play", news=walk.ingested.loaded > 0))


@cli.command()
@only_providers
@selecting
@report
@environment
def plan(providers: tuple[str, ...], form: str, **options: Any) -> None:
    """What a run would ask of whom, and what it costs, per provider and in all. Calls nobody."""
    from linernotes.plan import in_all, next_step
    from linernotes.screen import show_plan

    with opened() as house:
        planned, _ = _planned(house, providers, **options)
    show_plan([*(each.row for each in planned), in_all(planned)], form)
    house.tell.say(*filter(None, [next_step(planned)]))


@cli.command()
@only_providers
@selecting
@budgeting
@click.option("--dry-run", is_flag=True, help="Show how many and the first 10; touch no provider.")
@environment
def run(providers: tuple[str, ...], dry_run: bool, **options: Any) -> None:
    """The whole walk: discover, extract, land, ingest, transform."""
    from linernotes.asking import walk_all
    from linernotes.introduce import introduced
    from linernotes.plan import left_out
    from linernotes.screen import alarms, failed, partly, summary
    from linernotes.serve import failures, field_alarms

    if dry_run:
        _dry_run(providers, **options)
        return
    with opened() as house:
        asked = chosen(house, providers)
        with walking(house, "run", mode_of(**options)) as walk:
            options["artists"] = introduced(walk, options["artists"])
            picked = selection(house, at=walk.run.started_at, **options)
            try:
                walk_all(walk, asked, picked, budget_of(house, **options))
            finally:
                house.tell.say(*summary(walk.asked, walk.ingested))
            why = failures(house.warehouse, walk.run.id) if walk.asked.failed else []
            gone_dark = field_alarms(house.warehouse) if walk.built_from else []
            house.tell.say(*failed(why), *partly(walk.untold), *alarms(gone_dark))
            if not walk.asked.total and not walk.partial:
                house.tell.say("no artists to enrich", *left_out(house, asked, picked))


@cli.command()
@click.option("--dataset", help="Only this dataset, e.g. artist_enrichment.")
@click.option("--dry-run", is_flag=True, help="Read and check what waits; load nothing, move nothing.")
@somewhere
def ingest(dataset: str | None, dry_run: bool) -> None:
    """Load what waits in landing/ into the lake tables, each file once."""
    from linernotes.pipeline import check_landing, ensure_ready, poor_data
    from linernotes.screen import loaded

    with opened() as house:
        names = [house.dataset(dataset).name] if dataset else None
        if dry_run:
            ensure_ready(house)
            ingested = check_landing(house, names)
            house.tell.say(loaded(ingested, "would load"))
            if poor := poor_data(ingested):
                raise poor
        else:
            with walking(house, "ingest", datasets=names) as walk:
                house.tell.say(loaded(walk.ingested, "loaded"))


@cli.command()
@click.option(
    "--select", multiple=True, help="dbt selector, e.g. lake_spotify__stg_artist_enrichment+; may be repeated."
)
@environment
def transform(select: tuple[str, ...]) -> None:
    """Build and test the dbt models."""
    from linernotes.pipeline import build, publish
    from linernotes.transform import transform as build_some

    with opened() as house, walking(house, "transform") as walk:
        built = build_some(house.settings, house.warehouse, select) if select else build(walk, whole=True)
        publish(house)
    house.tell.say(f"built {built.models} models, passed {built.tests} tests")


@cli.command()
@click.option("--reparse", is_flag=True, help="Read the services' own objects again, by today's rules.")
@environment
def rebuild(reparse: bool) -> None:
    """Make the warehouse again from archive/, without asking anybody."""
    from linernotes.rebuild import rebuild as rebuild_warehouse
    from linernotes.screen import loaded

    with opened() as house:
        ingested = rebuild_warehouse(house, reparse=reparse)
        house.tell.say(loaded(ingested, "rebuilt"))


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
    from linernotes.demo import demo_settings, show_demo
    from linernotes.house import open_house
    from linernotes.screen import Screen

    with demo_settings(flags()) as settings:
        log_as_asked(settings)
        with open_house(settings, Screen()) as house:
            house.clock.stop_on_signals()
            show_demo(house)


def _planned(house: "House", providers: tuple[str, ...], **options: Any) -> "tuple[list[Plan], Selection]":
    from linernotes.introduce import known_artists
    from linernotes.pipeline import ensure_rules
    from linernotes.plan import plan as plan_of

    mode_of(**options)
    ensure_rules(house)
    options["artists"] = known_artists(house.warehouse, options["artists"])
    picked = selection(house, **options)
    return plan_of(house, chosen(house, providers), picked, options["limit"]), picked


def _dry_run(providers: tuple[str, ...], **options: Any) -> None:
    from linernotes.plan import first_items
    from linernotes.screen import show
    from linernotes.values import many

    with opened() as house:
        plans, picked = _planned(house, providers, **options)
        items = first_items(house, plans, picked, options["limit"])
        for planned in plans:
            row = planned.row
            asked = f"{many(row['items'], planned.entity)} to ask in {many(row['calls'], 'call')}"
            click.echo(f"{row['provider']}: {asked}")
            first = [{"id": each.key, "name": each.name, "reason": each.reason} for each in items[row["provider"]]]
            show(first, "table", "the first of them")
            if row["note"]:
                house.tell.say(f"{row['provider']}: {row['note']}")
