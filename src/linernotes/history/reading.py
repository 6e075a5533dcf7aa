"""A recognised file as landed lines: its plays as the contract takes them, its bad rows as rejects, all counted."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from linernotes.contracts import Dataset
from linernotes.history import spotify_extended
from linernotes.history.formats import Format
from linernotes.history.json_rows import Row
from linernotes.history.play import NoPlay, Play
from linernotes.history.private import without_private
from linernotes.history.stream import Begun
from linernotes.rows import LineReader, Reject, reject_of

FIRST_PLAYS = datetime(2002, 1, 1, tzinfo=UTC)  # nobody recorded plays before; a clock that was never set says 1970
RAW_CHARACTERS = 65_536
VIDEO = "Streaming_History_Video_"  # nothing else says that rows are films: Spotify writes them like those of audio
UNTAKEN = (ValueError, msgspec.MsgspecError, RecursionError, Reject)
ENCODE = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Tally:
    """What was found in one file; ``reasons`` has for each how often, and the first row it holds for."""

    name: str
    title: str = ""
    source: str = ""
    plays: int = 0
    rejected: int = 0
    first: datetime | None = None
    last: datetime | None = None
    artists: set[str] = field(default_factory=set)
    passed_over: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, tuple[int, int]] = field(default_factory=dict)
    known: bool = False

    @property
    def rows(self) -> int:
        """All rows of it."""
        return self.plays + self.rejected + self.passed_over.total()

    @property
    def report(self) -> dict[str, Any]:
        """What people are shown of it."""
        passed = [f"{often:,} {kind}" for kind, often in self.passed_over.most_common()]
        why = [f"{often:,} {reason} (first in row {first:,})" for reason, (often, first) in self.reasons.items()]
        return {
            "file": self.name,
            "format": self.title or None,
            "from": self.first and self.first.date(),
            "to": self.last and self.last.date(),
            "plays": self.plays,
            "artists": len(self.artists),
            "passedOver": self.passed_over.total(),
            "rejected": self.rejected,
            "why": "; ".join(passed + why if self.title else self.reasons) or None,
        }

    def is_poor(self, tolerated: float) -> bool:
        """Whether a larger share than this of its rows is bad."""
        return self.rejected > tolerated * self.rows

    def count_play(self, at: datetime, artists: Iterable[str | None]) -> None:
        """One play more."""
        self.plays += 1
        self.first = at if self.first is None or at < self.first else self.first
        self.last = at if self.last is None or at > self.last else self.last
        self.artists.update(artist for artist in artists if artist)

    def count_reject(self, number: int, reason: str) -> None:
        """One bad row more; where in it the decoder stopped makes no other reason."""
        self.rejected += 1
        kind = reason.partition(" (byte ")[0]
        often, first = self.reasons.get(kind, (0, number))
        self.reasons[kind] = (often + 1, first)

    def reject(self, number: int, reason: str, field: str | None = None, row: bytes = b"") -> bytes:
        """Count a bad row; its line for the rejects, without what is private."""
        self.count_reject(number, f"{field}: {reason}" if field else reason)
        raw = without_private(row.decode("utf-8", "backslashreplace").replace("\0", "\ufffd"))[:RAW_CHARACTERS]
        mark = {"file": self.name, "line": number, "field": field, "reason": reason, "raw": raw}
        return ENCODE({"_reject": mark})


def is_film(name: str, form: Format) -> bool:
    """Whether all rows of a file are films, as only its own name says, whatever the zip around it is called."""
    return form.source == spotify_extended.SOURCE and name.rpartition("/")[2].startswith(VIDEO)


def landed(stream: Begun, form: Format, dataset: Dataset, tally: Tally) -> Iterator[bytes]:
    """The lines of a file, and one more if it ends in damage."""
    film = is_film(tally.name, form)
    number = yield from lines_of(form.rows(stream.whole), form.read, dataset, tally, film=film)
    if stream.raw.damage:
        yield tally.reject(number + 1, stream.raw.damage)


def lines_of(
    rows: Iterable[Row], read: Callable[[bytes], Play | None], dataset: Dataset, tally: Tally, *, film: bool = False
) -> Generator[bytes, None, int]:
    """The lines of numbered rows; returns the number of the last one."""
    reader, number = LineReader(dataset), 0
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
            tally.count_play(record.playedAt, (record.artistName,))
            yield line
        except NoPlay as none:
            tally.passed_over[none.kind] += 1
        except UNTAKEN as error:
            refused = _reject(error)
            yield tally.reject(number, refused.reason, refused.field, row)
    return number


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
