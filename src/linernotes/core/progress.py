"""Where progress is shown."""

from typing import Protocol


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
