"""Reports that go to a file instead of the screen."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from linernotes.reports.xlsx import Sheets
    from linernotes.storage.workspace import Workspace

out_option = click.option(
    "--out", type=click.Path(dir_okay=False), help="Write to this .xlsx or .csv file instead of the screen."
)


def file_to_write(out: str | None, command: str) -> Path | None:
    """The file that ``--out`` names; whatever stands in its way is said before anything is read.

    Raises:
        UsageError: a format of the screen was asked for too.
        ConfigurationError: it cannot be written.
    """
    from linernotes.reports.xlsx import writer

    if not out:
        return None
    if click.get_current_context().get_parameter_source("form") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--format applies to the screen only; the file extension of --out decides its format")
    writer(Path(out), command)
    return Path(out)


def write_file(path: Path, report: "Sheets", workspace: "Workspace") -> None:
    """Write the report and say so."""
    from linernotes.reports.xlsx import write

    write(path, report)
    workspace.progress.say(f"wrote {path}")
