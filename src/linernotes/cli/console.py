"""Tables and progress in the terminal. Reports go to stdout, everything else to stderr."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
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

from linernotes.core.text import said_once, short_name
from linernotes.reports.csv_text import csv_of, plain
from linernotes.reports.rows import Record, Records

LONGEST_WORD = 24
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
            self._console.print(line, soft_wrap=True, markup=False)

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
    text = TextColumn("{task.description}")
    return [SpinnerColumn(), text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]


def show(rows: Records, form: str, title: str = "") -> None:
    """Print a report on stdout as a table, as JSON or as CSV."""
    if form == "json":
        click.echo(json.dumps(list(rows), default=plain, ensure_ascii=False, indent=2))
    elif form == "csv":
        click.echo(csv_of(rows), nl=False)
    else:
        console = Console(highlight=False)
        console.print(_table(rows, title, console.width))


def show_each(rows: Records, form: str, title: str) -> None:
    """Print a report of few rows with long values: a block per row instead of a table, otherwise like ``show``."""
    if form != "table":
        show(rows, form, title)
        return
    console = Console(highlight=False)
    console.print(title, markup=False)
    for row in rows:
        block = Table.grid(padding=(0, 2, 0, 0))
        for name, value in row.items():
            block.add_row(f"  {_heading(name)}", _cell(value))
        console.print("", block)


def show_plan(rows: Sequence[Mapping[str, Any]], form: str) -> None:
    """Print a plan; as a table with the mode above it and the notes below it, one per line."""
    if form != "table":
        show(rows, form)
        return
    apart = ("mode", "note")
    columns = [{name: value for name, value in row.items() if name not in apart} for row in rows]
    show(columns, form, f"plan: {rows[0]['mode']}")
    for line in said_once((row["provider"], row["note"]) for row in rows):
        click.echo(line)


def show_object(value: Record) -> None:
    """Print one record on stdout, as JSON."""
    click.echo(json.dumps(value, default=plain, ensure_ascii=False, indent=2))


def show_found(rows: Sequence[Mapping[str, Any]], form: str) -> None:
    """Print the contents of history files; as a table with the formats above it and skipped rows and files below it."""
    if form != "table":
        show(rows, form)
        return
    formats = ", ".join(sorted({row["format"] for row in rows if row["format"]})) or "no listening history"
    show(list(map(_found_row, rows)), form, f"contents: {formats}")
    for row in rows:
        if row["why"]:
            click.echo(f"{short_name(row['file'])}: skipped: {row['why']}")


def _found_row(row: Mapping[str, Any]) -> Record:
    """The row with its file name shortened to fit a terminal: Spotify's names have 35 letters."""
    return {
        "file": PurePosixPath(row["file"]).stem,
        "from": row["from"] and f"{row['from']:%Y-%m}",
        "to": row["to"] and f"{row['to']:%Y-%m}",
        "plays": row["plays"],
        "artists": row["artists"],
        "dropped": row["passedOver"] + row["rejected"],
    }


def _table(rows: Records, title: str, width: int) -> Table | str:
    if not rows:
        return f"{title}: none" if title else "none"
    table = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    lines = [list(map(_heading, rows[0])), *([_cell(value) for value in row.values()] for row in rows)]
    widths = _widths(list(zip(*lines, strict=True)), width - 2 * len(rows[0]))
    for heading, room, value in zip(lines[0], widths, rows[0].values(), strict=True):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        table.add_column(heading, justify="right" if number else "left", overflow="fold", width=room)
    for line in lines[1:]:
        table.add_row(*line)
    return table


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
            return str(value).replace("[", "\\[")
        case int():
            return f"{value:,}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case list():
            return ", ".join(map(str, value)).replace("[", "\\[")
        case _:
            return str(value)
