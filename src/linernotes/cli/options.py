"""What the commands share: their options, and how they open the workspace and end."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from linernotes.core.errors import ConfigurationError, LinernotesError

if TYPE_CHECKING:
    from linernotes.config.settings import Settings
    from linernotes.runs.enrich.options import EnrichOptions
    from linernotes.storage.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])
FORMATS = click.Choice(["table", "json", "csv"])
DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0}


class Age(click.ParamType[timedelta]):
    """A duration: ``90d``, ``12h``, ``2w``, or a number of days."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Parse it."""
        if isinstance(value, timedelta):
            return value
        number, unit = (value[:-1], value[-1]) if value[-1:] in DAYS else (value, "d")
        if not number.isdecimal():
            self.fail(f"{value!r} is not a valid duration; write 90d, 12h or 2w", param, ctx)
        try:
            return timedelta(days=int(number) * DAYS[unit])
        except OverflowError:
            self.fail(f"{value!r} is too long", param, ctx)


def _setting(variable: str, *names: str, **attributes: Any) -> Callable[[Command], Command]:
    """An option that sets an environment variable; the command itself never sees it."""

    def keep(context: click.Context, param: click.Parameter, value: str | None) -> None:
        if value == "":
            raise click.BadParameter("is empty", context, param)
        if value is not None:
            context.find_root().obj["flags"][variable] = value

    return click.option(*names, expose_value=False, callback=keep, **attributes)


LAKE_DATASET = _setting("LINERNOTES_LAKE_DATASET", "--dataset", help="Lake dataset; the hub's name is derived from it.")
PLACES = (
    _setting("LINERNOTES_ENV", "--env", help="Environment from environments.yaml.  [default: local]"),
    _setting("GCP_PROJECT_ID", "--project-id", help="Google Cloud project to use."),
    _setting("GCS_BUCKET", "--gcs-bucket", help="Cloud Storage bucket to use."),
    _setting(
        "LINERNOTES_OUTPUT_DIR",
        "--output-dir",
        type=click.Path(file_okay=False),
        help="Local folder for answers before upload; without a bucket it is the lake.",
    ),
)


def _all(command: Command, *options: Callable[[Command], Command]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def somewhere(command: Command) -> Command:
    """The environment and its location, for a command with a ``--dataset`` of its own."""
    return _all(command, *PLACES)


def environment(command: Command) -> Command:
    """The environment and its location, which every command takes."""
    return _all(command, *PLACES, LAKE_DATASET)


def report(command: Command) -> Command:
    """``--format``, which every report takes."""
    return click.option("--format", "form", type=FORMATS, default="table", show_default=True)(command)


def last_days(command: Command) -> Command:
    """``--days``: how far back to look."""
    help_text = "Only runs that started within this many days."
    days = click.IntRange(min=1, max=36_500)
    return click.option("--days", type=days, default=7, show_default=True, help=help_text)(command)


def only_providers(command: Command) -> Command:
    """``--provider``, repeatable."""
    return click.option("--provider", "providers", multiple=True, help="Only this provider. Repeatable.")(command)


def budgeting(command: Command) -> Command:
    """The limits of a run in time and money; ``--limit`` is among the options of ``selecting``."""
    return _all(
        command,
        click.option("--max-minutes", type=click.FloatRange(min=0), help="Stop after this many minutes."),
        click.option(
            "--max-cost",
            type=click.FloatRange(min=0),
            help="Spend at most this much, in US dollars, estimated from price_per_thousand.",
        ),
    )


def selecting(command: Callable[..., None]) -> Callable[..., None]:
    """The options that choose what is asked; the command gets them as one EnrichOptions, ``selected``."""

    @wraps(command)
    def with_selection(*arguments: Any, **options: Any) -> None:
        given = {name: options.pop(name) for name in ("mode", "top", "artists", "limit", "older_than")}
        given |= {name: options.pop(name) for name in ("max_minutes", "max_cost", "providers") if name in options}
        given["window"] = timedelta(days=options.pop("window_days"))
        command(*arguments, **options, selected=_enrich_options(given))

    return _all(
        with_selection,
        click.option(
            "--mode",
            type=click.Choice(["incremental", "backfill", "refresh"]),
            help="incremental: new within the window, due for a retry, or missed earlier. backfill: everything without "
            "an answer. refresh: every answer older than --older-than.  [default: incremental]",
        ),
        click.option(
            "--top", type=click.IntRange(min=1), help="Only the top N artists by score, where an answer is due."
        ),
        click.option(
            "--artist",
            "artists",
            multiple=True,
            help="Only this artist, due or not: Spotify id, URL, URI, MBID or name. Repeatable.",
        ),
        click.option("--limit", type=click.IntRange(min=0), help="Ask each provider about at most this many items."),
        click.option(
            "--window-days",
            type=click.IntRange(min=0, max=36_500),
            default=7,
            show_default=True,
            help="How many days back incremental looks for new artists.",
        ),
        click.option(
            "--older-than",
            type=Age(),
            help="Age of an answer to refresh, with --mode refresh or --top.  [default: 90d; --top: when due]",
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
def opened(*, stoppable: bool = False) -> Iterator["Workspace"]:
    """The workspace of the environment, with logging as the options before the command ask for.

    ``stoppable`` lets signals end it in good order, for commands that write.
    """
    from linernotes.cli.console import ConsoleProgress
    from linernotes.config.settings import read_settings
    from linernotes.storage.workspace import open_workspace

    settings = read_settings(flags())
    log_as_asked(settings)
    with open_workspace(settings, ConsoleProgress()) as workspace:
        if stoppable:
            workspace.clock.stop_on_signals()
        yield workspace


def finish(workspace: "Workspace", error: LinernotesError | None, *lines: str) -> None:
    """Print what a command has to say at its end, and end with its error if there is one."""
    workspace.progress.say(*lines)
    if error:
        raise error


def log_as_asked(settings: "Settings") -> None:
    """Set up logging as the options before the command say."""
    from linernotes.cli.logs import set_up_logging

    options = click.get_current_context().find_root().obj
    variables = {name for provider in settings.configs.providers.values() for name in provider.credentials.values()}
    secrets = [settings.environ.get(name, "") for name in {*variables, "SPOTIFY_REFRESH_TOKEN", "LISTENBRAINZ_TOKEN"}]
    try:
        set_up_logging(options["verbose"], options["log_file"], secrets)
    except OSError as error:
        raise ConfigurationError(
            f"--log-file {error.filename}: {error.strerror}", "name a file that can be written"
        ) from None
    logging.getLogger("linernotes").info("environment %s, home %s", settings.env, settings.home)
