"""Lists that look like plays and are none, histories that cannot be read: what they are, and what to take instead."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from linernotes.sources.archives import Unread
from linernotes.sources.histories.columns import LIKED_NAME, MEANINGS, has_needed, is_list_of_liked, plain
from linernotes.sources.histories.formats.base import Head

LOVED_COLUMNS = {"uts", "utctime", "artist", "artistmbid", "track", "trackmbid"}  # of scrobbles there are albums too
ARTIST, TRACK = (
    re.compile(r"artist|performer|interpret|künstler|\bband\b"),
    re.compile(r"track|song|title|titel|titre|piece"),
)
TIME = re.compile(r"^(?:ts|uts|when)$|time|date|datum|zeit|played|listened|scrobble")
OTHER_TIME = re.compile(r"last|release|birth|creat|modif|added|updat|duration|expir|length|zone")
PLAYS = "take the list of plays instead: docs/histories.md says where each service has it"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is not taken; ``expected`` in a download that holds plays as well, so that it is no fault."""

    why: Unread
    expected: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of such files."""

    recognize: Callable[[Head], bool]
    refusal: Refusal


def _kind(recognize: Callable[[Head], bool], reason: str, remedy: str = PLAYS, *, expected: bool = True) -> Kind:
    return Kind(recognize, Refusal(Unread(reason, remedy), expected))


def _keys(*names: str) -> Callable[[Head], bool]:
    return lambda head: set(names) <= head.keys


def _columns(*names: str) -> Callable[[Head], bool]:
    return lambda head: set(names) <= head.columns


def _is_liked(head: Head) -> bool:
    names = set(map(plain, head.keys)) | head.columns
    file = head.name.rpartition("/")[2].casefold()
    return is_list_of_liked(names) or (has_needed(names) and bool(LIKED_NAME.search(file)))


def _looks_like_plays(head: Head) -> bool:
    """Whether names, tracks and times stand in it, though in no form that is known."""
    names = {name.casefold() for name in head.keys | head.columns}
    names = {name for name in names if not OTHER_TIME.search(name)}
    return all(any(map(form.search, names)) for form in (ARTIST, TRACK, TIME))


def _is_list_of_tracks(head: Head) -> bool:
    known = {MEANINGS.get(name) for name in head.columns}
    return {"artist", "track"} <= known and not any(map(TIME.search, head.columns))


KINDS = (
    _kind(
        _columns("artistmsid", "trackmsid"),
        "Last.fm's own export, which has ids of MusicBrainz in place of names",
        "fetch the history instead: linernotes extract lastfm_scrobbles --user NAME",
        expected=False,
    ),
    _kind(_keys("lovedtracks"), "a list of loved tracks, not of plays"),
    _kind(lambda head: head.columns == LOVED_COLUMNS, "a list of loved tracks, not of plays"),
    _kind(_keys("playlists", "lastModifiedDate"), "playlists, not plays"),
    _kind(_keys("bannedTracks"), "a library, not plays"),
    _kind(
        lambda head: head.text[257:262] == "ustar",
        "a tar archive",
        "unpack it and import the folder",
        expected=False,
    ),
    _kind(lambda head: "<plist" in head.text[:400], "a library of iTunes, not plays"),
    _kind(_keys("topTracks"), "a summary, not plays"),
    _kind(_keys("Track Play Count"), "a library with counts, not plays", "take Apple Music Play Activity.csv instead"),
    _kind(
        _columns("playcount", "skipcount", "dateplayed"), "counts per day", "take Apple Music Play Activity.csv instead"
    ),
    _kind(_columns("trackname", "lastplayeddate"), "last plays only", "take Apple Music Play Activity.csv instead"),
    _kind(_keys("recording_mbid", "score"), "feedback on tracks, not plays"),
    _kind(_keys("pinned_until"), "pinned tracks, not plays"),
    _kind(
        lambda head: head.text.lstrip()[:1] == "<" and "youtube" in head.text.casefold() and "html" in head.text[:400],
        "YouTube's history as a web page",
        "ask Google Takeout for the history as JSON",
        expected=False,
    ),
    _kind(_is_list_of_tracks, "a list of tracks without times, not of plays"),
    _kind(
        _is_liked, "a list of favourites or a library, not of plays", f"{PLAYS}; if these are plays, rename the file"
    ),
)
UNKNOWN = _kind(
    _looks_like_plays,
    "looks like a listening history, but its columns or fields are not known",
    "docs/histories.md lists the formats; for columns of your own: linernotes import plays --from-table FILE --map ...",
    expected=False,
)


def refusal_of(head: Head) -> Refusal | None:
    """Why a file is not taken although it names artists or tracks; None if nothing speaks against it."""
    return next((kind.refusal for kind in KINDS if kind.recognize(head)), None)


def unknown_history(head: Head) -> Refusal | None:
    """The refusal of a file in no known format that seems to be a history; None if it does not."""
    return UNKNOWN.refusal if UNKNOWN.recognize(head) else None
