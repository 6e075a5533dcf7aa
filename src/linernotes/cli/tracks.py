"""The commands about tracks. Heavy modules are imported inside them."""

import re

import click

from linernotes.cli.options import command_workspace, environment_options, finish, format_option
from linernotes.cli.report_files import file_to_write, out_option, write_file
from linernotes.cli.reports import SHOWN, first_columns, ready, reports


class Tempos(click.ParamType[tuple[float, float]]):
    """Two tempos such as 120-128, or one."""

    name = "tempos"
    FORM = re.compile(r"(\d{1,3}(?:\.\d+)?)(?:\s*-\s*(\d{1,3}(?:\.\d+)?))?")

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        """The slowest and the fastest."""
        if isinstance(value, tuple):
            return value[0], value[1]
        if not (match := self.FORM.fullmatch(str(value).strip())):
            self.fail(f"{value!r} is not a tempo; write 124 or 120-128", param, ctx)
        slowest, fastest = sorted((float(match[1]), float(match[2] or match[1])))
        return slowest, fastest


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@environment_options
def features(files: tuple[str, ...]) -> None:
    """Import key, tempo and other audio features of tracks from CSV, TSV or XLSX.

    Playlist exports such as Exportify's, tables with Spotify's columns and those of programs for DJs are known by their
    headings. A row is about the track with its Spotify id, else with its ISRC, else with its title and artist.
    """
    from linernotes.runs.imports.features import import_features
    from linernotes.runs.messages import import_lines

    with command_workspace(stoppable=True) as workspace:
        result = import_features(workspace, files)
        finish(workspace, result.error, *import_lines(result, "track"))


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Show what the files contain and what would be rejected; write nothing.")
@format_option
@environment_options
def tracks(files: tuple[str, ...], dry_run: bool, form: str) -> None:
    """Import lists of tracks to ask about: CSV, XLSX, JSON, rekordbox XML, Traktor NML or M3U.

    A row has a Spotify link or id, an ISRC, or artist and title; also a priority (0 to 10) and whether to ask again
    (force_refresh). The tracks need not have been played. Key, tempo and label that the list has count before what
    services say.
    """
    from linernotes.cli.console import show as show_rows
    from linernotes.runs.imports.tracks import import_tracks, inspect_tracks
    from linernotes.runs.messages import import_lines

    with command_workspace(stoppable=not dry_run) as workspace:
        if dry_run:
            found, trouble = inspect_tracks(workspace, files)
            show_rows(found, form, "would import")
            finish(workspace, trouble)
        else:
            result = import_tracks(workspace, files)
            finish(workspace, result.error, *import_lines(result, "track"))


@reports.command(name="dj")
@click.option("--key", default="", help="Only tracks that go with this key, such as 8A, 1m or Am.")
@click.option("--bpm", type=Tempos(), default=(0, 0), show_default=False, help="Only these tempos, such as 120-128.")
@click.option("--n", "shown", type=SHOWN, default=100, show_default=True, help="Number of tracks to show.")
@out_option
@format_option
@environment_options
def dj(key: str, bpm: tuple[float, float], shown: int, out: str | None, form: str) -> None:
    """List tracks with key, tempo, energy, label and ISRC, as a DJ sorts a crate.

    Keys go with each other if they are the same, neighbours on the Camelot wheel, or major and minor of one place.
    """
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.crate import crate

    path = file_to_write(out, "report dj")
    with ready() as workspace:
        made = crate(workspace.warehouse, workspace.clock.now(), key, bpm, shown)
        if path:
            write_file(path, made, workspace)
        else:
            show_rows(first_columns(made.rows, 9, form), form, "crate")
        workspace.progress.say(*made.notes)
