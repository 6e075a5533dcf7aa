"""Scrobbles as lastfm-backup-cli writes them: day, time of day (UTC), artist and track, without a heading.

The time is when the play began, to the second. Key: that of Last.fm's own scrobble.
"""

from linernotes.sources.histories.formats.base import Format, Head
from linernotes.sources.histories.table_reader import LASTFM, Rules, open_table

TITLE = "Last.fm scrobbles from lastfm-backup-cli"
SOURCE = LASTFM
RULES = Rules(source=SOURCE, in_utc=True)


def _recognize(head: Head) -> bool:
    return head.table is not None and not head.table.has_heading and head.table.columns[:2] == ("date", "time")


FORMAT = Format(TITLE, SOURCE, _recognize, lambda head, options: open_table(head, options, RULES))
