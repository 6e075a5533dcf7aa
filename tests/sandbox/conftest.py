from collections.abc import Iterator

import pytest

from linernotes.sandbox import Generated, Sandbox

from .callers import Caller


@pytest.fixture(scope="session")
def catalogue() -> Generated:
    return Generated()


@pytest.fixture(scope="session")
def live(catalogue: Generated) -> list[str]:
    """A hundred ids that are answered under themselves."""
    indexes = (index for index in range(1000) if catalogue.state(index) == "live")
    return [catalogue.id_at(next(indexes)) for _ in range(100)]


@pytest.fixture(scope="session")
def deleted(catalogue: Generated) -> str:
    return next(catalogue.id_at(index) for index in range(1000) if catalogue.state(index) == "deleted")


@pytest.fixture(scope="session")
def merged(catalogue: Generated) -> str:
    return next(catalogue.id_at(index) for index in range(10_000) if catalogue.state(index) == "merged")


@pytest.fixture
def sandbox(catalogue: Generated) -> Iterator[Sandbox]:
    with Sandbox(catalogue) as sandbox:
        yield sandbox


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    return Caller(sandbox)
