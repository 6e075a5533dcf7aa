"""The provider door: one service asked about a batch of items."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from linernotes.core.values import Outcome, WorkItem


class Provider(Protocol):
    """One service: its URLs, its bodies, its error words. Nothing about files, tables, retries or rates."""

    @property
    def batch_size(self) -> int:
        """Items one call can carry; may shrink to 1 while running, never grow."""

    @property
    def access_mode(self) -> str | None:
        """What was learned about our access and is worth remembering over runs; None if nothing."""

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """Ask about at most ``batch_size`` items; exactly one outcome each, in any order.

        Raises BatchRefused when the same items are to be asked again in the new ``batch_size``, AccessRefused when
        nobody can go on with these credentials, and lets ServiceTrouble of the senders pass.
        """


class CheckedProvider(Provider, Protocol):
    """A provider whose access can be tried."""

    def check(self) -> None:
        """Ask for as little as possible; raises AccessRefused if the service refuses us."""


class BatchRefused(Exception):
    """The service does not take batches from us; ``batch_size`` has shrunk, ask again."""
