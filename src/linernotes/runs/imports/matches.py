"""Matches that a person confirms: landed and loaded like any other answer."""

from typing import Any

from linernotes.core.clock import instant
from linernotes.core.errors import ConfigurationError
from linernotes.reports.artist_lookup import known_artist
from linernotes.reports.matches import match_of, track_meant
from linernotes.runs.lifecycle import ensure_ready, import_lines, open_session
from linernotes.storage.workspace import Workspace

MATCHES = "manual/matches"


def confirm_match(
    workspace: Workspace,
    subject: str,
    artist: str | None = None,
    track: str | None = None,
    note: str | None = None,
    author: str | None = None,
) -> str:
    """Say which artist or track a name in imported files means; with neither, take back what was said before.

    Returns what it means now; the next build of the tables follows it.

    Raises:
        ConfigurationError: the subject, the artist or the track is unknown, or both are given.
    """
    if artist and track:
        raise ConfigurationError("match confirm: --artist and --track exclude each other", "a track has its own artist")
    ensure_ready(workspace)
    named = match_of(workspace.warehouse, subject)
    if track and named["kind"] == "artist":
        raise ConfigurationError(f"{subject} is an artist, which cannot be a track", "use --artist")
    known = known_artist(workspace.warehouse, artist) if artist else None
    found = track_meant(workspace.warehouse, track) if track else None
    line: dict[str, Any] = {
        "subjectId": subject,
        "artistId": known.id if known else None,
        "trackId": found["trackId"] if found else None,
        "note": note,
        "author": author,
        "confirmedAt": instant(workspace.clock.now()),
    }
    with open_session(workspace, "match confirm") as session:
        import_lines(session, MATCHES, "match confirm", [line])
    name = (known.name or known.id) if known else f"{found['artistName']}, {found['trackName']}" if found else ""
    told = ", ".join(filter(None, (named["artistName"], named["title"]))) or subject
    return f"{told} means {name}" if name else f"{told} means nothing that was confirmed any more"
