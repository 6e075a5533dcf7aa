"""An export as a table: its rows, whatever its encoding, separator, line ends and titles above the heading."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice

from linernotes.config.drops import Drop
from linernotes.core.errors import BelowExpectations, ConfigurationError
from linernotes.sources.archives import HistoryFile, Unread
from linernotes.sources.csv_rows import cells, records
from linernotes.sources.drops.headings import Known, known_table, refusal
from linernotes.sources.streams import HistoryStream, open_stream

SEPARATORS = (",", ";", "\t", "|")
HIGHEST_HEADING = 20  # rows
MOST_ROWS = 5_000_000

Row = tuple[int, str, list[str] | None]  # line from 1, its text, its cells; None where quotation marks are wrong


@dataclass(frozen=True, slots=True)
class Export:
    """A file that is known: the line of its heading, what separates its cells, and the hash of its bytes."""

    known: Known
    heading: int
    separator: str
    digest: str


def look_into(
    file: HistoryFile, drops: Sequence[Drop], evidence: Callable[[Known, Iterator[list[str]]], None]
) -> Export:
    """What a file is; ``evidence`` gets all of its rows of cells once, to find out how they are written.

    Raises:
        ConfigurationError: no export has these headings, or several have.
        BelowExpectations: it is empty or damaged.
    """
    with open_stream(file) as stream:
        lines = _lines(stream)
        top = list(islice(lines, HIGHEST_HEADING))
        found = _heading(top, drops, file.name)
        known, number, separator = found
        below = [line for line in top if line[0] > number]
        rows = _rows(_chained(below, lines), separator)
        evidence(known, (row for _, _, row in rows if row))
        for _ in lines:
            pass
        _expect_whole(file.name, stream.raw.damage)
        return Export(known, number, separator, stream.raw.sha256)


def rows_of(file: HistoryFile, export: Export) -> Iterator[Row]:
    """The rows below the heading that are not blank.

    Raises:
        BelowExpectations: there are too many.
    """
    with open_stream(file) as stream:
        lines = (line for line in _lines(stream) if line[0] > export.heading)
        for count, row in enumerate(_rows(lines, export.separator)):
            if count >= MOST_ROWS:
                raise BelowExpectations(f"import {file.name}: more than {MOST_ROWS:,} rows", "split the file by month")
            yield row


def _lines(stream: HistoryStream) -> Iterator[tuple[int, str]]:
    """The lines, whether they end as on Windows, on Linux or on an old Mac."""
    text = TextIOWrapper(stream.whole, encoding="utf-8", errors="replace", newline=None)
    for number, line in enumerate(text, 1):
        yield number, line.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _heading(top: list[tuple[int, str]], drops: Sequence[Drop], name: str) -> tuple[Known, int, str]:
    if not any(line.strip() for _, line in top):
        raise BelowExpectations(f"import {name}: the file is empty", "use a file with at least one row")
    tried: list[list[str]] = []
    for number, line in top:
        found: list[tuple[Known, str]] = []
        for separator in SEPARATORS:
            row = _cut(line, separator)
            tried.append(row)
            found += [(known, separator) for known in known_table(drops, row)]
        most = max((len(known.drop.required) for known, _ in found), default=0)
        best = [one for one in found if len(one[0].drop.required) == most]
        if len({known.drop.drop for known, _ in best}) > 1:
            titles = " or ".join(known.drop.title for known, _ in best)
            remedy = "export it with more columns, so that one of them fits better"
            raise ConfigurationError(f"import {name}: may be {titles}", remedy)
        if best:
            known, separator = best[0]
            return known, number, separator
    raise refusal(drops, tried, name)


def _rows(lines: Iterable[tuple[int, str]], separator: str) -> Iterator[Row]:
    for number, text in records(iter(lines), separator, quoted=True):
        row = cells(text, separator, quoted=True)
        if row is None or "".join(row).strip():
            yield number, text, row


def _cut(line: str, separator: str) -> list[str]:
    return [cell.strip() for cell in cells(line, separator, quoted=True) or line.split(separator)]


def _chained(first: list[tuple[int, str]], rest: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield from first
    yield from rest


def _expect_whole(name: str, damage: Unread | None) -> None:
    if damage:
        raise BelowExpectations(f"import {name}: {damage.reason}", damage.remedy)
