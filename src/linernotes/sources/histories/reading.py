"""A history as landed lines: its plays in the contract's form, its bad rows as rejects, all counted."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import msgspec

from linernotes.landing.lines import LineReader, Reject, reject_of
from linernotes.sources.archives import AGAIN, Unread
from linernotes.sources.histories import spotify_extended
from linernotes.sources.histories.formats import Format
from linernotes.sources.histories.play import NotAPlay, Play
from linernotes.sources.histories.summary import FileSummary
from linernotes.sources.json_rows import Row
from linernotes.sources.privacy import without_private
from linernotes.sources.streams import HistoryStream

FIRST_PLAYS = datetime(2002, 1, 1, tzinfo=UTC)  # nobody recorded plays earlier; an unset clock says 1970
RAW_CHARACTERS = 65_536
CUT = "not JSON: Input data was truncated"
VIDEO = "Streaming_History_Video_"  # nothing else marks the rows as films: they look like those of audio
ROW_ERRORS = (ValueError, msgspec.MsgspecError, RecursionError, Reject)
ENCODE = msgspec.json.Encoder().encode


def is_film(name: str, form: Format) -> bool:
    """Whether all rows of a file are films, which only its own name shows, whatever the zip around it is called."""
    return form.source == spotify_extended.SOURCE and name.rpartition("/")[2].startswith(VIDEO)


def history_lines(stream: HistoryStream, form: Format, reader: LineReader, summary: FileSummary) -> Iterator[bytes]:
    """The lines of a file, and a reject if it ends in damage."""
    film = is_film(summary.name, form)
    rows = form.rows(stream.whole)
    number = yield from lines_from_rows(rows, form.read, reader, summary, form.original_names, film=film)
    if stream.raw.damage:
        yield unread_line(summary, number + 1, stream.raw.damage)
    elif summary.last_bad == (number, CUT):  # in the last row, after any number of good ones
        summary.unread = Unread(f"truncated at row {number:,}", AGAIN)


def unread_line(summary: FileSummary, number: int, why: Unread) -> bytes:
    """A reject for everything from this row on, which could not be read."""
    summary.unread = why
    return _reject_line(summary, number, why.reason)


def lines_from_rows(
    rows: Iterable[Row],
    read: Callable[[bytes], Play | None],
    reader: LineReader,
    summary: FileSummary,
    original_names: Mapping[str, str] = MappingProxyType({}),
    *,
    film: bool = False,
) -> Generator[bytes, None, int]:
    """The lines of numbered rows; returns the number of the last one.

    ``original_names`` maps the contract's fields to the format's own names, for the reasons of bad rows.
    """
    number = 0
    for number, row in rows:
        try:
            play = read(row)
            if play is None:
                continue
            if film:
                raise NotAPlay("video")  # noqa: TRY301 - handled like other rows
            line = ENCODE(play)
            record: Any = reader.read(line)[0]
            if record.playedAt < FIRST_PLAYS:
                raise Reject(f"is before {FIRST_PLAYS.year}", "playedAt")
            summary.count_play(record.playedAt, (record.artistName,))
            yield line
        except NotAPlay as none:
            summary.passed_over[none.kind] += 1
        except ROW_ERRORS as error:
            bad = _reject(error)
            yield _reject_line(summary, number, bad.reason, original_names.get(bad.field or "", bad.field), row)
    return number


def _reject_line(summary: FileSummary, number: int, reason: str, field: str | None = None, row: bytes = b"") -> bytes:
    """Count a bad row and return its reject, without private fields."""
    summary.count_reject(number, f"{field}: {reason}" if field else reason)
    raw = without_private(row.decode("utf-8", "backslashreplace").replace("\0", "\ufffd"))[:RAW_CHARACTERS]
    mark = {"file": summary.name, "line": number, "field": field, "reason": reason, "raw": raw}
    return ENCODE({"_reject": mark})


def _reject(error: Exception) -> Reject:
    match error:
        case Reject():
            return error
        case msgspec.ValidationError():
            return reject_of(error)
        case UnicodeError():
            return Reject("not UTF-8")
        case msgspec.DecodeError() | RecursionError():
            return Reject(f"not JSON: {error}")
    return Reject(str(error))
