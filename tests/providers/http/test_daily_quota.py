"""A day has only so many calls."""

from typing import Any

import pytest

from linernotes.core.errors import CoolingDown
from linernotes.providers.http.daily_quota import DailyQuota
from tests.clocks import START, FakeClock


class _Counting:
    """A sender that counts what it is given."""

    def __init__(self) -> None:
        self.sent = 0

    def send(self, *_: Any, **__: Any) -> Any:
        self.sent += 1


@pytest.mark.parametrize("calls", [0, 1, 3])
def test_what_is_left_is_used_to_the_last_call_and_no_further(calls: int) -> None:
    inner = _Counting()
    quota = DailyQuota(inner, "spotify", calls, FakeClock())
    for _ in range(calls):
        quota.send(None)  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(CoolingDown, match="spotify: daily quota used up") as refused:
            quota.send(None)  # type: ignore[arg-type]
        assert (refused.value.until, refused.value.reason) == (START, "quota_exceeded")
    assert inner.sent == calls
