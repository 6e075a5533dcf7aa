from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.clocks import FakeClock
from tests.providers.http.callers import Caller
from tests.service import Answer, Service


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def calling(clock: FakeClock) -> Iterator[Callable[..., Caller]]:
    """A caller of a service that answers this script; a rate that nobody has to wait for, if none is given."""
    with ExitStack() as services:

        def make(*script: Answer, **limits: str) -> Caller:
            service = services.enter_context(Service(*script))
            return Caller(service, clock, **{"per_second": "100000", **limits})

        yield make
