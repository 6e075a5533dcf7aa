"""A recognised file as landed lines: its plays as the contract takes them, its bad rows as rejects, all counted."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import msgspec

from linernotes.landing.lines import LineReader, Reject, reject_of
from linernotes.sources.archives import AGAIN, Unread
from linernotes.sources.histories import spotify_extended
from linernotes.sources.histories.formats import Format
from linernotes.sources.histories.play import NoPlay, Play
from linernotes.sources.histories.summary import FileSummary
from linernotes.sources.json_rows import Row
from linernotes.sources.privacy import without_private
from linernotes.sources.streams import Begun

FIRST_PLAYS = datetime(2002, 1, 1, tzinfo=UTC)  # nobody recorded plays before; a clock that was never set says 1970
RAW_CHARACTERS = 65_536
CUT = "not JSON: Input data was truncated"
VIDEO = "Streaming_History_Video_"  # nothing else says that rows are films: Spotify writes them like those of audio
UNTAKEN = (ValueError, msgspec.MsgspecError, RecursionError, Reject)
ENCODE = msgspec.json.Encoder().encode


def is_film(name: str, form: Format) -> bool:
    """Whether all rows of a file are films, as only its own name says, whatever the zip around it is called."""
    return form.source == spotify_extended.SOURCE and name.rpartition("/")[2].startswith(VIDEO)


def landed(stream: Begun, form: Format, reader: LineReader, summary: FileSummary) -> Iterator[bytes]:
    """The lines of a file, and one more if it ends in damage."""
    film = is_film(summary.name, form)
    rows = form.rows(stream.whole)
    number = yield from lines_of(rows, form.read, reader, summary, form.called, film=film)
    if stream.raw.damage:
        yield line_of_unread(summary, number + 1, stream.raw.damage)
    elif summary.last_bad == (number, CUT):  # the last row, of however many that were good
        summary.unread = Unread(f"it is cut off in row {number:,}", AGAIN)


def line_of_unread(summary: FileSummary, number: int, why: Unread) -> bytes:
    """The line that tells, among the rejects, of all there is from this row on, which was not read."""
    summary.unread = why
    return _rejected(summary, number, why.reason)


def lines_of(
    rows: Iterable[Row],
    read: Callable[[bytes], Play | None],
    reader: LineReader,
    summary: FileSummary,
    called: Mapping[str, str] = MappingProxyType({}),
    *,
    film: bool = False,
) -> Generator[bytes, None, int]:
    """The lines of numbered rows; returns the number of the last one.

    ``called`` has the names under which a bad row's owner knows the contract's fields.
    """
    number = 0
    for number, row in rows:
        try:
            play = read(row)
            if play is None:
                continue
            if film:
                raise NoPlay("video")  # noqa: TRY301 - a row like any other that is none
            line = ENCODE(play)
            record: Any = reader.read(line)[0]
            if record.playedAt < FIRST_PLAYS:
                raise Reject(f"lies before {FIRST_PLAYS.year}", "playedAt")
            summary.count_play(record.playedAt, (record.artistName,))
            yield line
        except NoPlay as none:
            summary.passed_over[none.kind] += 1
        except UNTAKEN as error:
            bad = _reject(error)
            yield _rejected(summary, number, bad.reason, called.get(bad.field or "", bad.field), row)
    return number


def _rejected(summary: FileSummary, number: int, reason: str, field: str | None = None, row: bytes = b"") -> bytes:
    """Count a bad row; its line for the rejects, without what is private."""
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
