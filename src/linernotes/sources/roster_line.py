"""What one row of a roster says: the artist by link, id or name, and the columns that are the person's own."""

import json
from collections.abc import Mapping
from typing import Any

from linernotes.core.artist_links import ArtistLink, artist_link
from linernotes.core.names import name_key
from linernotes.core.text import bounded, first_of
from linernotes.core.values import Json
from linernotes.landing.lines import Reject
from linernotes.sources.roster_columns import LONGEST_HEADING, is_blank, is_strict, is_word, name_rank, use_of

LONGEST_NAME = 200
SHORTEST_ID = 15  # what is shorter is no Spotify id that lost a letter
MOST_HEADINGS = 5
NEITHER = "neither a link nor an id of an artist"
NOBODY = "no artist: neither a link nor a name"
NAMES_OF_WHATEVER = {"title"}  # beside a link that is no artist's, this may be the title of the track

Links = Mapping[str, ArtistLink | None]  # what each column of a row leads to


def line_of(row: Mapping[str, Any], name: str = "") -> tuple[Json, str | None]:
    """The line of one row, and why its link was passed over where only the name beside it is taken.

    Raises:
        Reject: the row names no artist, or its link leads to something else and no name stands beside it.
    """
    texts = {str(column): value for column, value in row.items() if column and not is_blank(value)}
    named = sorted((column for column in texts if use_of(column) == "name"), key=name_rank)
    linked = [column for column in texts if use_of(column) in ("link", "number")]
    links = {column: _link(texts[column], column) for column in linked}
    links |= {column: link for column in named if (link := _link_in_name(texts[column]))}
    naming = next((column for column in named if column not in links), None)
    given = _name(texts[naming]) if naming else None
    spotify, mbid, passed_over = _identity(texts, links, naming, given)
    used = {column for column, link in links.items() if link and not link.fault} | set(named) - links.keys()
    kept = _own(texts, named, used, given)
    own = json.dumps(kept, ensure_ascii=False) if kept else None
    return {
        "rosterName": name, "rowNumber": 1, "artistId": spotify, "mbid": mbid, "givenName": given, "ownColumns": own
    }, passed_over  # fmt: skip


def _own(texts: Mapping[str, Any], named: list[str], used: set[str], given: str | None) -> Json:
    """The columns of a row that say nothing of who the artist is; a second name is one of them."""
    second = {column for column in named if column in used and str(texts[column]).strip() != given}
    return {column: _plain(value) for column, value in texts.items() if column not in used or column in second}


def _identity(
    texts: Mapping[str, Any], links: Links, naming: str | None, given: str | None
) -> tuple[str | None, str | None, str | None]:
    """The Spotify id and the MusicBrainz id of a row, else why its link was passed over; nothing for a name alone."""
    found = [link for link in links.values() if link]
    spotify = {link.spotify for link in found if link.spotify}
    mbids = {link.mbid for link in found if link.mbid}
    if len(spotify) > 1 or len(mbids) > 1:
        raise Reject("its links lead to different artists: keep one of them", "artistId")
    if spotify or mbids:
        return next(iter(spotify), None), next(iter(mbids), None), None
    wrong = _wrong_name(given, texts)
    fault = next((link.fault for link in found if link.fault), None)
    if fault and (wrong or name_key(naming or "") in NAMES_OF_WHATEVER):
        raise Reject(fault, "artistId")
    odd = [column for column, link in links.items() if link is None and not _is_theirs(column, texts[column])]
    if odd or (links and given is None):
        raise Reject(NEITHER, "artistId")
    if wrong:
        raise wrong
    return None, None, fault


def _wrong_name(given: str | None, texts: Mapping[str, Any]) -> Reject | None:
    """Why what stands for a name can be none."""
    if given is None:
        return Reject(f"{NOBODY}{_not_recognized(texts)}", "artistId")
    if len(given) > 1 and not given.strip("? "):
        return Reject("its letters were lost when the file was saved: save it as UTF-8 or .xlsx", "givenName")
    return Reject("longer than any name", "givenName") if len(given) > LONGEST_NAME else None


def _not_recognized(texts: Mapping[str, Any]) -> str:
    """The headings under which the row has words, one of which may be the name."""
    worded = [column for column, value in texts.items() if isinstance(value, str) and any(map(str.isalpha, value))]
    own = [repr(bounded(column, LONGEST_HEADING)) for column in worded if use_of(column) == "own"]
    return (
        f"; headings not recognized: {first_of(own, MOST_HEADINGS)}; call the one with the names Artist" if own else ""
    )


def _link(value: Any, column: str) -> ArtistLink | None:
    if not isinstance(value, str):
        if use_of(column) == "number" and isinstance(value, int):
            return None
        raise Reject("not text", "artistId")
    return artist_link(value)


def _link_in_name(value: Any) -> ArtistLink | None:
    return artist_link(value) if isinstance(value, str) and not is_word(value.strip()) else None


def _is_theirs(column: str, value: Any) -> bool:
    """Whether a cell that is no link says something else: a number in somebody's own system, or yes under Spotify."""
    text = str(value).strip()
    return text.isdigit() or len(text) < SHORTEST_ID if use_of(column) == "number" else not is_strict(column)


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise Reject("not text", "givenName")
    return value.strip()


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
