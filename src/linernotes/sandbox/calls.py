"""The log of calls to the sandbox."""

import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import NotRequired, TypedDict

KEPT = 10_000
"""The number of newest calls that are kept one by one; the counts cover all."""

THROTTLED = 429


class Logged(TypedDict):
    """One call: ``at`` in monotonic seconds, ``status`` 0 until the response, ``items`` the ids or plays in it."""

    at: float
    method: str
    path: str
    query: str
    status: int
    items: int


class Report(TypedDict):
    """The response of /_sandbox/calls: counts per method and route, and the newest calls, oldest first."""

    calls: dict[str, int]
    total: int
    throttled: int
    log: list[Logged]
    asked: NotRequired[dict[str, int]]


@dataclass(slots=True)
class Call:
    """One call, from its arrival on."""

    method: str
    path: str
    query: str
    status: int = 0
    items: int = 0
    asked: str = ""
    at: float = field(default_factory=time.monotonic)

    def ask(self, ids: Iterable[str]) -> None:
        """Record the ids that the call requests."""
        named = tuple(ids)
        # One string of ids takes a third of the memory of fifty strings.
        self.items, self.asked = len(named), ",".join(named)

    def logged(self) -> Logged:
        """The call as shown in the log."""
        return {
            "at": self.at,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "items": self.items,
        }


class CallLog:
    """Counts every call at its arrival, so that calls abandoned by the client are counted too."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
        """Forget every call."""
        with self._lock:
            self._calls: deque[Call] = deque(maxlen=KEPT)
            self._counts: Counter[str] = Counter()
            self._throttled = 0

    def arrived(self, route: str, call: Call) -> Call:
        """Count a new call."""
        with self._lock:
            self._counts[f"{call.method} {route}"] += 1
            self._calls.append(call)
        return call

    def answered(self, call: Call, status: int) -> None:
        """Record the status of a call."""
        call.status = status
        if status == THROTTLED:
            with self._lock:
                self._throttled += 1

    def report(self, *, asked: bool = False) -> Report:
        """All counts and the newest calls; with ``asked`` also how often they requested each id."""
        with self._lock:
            calls, counts, throttled = list(self._calls), dict(self._counts), self._throttled
        report = Report(
            calls=counts, total=sum(counts.values()), throttled=throttled, log=[call.logged() for call in calls]
        )
        if asked:
            report["asked"] = dict(Counter(each for call in calls if call.asked for each in call.asked.split(",")))
        return report
