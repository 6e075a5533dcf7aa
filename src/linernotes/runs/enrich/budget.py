"""The budget of a run in items, time, money and a provider's daily calls."""

from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil

from linernotes.config.providers import ProviderSettings
from linernotes.storage.ledger import Standing


class CostBudget:
    """The US dollars that a run may spend on all providers together; unlimited if ``dollars`` is None."""

    def __init__(self, dollars: float | None = None) -> None:
        self._left = None if dollars is None else Decimal(str(dollars))

    def pays_for(self, provider: ProviderSettings) -> int | None:
        """The number of further items of a provider that the money covers; None if it is unlimited."""
        price = _price(provider)
        return None if self._left is None or not price else int(self._left / price)

    def spend(self, provider: ProviderSettings, items: int) -> None:
        """Take the price of ``items`` off the budget; a negative number gives back items that were not fetched."""
        if self._left is not None:
            self._left -= _price(provider) * items


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of a run: at most ``limit`` items per provider, until ``deadline`` on the monotonic clock."""

    limit: int | None = None
    deadline: float | None = None
    cost: CostBudget = field(default_factory=CostBudget)


def batch_size(provider: ProviderSettings, standing: Standing) -> int:
    """The items per batch, by the access mode as far as it is known."""
    known = provider.mode if provider.mode != "auto" else standing.access_mode
    return 1 if known == "development" else provider.batch_size


def calls_for(provider: ProviderSettings, items: int, batch: int) -> int:
    """The calls that ``items`` need without retries; the maximum where a response can save a later call."""
    whole, rest = divmod(items, batch)
    return whole * _calls_of(provider, batch) + (_calls_of(provider, rest) if rest else 0)


def items_for(provider: ProviderSettings, calls: int, batch: int) -> int:
    """The items that ``calls`` are sure to suffice for."""
    whole, left = divmod(max(0, calls), _calls_of(provider, batch))
    return whole * batch + max(0, left - provider.calls_per_batch) * (provider.part_size or 0)


def days_for(provider: ProviderSettings, calls: int, left: int) -> int:
    """The days that ``calls`` take, including today with its ``left`` calls."""
    return 1 + ceil(max(0, calls - left) / (provider.daily_calls or 1)) if calls else 0


def _calls_of(provider: ProviderSettings, items: int) -> int:
    """The calls of one batch."""
    return provider.calls_per_batch + (ceil(items / provider.part_size) if provider.part_size else 0)


def _price(provider: ProviderSettings) -> Decimal:
    return Decimal(str(provider.price_per_thousand)) / 1000
