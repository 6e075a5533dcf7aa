"""A bucket for tests, and what is between it and us."""

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from linernotes.contracts import Bucket
from tests.cloud.lost_acks import Asked, LostAcks
from tests.cloud.storage import make_bucket, storage_emulator

if TYPE_CHECKING:
    from linernotes.lakes.objects import Objects

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with storage_emulator(tmp_path_factory.mktemp("gcs")) as address:
        yield address


@pytest.fixture
def network(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[LostAcks]:
    """What is between us and the bucket; it counts every call, and a test can let it lose answers."""
    with LostAcks(emulator) as network:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", network.address)
        yield network


@pytest.fixture
def store(network: LostAcks, emulator: str) -> Bucket:
    """An empty bucket."""
    name = f"lake-{next(NUMBERS)}"
    make_bucket(emulator, name)
    return Bucket(kind="bucket", project="test", bucket=name, key_file=None)


@pytest.fixture
def objects(store: Bucket) -> "Objects":
    """The bucket without a lake around it."""
    from linernotes.lakes.objects import Objects  # noqa: PLC0415 - other tests here need no Google
    from tests.lakes.buckets import QUICK  # noqa: PLC0415

    return Objects(store, QUICK)


@pytest.fixture
def losing(network: LostAcks) -> Callable[[str, str], list[str]]:
    """From now on the first answer to each request of that method, whose path or body holds that word, is lost."""

    def begin(method: str, word: str) -> list[str]:
        lost: list[str] = []

        def lose(asked: Asked) -> bool:
            key = f"{asked.method} {asked.path.split('&')[0]}"
            hit = asked.method == method and (word in asked.path or word.encode() in asked.body) and not lost
            if hit:
                lost.append(key)
            return hit

        network.lose = lose
        return lost

    return begin


@pytest.fixture
def counted(network: LostAcks) -> Callable[[Callable[[], object]], int]:
    """How many calls something makes."""

    def count(work: Callable[[], object]) -> int:
        before = len(network.asked)
        work()
        return len(network.asked) - before

    return count
