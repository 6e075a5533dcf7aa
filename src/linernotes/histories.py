"""Listening histories on their way in: looked into, landed in bounded parts, loaded, remembered by their content."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from linernotes.errors import BelowExpectations
from linernotes.history.container import HistoryFile, Unread, opened
from linernotes.history.formats import Format, is_recently_played, recognised
from linernotes.history.reading import is_film, landed, line_of_unread
from linernotes.history.stream import Begun, begun, content_hash
from linernotes.history.tally import Tally, in_all, trouble_with
from linernotes.house import House
from linernotes.imports import as_text, play_lines
from linernotes.land import Spool
from linernotes.pipeline import Walk, count_plays, import_lines, ingest_landing
from linernotes.screen import found_plays, some_files
from linernotes.values import Ingested, Json, LandedFile

PLAYS, FILES, RECENT = "plays/plays", "plays/imported_files", "spotify/recently_played"
PART_LINES = 100_000
BLOCK_LINES = 2_000
MEGABYTE = 1_000_000
KNOWN_FORMATS = "linernotes import plays --help names the histories it reads"
KNOWN = "select contentHash, bytes, readAs, plays, parts from {lake}.lake_plays__normalized_imported_files"
LOADED = "select substr(fileHash, 1, 16) as start from {lake}.lake_ops__loaded_files"


def look_into(house: House, paths: Sequence[str]) -> tuple[list[dict[str, Any]], BelowExpectations | None]:
    """What is in each file behind the paths and in all, and what an import would end with; nothing is written."""
    look = Look(house)
    look.into(paths)
    house.tell.say(*some_files("no plays in", look.others))
    return [*(tally.report for tally in look.tallies), in_all(look.tallies)], trouble_with(look.tallies)


def import_histories(walk: Walk, paths: Sequence[str]) -> Ingested:
    """Import every history behind the paths and say what was found in it; what became of its lines."""
    importing = Import(walk)
    importing.into(paths)
    found = [found_plays(tally.report) for tally in importing.tallies if not tally.known]
    known = [tally.name for tally in importing.tallies if tally.known]
    walk.house.tell.say(*found, *some_files("imported before:", known), *some_files("no plays in", importing.others))
    done = importing.finish()
    count_plays(walk)
    return done


class Meter:
    """A progress bar in MB, from its first byte on; it is also where an import can be stopped."""

    def __init__(self, house: House, files: Iterable[HistoryFile]) -> None:
        self._house, self._bytes, self._told = house, 0, 0
        self._total = max(1, sum(file.size or 0 for file in files if not file.refused) // MEGABYTE)
        self._step = house.tell.begin("reading plays, MB", self._total)

    def __call__(self, size: int) -> None:
        """So many bytes were read."""
        self._house.clock.check()
        self._bytes += size
        if more := self._bytes // MEGABYTE - self._told:
            self._house.tell.advance(self._step, more)
            self._told += more

    def fill(self) -> None:
        """All of them were, or need not be."""
        self._house.tell.advance(self._step, max(0, self._total - self._told))

    def end(self) -> None:
        """No more will be."""
        self._house.tell.end(self._step)


class Look:
    """Looks into files and counts; what it finds goes nowhere."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.dataset = house.dataset(PLAYS)
        self.tallies: list[Tally] = []
        self.others: list[str] = []

    def into(self, paths: Sequence[str]) -> None:
        """Every file behind the paths, one after the other.

        Raises:
            BelowExpectations: none of them is a listening history.
        """
        with opened(paths) as files:
            meter = Meter(self.house, files)
            try:
                for file in files:
                    self._file(file, meter)
                meter.fill()
            finally:
                meter.end()
        if not self.tallies:
            raise BelowExpectations(f"import {', '.join(paths)}: no listening history in it", KNOWN_FORMATS)

    def recent(self, _name: str, lines: Iterable[Json]) -> None:
        """Lines of Spotify's recently-played."""
        deque(lines, maxlen=0)

    def lines(self, lines: Iterator[bytes]) -> None:
        """Lines of any other history."""
        deque(lines, maxlen=0)

    def plays(self, file: HistoryFile, stream: Begun, form: Format, tally: Tally) -> None:
        """A file that is a history."""
        self.lines(landed(stream, form, self.dataset, tally))

    def reject(self, line: bytes) -> None:
        """What has to be said of a file that cannot be read, or not to its end."""

    def _file(self, file: HistoryFile, meter: Meter) -> None:
        tally = Tally(file.name)
        if file.refused:
            self._unread(tally, file.refused)
        else:
            with begun(file, meter) as stream:
                if form := recognised(stream.head):
                    tally.title = form.title
                    self.plays(file, stream, form, tally)
                elif is_recently_played(stream.head):
                    tally.title = "Spotify recently played"
                    self._recent(stream, tally)
                elif file.given or stream.raw.damage:
                    self._unread(tally, stream.raw.damage or _unknown(stream))
                else:
                    self.others.append(file.name)
                    return
        self.tallies.append(tally)

    def _recent(self, stream: Begun, tally: Tally) -> None:
        lines = play_lines(as_text(stream.whole), tally.name, self.house.dataset(RECENT))
        self.recent(tally.name, self._counted(lines, tally))
        if stream.raw.damage and not tally.unread:
            self._unread(tally, stream.raw.damage)

    def _counted(self, lines: Iterable[Json], tally: Tally) -> Iterator[Json]:
        """Lines of Spotify's recently-played, which have been checked already."""
        try:
            for line in lines:
                if mark := line.get("_reject"):
                    tally.count_reject(mark["line"], mark["reason"])
                else:
                    tally.count_play(datetime.fromisoformat(line["playedAt"]), {a["name"] for a in line["artists"]})
                yield line
        except BelowExpectations as broken:
            self._unread(tally, Unread(broken.message.partition(": ")[2], broken.remedy))

    def _unread(self, tally: Tally, why: Unread) -> None:
        """Nothing of its text is kept: it may be anything."""
        self.reject(line_of_unread(tally, tally.rows + 1, why))


class Import(Look):
    """Lands what it finds, loads it, and remembers which files were read to their end."""

    def __init__(self, walk: Walk) -> None:
        super().__init__(walk.house)
        self._walk = walk
        house = walk.house
        # In scratch: a part that a crash cut off would be salvaged from the spool, and be read again from its file.
        self._spool = Spool(house.lake, house.scratch, self.dataset, walk.run, house.clock, PART_LINES)
        self._known = {(row["readAs"], row["contentHash"]): row for row in _imported(house)}
        self._sizes = {row["bytes"] for row in self._known.values()}
        self._again = 0
        self._parts: list[LandedFile] = []
        self._read: list[tuple[Json, int, int]] = []
        self._rejects: list[bytes] = []

    def finish(self) -> Ingested:
        """Load what was landed and book the files; what became of the lines, those known from before included."""
        walk = self._walk
        self._sealed(self._spool.seal())
        if self._rejects:  # in a part of their own, which is the same part next time
            self._spool.block(self._rejects)
            self._spool.seal()
        ingest_landing(walk)
        # A part may hold several files, and half of one: it is the file that is as poor as it is.
        others = [name for name in walk.ingested.poor_files if not name.startswith("plays/")]
        walk.ingested = replace(walk.ingested, poor_files=tuple(others))
        walk.trouble = trouble_with(self.tallies)
        done = walk.brought + Ingested(landed=self._again, known=self._again)
        self._remember()
        return done

    def reject(self, line: bytes) -> None:
        """Told among the rejects."""
        self._rejects.append(line)

    def recent(self, name: str, lines: Iterable[Json]) -> None:
        """Into the dataset they have of their own."""
        import_lines(self._walk, RECENT, name, lines)

    def lines(self, lines: Iterator[bytes]) -> None:
        """Into the spool, block by block."""
        while block := list(islice(lines, BLOCK_LINES)):
            self._sealed(self._spool.block(block))

    def plays(self, file: HistoryFile, stream: Begun, form: Format, tally: Tally) -> None:
        """Unless its content was imported before."""
        read_as = f"{form.source}/{self.dataset.version}" + ("/video" if is_film(tally.name, form) else "")
        if file.size in self._sizes:
            if row := self._known.get((read_as, content_hash(stream))):
                tally.known = True
                self._again += row["plays"]
            else:
                with begun(file, lambda _size: self.house.clock.check()) as anew:
                    self._new(anew, form, tally, read_as)
        else:
            self._new(stream, form, tally, read_as)

    def _new(self, stream: Begun, form: Format, tally: Tally, read_as: str) -> None:
        begins = len(self._parts)
        self.lines(landed(stream, form, self.dataset, tally))
        self._read.append((_booked(stream, tally, read_as), begins, len(self._parts)))

    def _sealed(self, part: LandedFile | None) -> None:
        if part:
            self._parts.append(part)

    def _remember(self) -> None:
        """After its rows are loaded: a crash before it costs a second reading and nothing else."""
        house, walk = self.house, self._walk
        spool = Spool(house.lake, house.settings.spool, house.dataset(FILES), walk.run, house.clock, part_lines=None)
        for row, first, last in self._read:
            spool.line({**row, "parts": [_hash_of(part) for part in self._parts[first : last + 1]]})
        spool.seal()
        ingest_landing(walk)


def _imported(house: House) -> Iterator[dict[str, Any]]:
    """The files that were imported whole, as far as the warehouse still holds all that came of them."""
    loaded = {row["start"] for row in house.warehouse.rows(LOADED)}
    return (row for row in house.warehouse.rows(KNOWN) if set(row["parts"]) <= loaded)


def _booked(stream: Begun, tally: Tally, read_as: str) -> Json:
    return {
        "contentHash": stream.raw.sha256,
        "bytes": stream.raw.size,
        "readAs": read_as,
        "plays": tally.plays,
        "rejected": tally.rejected,
        "passedOver": tally.passed_over.total(),
        "firstPlayedAt": tally.first,
        "lastPlayedAt": tally.last,
    }


def _unknown(stream: Begun) -> Unread:
    return Unread("no listening history we know" if stream.head.strip() else "it is empty", KNOWN_FORMATS)


def _hash_of(part: LandedFile) -> str:
    return part.name.split("_")[1].rpartition("-")[2]
