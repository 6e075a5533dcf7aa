"""Import rosters: read a file whole, land its artists and its rows, and load them in place of an earlier roster."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from linernotes.core import sql
from linernotes.core.counts import LoadStats
from linernotes.core.errors import BelowExpectations, ConfigurationError
from linernotes.core.text import first_of, many, numbered_rows
from linernotes.core.values import Json
from linernotes.landing.bad_lines import TOO_MANY, has_too_many
from linernotes.landing.lines import LineReader
from linernotes.landing.spool import Spool
from linernotes.reports.rosters import WHAT_TO_DO, RosterRow, candidates_of, link_of, roster_rows
from linernotes.runs.imports.result import ImportResult
from linernotes.runs.lifecycle import import_lines, ingest_landing, open_session, run_in_session
from linernotes.runs.session import RunSession
from linernotes.sources.roster import Roster, read_roster
from linernotes.sources.rows import open_bytes
from linernotes.storage.workspace import Workspace

ROSTER, ROWS = "roster/artists", "roster/rows"
LONGEST_NAME = 100
NAMES_LATER = (
    "a name alone is matched only if your plays or links know exactly one artist of that name; after linernotes run,"
    " linernotes report roster --unresolved lists the rest: put a link into their rows"
)
MOST_NAMED = 5


def inspect_roster(
    workspace: Workspace, file: str, name: str | None = None, listed: int = MOST_NAMED
) -> tuple[list[Json], BelowExpectations | None]:
    """What an import would do, as rows of a report, and the error it would end with. Writes nothing.

    Of the rows that it would reject, ``listed`` are named for each reason.
    """
    roster = _read(workspace, file, name)
    workspace.progress.say(*roster.notes, _summary(roster))
    reasons = [
        {"what": f"rejected: {reason}: {numbered_rows(numbers, listed, '; --n names more')}", "number": len(numbers)}
        for reason, numbers in _reasons(roster).items()
    ]
    counts = {
        "rows": roster.rows,
        "artists by their Spotify link or id": roster.found["link"],
        "artists by their MusicBrainz id": roster.found["mbid"],
        "artists by name alone": roster.found["name"],
        "rows that name one of them again": len(roster.repeats),
        "links passed over, and the names beside them taken alone": roster.passed_over,
        "rows rejected": len(roster.rejects),
        **({f"own columns: {', '.join(roster.own_columns)}": len(roster.own_columns)} if roster.own_columns else {}),
    }
    rows = [{"what": what, "number": number} for what, number in counts.items()]
    return [*rows, *reasons], _trouble(roster, file)


def import_roster(workspace: Workspace, file: str, name: str | None = None) -> ImportResult:
    """Import a roster from a file (``-``: standard input) under ``name``, else under the file's own.

    A roster of that name is replaced. Bad rows are rejected and the others loaded; the result's ``error`` describes a
    file with too many bad rows.

    Raises:
        ConfigurationError: the file is no list of artists.
        BelowExpectations: the file is empty, or holds no table.
        Busy: another run holds the workspace.
    """
    counts: list[LoadStats] = []
    roster = _read(workspace, file, name)
    reasons = [f"rejected: {reason}: {numbered_rows(rows, MOST_NAMED)}" for reason, rows in _reasons(roster).items()]
    workspace.progress.say(*roster.notes, _summary(roster), *reasons)

    def work(session: RunSession) -> None:
        counts.append(_land(session, roster, file))

    session = run_in_session(workspace, "import roster", work, start="if built")
    told = session.ingested.loaded > 0 and not session.without_hub  # before a first run, no artist has a name
    if told:
        rows = [row for row in roster_rows(workspace.warehouse) if row["rosterName"] == roster.name]
        workspace.progress.say(
            *_same_lines(rows), *_unresolved_lines(rows, candidates_of(workspace.warehouse, roster.name))
        )
    if session.without_hub and roster.found["name"]:
        workspace.progress.say(NAMES_LATER)
    new, rejected = counts[0].loaded, len(roster.rejects)
    known = len(roster.artists) - new
    return ImportResult(counts[0], session.ingested.loaded > 0, (), session.error, new, known, rejected=rejected)


def import_artists(workspace: Workspace, artist_ids: Sequence[str], source: str) -> None:
    """Import artists by their Spotify ids; ``source`` says where they come from."""
    with open_session(workspace, "import roster") as session:
        import_lines(session, ROSTER, source, ({"artistId": key, "artistName": None} for key in artist_ids))


def _named(file: str, name: str | None) -> str:
    """The roster's name: the given one, else that of the file."""
    found = " ".join((name if name is not None else "roster" if file == "-" else Path(file).name.split(".")[0]).split())
    if not found or len(found) > LONGEST_NAME:
        raise ConfigurationError(f"roster name {found!r} is empty or too long", f"use 1 to {LONGEST_NAME} characters")
    return found


def _read(workspace: Workspace, file: str, name: str | None) -> Roster:
    with open_bytes(file) as source:
        return read_roster(source, file, _named(file, name), LineReader(workspace.dataset(ROWS), workspace.clock.now()))


def _land(session: RunSession, roster: Roster, file: str) -> LoadStats:
    """Land and load the artists, then the rows; returns the counts of the rows.

    Names stand in the rows alone, so that a corrected row takes a wrong name back.
    """
    keys = [line["artistId"] for line in roster.artists.values() if line["artistId"]]
    import_lines(session, ROSTER, file, ({"artistId": key, "artistName": None} for key in keys))
    _land_rows(session, file, _versioned(session, roster))
    return ingest_landing(session)


def _versioned(session: RunSession, roster: Roster) -> list[Json]:
    """The rows as they are to land: of the present version if nothing has changed, so that they are known."""
    found = session.workspace.warehouse.rows(sql.read("runs/imports/roster_state"), roster=roster.name)
    state: dict[str, Any] = next(found, {"rosterVersion": 0, "_fileHash": ""})
    same = _lines(roster, state["rosterVersion"] or 0)
    return same if _hash(same) == state["_fileHash"] else _lines(roster, (state["rosterVersion"] or 0) + 1)


def _lines(roster: Roster, version: int) -> list[Json]:
    return [*({**line, "rosterVersion": version} for line in roster.artists.values()), *roster.rejects]


def _hash(lines: Sequence[Json]) -> str:
    digest = sha256()
    for line in lines:
        digest.update(msgspec.json.encode(line) + b"\n")
    return digest.hexdigest()


def _land_rows(session: RunSession, file: str, lines: Sequence[Json]) -> None:
    workspace = session.workspace
    # In scratch: half of a roster, salvaged after a crash, would be a version of its own.
    spool = Spool(workspace.lake, workspace.scratch, workspace.dataset(ROWS), session.run, workspace.clock, None)
    if lines:
        spool.block([msgspec.json.encode(line) for line in lines])
    if landed := spool.seal():
        session.sources[f"{landed.provider}/{landed.name}"] = file


def _summary(roster: Roster) -> str:
    """What became of each row of the file: an artist, a further row of one, or a reject."""
    again = f"; named again in {numbered_rows(roster.repeats, MOST_NAMED)}" if roster.repeats else ""
    rejected = f"; {many(len(roster.rejects), 'row')} rejected" if roster.rejects else ""
    names = f" ({roster.found['name']:,} by name alone)" if roster.found["name"] else ""
    artists = f"{many(len(roster.artists), 'artist')}{names}"
    return f"roster {roster.name}: {artists} in {many(roster.rows, 'row')}{again}{rejected}"


def _same_lines(rows: Sequence[RosterRow]) -> list[str]:
    """A line about the rows that turned out to be the artist of another one, by a name or by a MusicBrainz id."""
    again = [f"row {row['rowNumber']:,} that of row {row['sameAsRow']:,}" for row in rows if row["sameAsRow"]]
    if not again:
        return []
    return [f"{many(len(again), 'row')} turned out to name the artist of another row: {first_of(again, MOST_NAMED)}"]


def _unresolved_lines(rows: Sequence[RosterRow], known: Mapping[str, str]) -> list[str]:
    """A line for each reason why names have no artist, with the first of them, their candidates and what to do."""
    lines = []
    for why, remedy in WHAT_TO_DO.items():
        found = [_with_candidates(row, known) for row in rows if row["why"] == why]
        if found:
            what = "artist without a Spotify id" if why == "no_spotify_id" else "name without an artist"
            lines.append(f"{_counted(len(found), what)}: {first_of(found, MOST_NAMED)}: {remedy}")
    return [*lines, "all of them: linernotes report roster --unresolved"] if lines else []


def _counted(number: int, what: str) -> str:
    noun, _, rest = what.partition(" ")
    return f"{many(number, noun)} {rest}"


def _with_candidates(row: RosterRow, known: Mapping[str, str]) -> str:
    candidates = [known.get(key) or link_of(key) or key for key in sorted(row["candidates"])[:MOST_NAMED]]
    name = row["artistName"] or row["givenName"] or row["artistId"] or ""
    return f"{name} ({' or '.join(candidates)})" if candidates else name


def _reasons(roster: Roster) -> dict[str, list[int]]:
    """The rejected rows by reason, the most frequent first."""
    rows: dict[str, list[int]] = {}
    for line in roster.rejects:
        rows.setdefault(line["_reject"]["reason"], []).append(line["_reject"]["line"])
    return dict(sorted(rows.items(), key=lambda item: -len(item[1])))


def _trouble(roster: Roster, file: str) -> BelowExpectations | None:
    if not has_too_many(len(roster.rejects), roster.rows):
        return None
    remedy = "correct them; an import loads the good ones"
    return BelowExpectations(f"import roster: {TOO_MANY} rows in {file}", remedy)
