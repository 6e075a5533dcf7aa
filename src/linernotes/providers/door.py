"""The door that every provider stands behind: it makes a batch smaller that a service finds too large."""

from collections.abc import Iterable, Iterator, Sequence

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import CallFailed
from linernotes.core.values import Failed, Found, Outcome, WorkItem
from linernotes.providers.port import BatchRefused, CheckedProvider

TOO_LARGE = (413, 414, 431)
# Any other 4xx may be what one item has its whole batch refused for, a 400 or a 404 that does not name it among them.
ABOUT_ALL = frozenset({401, 403, 407, 408, 425, 429})
ALIKE = 3  # single items refused in a row, after which it is not about any of them


class Door:
    """See ``port.CheckedProvider``."""

    def __init__(self, provider: CheckedProvider, settings: ProviderSettings) -> None:
        self._provider, self._settings, self._most = provider, settings, provider.batch_size
        self._refused = 0

    @property
    def batch_size(self) -> int:
        """The number of items in one call, which the service may have cut down."""
        return min(self._most, self._provider.batch_size)

    @property
    def access_mode(self) -> str | None:
        """See ``port.Provider``."""
        return self._provider.access_mode

    def check(self) -> None:
        """See ``port.CheckedProvider``."""
        self._provider.check()

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """The provider's outcomes."""
        self._refused = 0
        yield from self._fetch(list(items))

    def _fetch(self, items: list[WorkItem]) -> Iterator[Outcome]:
        answered = set[str]()
        try:
            for outcome in self._provider.fetch(items):
                answered.add(outcome.item.key)
                self._refused = 0 if isinstance(outcome, Found) else self._refused
                yield outcome
        except CallFailed as failed:
            left = [item for item in items if item.key not in answered]
            if len(left) > 1 and failed.status in TOO_LARGE:
                self._most = len(left) // 2
                raise BatchRefused from None
            costly = self._settings.never_twice  # it may be refused after it was paid for, and halves are paid again
            if len(left) < 2 or costly or not _is_refusal(failed.status):
                raise
            yield from self._fetch_halves(left)

    def _fetch_halves(self, items: list[WorkItem]) -> Iterator[Outcome]:
        """The outcomes of two halves, and of their halves: the item that has the others refused fails alone."""
        middle = len(items) // 2
        for half in (items[:middle], items[middle:]):
            for outcome in self._fetch(half) if len(half) > 1 else self._fetch_one(half[0]):
                if len(half) == 1 and isinstance(outcome, Failed) and _is_refusal(outcome.http_status):
                    self._count_refused(outcome)
                yield outcome

    def _fetch_one(self, item: WorkItem) -> Iterator[Outcome]:
        try:
            yield from self._fetch([item])
        except CallFailed as failed:
            yield Failed(item, failed.reason, failed.status)

    def _count_refused(self, outcome: Failed) -> None:
        self._refused += 1
        if self._refused >= ALIKE:
            raise CallFailed(f"{self._settings.name}: {outcome.reason}", outcome.reason, outcome.http_status)


def _is_refusal(status: int | None) -> bool:
    """Whether an error may be about one item, which is refused and all others in its batch with it."""
    return status is not None and 400 <= status < 500 and status not in ABOUT_ALL
