"""All of configs/, looked up by name."""

from linernotes.config.alerts import AlertSettings
from linernotes.config.base import Strict
from linernotes.config.datasets import Dataset
from linernotes.config.drops import Drop
from linernotes.config.environments import Environment
from linernotes.config.flows import Flow
from linernotes.config.providers import ProviderSettings
from linernotes.config.service_levels import Slo
from linernotes.config.triggers import TriggerSettings
from linernotes.core.errors import ConfigurationError
from linernotes.core.text import nearest


class Configs(Strict):
    """All of configs/, read for one process environment."""

    environments: dict[str, Environment]
    providers: dict[str, ProviderSettings]
    datasets: dict[str, Dataset]
    drops: dict[str, Drop]
    slo: Slo
    alerts: AlertSettings
    triggers: TriggerSettings
    flows: dict[str, Flow]

    def dataset(self, name: str) -> Dataset:
        """The dataset called ``provider/dataset``, or just ``dataset`` where that is unambiguous."""
        if name in self.datasets:
            return self.datasets[name]
        found = [each for each in self.datasets.values() if each.dataset == name]
        if len(found) > 1:
            names = " or ".join(dataset.name for dataset in found)
            raise ConfigurationError(f"dataset name {name!r} is ambiguous", f"use {names}")
        if not found:
            raise ConfigurationError(f"unknown dataset {name!r}", nearest(name, self.datasets))
        return found[0]

    def provider(self, name: str) -> ProviderSettings:
        """The settings of one provider."""
        if name not in self.providers:
            raise ConfigurationError(f"unknown provider {name!r}", nearest(name, self.providers))
        return self.providers[name]

    def served_with(self, provider: ProviderSettings) -> list[str]:
        """The names of all providers that share this one's service and access, itself included."""
        return [each.name for each in self.providers.values() if each.service == provider.service]

    @property
    def paid_providers(self) -> frozenset[str]:
        """The providers that cost money."""
        return frozenset(each.name for each in self.providers.values() if each.price_per_thousand)

    def environment(self, name: str) -> Environment:
        """The environment of that name."""
        if name not in self.environments:
            raise ConfigurationError(f"unknown environment {name!r}", nearest(name, self.environments))
        return self.environments[name]
