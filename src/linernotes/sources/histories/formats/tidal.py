"""Tidal's ``streaming.csv``.

``entry_date`` is when the stream began, in the row's ``time_zone`` or UTC; a date with slashes begins with the day.
"""

from collections.abc import Mapping

from linernotes.sources.histories.formats.base import Format, Head
from linernotes.sources.histories.play import NotAPlay
from linernotes.sources.histories.table_reader import Rules, open_table

TITLE = "Tidal streaming history"
SOURCE = "tidal"
COLUMNS = {"artistname", "tracktitle", "entrydate"}


def _check(row: Mapping[str, str]) -> None:
    if (kind := row.get("producttype", "")) and kind.casefold() != "track":
        raise NotAPlay("video")


RULES = Rules(source=SOURCE, in_utc=True, day_first=True, check=_check)


def _recognize(head: Head) -> bool:
    return head.table is not None and head.columns >= COLUMNS


FORMAT = Format(TITLE, SOURCE, _recognize, lambda head, options: open_table(head, options, RULES))
