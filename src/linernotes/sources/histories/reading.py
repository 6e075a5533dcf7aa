"""A history as landed lines: its plays in the contract's form, its bad rows as rejects, all counted."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec

from linernotes.landing.lines import LineReader, Reject, reject_of
from linernotes.sources.archives import AGAIN, Unread
from linernotes.sources.encodings import WINDOWS
from linernotes.sources.histories.formats import Format, Head, ReadOptions, spotify_extended
from linernotes.sources.histories.formats.base import NO_NAMES, Reader
from linernotes.sources.histories.play import NotAPlay, Play, UnreadableFile
from linernotes.sources.histories.summary import FileSummary
from linernotes.sources.instants import UNKNOWN
from linernotes.sources.json_rows import Row
from linernotes.sources.local_times import LocalTimes
from linernotes.sources.privacy import accounts_in, without_accounts, without_named_account
from linernotes.sources.streams import HistoryStream

FIRST_PLAYS = datetime(2002, 1, 1, tzinfo=UTC)  # nobody recorded plays earlier; an unset clock says 1970
NO_CLOCK = datetime(1970, 1, 2, tzinfo=UTC)  # a player without a clock: its owner cannot do anything about it
RAW_CHARACTERS = 65_536
CUT = "not JSON: Input data was truncated"
VIDEOS = ("Streaming_History_Video_", "endvideo")  # nothing else marks the rows as films: they look like those of audio
ROW_ERRORS = (ValueError, msgspec.MsgspecError, RecursionError, Reject)
ENCODE = msgspec.json.Encoder().encode
UNDATED = "Invalid RFC3339"  # the validator's words for a date that is none
NOT_UTF_8 = "not UTF-8: save the file as UTF-8"
AS_WINDOWS = "read as Windows-1252, since it is not UTF-8; if names look wrong, save it as UTF-8"


def is_film(name: str, form: Format) -> bool:
    """Whether all rows of a file are films, which only its own name shows, whatever the zip around it is called."""
    return form.source == spotify_extended.SOURCE and name.rpartition("/")[2].startswith(VIDEOS)


def history_lines(
    stream: HistoryStream, form: Format, reader: LineReader, summary: FileSummary, options: ReadOptions | None = None
) -> Iterator[bytes]:
    """The lines of a file, and a reject if it ends in damage or cannot be read at all."""
    head = Head(stream.text, summary.name)
    summary.accounts = accounts_in(head.text)
    options = options or ReadOptions()
    opened = form.open(head, options)
    if options.rereads:
        opened = replace(opened, read=partial(_read_again, opened.read, options.rereads))
    number = 0
    try:
        number = yield from lines_from_rows(
            opened.rows(stream.whole), opened, reader, summary, form.original_names, film=is_film(summary.name, form)
        )
    except UnreadableFile as broken:
        yield unread_line(summary, summary.rows + 1, broken.why)
    if stream.raw.damage:
        yield unread_line(summary, number + 1, stream.raw.damage)
    elif summary.last_bad == (number, CUT):  # in the last row, after any number of good ones
        summary.unread = Unread(f"truncated at row {number:,}", AGAIN)
    times = opened.times or LocalTimes(options.zone, options.day_first)
    summary.notes += times.notes() + ([AS_WINDOWS] if stream.raw.encoding == WINDOWS else [])


def unread_line(summary: FileSummary, number: int, why: Unread) -> bytes:
    """A reject for everything from this row on, which could not be read."""
    summary.unread = why
    return _reject_line(summary, number, Reject(why.reason))


def lines_from_rows(
    rows: Iterable[Row],
    opened: Reader,
    reader: LineReader,
    summary: FileSummary,
    original_names: Mapping[str, str] = NO_NAMES,
    *,
    film: bool = False,
) -> Generator[bytes, None, int]:
    """The lines of numbered rows; returns the number of the last one.

    ``original_names`` maps the contract's fields to the format's own names, for the reasons of bad rows.
    """
    number, read = 0, opened.read
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
                summary.without_clock += record.playedAt < NO_CLOCK
                raise Reject(f"is before {FIRST_PLAYS.year}", "playedAt")
            summary.count_play(record.playedAt, (record.artistName,))
            yield line
        except NotAPlay as none:
            summary.passed_over[none.kind] += 1
        except ROW_ERRORS as error:
            bad = _reject(error)
            bad.field = original_names.get(bad.field or "", bad.field)
            yield _reject_line(summary, number, bad, opened.shown(row))
    return number


def _read_again(read: Callable[[bytes], Play | None], rereads: int, row: bytes) -> Play | None:
    play = read(row)
    if play is not None:
        play.rereads = rereads
    return play


def _reject_line(summary: FileSummary, number: int, bad: Reject, shown: str = "") -> bytes:
    """Count a bad row and return its reject, without private fields and names of accounts."""
    summary.count_reject(number, f"{bad.field}: {bad.reason}" if bad.field else bad.reason)
    raw = without_accounts(shown.replace("\0", "\ufffd"), summary.accounts)[:RAW_CHARACTERS]
    file = without_accounts(without_named_account(summary.name), summary.accounts)
    return ENCODE({"_reject": {"file": file, "line": number, "field": bad.field, "reason": bad.reason, "raw": raw}})


def _reject(error: Exception) -> Reject:
    match error:
        case Reject(reason=reason) if reason.startswith(UNDATED):
            return Reject(UNKNOWN, error.field)
        case Reject():
            return error
        case msgspec.ValidationError():
            return reject_of(error)
        case UnicodeError():
            return Reject(NOT_UTF_8)
        case msgspec.DecodeError() | RecursionError():
            return Reject(f"not JSON: {error}")
    return Reject(str(error))
