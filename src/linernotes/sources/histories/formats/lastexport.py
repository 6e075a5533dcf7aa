"""Scrobbles as lastexport.py writes them: tabs, no heading, seconds since 1970 first, then track, artist and album.

The second is when the play began. Key: that of Last.fm's own scrobble.
"""

from linernotes.sources.histories.formats.base import Format, Head
from linernotes.sources.histories.table_reader import LASTFM, Rules, open_table

TITLE = "Last.fm scrobbles from lastexport.py"
SOURCE = LASTFM
RULES = Rules(source=SOURCE)


def _recognize(head: Head) -> bool:
    return head.table is not None and not head.table.has_heading and head.table.columns[:1] == ("uts",)


FORMAT = Format(TITLE, SOURCE, _recognize, lambda head, options: open_table(head, options, RULES))
