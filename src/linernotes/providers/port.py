"""The port for providers: one service that is asked about a batch of items."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from linernotes.core.values import Outcome, WorkItem


class Provider(Protocol):
    """One service: its URLs, responses and errors. It knows no files, tables, retries or rate limits."""

    @property
    def batch_size(self) -> int:
        """The number of items in one call; it may drop to 1 during a run, never grow."""

    @property
    def access_mode(self) -> str | None:
        """The kind of access, to be remembered for later runs; None if unknown."""

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """Yield the outcomes of at most ``batch_size`` items, exactly one each, in any order.

        Raises BatchRefused if the same items are to be requested in the new ``batch_size``, AccessRefused if these
        credentials cannot be used, and ServiceTrouble of the senders.
        """


class CheckedProvider(Provider, Protocol):
    """A provider whose access can be checked."""

    def check(self) -> None:
        """Make the smallest possible call; raises AccessRefused if the service denies access."""


class BatchRefused(Exception):
    """The service refuses batches from us; ``batch_size`` has dropped, so the items are to be requested again."""
