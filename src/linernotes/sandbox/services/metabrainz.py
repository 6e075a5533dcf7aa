"""Shared by the imitated MusicBrainz and ListenBrainz: the check of callers, and the rate limit."""

import re
import time
from collections.abc import Callable, Iterator
from threading import Lock

from flask import Response, request

from linernotes.sandbox.faults import FaultPlan, Faults
from linernotes.sandbox.responses import failure, worn
from linernotes.sandbox.stage import Stage

CONTACT = "sandbox@example.org"
# Default user agents of libraries.
GENERIC = re.compile(
    r"(?:python-requests|python-urllib|curl|wget|go-http-client|okhttp|java|axios|node)\b", re.IGNORECASE
)
USUAL_ALLOWANCE = 30

Page = Callable[[FaultPlan], Response]


class Window:
    """A rate limit: a number of calls per window, then none until it ends."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._began, self._taken = 0.0, 0
        self._faults: Faults | None = None

    def take(self, faults: Faults) -> tuple[int, float]:
        """Count a call; returns the calls left after it (-1: one too many), and the seconds to the next window."""
        allowance = faults.allowance
        if allowance is None:
            return USUAL_ALLOWANCE - 1, faults.window
        now = time.monotonic()
        with self._lock:
            if self._faults is not faults or now >= self._began + faults.window:
                self._faults, self._began, self._taken = faults, now, 0
            self._taken = min(self._taken + 1, allowance + 1)
            return allowance - self._taken, self._began + faults.window - now


class Door:
    """The entrance to one of the services; ``named`` counts its calls, ``throttled`` makes its refusals."""

    def __init__(self, stage: Stage, named: str, throttled: Page, unwelcome: Callable[[], Response]) -> None:
        self._stage, self._named, self._throttled, self._unwelcome = stage, named, throttled, unwelcome
        self._window = Window()

    def guarded(self, view: Page) -> Callable[..., Response]:
        """A view behind all checks of the caller, which adds the number of calls left."""

        def guarded(**_route: str) -> Response:
            plan = self._stage.plan(self._named)
            self._stage.pause(plan.faults.latency + (plan.faults.hang_seconds if plan.strikes("hang") else 0))
            left, reset_in = self._window.take(plan.faults)
            refusal = next(self._refusals(plan, left), None)
            response = worn(view(plan), plan) if refusal is None else refusal
            response.headers["X-RateLimit-Limit"] = str(plan.faults.allowance or USUAL_ALLOWANCE)
            response.headers["X-RateLimit-Remaining"] = str(max(0, left))
            response.headers["X-RateLimit-Reset-In"] = str(int(reset_in))
            return response

        return guarded

    def _refusals(self, plan: FaultPlan, left: int) -> Iterator[Response]:
        if not request.user_agent.string or GENERIC.match(request.user_agent.string):
            yield self._unwelcome()
        if left < 0 or plan.strikes("throttled") or (plan.faults.quota is not None and plan.number > plan.faults.quota):
            yield self._throttled(plan)
        if plan.strikes("server_errors"):
            yield failure(plan)
