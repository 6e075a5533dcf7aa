"""Apple's ``Apple Music Play Activity.csv``, in the download "Apple Media Services information".

``Event Start Timestamp`` is when the play began, UTC; where it is empty ``Event End Timestamp`` is when it ended.
``Play Duration Milliseconds`` is how long it played. Only ends of plays count, not lyrics or other events; since 2026
Apple leaves out many artists, and such rows are passed over. Key: the second, artist and track.
"""

from collections.abc import Mapping

from linernotes.sources.histories.formats.base import Format, Head
from linernotes.sources.histories.play import NotAPlay
from linernotes.sources.histories.table_reader import Rules, open_table

TITLE = "Apple Music play activity"
SOURCE = "apple_music"
TIMES, NAMES = {"eventstarttimestamp", "eventendtimestamp"}, {"songname", "contentname"}
ARTISTS = ("artistname", "containerartistname")


def _check(row: Mapping[str, str]) -> None:
    if (event := row.get("eventtype", "")) and event != "PLAY_END":
        raise NotAPlay("event other than the end of a play")
    if "video" in row.get("mediatype", "").casefold() or "video" in row.get("itemtype", "").casefold():
        raise NotAPlay("video")
    if not any(row.get(name) for name in NAMES) or not any(row.get(name) for name in ARTISTS):
        raise NotAPlay("play without a name in the export")
    if not any(row.get(name) for name in TIMES):
        raise NotAPlay("play without a time in the export")


RULES = Rules(source=SOURCE, in_utc=True, check=_check)


def _recognize(head: Head) -> bool:
    return bool(head.table and TIMES & head.columns and NAMES & head.columns)


FORMAT = Format(TITLE, SOURCE, _recognize, lambda head, options: open_table(head, options, RULES))
