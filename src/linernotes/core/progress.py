"""Where progress is shown."""

import logging
from typing import Protocol

log = logging.getLogger(__name__)


class Progress(Protocol):
    """Where progress is shown."""

    def say(self, *lines: str) -> None:
        """What happened, line by line."""

    def begin(self, text: str, total: int) -> int:
        """A step of ``total`` items begins; several may be under way at once. The number names it."""

    def advance(self, step: int, number: int) -> None:
        """That many more items of a step are done."""

    def end(self, step: int) -> None:
        """The step is over."""


class Quiet:
    """Progress that goes to the log: for programs, which have no screen."""

    def say(self, *lines: str) -> None:
        """What happened, line by line."""
        for line in lines:
            log.info("%s", line)

    def begin(self, text: str, total: int) -> int:
        """A step of ``total`` items begins."""
        log.info("%s: %d", text, total)
        return 0

    def advance(self, step: int, number: int) -> None:
        """That many more items of a step are done."""

    def end(self, step: int) -> None:
        """The step is over."""
