"""The command line, in walking order. No logic here, and nothing heavy is imported before it is needed."""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from linernotes.errors import ConfigurationError, LinernotesError

if TYPE_CHECKING:
    from linernotes.contracts import ProviderSettings
    from linernotes.discover import Selection
    from linernotes.house import House
    from linernotes.pipeline import Walk
    from linernotes.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])
FORMATS = click.Choice(["table", "json", "csv"])
DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0}


class Age(click.ParamType[timedelta]):
    """A length of time: ``90d``, ``12h``, ``2w``, or a number of days."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Parse it."""
        if isinstance(value, timedelta):
            return value
        number, unit = (value[:-1], value[-1]) if value[-1:] in DAYS else (value, "d")
        if not number.isdecimal():
            self.fail(f"{value!r} is no length of time; write 90d, 12h or 2w", param, ctx)
        try:
            return timedelta(days=int(number) * DAYS[unit])
        except OverflowError:
            self.fail(f"{value!r} is too long", param, ctx)


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
    context.obj = {"verbose": verbose, "log_file": log_file}


def environment(command: Command) -> Command:
    """``--env``, which every command takes."""
    return click.option("--env", envvar="LINERNOTES_ENV", help="Environment of environments.yaml.  [default: local]")(
        command
    )


def report(command: Command) -> Command:
    """``--format``, which every report takes."""
    return click.option("--format", "form", type=FORMATS, default="table", show_default=True)(command)


def selecting(command: Command) -> Command:
    """The options that choose what is asked."""
    for option in reversed(
        (
            click.option(
                "--mode",
                type=click.Choice(["incremental", "backfill", "refresh"]),
                default="incremental",
                show_default=True,
                help="incremental: discovered in the window, due for a retry, or missed. backfill: all without a "
                "record. refresh: all older than --older-than.",
            ),
            click.option("--limit", type=click.IntRange(min=0), help="Ask about exactly so many at most."),
            click.option("--window-days", type=click.IntRange(min=0, max=36_500), default=7, show_default=True),
            click.option("--older-than", type=Age(), default="90d", show_default=True),
        )
    ):
        command = option(command)
    return command


@contextmanager
def opened(env: str | None) -> Iterator["House"]:
    """The house of the environment, with logging as the options before the command ask for."""
    from linernotes.house import open_house
    from linernotes.screen import Screen
    from linernotes.settings import read_settings

    settings = read_settings(env)
    _log(settings)
    with open_house(settings, Screen()) as house:
        yield house


@cli.command()
@environment
def init(env: str | None) -> None:
    """Make the lake folders, every lake table (empty) and the first hub. Safe to repeat."""
    from linernotes.transform import transform

    with opened(env) as house, _walk(house, "init"):
        transform(house.settings, house.warehouse)
    house.tell.say(f"ready: {house.settings.home}")


@cli.group(name="import")
def import_() -> None:
    """Bring in your own data."""


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@environment
def roster(file: str, env: str | None) -> None:
    """Artists you care about, from CSV, TSV or JSONL (- for standard input).

    A Spotify id, URL or URI in a column artistId, artist_id, id or spotify_url; a name in artistName or name if there
    is one.
    """
    from linernotes.imports import open_text, roster_lines
    from linernotes.pipeline import import_lines

    with opened(env) as house, _walk(house, "import roster") as walk, open_text(file) as source:
        import_lines(walk, "roster/artists", roster_lines(source, file, house.dataset("roster/artists")))
        _tell_import(walk, "artists")


@import_.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@environment
def plays(paths: tuple[str, ...], env: str | None) -> None:
    """Plays as Spotify's recently-played endpoint serves them: pages, or one item per line."""
    from linernotes.imports import open_text, play_lines
    from linernotes.pipeline import import_lines

    with opened(env) as house, _walk(house, "import plays") as walk:
        for path in paths:
            with open_text(path) as source:
                lines = play_lines(source, path, house.dataset("spotify/recently_played"))
                import_lines(walk, "spotify/recently_played", lines)
        _tell_import(walk, "plays")


@cli.command()
@click.option("--provider", "providers", multiple=True, help="Only this provider; may be repeated.")
@selecting
@report
@environment
def plan(providers: tuple[str, ...], form: str, env: str | None, **options: Any) -> None:
    """What a run would ask of whom, and what it costs. Calls nobody."""
    from linernotes.pipeline import ensure_ready
    from linernotes.plan import plan as plan_of
    from linernotes.screen import show

    with opened(env) as house:
        ensure_ready(house)
        selection = _selection(house, **options)
        rows = [plan_of(house, provider, selection, options["limit"]).row for provider in _chosen(house, providers)]
    show(rows, form, "plan")


@cli.command()
@click.option("--provider", "providers", multiple=True, help="Only this provider; may be repeated.")
@selecting
@click.option("--max-minutes", type=click.FloatRange(min=0), help="Stop asking after so many minutes.")
@click.option("--dry-run", is_flag=True, help="Show how many and the first 10; touch no provider.")
@environment
def run(
    providers: tuple[str, ...],
    max_minutes: float | None,
    dry_run: bool,
    env: str | None,
    **options: Any,
) -> None:
    """The whole walk: discover, extract, land, ingest, transform."""
    from linernotes.pipeline import walk_all
    from linernotes.screen import summary

    if dry_run:
        _dry_run(env, providers, **options)
        return
    with opened(env) as house:
        chosen = _chosen(house, providers)
        with _walk(house, "run", options["mode"]) as walk:
            selection = _selection(house, at=walk.run.started_at, **options)
            walk_all(walk, chosen, selection, options["limit"], _deadline(house, max_minutes))
            for line in summary(walk.report("partial" if walk.partial else "ok", "; ".join(walk.partial))):
                house.tell.say(line)
            if not walk.asked.total and not walk.partial:
                house.tell.say("no artists to enrich")


@cli.command()
@click.argument("provider")
@selecting
@click.option("--max-minutes", type=click.FloatRange(min=0), help="Stop asking after so many minutes.")
@environment
def extract(provider: str, max_minutes: float | None, env: str | None, **options: Any) -> None:
    """Ask one provider and land the answers, without loading them.

    PROVIDER is a file of configs/providers, or spotify_recently_played for a listener's last plays.
    """
    from linernotes.pipeline import extract_one
    from linernotes.plays import fetch_plays

    with opened(env) as house:
        if provider == "spotify_recently_played":
            with _walk(house, "extract") as walk:
                fetch_plays(walk)
                _tell_partial(walk)
            return
        settings = house.settings.configs.provider(provider)
        with _walk(house, "extract", options["mode"]) as walk:
            selection = _selection(house, at=walk.run.started_at, **options)
            extract_one(walk, settings, selection, options["limit"], _deadline(house, max_minutes))
            house.tell.say(
                f"landed {walk.asked.landed_lines:,} answers of {provider}; load them with: linernotes ingest"
            )
            _tell_partial(walk)


@cli.command()
@click.option("--dataset", help="Only this dataset, e.g. artist_enrichment.")
@click.option("--dry-run", is_flag=True, help="Read and check what waits; load nothing, move nothing.")
@environment
def ingest(dataset: str | None, dry_run: bool, env: str | None) -> None:
    """Load what waits in landing/ into the lake tables, each file once."""
    from linernotes.pipeline import check_landing, ensure_ready, poor_data

    with opened(env) as house:
        names = [house.dataset(dataset).name] if dataset else None
        if dry_run:
            ensure_ready(house)
            ingested = check_landing(house, names)
        else:
            with _walk(house, "ingest", datasets=names) as walk:
                ingested = walk.ingested
        _tell_ingest(house, "would load" if dry_run else "loaded", ingested)
        if dry_run and (poor := poor_data(ingested)):
            raise poor


@cli.command()
@click.option(
    "--select", multiple=True, help="dbt selector, e.g. lake_spotify__stg_artist_enrichment+; may be repeated."
)
@environment
def transform(select: tuple[str, ...], env: str | None) -> None:
    """Build and test the dbt models."""
    from linernotes.transform import transform as build

    with opened(env) as house, _walk(house, "transform"):
        built = build(house.settings, house.warehouse, select)
        house.warehouse.publish()
    house.tell.say(f"built {built.models} models, passed {built.tests} tests")


@cli.command()
@report
@environment
def coverage(form: str, env: str | None) -> None:
    """How many artists are described, per provider."""
    from linernotes import serve

    _report(env, form, "coverage", serve.coverage)


@cli.command()
@click.option("--days", type=click.IntRange(min=0, max=36_500), default=90, show_default=True)
@report
@environment
def stale(days: int, form: str, env: str | None) -> None:
    """The artists with the oldest answers."""
    from linernotes import serve

    _report(env, form, f"older than {days} days", lambda warehouse: serve.stale(warehouse, days))


@cli.command()
@report
@environment
def latest(form: str, env: str | None) -> None:
    """What the last seven days brought, day by day."""
    from linernotes import serve

    _report(env, form, "the last seven days", serve.latest)


@cli.command()
@click.option("--offline", is_flag=True, help="Do not ask the services whether they take the credentials.")
@report
@environment
def doctor(offline: bool, form: str, env: str | None) -> None:
    """Look everything over; each finding comes with its remedy."""
    from linernotes.doctor import examine
    from linernotes.screen import show

    with opened(env) as house:
        findings = examine(house, offline=offline)
    show([finding.row() for finding in findings], form, "doctor")
    if worst := next((finding for finding in findings if finding.error), None):
        raise worst.error or ConfigurationError(worst.finding, worst.remedy)


@cli.command()
@click.option("--reparse", is_flag=True, help="Read the services' own objects again, by today's rules.")
@environment
def rebuild(reparse: bool, env: str | None) -> None:
    """Make the warehouse again from archive/, without asking anybody."""
    from linernotes.rebuild import rebuild as rebuild_warehouse

    with opened(env) as house:
        ingested = rebuild_warehouse(house, reparse=reparse)
        _tell_ingest(house, "rebuilt", ingested)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=8650, show_default=True, help="0 for any free one.")
@click.option("--catalogue", type=click.Path(exists=True, dir_okay=False), help="Artists from a TSV or CSV file.")
@click.option("--profile", type=click.Choice(["development", "extended"]), default="extended", show_default=True)
@click.option("--faults", default="", help="e.g. 5xx=0.1,429=0.05,retry_after=2,broken=0.02,latency=0.05,seed=7")
@environment
def sandbox(port: int, catalogue: str | None, profile: str, faults: str, env: str | None) -> None:
    """Serve the imitated services on loopback until stopped; prints the settings to use them."""
    from pathlib import Path

    from linernotes.sandbox import Faults, FromFile, Generated, Sandbox, serve_forever

    artists = FromFile(Path(catalogue)) if catalogue else Generated()
    served = Sandbox(artists, profile, Faults.parse(faults), port)

    def started(running: Sandbox) -> None:
        for name, value in running.environment().items():
            click.echo(f"export {name}={value}")
        click.echo(f"# {len(artists):,} artists on {running.url}, Ctrl-C to stop", err=True)

    serve_forever(served, started)


@cli.command()
@environment
def demo(env: str | None) -> None:
    """Walk once with an invented listening history and the sandbox, and show what comes out."""
    from linernotes.demo import demo_settings, show_demo
    from linernotes.house import open_house
    from linernotes.screen import Screen

    with demo_settings(env) as settings:
        _log(settings)
        with open_house(settings, Screen()) as house:
            house.clock.stop_on_signals()
            show_demo(house)


def entry() -> None:
    """The ``linernotes`` command."""
    code = main()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    # A call that still hangs in a thread must not hold up a run that has landed everything it got.
    os._exit(code) if threading.active_count() > 1 else sys.exit(code)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; errors are one line, and say what to do next."""
    try:
        cli.main(arguments, prog_name="linernotes", standalone_mode=False)
    except LinernotesError as error:
        return _fail(error)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        return _misused(error)
    except (click.exceptions.Abort, BrokenPipeError) as gone:
        return 141 if isinstance(gone, BrokenPipeError) else 130
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"linernotes: {place}{error.strerror or error}; check the disk and its permissions", err=True)
        return 1
    return 0


def _fail(error: LinernotesError) -> int:
    line = "; ".join(filter(None, (error.message, error.remedy)))
    click.echo(f"linernotes: {' '.join(line.split())}", err=True)
    return error.exit_code


def _misused(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "linernotes"
    click.echo(f"linernotes: {' '.join(error.format_message().split())} See: {command} --help", err=True)
    return error.exit_code


def _log(settings: "Settings") -> None:
    from linernotes.logs import set_up_logging

    options = click.get_current_context().find_root().obj
    variables = {name for provider in settings.configs.providers.values() for name in provider.credentials.values()}
    secrets = [settings.environ.get(name, "") for name in {*variables, "SPOTIFY_REFRESH_TOKEN"}]
    try:
        set_up_logging(options["verbose"], options["log_file"], secrets)
    except OSError as error:
        raise ConfigurationError(
            f"--log-file {error.filename}: {error.strerror}", "name a file that can be written"
        ) from None
    logging.getLogger("linernotes").info("environment %s, home %s", settings.env, settings.home)


@contextmanager
def _walk(house: "House", command: str, mode: Any = None, datasets: list[str] | None = None) -> Iterator["Walk"]:
    from linernotes.pipeline import writing

    house.clock.stop_on_signals()
    with writing(house, command, mode, datasets) as walk:
        yield walk


def _chosen(house: "House", names: tuple[str, ...]) -> list["ProviderSettings"]:
    configs = house.settings.configs
    return [configs.provider(name) for name in dict.fromkeys(names or configs.providers)]


def _selection(house: "House", at: Any = None, **options: Any) -> "Selection":
    from linernotes.discover import select

    window = timedelta(days=options["window_days"])
    return select(options["mode"], at or house.clock.now(), window, options["older_than"])


def _deadline(house: "House", minutes: float | None) -> float | None:
    return None if minutes is None else house.clock.monotonic() + minutes * 60


def _dry_run(env: str | None, providers: tuple[str, ...], **options: Any) -> None:
    from linernotes.pipeline import ensure_ready
    from linernotes.plan import plan as plan_of
    from linernotes.screen import show

    with opened(env) as house:
        ensure_ready(house)
        selection = _selection(house, **options)
        for provider in _chosen(house, providers):
            planned = plan_of(house, provider, selection, options["limit"])
            row = planned.row
            click.echo(f"{provider.name}: {row['items']:,} {provider.entity}s to ask in {row['calls']:,} calls")
            first = [{"id": item.key, "name": item.name, "reason": item.reason} for item in planned.first]
            show(first, "table", "the first of them")
            if row["note"]:
                house.tell.say(f"{provider.name}: {row['note']}")


def _report(env: str | None, form: str, title: str, read: Callable[[Any], Any]) -> None:
    from linernotes.pipeline import ensure_ready
    from linernotes.screen import show

    with opened(env) as house:
        ensure_ready(house)
        rows = read(house.warehouse)
    show(rows, form, title)


def _tell_import(walk: "Walk", what: str) -> None:
    done = walk.ingested
    walk.house.tell.say(
        f"imported {done.loaded:,} {what}, rejected {done.rejected:,}, already known {done.known:,}; "
        "next: linernotes plan --mode backfill"
    )


def _tell_partial(walk: "Walk") -> None:
    for reason in walk.partial:
        walk.house.tell.say(f"partial: {reason}")


def _tell_ingest(house: "House", verb: str, done: Any) -> None:
    house.tell.say(
        f"{verb} {done.loaded:,} of {done.landed:,} lines in {done.files:,} file(s); "
        f"rejected {done.rejected:,}, already known {done.known:,}"
    )
