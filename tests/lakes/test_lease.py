"""One writer holds the lease, whatever gets lost and whoever dies."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

pytest.importorskip("google.cloud.storage", reason="LEFT OUT: Google's libraries are not installed")

from linernotes.config.environments import Bucket
from linernotes.core.errors import Busy
from linernotes.core.values import Run
from linernotes.storage.lakes.bucket import BucketLake
from linernotes.storage.lakes.bucket_lease import PATH as LEASE
from linernotes.storage.lakes.objects import Objects, Taken
from tests.clocks import START
from tests.cloud.proxy import Proxy
from tests.lakes.buckets import QUICK, held_for_a_moment
from tests.lakes.conformance import RUN

pytestmark = pytest.mark.cloud


class TestLease:
    @pytest.mark.parametrize("method", ["POST", "DELETE"])
    def test_a_lost_answer_makes_nobody_wait_for_himself(
        self, store: Bucket, losing: Callable[[str, str], list[str]], objects: Objects, method: str
    ) -> None:
        lost = losing(method, "lease.json")
        with BucketLake(store, QUICK).lease(RUN):
            assert objects.get(LEASE) is not None
        assert len(lost) == 1
        assert objects.get(LEASE) is None

    def test_it_is_renewed_and_a_lost_answer_to_that_loses_nothing(
        self,
        store: Bucket,
        objects: Objects,
        losing: Callable[[str, str], list[str]],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        with BucketLake(store, QUICK, ttl=0.03).lease(RUN):
            first = objects.get(LEASE)
            lost = losing("POST", "lease.json")
            assert first is not None
            assert _comes(lambda: bool(lost) and _generation(objects) > first.generation)
            renewed = _generation(objects)
            assert _comes(lambda: _generation(objects) > renewed)
        assert objects.get(LEASE) is None
        assert caplog.messages == []

    def test_a_renewal_whose_answer_never_came_is_given_back_too(self, store: Bucket, objects: Objects) -> None:
        with BucketLake(store, QUICK).lease(RUN):
            there = objects.get(LEASE)
            assert there is not None
            objects.put(LEASE, objects.read(there), there.generation)
        assert objects.get(LEASE) is None

    def test_of_eight_that_want_it_at_once_one_holds_it(self, store: Bucket) -> None:
        assert _race_for_it(store) == {"held": 1, "busy": 7}

    def test_a_dead_holder_is_waited_for_by_the_clock_of_the_server(
        self, store: Bucket, objects: Objects, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        dead = objects.put(LEASE, b'{"process": 1, "host": "gone", "run": "abcabcabcabc"}')
        lake = BucketLake(store, QUICK)
        assert dead.updated is not None
        for seconds, over in ((79.0, False), (81.0, True)):
            monkeypatch.setattr(Objects, "now", dead.updated + timedelta(seconds=seconds))
            if over:
                held_for_a_moment(lake)
            else:
                with pytest.raises(Busy, match="process 1 on gone, run abcabcabcabc"), lake.lease(RUN):
                    pass
        assert objects.get(LEASE) is None

    def test_the_clock_of_the_server_is_that_of_its_answers(self, objects: Objects) -> None:
        there = objects.put(LEASE, b"{}")
        assert there.updated is not None
        assert abs(objects.now - there.updated) < timedelta(seconds=5)

    def test_of_eight_that_find_a_dead_holder_one_takes_over(
        self, store: Bucket, objects: Objects, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        dead = objects.put(LEASE, b"{}")
        assert dead.updated is not None
        # Only the dead one is old: what the winner puts there is of this moment.
        monkeypatch.setattr(Objects, "now", dead.updated + timedelta(seconds=80.001))
        assert _race_for_it(store) == {"held": 1, "busy": 7}

    def test_whoever_lost_it_goes_on_with_a_warning_and_leaves_the_new_one_alone(
        self, store: Bucket, objects: Objects, caplog: pytest.LogCaptureFixture
    ) -> None:
        with BucketLake(store, QUICK, ttl=0.03).lease(RUN):
            stolen = _steal(objects)
            assert _comes(lambda: "taken over by another run" in caplog.text)
        assert objects.get(LEASE) == stolen

    def test_giving_it_back_never_hides_how_the_run_ended(
        self, store: Bucket, network: Proxy, caplog: pytest.LogCaptureFixture
    ) -> None:
        with pytest.raises(ZeroDivisionError), BucketLake(store, retry=None).lease(RUN):  # noqa: PT012
            network.lose = lambda request: request.method == "DELETE"
            raise ZeroDivisionError
        assert "could not release it; it expires in" in caplog.text

    def test_an_unreadable_lease_is_somebodys_all_the_same(self, store: Bucket, objects: Objects) -> None:
        objects.put(LEASE, b"?")
        with pytest.raises(Busy, match="in use by another process"), BucketLake(store, QUICK).lease(RUN):
            pass


def _race_for_it(store: Bucket) -> Counter[str]:
    together, done = threading.Barrier(8), threading.Barrier(8)

    def take(number: int) -> str:
        lake = BucketLake(store, QUICK)
        together.wait()
        try:
            with lake.lease(Run(f"{number:012x}", START)):
                done.wait()
        except Busy:
            done.wait()
            return "busy"
        return "held"

    with ThreadPoolExecutor(8) as pool:
        return Counter(pool.map(take, range(8)))


def _generation(objects: Objects) -> int:
    there = objects.get(LEASE)
    return there.generation if there else 0


def _steal(objects: Objects) -> object:
    """As another run would after its holder was silent; the holder may renew it in this moment."""
    for _ in range(100):
        try:
            return objects.put(LEASE, b'{"process": 2, "host": "other", "run": "f"}', _generation(objects))
        except Taken:
            continue
    raise AssertionError("it could not be taken")


def _comes(condition: Callable[[], bool]) -> bool:
    """Does it become true within some seconds?"""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.005)
    return False
