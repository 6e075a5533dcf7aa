"""Playlists of a radio show from Spinitron: lines about the show, then Date-time, Artist, Song, Release and Label.

``Date-time`` is when the track went on air, in the station's own time. Key: the time as written, artist and track.
"""

from linernotes.sources.histories.formats.base import Format, Head
from linernotes.sources.histories.table_reader import Rules, open_table

TITLE = "Spinitron playlists"
SOURCE = "csv"
COLUMNS = {"datetime", "artist", "song", "release", "label"}


def _recognize(head: Head) -> bool:
    return head.table is not None and head.columns >= COLUMNS


FORMAT = Format(TITLE, SOURCE, _recognize, lambda head, options: open_table(head, options, Rules()))
