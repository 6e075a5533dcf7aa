"""Somebody who asks Spotify, as the sandbox or a script plays it."""

from collections.abc import Callable, Iterable

from pydantic import SecretStr

from linernotes.core.values import Found, Outcome
from linernotes.providers import open_provider
from linernotes.providers.http import ServiceClient, open_client
from linernotes.providers.port import CheckedProvider
from tests.clocks import FakeClock
from tests.samples import configs
from tests.service import Service

SECRETS = {"id": SecretStr("sandbox-client"), "secret": SecretStr("sandbox-secret")}


class SpotifyAsker:
    """A provider over a line of its own."""

    def __init__(
        self, environ: dict[str, str], access_mode: str | None = None, secrets: dict[str, SecretStr] | None = None
    ) -> None:
        settings = configs(**{"LINERNOTES_SPOTIFY__PER_SECOND": "100000", **environ}).provider("spotify")
        self.settings = settings
        self.clock = FakeClock()
        self.client: ServiceClient = open_client(settings, self.clock, "test")
        self.provider: CheckedProvider = open_provider(settings, secrets or SECRETS, self.client.session, access_mode)


Opened = Callable[..., SpotifyAsker]
Scripted = Callable[..., tuple[SpotifyAsker, Service]]


def kinds(outcomes: Iterable[Outcome]) -> dict[str, tuple[str, str | None, int | None]]:
    """The outcomes by key: kind, reason, status."""
    return {
        outcome.item.key: (
            type(outcome).__name__,
            None if isinstance(outcome, Found) else outcome.reason,
            None if isinstance(outcome, Found) else outcome.http_status,
        )
        for outcome in outcomes
    }
