"""Ids that a person sets for an artist: landed and loaded like any other answer."""

from collections.abc import Iterable, Mapping

from linernotes.config.agreement import identified_schemes
from linernotes.core.clock import instant
from linernotes.core.errors import ConfigurationError
from linernotes.core.identifiers import EXPECTED, canonical_id
from linernotes.core.text import nearest
from linernotes.reports.artist_lookup import KnownArtist, known_artist
from linernotes.runs.lifecycle import ensure_ready, import_lines, open_session
from linernotes.storage.workspace import Workspace

IDENTITIES = "manual/identities"


def set_identity(
    workspace: Workspace, artist: str, ids: Mapping[str, str], note: str | None = None, author: str | None = None
) -> KnownArtist:
    """Set ids of an artist, by their schemes; the next build of the tables follows them.

    Raises:
        ConfigurationError: the artist or a scheme is unknown, or an id is not valid.
    """
    known = _settleable(workspace, artist, ids)
    valid = {scheme: _valid(scheme, given) for scheme, given in ids.items()}
    return _land(workspace, "identity set", known, valid, note, author)


def unset_identity(workspace: Workspace, artist: str, schemes: Iterable[str]) -> KnownArtist:
    """Take back ids that were set.

    Raises:
        ConfigurationError: the artist or a scheme is unknown.
    """
    ids = dict.fromkeys(schemes)
    return _land(workspace, "identity unset", _settleable(workspace, artist, ids), ids)


def _settleable(workspace: Workspace, artist: str, schemes: Iterable[str]) -> KnownArtist:
    """The artist, if ids of these schemes can be set for it."""
    told = sorted(identified_schemes(workspace.settings.configs.providers.values()))
    if unknown := [scheme for scheme in schemes if scheme not in told]:
        raise ConfigurationError(f"unknown kind of id {unknown[0]!r}", nearest(unknown[0], told))
    ensure_ready(workspace)
    known = known_artist(workspace.warehouse, artist)
    if known.id.startswith("mbid:") and "mbid" in schemes:
        raise ConfigurationError(
            f"{known.name or known.id} is known by its MusicBrainz id alone, which cannot be changed",
            "set the mbid of an artist with a Spotify id instead",
        )
    return known


def _valid(scheme: str, given: str) -> str:
    if valid := canonical_id(scheme, given):
        return valid
    raise ConfigurationError(
        f"{given!r} is not a valid {scheme}", f"expected {EXPECTED.get(scheme, 'letters and digits')}"
    )


def _land(
    workspace: Workspace,
    command: str,
    artist: KnownArtist,
    ids: Mapping[str, str | None],
    note: str | None = None,
    author: str | None = None,
) -> KnownArtist:
    common = {"artistId": artist.id, "note": note, "author": author, "setAt": instant(workspace.clock.now())}
    with open_session(workspace, command) as session:
        import_lines(session, IDENTITIES, command, ({**common, "scheme": scheme, "id": ids[scheme]} for scheme in ids))
    return artist
