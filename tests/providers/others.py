"""Somebody who asks a service other than Spotify, as the sandbox or a script plays it."""

from collections.abc import Callable
from typing import Any

from linernotes.core.values import Outcome, WorkItem
from linernotes.providers import open_provider
from linernotes.providers.http import ServiceClient, open_client
from tests.clocks import FakeClock
from tests.samples import configs
from tests.service import Service


class Asker:
    """A provider over a line of its own that waits for no rate; ``limits`` are those of its YAML."""

    def __init__(self, service: str, environ: dict[str, str], **limits: str) -> None:
        fast = {"per_second": "100000", **limits}
        overrides = {f"LINERNOTES_{service.upper()}__{name.upper()}": value for name, value in fast.items()}
        self.settings = configs(**environ, **overrides).provider(service)
        self.clock = FakeClock()
        self.client: ServiceClient = open_client(self.settings, self.clock, "linernotes/test (me@example.org)")
        self.provider: Any = open_provider(self.settings, {}, self.client.session, None)

    def ask(self, *keys: str) -> dict[str, Outcome]:
        """The outcomes by key, of one batch."""
        items = [WorkItem(self.settings.name, self.settings.entity, key) for key in keys]
        outcomes = list(self.provider.fetch(items))
        assert sorted(outcome.item.key for outcome in outcomes) == sorted(keys)
        return {outcome.item.key: outcome for outcome in outcomes}

    def check(self) -> None:
        """What doctor asks."""
        self.provider.check()


Asks = Callable[..., Asker]
AsksScript = Callable[..., tuple[Asker, Service]]
