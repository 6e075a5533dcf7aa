"""Chooses the reader of a file by its first bytes."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from io import TextIOWrapper
from typing import IO

from linernotes.sources.csv_rows import delimiter_of, records
from linernotes.sources.histories import lastfm, listenbrainz, scrobbles_csv, spotify_account, spotify_extended, table
from linernotes.sources.histories.play import Play
from linernotes.sources.json_rows import Row, json_rows

KEY = re.compile(r'"([^"\\]{1,60})"\s*:')
# By source; goes up when its format is read into other lines, so that files imported before are read again.
READINGS = {listenbrainz.SOURCE: 2}
NO_PLAYS = {"lovedtracks"}  # same fields as scrobbles, but dated by when they were loved
RECENTLY_PLAYED = ({"played_at", "track"}, {"items", "cursors"})  # the second is a page without plays


@dataclass(frozen=True, slots=True)
class Format:
    """One format of histories: ``rows`` splits an open file, ``read`` reads one row.

    ``original_names`` maps the contract's fields to the format's own names, for messages.
    """

    title: str
    source: str
    rows: Callable[[IO[bytes]], Iterator[Row]]
    read: Callable[[bytes], Play | None]
    original_names: Mapping[str, str]

    @property
    def reading(self) -> str:
        """The source, and how its format is read: files that were read otherwise are read again."""
        return f"{self.source}/{READINGS.get(self.source, 1)}"


def format_of(head: bytes) -> Format | None:
    """The format of a file that begins like this; None if it is not a known history."""
    text = head.decode("utf-8", "replace")
    if not text.lstrip().startswith(("[", "{")):
        return _table(text) if scrobbles_csv.begins(text) else None
    keys = set(KEY.findall(text))
    if keys & NO_PLAYS:
        return None
    for kind in (spotify_extended, spotify_account, table):
        if any(fields <= keys for fields in kind.FIELDS):
            return Format(kind.TITLE, kind.SOURCE, json_rows, kind.read, kind.ORIGINAL_NAMES)
    for paged in (listenbrainz, lastfm):
        if any(fields <= keys for fields in paged.FIELDS):
            return Format(
                paged.TITLE, paged.SOURCE, partial(json_rows, pages=paged.PAGES), paged.read, paged.ORIGINAL_NAMES
            )
    return None


def is_recently_played(head: bytes) -> bool:
    """Whether a file begins like Spotify's recently-played endpoint, which has a dataset of its own."""
    keys = set(KEY.findall(head.decode("utf-8", "replace")))
    return any(fields <= keys for fields in RECENTLY_PLAYED)


def _table(head: str) -> Format:
    first = next(line for line in head.splitlines() if line.strip())
    rows = partial(_records, delimiter=delimiter_of(first))
    return Format(scrobbles_csv.TITLE, scrobbles_csv.SOURCE, rows, scrobbles_csv.reader(head), {})


def _records(source: IO[bytes], delimiter: str) -> Iterator[Row]:
    text = TextIOWrapper(source, "utf-8", errors="surrogateescape", newline="")
    lines = ((number, line.replace("\0", "\ufffd")) for number, line in enumerate(text, 1))
    for number, record in records(lines, delimiter):
        if record.strip():
            yield number, record.encode("utf-8", "surrogateescape")
