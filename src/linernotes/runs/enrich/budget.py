"""How far a run may go: how many items, how long, for how much money, and with how many of a provider's calls."""

from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil

from linernotes.config.providers import ProviderSettings
from linernotes.storage.ledger import Standing


class CostBudget:
    """The US dollars that a run may spend on all providers together; without a sum there is no end to them."""

    def __init__(self, dollars: float | None = None) -> None:
        self._left = None if dollars is None else Decimal(str(dollars))

    def pays_for(self, provider: ProviderSettings) -> int | None:
        """How many more items of a provider; None for as many as there are."""
        price = _price(provider)
        return None if self._left is None or not price else int(self._left / price)

    def spend(self, provider: ProviderSettings, items: int) -> None:
        """So many items are asked; a negative number were paid for and not asked."""
        if self._left is not None:
            self._left -= _price(provider) * items


@dataclass(frozen=True, slots=True)
class Budget:
    """How far a run may go: exactly ``limit`` items of each provider, until ``deadline`` on the monotonic clock."""

    limit: int | None = None
    deadline: float | None = None
    cost: CostBudget = field(default_factory=CostBudget)


def batch_size(provider: ProviderSettings, standing: Standing) -> int:
    """The items of one batch, as far as is known of our access."""
    known = provider.mode if provider.mode != "auto" else standing.access_mode
    return 1 if known == "development" else provider.batch_size


def calls_for(provider: ProviderSettings, items: int, batch: int) -> int:
    """The calls that so many items take, none of them repeated; where an answer can save one, the most."""
    whole, rest = divmod(items, batch)
    return whole * _calls_of(provider, batch) + (_calls_of(provider, rest) if rest else 0)


def items_for(provider: ProviderSettings, calls: int, batch: int) -> int:
    """The items that so many calls surely suffice for."""
    whole, left = divmod(max(0, calls), _calls_of(provider, batch))
    return whole * batch + max(0, left - provider.calls_per_batch) * (provider.part_size or 0)


def days_for(provider: ProviderSettings, calls: int, left: int) -> int:
    """On how many days, today with its ``left`` calls included, so many calls can be made."""
    return 1 + ceil(max(0, calls - left) / (provider.daily_calls or 1)) if calls else 0


def _calls_of(provider: ProviderSettings, items: int) -> int:
    """The calls of one batch."""
    return provider.calls_per_batch + (ceil(items / provider.part_size) if provider.part_size else 0)


def _price(provider: ProviderSettings) -> Decimal:
    return Decimal(str(provider.price_per_thousand)) / 1000
