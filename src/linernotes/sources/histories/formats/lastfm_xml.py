"""Scrobbles in the XML of Last.fm's user.getRecentTracks: what its JSON has, in attributes.

``date uts`` is when the play began, to the second. Key: that second, artist and track.
"""

from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

import msgspec

from linernotes.sources.archives import AGAIN, Unread
from linernotes.sources.histories.formats import lastfm
from linernotes.sources.histories.formats.base import Format, Head, Reader, ReadOptions
from linernotes.sources.histories.play import UnreadableFile
from linernotes.sources.json_rows import Row

TITLE = "Last.fm scrobbles as XML"
SOURCE = lastfm.SOURCE
BLOCK_BYTES = 1 << 18
LONGEST_TEXT = 10_000  # characters of one name; the file itself decides nothing about memory
NAMES = {"artist", "album"}


class Tracks:
    """Collects the tracks of a document as they end; entities of its own would grow without bounds."""

    def __init__(self) -> None:
        self.found: list[bytes] = []
        self._track: dict[str, dict[str, str]] | None = None
        self._path: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "track" and self._track is None:
            self._track, self._path = {"@attr": attributes}, []
        elif self._track is not None:
            self._path.append(name)
            self._track.setdefault(name, {**attributes, "#text": ""})

    def _text(self, text: str) -> None:
        if self._track is not None and self._path:
            kept = self._track[self._path[-1]]
            kept["#text"] = (kept["#text"] + text)[:LONGEST_TEXT]

    def _end(self, _name: str) -> None:
        if self._track is not None and not self._path:
            self.found.append(_as_json(self._track))
            self._track = None
        elif self._path:
            self._path.pop()

    def _entity(self, *_declaration: object) -> None:
        raise UnreadableFile(Unread("declares entities of its own, as no export does", AGAIN))


def _as_json(track: dict[str, dict[str, str]]) -> bytes:
    """A track in the form of Last.fm's JSON."""
    row: dict[str, object] = {name: track[name] for name in NAMES & track.keys()}
    row |= {"name": track.get("name", {}).get("#text"), "@attr": track["@attr"]}
    if uts := track.get("date", {}).get("uts"):
        row["date"] = {"uts": uts}
    for name in NAMES & track.keys():
        thing = track[name]
        row[name] = {"#text": thing["#text"].strip() or track.get("name", {}).get("#text"), "mbid": thing.get("mbid")}
    return msgspec.json.encode(row)


def _rows(source: IO[bytes]) -> Iterator[Row]:
    tracks, number = Tracks(), 0
    while True:
        block = source.read(BLOCK_BYTES)
        try:
            tracks.parser.Parse(block, not block)
            broken = None
        except expat.ExpatError as error:
            broken = error
        for row in tracks.found:
            number += 1
            yield number, row
        tracks.found.clear()
        if broken:
            raise UnreadableFile(Unread(f"the XML is broken or cut off at line {broken.lineno:,}", AGAIN))
        if not block:
            return


def _open(_head: Head, _options: ReadOptions) -> Reader:
    return Reader(_rows, lastfm.read)


def _recognize(head: Head) -> bool:
    return head.text.lstrip().startswith("<") and "<recenttracks" in head.text


FORMAT = Format(TITLE, SOURCE, _recognize, _open, lastfm.ORIGINAL_NAMES)
