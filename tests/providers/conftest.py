from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from pydantic import SecretStr

from linernotes.sandbox import Sandbox
from tests.providers.asking import Asked, Opened, Scripted
from tests.service import TOKEN, Script, Service


@pytest.fixture
def asking(sandbox: Sandbox) -> Opened:
    """Spotify as the sandbox plays it; ``limits`` are those of its YAML."""

    def make(capability: str | None = None, secrets: dict[str, SecretStr] | None = None, **limits: str) -> Asked:
        environ = {f"LINERNOTES_SPOTIFY__{name.upper()}": value for name, value in limits.items()}
        return Asked(sandbox.environment() | environ, capability, secrets)

    return make


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """Spotify as a script plays it, after one token."""
    with ExitStack() as services:

        def make(*script: Script, **limits: str) -> tuple[Asked, Service]:
            service = services.enter_context(Service(*script, token=TOKEN))
            environ = {f"LINERNOTES_SPOTIFY__{name.upper()}": value for name, value in limits.items()}
            urls = {"SPOTIFY_API_URL": f"{service.url}/v1", "SPOTIFY_ACCOUNTS_URL": service.url}
            return Asked(urls | environ), service

        yield make
