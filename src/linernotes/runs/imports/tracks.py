"""Import lists of tracks and DJ libraries: which tracks to ask about, and what the list itself tells of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest
from typing import Any

from linernotes.core.errors import BelowExpectations
from linernotes.core.text import many
from linernotes.landing.bad_lines import TOO_MANY, has_too_many
from linernotes.runs.imports.features import FEATURES
from linernotes.runs.imports.result import ImportResult
from linernotes.runs.lifecycle import import_lines, run_in_session
from linernotes.runs.session import RunSession
from linernotes.sources.rows import open_bytes
from linernotes.sources.track_lists import Contracts, TrackList, read_track_list
from linernotes.storage.workspace import Workspace

REQUESTS = "requests/tracks"


@dataclass(frozen=True, slots=True)
class _Counts:
    """Rows of one file: ``new`` ones, ``good`` ones and ``rejected`` ones."""

    new: int
    good: int
    rejected: int


def inspect_tracks(workspace: Workspace, files: Sequence[str]) -> tuple[list[dict[str, Any]], BelowExpectations | None]:
    """What an import would find, one row per file, and the error it would end with. Writes nothing.

    Raises:
        ConfigurationError: a file is no list of tracks.
        BelowExpectations: a file is empty or damaged.
    """
    lists = {file: _read(workspace, file) for file in files}
    workspace.progress.say(*(line for file, found in lists.items() for line in _lines(file, found)))
    poor = [file for file, found in lists.items() if has_too_many(found.rejected, len(found.tracks))]
    remedy = "correct them; an import loads the good ones"
    trouble = BelowExpectations(f"import tracks: {TOO_MANY} rows in {', '.join(poor)}", remedy) if poor else None
    return [_row(file, found) for file, found in lists.items()], trouble


def import_tracks(workspace: Workspace, files: Sequence[str]) -> ImportResult:
    """Import lists of tracks; rows that name no track are rejected, the others loaded.

    Raises:
        ConfigurationError: a file is no list of tracks; those before it are loaded.
        BelowExpectations: a file is empty or damaged; those before it are loaded.
        Busy: another run holds the workspace.
    """
    counts: list[_Counts] = []

    def work(session: RunSession) -> None:
        counts.extend(_import(session, file) for file in files)

    session = run_in_session(workspace, "import tracks", work, start="if built")
    new, good = sum(each.new for each in counts), sum(each.good for each in counts)
    rejected = sum(each.rejected for each in counts)
    news = session.ingested.loaded > 0
    return ImportResult(session.ingested, news, (), session.error, new, good - new, rejected=rejected)


def _import(session: RunSession, file: str) -> _Counts:
    found = _read(session.workspace, file)
    session.workspace.progress.say(*_lines(file, found))
    before = session.ingested.loaded
    import_lines(session, REQUESTS, file, found.tracks)
    new = session.ingested.loaded - before
    if found.features:
        import_lines(session, FEATURES, file, found.features)
    return _Counts(new, len(found.tracks) - found.rejected, found.rejected)


def _read(workspace: Workspace, file: str) -> TrackList:
    with open_bytes(file) as source:
        digest = file_digest(source, "sha256").hexdigest()
    requests, features = workspace.dataset(REQUESTS), workspace.dataset(FEATURES)
    with open_bytes(file) as source:
        return read_track_list(source, file, Contracts(requests, features, workspace.clock.now(), digest))


def _lines(file: str, found: TrackList) -> list[str]:
    """What was noticed about a file."""
    left_out = +found.unusable
    fields = ", ".join(f"{name} ({count:,})" for name, count in sorted(left_out.items()))
    unusable = f"import {file}: left out {many(left_out.total(), 'value')} that cannot be: {fields}"
    return [*found.notes, *([unusable] if left_out else [])]


def _row(file: str, found: TrackList) -> dict[str, Any]:
    good = [line for line in found.tracks if "_reject" not in line]
    by = Counter("spotify" if line["spotifyTrackId"] else "isrc" if line["isrc"] else "names" for line in good)
    return {
        "file": file,
        "kind": found.kind,
        "tracks": len({line["subject"] for line in good}),
        "bySpotifyId": by["spotify"],
        "byIsrc": by["isrc"],
        "byNames": by["names"],
        "withKeyOrTempo": sum(line.get("key") is not None or bool(line.get("tempo")) for line in found.features),
        "askedAgain": sum(line["refreshAt"] is not None for line in good),
        "rejected": found.rejected,
    }
