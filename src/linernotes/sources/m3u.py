"""Playlists in M3U: a line ``#EXTINF:305,Portishead - Roads`` says which track the next line is.

Where a file lies on somebody's disk says nothing sure about the track, and is not kept.
"""

import re
from collections.abc import Iterable

from linernotes.core.identifiers import linked_spotify_id
from linernotes.sources.rows import Numbered
from linernotes.sources.tables import Line

HEAD = "#EXTM3U"
INFO = re.compile(r"#EXTINF:\s*(?P<seconds>-?\d+(?:\.\d+)?)?[^,]*,(?P<title>.*)", re.IGNORECASE)
TAG = re.compile(r"#EXT(?P<name>ART|ALB):(?P<text>.*)", re.IGNORECASE)
TAGS = {"ART": "artistName", "ALB": "albumName"}
BETWEEN = re.compile(r"\s+[-\N{EN DASH}]\s+")
SUFFIXES = (".m3u", ".m3u8")


def playlist_rows(lines: Iterable[Line]) -> Numbered:
    """The tracks of a playlist, each with the number of its last line."""
    row: dict[str, str] = {}
    said = ""
    for number, line in lines:
        text = line.strip()
        if info := INFO.match(text):
            said, row = text, {**row, **_named(info["title"].strip(), float(info["seconds"] or 0))}
        elif tag := TAG.match(text):
            row[TAGS[tag["name"].upper()]] = tag["text"].strip()
        elif text and not text.startswith("#"):
            link = {"spotifyTrackId": text} if linked_spotify_id(text, "track") else {}
            yield number, said or re.split(r"[/\\]", text)[-1], {**row, **link}
            row, said = {}, ""


def _named(title: str, seconds: float) -> dict[str, str]:
    """Artist and title, and the length where it is known: -1 and 0 say that it is not."""
    first, *rest = BETWEEN.split(title, maxsplit=1)
    names = {"artistName": first, "trackName": rest[0]} if rest else {"trackName": first}
    return {**names, **({"durationMs": str(round(seconds * 1000))} if seconds > 0 else {})}
