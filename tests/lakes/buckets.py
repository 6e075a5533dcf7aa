"""What tests of a bucket share."""

from linernotes.storage.lakes.objects import RETRY
from linernotes.storage.ports import Lake
from tests.lakes.conformance import RUN

QUICK = RETRY.with_delay(initial=0.001, maximum=0.002).with_timeout(10)  # as often as ever, without the waits


def held_for_a_moment(lake: Lake) -> None:
    """Take the lease and give it back."""
    with lake.lease(RUN):
        pass
