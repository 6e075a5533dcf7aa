"""Commands about one artist, track, release or label: show, explain. Heavy modules are imported inside them."""

from typing import TYPE_CHECKING

import click

from linernotes.cli.completion import complete_artists
from linernotes.cli.options import FORMATS, command_workspace, environment_options, finish, format_option
from linernotes.cli.releases import explain_label, explain_release
from linernotes.cli.reports import ready

if TYPE_CHECKING:
    from linernotes.storage.workspace import Workspace


TRACK, RELEASE, LABEL = KINDS = ("track", "release", "label")


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[KIND] NAME", shell_complete=complete_artists)
@click.option("--refresh", is_flag=True, help="Fetch the artist from every provider first, even if the data is fresh.")
@click.option("--format", "form", type=FORMATS, default="json", show_default=True)
@environment_options
def show(words: tuple[str, ...], refresh: bool, form: str) -> None:
    """Show an artist as JSON; with track, release or label before its name, one of these.

    Each value comes with its source and date, each missing one with a note.

    ARTIST is a Spotify id, URL or URI, an MBID, or a name. With --refresh, an id or URL that is not in your library yet
    is added.

    A track (linernotes show track TRACK) is named by its Spotify id, URL or URI, its ISRC or MBID, or as in
    "Portishead - Roads". A release (linernotes show release TITLE) comes with its editions and who said what, a label
    (linernotes show label NAME) with its releases; both can be named by their id or URL at MusicBrainz.
    """
    kind, name = (words[0], " ".join(words[1:])) if len(words) > 1 and words[0] in KINDS else ("", one_of(words))
    if kind and refresh:
        raise click.UsageError("--refresh is for artists; import tracks with force_refresh asks about a track again")
    if kind:
        show_track(name, form) if kind == TRACK else _show_thing(kind, name, form)
        return
    artist = name
    if refresh:
        _show_refreshed(artist, form)
        return
    with ready() as workspace:
        _show(workspace, artist, form)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[KIND] NAME [FIELD]", shell_complete=complete_artists)
@format_option
@environment_options
def explain(words: tuple[str, ...], form: str) -> None:
    """Show the source of each value of an artist; with track, release or label before its name, of one of these.

    Fields with several values show which one is used. Ids show every claim, and why some of them do not count.

    ARTIST is a Spotify id, URL or URI, an MBID, or a name; FIELD is a column such as genres or mbid, a heading such as
    Label, a computed value such as opportunityScore, or identity for all ids. Without FIELD, the table leaves out date,
    licence and evidence; JSON and CSV have them, but of ids only the one that is used.

    A track (linernotes explain track TRACK) is a Spotify id, URL or URI, an ISRC, an MBID, or names as in "Portishead -
    Roads". A release (linernotes explain release TITLE) has a field more, editions: each with its label, and why that
    is not the release's. A label (linernotes explain label NAME) shows who says which release is on it.
    """
    kind, given = (words[0], words[1:]) if len(words) > 1 and words[0] in KINDS else ("", words)
    if kind == LABEL:
        explain_label(" ".join(given), form)
        return
    name, field = given[0], one_of(given[1:], "field") if given[1:] else ""
    {TRACK: explain_track, RELEASE: explain_release, "": explain_artist}[kind](name, field, form)


def one_of(words: tuple[str, ...], what: str = "artist") -> str:
    """The only word.

    Raises:
        UsageError: there are several; a name with spaces needs quotation marks.
    """
    if len(words) > 1:
        raise click.UsageError(f"one {what} at a time; put a name with spaces in quotes: {' '.join(words)!r}")
    return words[0]


def explain_artist(artist: str, field: str, form: str) -> None:
    """Print who said what of an artist."""
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
        if computed := computed_field(field_name(field)):
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

    find = find_release if kind == RELEASE else find_label
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


def show_track(given: str, form: str) -> None:
    """Print what is known of a track."""
    from dataclasses import asdict

    from linernotes.cli.console import show_each, show_object
    from linernotes.reports.track import track_profile, track_row, track_summary
    from linernotes.reports.track_lookup import known_track

    with ready() as workspace:
        track = known_track(workspace.warehouse, given)
        if form == "json":
            show_object(asdict(track_profile(workspace.warehouse, track)))
        else:
            show_each([track_summary(track_row(workspace.warehouse, track))], form, track.title)


def explain_track(given: str, field: str, form: str) -> None:
    """Print who said what of a track: its values, and its ids."""
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.artist import value_summaries, values_of_field
    from linernotes.reports.rows import published_columns
    from linernotes.reports.track import track_ids, track_values
    from linernotes.reports.track_lookup import known_track

    with ready() as workspace:
        track = known_track(workspace.warehouse, given)
        values, ids = track_values(workspace.warehouse, track), track_ids(workspace.warehouse, track)
    title = f"{track.title}, {track.id}"
    named = [each for each in ids if field.casefold() in ("identity", each["field"].casefold())]
    if field:
        show_rows(named or values_of_field(values, field), form, title)
    elif form == "table":
        show_rows(list(map(published_columns, value_summaries(values))), form, title)
        show_rows(ids, form, "identity")
    else:
        show_rows(values, form, title)


ARTIST = (show, explain)
