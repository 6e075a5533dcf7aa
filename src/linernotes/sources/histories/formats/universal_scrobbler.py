"""Tables for Universal Scrobbler and from Scrubbler, without a heading: artist, track and album in either order, time.

The time is when the play began. Which column is the album shows in that albums repeat themselves and may be missing.
Key: the time as it is written, artist and track.
"""

from linernotes.sources.histories.formats.base import Format, Head
from linernotes.sources.histories.table_reader import CSV, Rules, open_table

TITLE = "scrobbles for Universal Scrobbler or from Scrubbler"
SOURCE = CSV


def _recognize(head: Head) -> bool:
    return head.table is not None and not head.table.has_heading and head.table.columns[3:4] == ("datetime",)


FORMAT = Format(TITLE, SOURCE, _recognize, lambda head, options: open_table(head, options, Rules()))
