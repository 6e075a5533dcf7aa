"""Commands about the ids of artists: list them, and set them. Heavy modules are imported inside them."""

from typing import Any

import click

from linernotes.cli.completion import complete_artists
from linernotes.cli.options import command_workspace, environment_options, format_option
from linernotes.cli.reports import first_columns, ready


class Assignment(click.ParamType[tuple[str, str]]):
    """A scheme and an id of it: ``mbid=5441c29d-3602-4898-b1a1-b77fa23b8e50``."""

    name = "scheme=id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Split it at the first equals sign."""
        if isinstance(value, tuple):
            return value
        scheme, equals, given = value.partition("=")
        if not equals or not given.strip():
            self.fail(f"{value!r} is not of the form SCHEME=ID, for example wikidataId=Q42", param, ctx)
        return scheme.strip(), given.strip()


@click.command()
@click.option("--disputed", is_flag=True, help="Only ids on which the sources do not agree, so that none is used.")
@format_option
@environment_options
def identities(disputed: bool, form: str) -> None:
    """List who claims which id of each artist, the most played artists first.

    A reason says why a claim does not count. To settle a dispute: linernotes identity set. JSON and CSV also have
    plays, method, confidence, evidence and date.
    """
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.identities import library_claims

    with ready() as workspace:
        rows = library_claims(workspace.warehouse, disputed=disputed)
    show_rows(first_columns(rows, 6, form), form, "disputed ids" if disputed else "ids")


@click.group()
def identity() -> None:
    """Set the ids of an artist yourself."""


@identity.command(name="set")
@click.argument("artist", shell_complete=complete_artists)
@click.argument("ids", nargs=-1, required=True, type=Assignment())
@click.option("--note", help="Why; it is shown as evidence.")
@click.option("--by", "author", help="Your name, stored with the id. By default no name is stored.")
@environment_options
def set_(artist: str, ids: tuple[tuple[str, str], ...], note: str | None, author: str | None) -> None:
    """Set ids of an artist; they overrule every source.

    ARTIST is a Spotify id, URL or URI, an MBID, or a name. IDS are mbid=UUID, wikidataId=Q42, deezerId=27 or
    discogsId=108713.
    """
    from linernotes.runs.imports.identities import set_identity

    with command_workspace(stoppable=True) as workspace:
        known = set_identity(workspace, artist, dict(ids), note or None, author or None)
        schemes = ", ".join(dict(ids))
        workspace.progress.say(
            f"set {schemes} of {known.name or known.id}\nnext: linernotes run fetches what follows from it"
        )


@identity.command()
@click.argument("artist", shell_complete=complete_artists)
@click.argument("schemes", nargs=-1, required=True)
@environment_options
def unset(artist: str, schemes: tuple[str, ...]) -> None:
    """Remove ids that you set; the sources count again.

    ARTIST is a Spotify id, URL or URI, an MBID, or a name; SCHEMES are mbid, wikidataId, deezerId or discogsId.
    """
    from linernotes.runs.imports.identities import unset_identity

    with command_workspace(stoppable=True) as workspace:
        known = unset_identity(workspace, artist, schemes)
        workspace.progress.say(f"unset {', '.join(schemes)} of {known.name or known.id}\nnext: linernotes run")


IDENTITIES = (identities, identity)
