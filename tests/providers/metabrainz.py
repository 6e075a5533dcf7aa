"""Somebody who asks MusicBrainz or ListenBrainz, as the sandbox or a script plays it."""

from collections.abc import Callable
from typing import Any

from linernotes.core.values import Outcome, WorkItem
from linernotes.landing.lines import LineReader
from linernotes.providers import open_provider
from linernotes.providers.http import ServiceClient, open_client
from linernotes.providers.port import CheckedProvider
from tests.clocks import FakeClock
from tests.samples import LONG_AGO, configs, dataset, lines
from tests.service import Service

CONTACT = "linernotes/test (me@example.org)"
ENDINGS = {"musicbrainz": "/ws/2", "listenbrainz": "/1"}
MBID = "b1b1b1b1-0001-4001-8001-00000000000{}".format


class Asker:
    """A provider over a line of its own; ``limits`` are those of its YAML."""

    def __init__(self, name: str, environ: dict[str, str], user_agent: str = CONTACT, **limits: str) -> None:
        mine = {f"LINERNOTES_{name.upper()}__{limit.upper()}": value for limit, value in limits.items()}
        quick = {f"LINERNOTES_{name.upper()}__PER_SECOND": "100000"}
        self.name, self.clock = name, FakeClock()
        self.settings = configs(**{**quick, **environ, **mine}).provider(name)
        self.client: ServiceClient = open_client(self.settings, self.clock, user_agent)
        self.provider: CheckedProvider = open_provider(self.settings, {}, self.client.session, None)

    def ask(self, *keys: str) -> list[Outcome]:
        """The outcomes, in the order they came."""
        return list(self.provider.fetch([WorkItem(self.name, "artist", key) for key in keys]))


Round = Callable[..., Asker]
Scripting = Callable[..., tuple[Asker, Service]]


def told_by(name: str, service: Service, **limits: str) -> Asker:
    """Somebody who asks a script instead of the service of that name."""
    return Asker(name, {f"{name.upper()}_API_URL": service.url + ENDINGS[name]}, **limits)


def landed(of: str, record: Any) -> None:
    """Be sure that the contract takes a record."""
    LineReader(dataset(of)).read(lines({**record, "retrievedAt": LONG_AGO}).strip())
