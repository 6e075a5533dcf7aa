"""Tables of plays in every dialect that spreadsheets and exporters write, with and without headings."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO

from linernotes.sources.csv_rows import cells, records
from linernotes.sources.histories.columns import is_heading, plain
from linernotes.sources.histories.layouts import layout_of
from linernotes.sources.json_rows import Row

DELIMITERS = ("\t", ";", ",", "|")
SEPARATOR = "sep="  # Excel's own first line
FIRST_LINES = 40  # within which headings are looked for: some exporters write about themselves first
SAMPLE = 200
MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Table:
    """A table's dialect and its columns in plain names; ``begins`` is the number of the line before the first row."""

    delimiter: str
    quoted: bool
    columns: tuple[str, ...]
    begins: int
    sample: tuple[tuple[str, ...], ...]
    has_heading: bool

    def cells(self, record: str) -> list[str]:
        """The cells of a record.

        Raises:
            ValueError: its quotation marks are wrong.
        """
        found = cells(record.removeprefix(MARK), self.delimiter, quoted=self.quoted)
        if found and not self.quoted and self.columns and len(found) > len(self.columns):
            found = cells(record.removeprefix(MARK), self.delimiter, quoted=True) or found  # a tab within a name
        if found is None:
            raise ValueError("unbalanced quotation marks, or a field that is too long")
        return found

    def rows(self, source: IO[bytes]) -> Iterator[Row]:
        """The records of a file, numbered by their lines."""
        text = TextIOWrapper(source, "utf-8", errors="surrogateescape", newline="")
        lines = ((number, line.replace("\0", "\ufffd")) for number, line in enumerate(text, 1) if number > self.begins)
        for number, record in records(lines, self.delimiter, quoted=self.quoted):
            if record.strip(" \t,;|" + MARK):
                yield number, record.encode("utf-8", "surrogateescape")


def table_of(text: str) -> Table | None:
    """The table that begins like this; None if it is none, or one of neither known headings nor a known layout."""
    lines = list(enumerate(text.splitlines()[:SAMPLE], 1))
    lines = lines[:-1] if len(lines) > 1 and not text.endswith(("\n", "\r")) and len(text) > 1 << 15 else lines
    lines = [(number, line.removeprefix(MARK)) for number, line in lines if line.strip(MARK + " \t")]
    first = lines[0][1].strip('"') if lines else ""
    wanted = first[len(SEPARATOR) :][:1] if first.casefold().startswith(SEPARATOR) else ""
    delimiters = (wanted,) if wanted and wanted in ",;\t|" else DELIMITERS
    lines = lines[1:] if wanted else lines
    return _with_heading(lines, delimiters) or _without_heading(lines, delimiters)


def heading_of(text: str) -> tuple[str, ...]:
    """The plain names in the first line of a table of anything, for messages about it; empty without a delimiter."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    best = max(((cells(first, delimiter) or []) for delimiter in DELIMITERS), key=len)
    return tuple(map(plain, best)) if len(best) > 1 else ()


def _with_heading(lines: list[tuple[int, str]], delimiters: tuple[str, ...]) -> Table | None:
    for place, (number, line) in enumerate(lines[:FIRST_LINES]):
        for delimiter in delimiters:
            names = cells(line, delimiter, quoted=True) or []
            if is_heading(names):
                rest = [line for _, line in lines[place + 1 :]]
                quoted = delimiter != "\t" or _quotes(rest, heading=line)
                sample = _sample(rest, delimiter, quoted=quoted)
                return Table(delimiter, quoted, tuple(map(plain, names)), number, sample, has_heading=True)
    return None


def _without_heading(lines: list[tuple[int, str]], delimiters: tuple[str, ...]) -> Table | None:
    begins = next((number for number, line in lines if not line.startswith("#")), 1) - 1
    rows = [line for number, line in lines if number > begins]
    for delimiter in delimiters:
        quoted = delimiter != "\t" or _quotes(rows)
        sample = _sample(rows, delimiter, quoted=quoted)
        if columns := layout_of(sample, all_quoted=all(line.startswith('"') for line in rows)):
            return Table(delimiter, quoted, columns, begins, sample, has_heading=False)
    return None


def _sample(lines: list[str], delimiter: str, *, quoted: bool) -> tuple[tuple[str, ...], ...]:
    whole = records(((number, f"{line}\n") for number, line in enumerate(lines)), delimiter, quoted=quoted)
    found = (cells(record, delimiter, quoted=quoted) for _, record in whole)
    return tuple(tuple(map(str.strip, row)) for row in found if row)


def _quotes(lines: list[str], heading: str = "") -> bool:
    """Whether quotation marks enclose the cells of a table with tabs: most programs write them as they are."""
    if heading.startswith('"') and heading.rstrip().endswith('"'):
        return True
    rows = [line.split("\t") for line in lines]
    enclosed = [cell for row in rows for cell in row if len(cell) > 1 and cell[0] == cell[-1] == '"']
    return bool(enclosed) and any('""' in cell[1:-1] for cell in enclosed)
