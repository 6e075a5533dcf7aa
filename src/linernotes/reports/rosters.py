"""Rosters as they are in the hub: whose each row is, what is unresolved and why, and the person's own columns."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from shlex import quote
from typing import TypedDict

from linernotes.core.errors import ConfigurationError
from linernotes.core.orders import joined_order
from linernotes.core.roster_report import BY_NAME, OF_THE_ROSTER, OURS
from linernotes.core.text import many, nearest
from linernotes.reports.rows import Record, rows_of
from linernotes.reports.xlsx import Sheets
from linernotes.storage.ports import Warehouse
from linernotes.storage.workspace import Workspace

PUT_A_LINK = "put a link into the row"
WHAT_TO_DO = {
    "several_artists": "put the link of the right artist into the row and import the roster again",
    "stands_for_many": "a name that stands for many artists; name one of them",
    "unknown_name": f"nobody in the library is known by this name: {PUT_A_LINK} and import the roster again",
    "no_spotify_id": "known by MusicBrainz id alone, and Spotify is not asked by it: put a Spotify link into the row",
}
MATCHED_BY = {"given_id": "link", "given_mbid": "mbid", "carried": BY_NAME, "known_name": BY_NAME}
ABOUT = {
    "matchedBy": "link and mbid stood in the row; name: the only artist known by it, so check that it is the right one",
    "why": "why no Spotify artist is known",
    "sameAsRow": "the row above that turned out to be the same artist",
    "candidates": "the artists who bear the name, with what is known of each",
    "link": "the artist's page; put one here where it is empty, and import the file again",
}
MOST_GENRES = 3


class RosterRow(TypedDict):
    """A row of a roster; ``why`` says why it has no Spotify artist, ``candidates`` are the artists of that name.

    ``sameAsRow`` is the row above that is the same artist; ``asked`` names the services that were asked by name.
    """

    rosterName: str
    rowNumber: int | None
    artistId: str | None
    artistName: str | None
    givenName: str | None
    method: str
    why: str | None
    sameAsRow: int | None
    candidates: list[str]
    asked: str | None
    ownColumns: str | None


class Candidate(TypedDict):
    """An artist who bears a name of a roster, and what tells namesakes apart."""

    artistId: str
    followerCount: int | None
    lastfmListeners: int | None
    listenerCount: int | None
    country: str | None
    genres: list[str]


class RosterRejects(TypedDict):
    """How many rows of a file were rejected when it was imported as a roster."""

    rosterName: str
    file: str
    rejected: int


class RosterName(TypedDict):
    """The name of a roster."""

    rosterName: str


def roster_rows(warehouse: Warehouse, roster: str = "", *, unresolved: bool = False) -> list[RosterRow]:
    """The rows of one roster or of all, or those that are unresolved.

    Raises:
        ConfigurationError: no roster has that name.
    """
    if roster:
        known_roster(warehouse, roster)
    return rows_of(RosterRow, warehouse, "roster_rows", roster=roster, unresolved=unresolved)


def roster_report(workspace: Workspace, roster: str = "", *, unresolved: bool = False) -> Sheets:
    """The rows of one roster or of all, each with how it was matched, what to do about it, and its own columns.

    Raises:
        ConfigurationError: no roster has that name.
    """
    warehouse, now = workspace.warehouse, workspace.clock.now()
    found = roster_rows(warehouse, roster)
    notes = _notes(found, rows_of(RosterRejects, warehouse, "roster_rejects", roster=roster))
    listed = [row for row in found if row["why"] or not unresolved]
    known = candidates_of(warehouse, roster)
    names = _names_of_columns(found, OURS)
    rows = [{**_report_row(row, known), **_filled(own_columns(row["ownColumns"], OURS), names)} for row in listed]
    about: list[Record] = [
        *({"About": name, "What": what} for name, what in ABOUT.items()),
        {"About": "Written", "What": now},
        *({"About": "Rows", "What": note} for note in notes),
    ]
    return Sheets("report roster", "Roster", now, rows, about, notes)


def _report_row(row: RosterRow, known: dict[str, str]) -> dict[str, object]:
    return {
        "roster": row["rosterName"],
        "row": row["rowNumber"],
        "artistId": row["artistId"],
        "artistName": row["artistName"] or row["givenName"],
        "matchedBy": MATCHED_BY.get(row["method"]),
        "why": row["why"],
        "sameAsRow": row["sameAsRow"],
        "candidates": [known.get(key, link_of(key) or key) for key in sorted(row["candidates"])] if row["why"] else [],
        "whatToDo": what_to_do(row),
        "link": link_of(row["artistId"]),
    }


def what_to_do(row: RosterRow) -> str | None:
    """What a person can do about a row, with who was asked so far about one of whom only the name is known."""
    if row["why"] != "unknown_name":
        return WHAT_TO_DO.get(row["why"] or "")
    asked = f"{row['asked']} was asked by name" if row["asked"] else "no service was asked yet"
    return f"nobody in the library is known by this name, {asked}: {PUT_A_LINK}"


def link_of(key: str | None) -> str | None:
    """The page of an artist at the service that gave it its id."""
    scheme, _, inner = (key or "").rpartition(":")
    pages = {"": "https://open.spotify.com/artist/", "mbid": "https://musicbrainz.org/artist/"}
    return f"{pages[scheme]}{inner}" if inner and scheme in pages else None


def candidates_of(warehouse: Warehouse, roster: str = "") -> dict[str, str]:
    """The link of each artist who shares a name of a roster with others, with what is known of the artist."""
    rows = rows_of(Candidate, warehouse, "roster_candidates", roster=roster)
    return {row["artistId"]: _described(row) for row in rows}


def _described(row: Candidate) -> str:
    counts = (
        (row["followerCount"], "follower"),
        (row["lastfmListeners"], "listener"),
        (row["listenerCount"], "listener"),
    )
    people = next((many(number, what) for number, what in counts if number is not None), None)
    told = [text for text in (people, row["country"], *row["genres"][:MOST_GENRES]) if text]
    return f"{link_of(row['artistId'])} ({', '.join(told) or 'nothing known yet'})"


def _notes(rows: Sequence[RosterRow], rejects: Sequence[RosterRejects]) -> list[str]:
    """Of each roster how its rows were matched, and how many rows of its file were rejected."""
    return [
        *(_matches(name, [row for row in rows if row["rosterName"] == name]) for name in _names(rows)),
        *(
            f"{row['rosterName']}: {many(row['rejected'], 'row')} of {row['file']} rejected at import; to list them:"
            f" linernotes rejects list --file {quote(Path(row['file']).name)} --n {row['rejected']}"
            for row in rejects
        ),
    ]


def _matches(name: str, rows: Sequence[RosterRow]) -> str:
    ways = Counter(MATCHED_BY.get(row["method"], "") for row in rows)
    again = sum(row["sameAsRow"] is not None for row in rows)
    same = f"; {many(again, 'row')} named an artist of a row above (sameAsRow)" if again else ""
    without = sum(row["why"] == "no_spotify_id" for row in rows)
    only = f", {without:,} of them with a MusicBrainz id alone" if without else ""
    which = "that it is the right one" if ways[BY_NAME] == 1 else "that they are the right ones"
    look = f" (check {which})" if ways[BY_NAME] else ""
    matched = ", ".join(f"{ways[way]:,} by {way}" for way in ("link", "mbid", BY_NAME))
    return f"{name}: {many(len(rows), 'row')}, matched {matched}{look}; unresolved {ways[''] + without:,}{only}{same}"


def _names(rows: Sequence[RosterRow]) -> list[str]:
    return list(dict.fromkeys(row["rosterName"] for row in rows))


def own_columns(text: str | None, taken: Iterable[str]) -> Record:
    """The person's own columns; one that is called like a column of ours gets ``(roster)`` behind its name."""
    ours = {name.casefold() for name in taken}
    columns: dict[str, object] = json.loads(text) if text else {}
    return {f"{name}{OF_THE_ROSTER}" if name.casefold() in ours else name: value for name, value in columns.items()}


def known_roster(warehouse: Warehouse, name: str) -> None:
    """Make sure that a roster of this name was imported.

    Raises:
        ConfigurationError: none was.
    """
    names = [row["rosterName"] for row in rows_of(RosterName, warehouse, "roster_names")]
    if not names:
        raise ConfigurationError(f"no roster {name!r}", "import one: linernotes import roster FILE --name NAME")
    if name not in names:
        raise ConfigurationError(f"no roster {name!r}", nearest(name, names))


def columns_of_artists(warehouse: Warehouse, roster: str, taken: Iterable[str]) -> dict[str, Record]:
    """The person's own columns by artist; every artist has all of them, so that they make a table.

    Of an artist that several rows turned out to be, later rows only fill in what earlier ones leave empty.

    Raises:
        ConfigurationError: no roster has that name.
    """
    columns: dict[str, Record] = {}
    rows = roster_rows(warehouse, roster)
    for row in rows:
        if key := row["artistId"]:
            before = {name: value for name, value in columns.get(key, {}).items() if value is not None}
            columns[key] = {**own_columns(row["ownColumns"], taken), **before}
    names = _names_of_columns(rows, taken)
    return {key: _filled(told, names) for key, told in columns.items()}


def _names_of_columns(rows: Sequence[RosterRow], taken: Iterable[str]) -> list[str]:
    """The own columns of all rows in the order of their file, which its first row has."""
    ours = tuple(taken)
    return joined_order([*own_columns(row["ownColumns"], ours)] for row in rows)


def _filled(told: Record, names: Sequence[str]) -> Record:
    """The columns of a row, and empty ones where others have more, so that they make a table."""
    return {name: told.get(name) for name in names}
