"""The ``linernotes`` command, and ``python -m linernotes``: run a command and report an error in one line."""

import errno
import sys
import threading

try:
    import click

    from linernotes.cli.app import cli
    from linernotes.core.clock import exit_now
    from linernotes.core.errors import LinernotesError
    from linernotes.core.text import printable
except KeyboardInterrupt:  # Ctrl-C while Python still reads the code
    sys.exit(130)


FULL_DISK = "free some disk space, then repeat the command: it goes on where this one ended"
OUT_OF_MEMORY = "out of memory; close other programs or import fewer files at once, then repeat the command"


def entry(arguments: list[str] | None = None) -> None:
    """Run the command line of this process, or these arguments, then exit."""
    try:
        code = main(arguments)
    except KeyboardInterrupt:
        code = 130
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    # A call that still hangs in a thread must not hold up a run that has landed everything it got.
    exit_now(code) if threading.active_count() > 1 else sys.exit(code)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; an error is printed as one line that says what to do next."""
    try:
        cli.main(arguments, prog_name="linernotes", standalone_mode=False)
    except LinernotesError as error:
        return _fail(error)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        return _report_usage(error)
    except (click.exceptions.Abort, KeyboardInterrupt):  # Ctrl-C in a command that has nothing to finish
        click.echo("linernotes: stopped", err=True)
        return 130
    except (OSError, MemoryError) as error:
        return _report_system(error)
    return 0


def _fail(error: LinernotesError) -> int:
    line = "; ".join(filter(None, (error.message, error.remedy)))
    click.echo(f"linernotes: {printable(' '.join(line.split()))}", err=True)
    return error.exit_code


def _report_system(error: OSError | MemoryError) -> int:
    if isinstance(error, MemoryError):
        click.echo(f"linernotes: {OUT_OF_MEMORY}", err=True)
        return 1
    if isinstance(error, BrokenPipeError):  # the reader of a pipe has seen enough
        return 141
    place = f"{error.filename}: " if error.filename else ""
    remedy = FULL_DISK if error.errno == errno.ENOSPC else "check the disk and its permissions"
    click.echo(f"linernotes: {printable(place)}{error.strerror or error}; {remedy}", err=True)
    return 1


def _report_usage(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "linernotes"
    message = printable(" ".join(error.format_message().split())).removesuffix(".")
    click.echo(f"linernotes: {message}{'' if message.endswith('?') else '.'} See: {command} --help", err=True)
    return error.exit_code


if __name__ == "__main__":
    entry()
