"""Import files of audio features: key, tempo and the rest, of tracks that plays have or will have."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import file_digest

from linernotes.core.text import many
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader
from linernotes.runs.imports.result import ImportResult
from linernotes.runs.lifecycle import import_lines, run_in_session
from linernotes.runs.session import RunSession
from linernotes.sources.audio_features import read_features
from linernotes.sources.rows import open_bytes
from linernotes.storage.workspace import Workspace

FEATURES = "features/audio_features"


def import_features(workspace: Workspace, files: Sequence[str]) -> ImportResult:
    """Import files of audio features; rows that name no track are rejected, the others loaded.

    Raises:
        ConfigurationError: a file is no such table; those before it are loaded.
        BelowExpectations: a file is empty.
        Busy: another run holds the workspace.
    """
    rows = Counter[bool]()

    def work(session: RunSession) -> None:
        for file in files:
            rows.update(_import(session, file))

    session = run_in_session(workspace, "import features", work, start="if built")
    new, rejected = session.ingested.loaded, rows[False]
    news, known = new > 0, rows[True] - new
    return ImportResult(session.ingested, news, (), session.error, new, known, rejected=rejected)


def _import(session: RunSession, file: str) -> "Counter[bool]":
    """Import one file; the numbers of its good and bad rows."""
    workspace = session.workspace
    contract = workspace.dataset(FEATURES)
    with open_bytes(file) as source:
        digest = file_digest(source, "sha256").hexdigest()
    with open_bytes(file) as source:
        found = read_features(source, file, digest, contract, LineReader(contract, workspace.clock.now()))
        rows = Counter[bool]()
        import_lines(session, FEATURES, file, _counted(found.lines, rows))
    workspace.progress.say(*found.notes)
    if found.unusable:
        fields = ", ".join(f"{name} ({count:,})" for name, count in sorted(found.unusable.items()))
        workspace.progress.say(
            f"import {file}: left out {many(found.unusable.total(), 'value')} that cannot be: {fields}"
        )
    return rows


def _counted(lines: Iterable[Json], rows: "Counter[bool]") -> Iterator[Json]:
    for line in lines:
        rows["_reject" not in line] += 1
        yield line
