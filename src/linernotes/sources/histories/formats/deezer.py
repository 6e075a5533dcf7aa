"""Deezer's listening history: a sheet of the workbook that Deezer sends, or that sheet saved as CSV.

``Date`` is when the play began, UTC; ``Listening Time`` how many seconds it was listened to. Key: the second, artist
and track. The columns for addresses and devices are not read.
"""

from linernotes.sources.histories.formats.base import Format, Head, Reader, ReadOptions
from linernotes.sources.histories.table_reader import Rules, open_table

TITLE = "Deezer listening history"
SOURCE = "deezer"
COLUMNS = {"songtitle", "artist", "listeningtime", "date"}
RULES = Rules(source=SOURCE, in_utc=True, seconds_played="listeningtime")


def _recognize(head: Head) -> bool:
    return head.table is not None and head.columns >= COLUMNS


def _open(head: Head, options: ReadOptions) -> Reader:
    return open_table(head, options, RULES)


FORMAT = Format(TITLE, SOURCE, _recognize, _open)
