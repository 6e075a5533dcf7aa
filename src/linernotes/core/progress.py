"""The progress of a run, for a screen or the log."""

import logging
from typing import Protocol

log = logging.getLogger(__name__)


class Progress(Protocol):
    """A display of what a run does."""

    def say(self, *lines: str) -> None:
        """Show what happened, line by line."""

    def begin(self, text: str, total: int) -> int:
        """Begin a step of ``total`` items and return its number; several may run at once."""

    def advance(self, step: int, number: int) -> None:
        """Count that many more items of a step as done."""

    def end(self, step: int) -> None:
        """End a step."""


class Quiet:
    """Progress that goes to the log: for programs, which have no screen."""

    def say(self, *lines: str) -> None:
        """Show what happened, line by line."""
        for line in lines:
            log.info("%s", line)

    def begin(self, text: str, total: int) -> int:
        """Begin a step of ``total`` items and return its number."""
        log.info("%s: %d", text, total)
        return 0

    def advance(self, step: int, number: int) -> None:
        """Count that many more items of a step as done."""

    def end(self, step: int) -> None:
        """End a step."""
