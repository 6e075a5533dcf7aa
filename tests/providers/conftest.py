"""Two ways to ask the service whose ``NAME`` a test file says: as the sandbox plays it, and as a script does."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from linernotes.sandbox import Sandbox
from tests.providers.asking import Asker, Asks, AsksScript, environment_of
from tests.service import TOKEN, Script, Service

pytest.register_assert_rewrite("tests.providers.conformance")


@pytest.fixture
def asking(request: pytest.FixtureRequest, sandbox: Sandbox) -> Asks:
    """Somebody who asks the sandbox."""

    def make(access_mode: str | None = None, user_agent: str | None = None, **limits: str) -> Asker:
        who = {} if user_agent is None else {"user_agent": user_agent}
        return Asker(request.module.NAME, sandbox.environment(), access_mode=access_mode, **who, **limits)

    return make


@pytest.fixture
def scripted(request: pytest.FixtureRequest) -> Iterator[AsksScript]:
    """Somebody who asks a script, and the script."""
    with ExitStack() as services:

        def make(*script: Script, **limits: str) -> tuple[Asker, Service]:
            service = services.enter_context(Service(*script, token=TOKEN))
            return Asker(request.module.NAME, environment_of(request.module.NAME, service), **limits), service

        yield make
