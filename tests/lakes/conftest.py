"""A bucket for tests, and what is between it and us."""

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from linernotes.config.environments import Bucket
from tests.cloud.proxy import Proxy, Request, proxy_to
from tests.cloud.storage import make_bucket, storage_emulator

if TYPE_CHECKING:
    from linernotes.storage.lakes.objects import Objects

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with storage_emulator(tmp_path_factory.mktemp("gcs")) as address:
        yield address


@pytest.fixture
def network(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """What is between us and the bucket; it counts every call, and a test can let it lose answers."""
    with proxy_to(emulator) as network:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", network.url)
        yield network


@pytest.fixture
def store(network: Proxy, emulator: str) -> Bucket:
    """An empty bucket."""
    name = f"lake-{next(NUMBERS)}"
    make_bucket(emulator, name)
    return Bucket(kind="bucket", project="test", bucket=name, key_file=None)


@pytest.fixture
def objects(store: Bucket) -> "Objects":
    """The bucket without a lake around it."""
    from linernotes.storage.lakes.objects import Objects  # noqa: PLC0415 - other tests here need no Google
    from tests.lakes.buckets import QUICK  # noqa: PLC0415

    return Objects(store, QUICK)


@pytest.fixture
def losing(network: Proxy) -> Callable[[str, str], list[str]]:
    """From now on the first answer to each request of that method, whose path or body holds that word, is lost."""

    def begin(method: str, word: str) -> list[str]:
        lost: list[str] = []

        def lose(request: Request) -> bool:
            key = f"{request.method} {request.path.split('&')[0]}"
            hit = request.method == method and (word in request.path or word.encode() in request.body) and not lost
            if hit:
                lost.append(key)
            return hit

        network.lose = lose
        return lost

    return begin


@pytest.fixture
def counted(network: Proxy) -> Callable[[Callable[[], object]], int]:
    """How many calls something makes."""

    def count(work: Callable[[], object]) -> int:
        before = len(network.seen)
        work()
        return len(network.seen) - before

    return count
