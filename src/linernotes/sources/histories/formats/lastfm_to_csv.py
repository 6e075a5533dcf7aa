"""Scrobbles as lastfm-to-csv writes them, without a heading: artist, album, track and ``22 Nov 2024, 11:55``.

The time is when the play began, UTC as Last.fm writes it, to the minute. Key: that minute, artist and track.
"""

from linernotes.sources.histories.formats.base import Format, Head
from linernotes.sources.histories.table_reader import CSV, Rules, open_table

TITLE = "Last.fm scrobbles from lastfm-to-csv"
SOURCE = CSV
COLUMNS = ("artist", "album", "track", "date")
RULES = Rules()  # not promised to be UTC: some versions wrote the machine's own time


def _recognize(head: Head) -> bool:
    return head.table is not None and not head.table.has_heading and head.table.columns == COLUMNS


FORMAT = Format(TITLE, SOURCE, _recognize, lambda head, options: open_table(head, options, RULES), reading=2)
