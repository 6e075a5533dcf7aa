"""Somebody who asks a service through the whole stack of senders."""

from collections.abc import Callable

import requests

from linernotes.providers.http import ServiceClient, open_client
from tests.clocks import FakeClock
from tests.samples import configs
from tests.service import Service


class Caller:
    """Asks a service on loopback; ``limits`` are those of Spotify's YAML."""

    def __init__(self, service: Service, clock: FakeClock, **limits: str) -> None:
        environ = {f"LINERNOTES_SPOTIFY__{name.upper()}": value for name, value in limits.items()}
        settings = configs(SPOTIFY_API_URL=f"{service.url}/v1", SPOTIFY_ACCOUNTS_URL=service.url, **environ).provider(
            "spotify"
        )
        self.clock, self.service = clock, service
        self.client: ServiceClient = open_client(settings, clock, "linernotes/test (me@example.org)")

    def ask(self, path: str = "/v1/artists/x") -> requests.Response:
        return self.client.session.get(
            self.service.url + path, timeout=5, headers={"Authorization": "Bearer canary-token"}
        )

    def waits(self) -> list[float]:
        """The waits between the attempts, without those for our own rate."""
        return [wait for wait in self.clock.slept if wait >= 0.5]


Ask = Callable[..., Caller]
