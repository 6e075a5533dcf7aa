"""The command ``sql``: queries that only read, from an argument, from a file or typed one after another."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linernotes.cli.options import command_workspace, environment_options, format_option
from linernotes.core.errors import LinernotesError

if TYPE_CHECKING:
    from linernotes.storage.workspace import Workspace

SHOWN = 1_000  # rows on a screen; files and programs get all
HISTORY_LINES = 1_000
WELCOME = "linernotes sql: queries end with ; and only read; .help lists commands, .quit or Ctrl-D leaves"
QUIT = (".quit", ".exit", "quit", "exit")
# Text in quotes and comments, in which a semicolon ends nothing; what is still open, an end, and anything else.
TOKEN = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|(?P<open>['"]|/\*)|(?P<end>;)|[^'";/-]+|.""", re.DOTALL
)


@click.command(name="sql")
@click.argument("query", required=False)
@format_option
@environment_options
def sql(query: str | None, form: str) -> None:
    """Query the tables.

    Without QUERY, queries are read from the keyboard, or from standard input if it is a file. They can only read, and
    they reach no files. Tables are found by name: select * from hub_music__svc_dim_artists. In place of QUERY, .tables
    lists the tables, and ".schema TABLE" the columns of one.
    """
    with command_workspace() as workspace:
        if query is not None:
            _answer(workspace, query, form)
        elif sys.stdin.isatty():
            _converse(workspace, form)
        else:
            ended, rest = statements(sys.stdin.read())
            for each in filter(str.strip, [*ended, rest]):
                _answer(workspace, each, form)


def statements(text: str) -> tuple[list[str], str]:
    """The statements that a semicolon ends, and what is left."""
    ended, start = list[str](), 0
    for token in TOKEN.finditer(text):
        if token["open"]:
            break
        if token["end"]:
            ended.append(text[start : token.end()])
            start = token.end()
    return ended, text[start:]


def _converse(workspace: "Workspace", form: str) -> None:
    """Answer what is typed until the end; an error ends a query and nothing else."""
    from linernotes.cli.console import echo
    from linernotes.runs.reading import open_for_reading

    with open_for_reading(workspace):  # a home without tables is no place to type queries
        click.echo(WELCOME, err=True)
    with _line_history(workspace.settings.home / "sql_history"):
        for query in _typed():
            try:
                _answer(workspace, query, form)
            except LinernotesError as error:
                echo("; ".join(filter(None, (error.message, error.remedy))), err=True)
            except KeyboardInterrupt:
                click.echo("interrupted", err=True)


def _typed() -> Iterator[str]:
    """The queries as they are typed, over several lines if need be; Ctrl-C drops the one that is begun."""
    begun = ""
    while True:
        try:
            line = input("...> " if begun.strip() else "sql> ")
        except EOFError:
            click.echo()
            return
        except KeyboardInterrupt:
            click.echo()
            begun = ""
            continue
        word = line.strip().rstrip(";")
        if not begun.strip() and word in QUIT:
            return
        if not begun.strip() and word.startswith("."):
            yield word
            continue
        ended, begun = statements(f"{begun}\n{line}")
        yield from (each.strip() for each in ended if each.strip("; \n"))


@contextmanager
def _line_history(path: Path) -> Iterator[None]:
    """Keep what was typed for the next time, where the terminal can edit lines and the home can be written."""
    try:
        import readline
    except ImportError:
        yield
        return
    readline.set_history_length(HISTORY_LINES)
    with suppress(OSError):
        readline.read_history_file(path)
    try:
        yield
    finally:
        with suppress(OSError):
            readline.write_history_file(path)


def _answer(workspace: "Workspace", query: str, form: str) -> None:
    from linernotes.cli.console import is_terminal, show_answer
    from linernotes.runs.queries import COMMANDS, ask

    if query.strip() == ".help":
        click.echo("\n".join(f"{command:16}{help_text}" for command, help_text in COMMANDS.items()))
        return
    most = SHOWN if form == "table" and is_terminal() else None
    answer = ask(workspace, query, most=most)
    show_answer(answer, form)
    if answer.more:
        click.echo(f"the first {SHOWN:,} rows; add a limit, or write all to a file with --format csv", err=True)
