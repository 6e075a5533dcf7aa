"""Plays in JSON with the columns of lake_plays__normalized_plays, also as BigQuery exports them; see docs/plays.md.

One object per line or in a list. Key: the instant and the track, or the row's own ``source`` and ``sourceKey``.
"""

from functools import partial

from linernotes.sources.histories.formats.base import NO_NAMES, Format, Head, Reader, ReadOptions
from linernotes.sources.histories.table import FIELDS, SOURCE, TITLE, read
from linernotes.sources.json_rows import json_rows
from linernotes.sources.local_times import LocalTimes


def _recognize(head: Head) -> bool:
    return head.is_json and any(fields <= head.keys for fields in FIELDS)


def _open(_head: Head, options: ReadOptions) -> Reader:
    times = LocalTimes(options.zone, options.day_first)
    return Reader(partial(json_rows, pages=()), partial(read, times), times=times)


FORMAT = Format(TITLE, SOURCE, _recognize, _open, NO_NAMES)
