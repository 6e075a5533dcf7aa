"""Tables and progress in the terminal. Reports go to stdout, everything else to stderr."""

import json
import os
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import PurePosixPath
from threading import Lock
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from linernotes.core.text import CONTROLS, many, on_one_line, printable, said_once, short_name
from linernotes.reports.csv_text import csv_lines, csv_of, json_value, plain, tsv_lines
from linernotes.reports.rows import Record, Records
from linernotes.storage.ports import Answer

OLDER = re.compile(r"[\d,]+ older \w+ not included; to fetch them: [^;]*")
LONGEST_WORD = 24
WIDTH_ELSEWHERE = 120
SUFFIX = re.compile(r"\.(?:csv|gz|jsonl?|log|ndjson|parquet|tsv|txt|xlsx|xml|zip)$", re.IGNORECASE)
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


class ConsoleProgress:
    """Progress on stderr: a bar on a terminal, lines elsewhere."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._progress: Progress | None = None
        self._steps: set[TaskID] = set()
        self._changing = Lock()  # several providers start and end steps at the same time

    def say(self, *lines: str) -> None:
        """Print lines about what has happened."""
        for line in lines:
            self._console.print(printable(line), soft_wrap=True, markup=False)

    def begin(self, text: str, total: int) -> int:
        """Start a step of ``total`` items and return its number; several steps may run at once."""
        with self._changing:
            if self._progress is None:
                self._progress = Progress(*_columns(), console=self._console)
                self._progress.start()
            step = self._progress.add_task(text, total=total)
            self._steps.add(step)
            return step

    def advance(self, step: int, number: int) -> None:
        """Add ``number`` finished items to a step."""
        if self._progress:
            self._progress.advance(TaskID(step), number)

    def end(self, step: int) -> None:
        """End a step; the bars stay on the screen after the last one."""
        with self._changing:
            self._steps.discard(TaskID(step))
            if self._progress and not self._steps:
                self._progress.stop()
                self._progress = None


def _columns() -> list[ProgressColumn]:
    text = TextColumn("{task.description}", markup=False)
    return [SpinnerColumn(), text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]


def echo(text: str, *, err: bool = False) -> None:
    """Print a line in which a name may stand."""
    click.echo(printable(text), err=err)


def json_text(value: object) -> str:
    """A value as JSON, in which every control character is escaped: JSON itself does so with the first 32 only."""
    text = json.dumps(value, default=plain, ensure_ascii=False, indent=2)
    return CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def is_terminal() -> bool:
    """Whether a person reads stdout, and not a file or a program."""
    return sys.stdout.isatty()


def show(rows: Records, form: str, title: str = "", hidden: Collection[str] = ()) -> None:
    """Print a report on stdout as a table, as JSON or as CSV; where no person reads it, a table is tab-separated.

    The ``hidden`` columns do not fit a terminal; programs get all.
    """
    if form == "json":
        click.echo(json_text(list(rows)))
    elif form == "csv":
        click.echo(csv_of(rows), nl=False)
    elif is_terminal():
        show_table(rows, title, hidden)
    elif rows:
        click.echo(tsv_lines(list(rows[0]), ([*row.values()] for row in rows)), nl=False)
    else:
        echo(f"{title or 'result'}: none", err=True)


def show_table(rows: Records, title: str, hidden: Collection[str] = ()) -> None:
    """Print a table as people read it, wherever it goes: as wide as the terminal, and wider in a file."""
    width = None if is_terminal() or "COLUMNS" in os.environ else WIDTH_ELSEWHERE
    console = Console(highlight=False, width=width)
    seen = [{name: value for name, value in row.items() if name not in hidden} for row in rows]
    console.print(_table(seen, title, console.width))


def columns_with_room(rows: Records, shown: Sequence[str], further: Sequence[str]) -> list[str]:
    """As many of the ``further`` columns as fit the terminal beside those ``shown``, of which long texts may wrap."""
    room, fit = Console(highlight=False).width - sum(_room_of(rows, name) for name in shown), list[str]()
    for name in further:
        room -= _room_of(rows, name)
        if room < 0:
            break
        fit.append(name)
    return fit


def _room_of(rows: Records, name: str) -> int:
    return 2 + min(LONGEST_WORD, max(cell_len(text) for text in (_heading(name), *(_cell(row[name]) for row in rows))))


def show_answer(answer: Answer, form: str) -> None:
    """Print the answer to a query on stdout; numbers are written without separators, for some are years."""
    if form == "json":
        records = [{name: json_value(value) for name, value in row.items()} for row in answer.records]
        click.echo(json_text(records))
    elif form == "csv":
        click.echo(csv_lines(answer.columns, answer.rows), nl=False)
    elif not is_terminal():
        click.echo(tsv_lines(answer.columns, answer.rows), nl=False)
    else:
        table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        for number, name in enumerate(answer.columns):
            right = bool(answer.rows) and isinstance(answer.rows[0][number], int | float | Decimal)
            table.add_column(_literal(name), justify="right" if right else "left", overflow="fold")
        for row in answer.rows:
            table.add_row(*("-" if value is None else _literal(plain(value)) for value in row))
        Console(highlight=False).print(table)
        click.echo(many(len(answer.rows), "row"))


def show_each(rows: Records, form: str, title: str) -> None:
    """Print a report of few rows with long values: a block per row instead of a table, otherwise like ``show``."""
    if form != "table" or not is_terminal():
        show(rows, form, title)
        return
    console = Console(highlight=False)
    console.print(_literal(title))
    for row in rows:
        block = Table.grid(padding=(0, 2, 0, 0))
        for name, value in row.items():
            block.add_row(_literal(f"  {_heading(name)}"), _literal(_cell(value)))
        console.print("", block)


def show_plan(rows: Sequence[Mapping[str, Any]], form: str) -> None:
    """Print a plan; as a table with the mode above it and the notes below it, or as one line if nothing is due."""
    if form != "table":
        show(rows, form)
        return
    if not any(row["items"] for row in rows):
        older = [found[0] for row in rows if (found := OLDER.search(row["note"]))]
        echo("; ".join([f"plan: nothing is due ({rows[0]['mode']})", *older[:1]]))
        return
    apart = ("mode", "note")
    columns = [{name: value for name, value in row.items() if name not in apart} for row in rows]
    show(columns, form, f"plan: {rows[0]['mode']}")
    _show_below(said_once((row["provider"], row["note"]) for row in rows))


def show_object(value: Record) -> None:
    """Print one record on stdout, as JSON."""
    click.echo(json_text(value))


def show_found(rows: Sequence[Mapping[str, Any]], form: str) -> None:
    """Print the contents of history files; as a table with the formats above it and skipped rows and files below it."""
    if form != "table":
        show(rows, form)
        return
    formats = ", ".join(sorted({row["format"] for row in rows if row["format"]})) or "no listening history"
    show(list(map(_found_row, rows)), form, f"contents: {formats}")
    _show_below([f"{short_name(row['file'])}: skipped: {row['why']}" for row in rows if row["why"]])


def _show_below(notes: Sequence[str]) -> None:
    """Print notes below a table; where a program reads the table, on stderr."""
    for note in notes:
        echo(note, err=not is_terminal())


def _found_row(row: Mapping[str, Any]) -> Record:
    """The row with its file name shortened to fit a terminal: Spotify's names have 35 letters."""
    return {
        "file": SUFFIX.sub("", PurePosixPath(row["file"]).name),  # what follows the dot of a table is its name
        "from": row["from"] and f"{row['from']:%Y-%m}",
        "to": row["to"] and f"{row['to']:%Y-%m}",
        "plays": row["plays"],
        "artists": row["artists"],
        "dropped": row["passedOver"] + row["rejected"],
    }


def _table(rows: Records, title: str, width: int) -> Table | Text:
    if not rows:
        return Text(f"{printable(title)}: none" if title else "none")
    heading_of_all = _literal(title) if title else None
    table = Table(title=heading_of_all, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    lines = [list(map(_heading, rows[0])), *([_cell(value) for value in row.values()] for row in rows)]
    widths = _widths(list(zip(*lines, strict=True)), width - 2 * len(rows[0]))
    for heading, room, value in zip(lines[0], widths, rows[0].values(), strict=True):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        table.add_column(_literal(heading), justify="right" if number else "left", overflow="fold", width=room)
    for line in lines[1:]:
        table.add_row(*map(_literal, line))
    return table


def _literal(text: str) -> Text:
    """Text as it is: brackets in a name are no markup, and control characters do not reach the terminal."""
    return Text(on_one_line(text) if "\n" not in text else printable(text))


def _widths(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """The column widths; a narrow terminal wraps headings, then the widest column, within words only if needed."""
    words = [max(cell_len(word) for text in column for word in text.split() or [""]) for column in columns]
    widths = [max(map(cell_len, column)) for column in columns]
    if sum(widths) > room:
        widths = [max(word, *map(cell_len, values)) for word, (_, *values) in zip(words, columns, strict=True)]
    while sum(widths) > max(room, len(widths)):
        wrapping = [n for n, width in enumerate(widths) if width > min(words[n], LONGEST_WORD)] or range(len(widths))
        widths[max(wrapping, key=widths.__getitem__)] -= 1
    return widths


def _heading(name: str) -> str:
    """The column name in words, ``follower count`` for ``followerCount``: words can wrap, a name cannot."""
    return HUMP.sub(" ", name).lower()


def _cell(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool() | str():
            return str(value)
        case int():
            return f"{value:,}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)
