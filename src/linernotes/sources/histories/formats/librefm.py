"""Scrobbles in the export of Libre.fm: comment lines, then the columns Artist, Track, Album and Time.

``Time`` is when the play began, in seconds since 1970. Key: that second, artist and track.
"""

import re

from linernotes.sources.histories.formats.base import Format, Head
from linernotes.sources.histories.table_reader import Rules, open_table

TITLE = "Libre.fm scrobbles"
SOURCE = "librefm"
RULES = Rules(source=SOURCE, in_utc=True)
COMMENT = re.compile(r"libre\.?fm", re.IGNORECASE)
COMMENTS = 500  # characters within which the export names itself


def _recognize(head: Head) -> bool:
    return head.table is not None and head.table.has_heading and bool(COMMENT.search(head.text[:COMMENTS]))


FORMAT = Format(TITLE, SOURCE, _recognize, lambda head, options: open_table(head, options, RULES))
