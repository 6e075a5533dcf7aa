"""Our own report on a roster, filled in and brought back: the rows as the person's file would have them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from linernotes.core.artist_links import artist_link
from linernotes.core.roster_report import BY_NAME, OF_THE_ROSTER, OURS, SAYS_WHO

NOBODYS = re.compile(r"name:[0-9a-f]{32}")  # whom only a name tells of
BY_MBID = "mbid:"
MARKS = {"roster", "row", "artistId", "artistName", "whatToDo"}


def is_report(columns: Iterable[str]) -> bool:
    """Whether these are the columns of a report on a roster, of which a person may have deleted some."""
    return {column.strip() for column in columns} >= MARKS


def as_it_was(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a report with who the artist is and the person's own columns alone.

    A link that somebody put in counts before the id that stood there. The id of an artist who was found by name is left
    out, so that the name is all that is known of it, as before.
    """
    told = {column: value for column, value in row.items() if column not in OURS or column in SAYS_WHO}
    given, by_name = str(told.pop("artistId", None) or "").strip(), row.get("matchedBy") == BY_NAME
    key = "" if NOBODYS.fullmatch(given) else given.removeprefix(BY_MBID)
    before, now = artist_link(key), artist_link(str(told.get("link") or ""))
    if by_name and now == before:
        told.pop("link", None)
    added = now is not None and now.spotify is not None and key != given  # beside the id of MusicBrainz
    if key and not by_name and (now is None or added):
        told["artistId"] = key
    return {_own_name(column): value for column, value in told.items()}


def _own_name(column: str) -> str:
    bare = column.removesuffix(OF_THE_ROSTER)
    kept = {name.casefold() for name in SAYS_WHO}
    return column if bare.casefold() in kept else bare
