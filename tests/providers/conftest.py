from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pydantic import SecretStr

from linernotes.sandbox import Sandbox
from tests.providers.asking import Opened, Scripted, SpotifyAsker
from tests.providers.metabrainz import CONTACT, Asker, Scripting, told_by
from tests.service import TOKEN, Script, Service

pytest.register_assert_rewrite("tests.providers.conformance")


@pytest.fixture
def asking(sandbox: Sandbox) -> Opened:
    """Spotify as the sandbox plays it; ``limits`` are those of its YAML."""

    def make(
        access_mode: str | None = None, secrets: dict[str, SecretStr] | None = None, **limits: str
    ) -> SpotifyAsker:
        environ = {f"LINERNOTES_SPOTIFY__{name.upper()}": value for name, value in limits.items()}
        return SpotifyAsker(sandbox.environment() | environ, access_mode, secrets)

    return make


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """Spotify as a script plays it, after one token."""
    with ExitStack() as services:

        def make(*script: Script, **limits: str) -> tuple[SpotifyAsker, Service]:
            service = services.enter_context(Service(*script, token=TOKEN))
            environ = {f"LINERNOTES_SPOTIFY__{name.upper()}": value for name, value in limits.items()}
            urls = {"SPOTIFY_API_URL": f"{service.url}/v1", "SPOTIFY_ACCOUNTS_URL": service.url}
            return SpotifyAsker(urls | environ), service

        yield make


@pytest.fixture
def brainz(sandbox: Sandbox) -> Callable[..., Asker]:
    """MusicBrainz or ListenBrainz, by its name, as the sandbox plays it; ``limits`` are those of its YAML."""

    def make(name: str, user_agent: str = CONTACT, **limits: str) -> Asker:
        return Asker(name, sandbox.environment(), user_agent, **limits)

    return make


@pytest.fixture
def scripted_brainz() -> Iterator[Scripting]:
    """MusicBrainz or ListenBrainz as a script plays it."""
    with ExitStack() as services:

        def make(name: str, *script: Script, **limits: str) -> tuple[Asker, Service]:
            service = services.enter_context(Service(*script))
            return told_by(name, service, **limits), service

        yield make
