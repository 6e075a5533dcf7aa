"""Plays in any table with columns for artist, track and time, in the names that the usual exporters give them.

Where the second since 1970 is known (``uts``, ``timestamp``, ``Date#account`` of lastfmstats.com), the key is that of
Last.fm's own scrobble; else it is the time as it is written, artist and track, so that a table read in another zone
takes the place of what it was before.
"""

from linernotes.sources.histories.formats.base import Format, Head
from linernotes.sources.histories.table_reader import CSV, Rules, open_table

TITLE = "scrobbles in a table"
SOURCE = CSV


def _recognize(head: Head) -> bool:
    return head.table is not None and head.table.has_heading


FORMAT = Format(
    TITLE, SOURCE, _recognize, lambda head, options: open_table(head, options, Rules()), reading=2, last=True
)
