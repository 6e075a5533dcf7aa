"""Options shared by several commands, and how commands open the workspace and finish."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from linernotes.cli.completion import complete_artists, complete_providers
from linernotes.core.errors import ConfigurationError, LinernotesError

if TYPE_CHECKING:
    from linernotes.config.settings import Settings
    from linernotes.runs.enrich.options import EnrichOptions
    from linernotes.storage.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])
FORMATS = click.Choice(["table", "json", "csv"])
LONGEST_AGE = timedelta(days=36_525)
# Variables with secrets that belong to no provider.
SECRETS = (
    "SPOTIFY_REFRESH_TOKEN",
    "LISTENBRAINZ_TOKEN",
    "ALERTS_SMTP_PASSWORD",
    "LINERNOTES_API_KEYS",
    "LINERNOTES_DASHBOARD_PASSWORD",
)
MIN_PLAYS = click.option(
    "--min-plays", type=click.IntRange(min=0), default=0, help="Only what was played at least this many times."
)
OF_ALL = ("mode", "top", "artists", "limit", "older_than", "min_plays")
OF_SOME = ("max_minutes", "max_cost", "providers", "entity")  # options that not every selection has
DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0}


class Age(click.ParamType[timedelta]):
    """A duration: ``90d``, ``12h``, ``2w``, or a number of days."""

    name = "age"
    wrong = "{!r} is not a valid duration; use for example 90d, 12h or 2w"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Parse a duration; a bare number counts days."""
        if isinstance(value, timedelta):
            return value
        number, unit = (value[:-1], value[-1]) if value[-1:] in DAYS else (value, "d")
        if not number.isdecimal():
            self.fail(self.wrong.format(value), param, ctx)
        days = int(number) * DAYS[unit]
        if days > LONGEST_AGE.days:
            self.fail(f"{value!r} is longer than a century", param, ctx)
        return timedelta(days=days)


class _AgeOfMoment(Age):
    wrong = "{!r} is neither a time nor a duration; use for example 2026-11-29T07:00Z, 2026-11-29 or 2d"


class Moment(click.ParamType[datetime | timedelta]):
    """An instant, a date (its beginning, UTC), or a duration before now."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime | timedelta:
        """Parse an instant, a date or a duration; an instant without an offset is UTC."""
        if isinstance(value, datetime | timedelta):
            return value
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        return _AgeOfMoment().convert(value, param, ctx)


def _setting(variable: str, *names: str, **attributes: Any) -> Callable[[Command], Command]:
    """An option that sets an environment variable; the command itself never sees it."""

    def keep(context: click.Context, param: click.Parameter, value: str | None) -> None:
        if context.resilient_parsing:  # the shell completes a word
            return
        if value == "":
            raise click.BadParameter("must not be empty", context, param)
        if value is not None:
            context.find_root().obj["flags"][variable] = value

    return click.option(*names, expose_value=False, callback=keep, **attributes)


LAKE_DATASET = _setting("LINERNOTES_LAKE_DATASET", "--dataset", help="Lake dataset; the hub's name is derived from it.")
PLACES = (
    _setting("LINERNOTES_ENV", "--env", help="Environment, as named in environments.yaml.  [default: local]"),
    _setting("GCP_PROJECT_ID", "--project-id", help="Google Cloud project."),
    _setting("GCS_BUCKET", "--gcs-bucket", help="Cloud Storage bucket."),
    _setting(
        "LINERNOTES_OUTPUT_DIR",
        "--output-dir",
        type=click.Path(file_okay=False),
        help="Folder for files before they are uploaded to the bucket. Without a bucket, the lake itself.",
    ),
)


def _all(command: Command, *options: Callable[[Command], Command]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def location_options(command: Command) -> Command:
    """Add the options of the environment and its location, for a command with a ``--dataset`` of its own."""
    return _all(command, *PLACES)


def environment_options(command: Command) -> Command:
    """Add the options of the environment and its location, which every command takes."""
    return _all(command, *PLACES, LAKE_DATASET)


def format_option(command: Command) -> Command:
    """Add ``--format``, which every report takes."""
    return click.option("--format", "form", type=FORMATS, default="table", show_default=True)(command)


def is_confirmed(question: str) -> bool:
    """Whether the person at the terminal says yes; where there is none, nobody does."""
    try:
        return click.confirm(question, err=True)
    except click.Abort:  # stdin is closed: a script or a scheduler
        click.echo(err=True)
        return False


def days_option(command: Command) -> Command:
    """Add ``--days``, how far back to look."""
    help_text = "Only runs started in the last N days."
    days = click.IntRange(min=1, max=36_500)
    return click.option("--days", type=days, default=7, show_default=True, help=help_text)(command)


def provider_option(command: Command) -> Command:
    """Add ``--provider``, which may be repeated."""
    return click.option(
        "--provider",
        "providers",
        multiple=True,
        help="Use only this provider. May be repeated.",
        shell_complete=complete_providers,
    )(command)


def entity_option(command: Command) -> Command:
    """Add ``--entity``, which limits a run to artists, to tracks or to releases."""
    kinds, told = click.Choice(["artist", "track", "release"]), "Only providers that are asked about one kind of thing."
    return click.option("--entity", type=kinds, help=told)(command)


def budget_options(command: Command) -> Command:
    """Add the limits of a run in time and money; ``--limit`` is among the options of ``selection_options``."""
    return _all(
        command,
        click.option("--max-minutes", type=click.FloatRange(min=0), help="Stop fetching after this many minutes."),
        click.option(
            "--max-cost",
            type=click.FloatRange(min=0),
            help="Spend at most this many US dollars (by price_per_thousand).",
        ),
    )


def selection_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that select items; the command receives them as one EnrichOptions, ``selected``."""

    @wraps(command)
    def with_selection(*arguments: Any, **options: Any) -> None:
        given = {name: options.pop(name) for name in (*OF_ALL, *OF_SOME) if name in options}
        given["window"] = timedelta(days=options.pop("window_days"))
        command(*arguments, **options, selected=_enrich_options(given))

    return _all(
        with_selection,
        click.option(
            "--mode",
            type=click.Choice(["incremental", "backfill", "refresh"]),
            help="incremental: artists discovered in the window or missed earlier, plus retries that are due. "
            "backfill: every artist not enriched yet. refresh: every artist with data older than --older-than.  "
            "[default: incremental]",
        ),
        click.option("--top", type=click.IntRange(min=1), help="Only the N artists with the highest score, if due."),
        click.option(
            "--artist",
            "artists",
            multiple=True,
            shell_complete=complete_artists,
            help="Only this artist, even if the data is fresh: an id, URL, URI, MBID or name. May be repeated.",
        ),
        click.option("--limit", type=click.IntRange(min=0), help="Fetch at most this many items per provider."),
        MIN_PLAYS,
        click.option(
            "--window-days",
            type=click.IntRange(min=0, max=36_500),
            default=7,
            show_default=True,
            help="incremental: how many days back to look for new artists.",
        ),
        click.option(
            "--older-than",
            type=Age(),
            help="With --mode refresh or --top: age of the data to fetch again.  [default: 90d; --top: due data only]",
        ),
    )


def _enrich_options(given: dict[str, Any]) -> "EnrichOptions":
    from linernotes.runs.enrich.options import EnrichOptions

    try:
        return EnrichOptions(**given)
    except ConfigurationError as error:
        raise click.UsageError(error.message) from None


def flags() -> dict[str, str]:
    """The environment variables that this command's options set."""
    given: dict[str, str] = click.get_current_context().find_root().obj["flags"]
    return given


@contextmanager
def command_workspace(*, stoppable: bool = False) -> Iterator["Workspace"]:
    """Set up logging and open the workspace that the options name.

    With ``stoppable``, for commands that write, a signal ends the command in good order.
    """
    from linernotes.cli.console import ConsoleProgress
    from linernotes.config.settings import read_settings
    from linernotes.storage.workspace import open_workspace

    settings = read_settings(flags())
    start_logging(settings)
    with open_workspace(settings, ConsoleProgress()) as workspace:
        if stoppable:
            workspace.clock.stop_on_signals()
        yield workspace


def finish(workspace: "Workspace", error: LinernotesError | None, *lines: str) -> None:
    """Print a command's last lines, and raise its error if there is one."""
    workspace.progress.say(*lines)
    if error:
        raise error


def start_logging(settings: "Settings") -> None:
    """Set up logging by the options that stand before the command."""
    from linernotes.cli.logs import set_up_logging

    options = click.get_current_context().find_root().obj
    variables = {name for provider in settings.configs.providers.values() for name in provider.credentials.values()}
    secrets = [settings.environ.get(name, "") for name in {*variables, *SECRETS}]
    try:
        as_json = options["log_format"] == "json"
        set_up_logging(options["verbose"], options["log_file"], secrets, as_json=as_json)
    except OSError as error:
        raise ConfigurationError(
            f"--log-file: cannot write {error.filename}: {error.strerror}", "choose a writable file"
        ) from None
    logging.getLogger("linernotes").info("environment %s, home %s", settings.env, settings.home)
