"""A command of ours as a process of its own, for flows and for jobs of the API."""

import subprocess
import sys
from collections.abc import Sequence
from typing import IO

from linernotes.config.settings import Settings
from linernotes.config.variables import STEP


def start_command(
    settings: Settings, words: Sequence[str], stdout: int | IO[str] | None = None, step: str = ""
) -> "subprocess.Popen[str]":
    """Start ``linernotes`` with these words in the same home and environment; its stderr is a pipe.

    ``step`` is the step of a flow that it belongs to, which the ledger keeps with its run.

    It has a process group of its own, so Ctrl-C in a terminal reaches only whoever started it, and the signal that is
    passed on is the first one: a second one would end the command before it has landed what it fetched.
    """
    environ = {**settings.environ, "LINERNOTES_HOME": str(settings.home), "LINERNOTES_ENV": settings.env, STEP: step}
    command = [sys.executable, "-m", "linernotes", *words]
    # The words are those of configs/flows, or ids whose letters were checked; no shell sees them.
    return subprocess.Popen(  # noqa: S603
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        process_group=0,
    )
