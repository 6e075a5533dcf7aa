"""Commands about one artist: show, explain. Heavy modules are imported inside them."""

from typing import TYPE_CHECKING

import click

from linernotes.cli.completion import complete_artists
from linernotes.cli.options import FORMATS, command_workspace, environment_options, finish, format_option
from linernotes.cli.reports import ready

THINGS = ("release", "label")

if TYPE_CHECKING:
    from linernotes.storage.workspace import Workspace


@click.command()
@click.argument("named", nargs=-1, required=True, metavar="[release|label] ARTIST", shell_complete=complete_artists)
@click.option("--refresh", is_flag=True, help="Fetch the artist from every provider first, even if the data is fresh.")
@click.option("--format", "form", type=FORMATS, default="json", show_default=True)
@environment_options
def show(named: tuple[str, ...], refresh: bool, form: str) -> None:
    """Show an artist, a release or a label as JSON.

    Each value comes with its source and date, each missing one with a note.

    ARTIST is a Spotify id, URL or URI, an MBID, or a name. With --refresh, an id or URL that is not in your library yet
    is added.

    A release (linernotes show release TITLE) comes with its editions and who said what, a label (linernotes show label
    NAME) with its releases; both can be named by their id or URL at MusicBrainz.
    """
    if named[0] in THINGS and len(named) > 1:
        if refresh:
            raise click.UsageError("--refresh is for artists")
        _show_thing(named[0], " ".join(named[1:]), form)
        return
    if len(named) > 1:
        raise click.UsageError(f"Got unexpected extra arguments ({' '.join(named[1:])}); put the name in quotes")
    (artist,) = named
    if refresh:
        _show_refreshed(artist, form)
        return
    with ready() as workspace:
        _show(workspace, artist, form)


@click.command()
@click.argument("artist", shell_complete=complete_artists)
@click.argument("field", required=False)
@format_option
@environment_options
def explain(artist: str, field: str | None, form: str) -> None:
    """Show the source of each value of an artist.

    Fields with several values show which one is used. Ids show every claim, and why some of them do not count.

    ARTIST is a Spotify id, URL or URI, an MBID, or a name; FIELD is a column such as genres or mbid, a heading such as
    Label, a computed value such as opportunityScore, or identity for all ids. Without FIELD, the table leaves out date,
    licence and evidence; JSON and CSV have them, but of ids only the one that is used.
    """
    from linernotes.cli.console import is_terminal, show_each
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.artist import artist_values, field_name, find_artist, value_summaries, values_of_field
    from linernotes.reports.computed import computed_field, explain_computed
    from linernotes.reports.identities import artist_claims, claim_summaries, claims_of_field
    from linernotes.reports.rows import published_columns

    with ready() as workspace:
        known = find_artist(workspace.warehouse, artist)
        values = artist_values(workspace.warehouse, known)
        claims = artist_claims(workspace.warehouse, known["artistId"])
        if computed := computed_field(field_name(field or "")):
            values = explain_computed(workspace.warehouse, known["artistId"], computed, values)
    title = f"{known['artistName'] or '(no name)'}, {known['artistId']}"
    if computed:
        show_each(values, form, title)
    elif field:
        show_each(claims_of_field(claims, field) or values_of_field(values, field), form, title)
    elif form == "table":
        show_rows(list(map(published_columns, value_summaries(values))), form, title)
        if not is_terminal():
            click.echo("\nidentity")
        show_rows(list(map(published_columns, claim_summaries(claims))), form, "identity")
    else:
        show_rows(values, form, title)


def _show_thing(kind: str, given: str, form: str) -> None:
    from dataclasses import asdict

    from linernotes.cli.console import show_each, show_object
    from linernotes.reports.releases import find_label, find_release

    find = find_release if kind == "release" else find_label
    with ready() as workspace:
        found = find(workspace.warehouse, given)
    if form == "json":
        show_object(asdict(found))
    else:
        show_each(found.rows, form, given)


def _show(workspace: "Workspace", artist: str, form: str) -> None:
    from dataclasses import asdict

    from linernotes.cli.console import show_each, show_object
    from linernotes.reports.artist import artist_profile, find_artist, profile_row

    known = find_artist(workspace.warehouse, artist)
    profile = artist_profile(workspace.warehouse, known)
    if form == "json":
        show_object(asdict(profile))
    else:
        show_each([profile_row(profile, known)], form, profile.artist.name or profile.artist.id)


def _show_refreshed(artist: str, form: str) -> None:
    from linernotes.runs.enrich.run import refresh_artist
    from linernotes.runs.messages import failure_lines, partial_lines

    with command_workspace(stoppable=True) as workspace:
        result = refresh_artist(workspace, artist)
        workspace.progress.say(*failure_lines(result.failures), *partial_lines(result.partial))
        _show(workspace, artist, form)
        finish(workspace, result.error)


ARTIST = (show, explain)
