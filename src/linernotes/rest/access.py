"""Who may ask for what, and how often."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from linernotes.core.clock import Clock
from linernotes.rest.keys import BadToken, Bearer, Keys
from linernotes.rest.problems import Problem

MOST_KNOWN = 1_000  # tokens
ANYBODY = Bearer("nobody in particular", "none", frozenset({"read", "enrich"}))


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests per bearer, by scope, and artists and tracks a day."""

    read: str = "60/minute"
    enrich: str = "10/minute"
    items: str = "500/day"


@dataclass(slots=True)
class Access:
    """Checks tokens and counts requests; without ``required`` everybody may do everything."""

    keys: Keys
    clock: Clock
    required: bool = True
    rates: Rates = field(default_factory=Rates)
    _known: dict[str, Bearer] = field(default_factory=dict, repr=False)
    _limiter: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))

    def bearer(self, scope: str, request: Request) -> Bearer:
        """Whoever sent the request, if that bearer has this scope and has not asked too often.

        Raises:
            Problem: there is no good token, its scope is another one, or it was used too often.
        """
        bearer = self._bearer(request) if self.required else ANYBODY
        if scope not in bearer.scopes:
            challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
            raise Problem(403, "not-allowed", f"the token lacks the scope {scope}", headers=challenge)
        self._count(self.rates.read if scope == "read" else self.rates.enrich, scope, bearer)
        return bearer

    def scope(self, name: str) -> Callable[[Request], Awaitable[Bearer]]:
        """The same as a dependency. It waits for nothing, so it takes no thread."""

        async def check(request: Request) -> Bearer:
            return self.bearer(name, request)

        return check

    def count_items(self, bearer: Bearer, number: int) -> None:
        """Count artists or tracks that services will be asked about."""
        self._count(self.rates.items, "items", bearer, number)

    def _bearer(self, request: Request) -> Bearer:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.casefold() != "bearer" or not token:
            raise _refused("the request has no bearer token")
        known, now = self._known.get(token), self.clock.now()
        if known and now.timestamp() < known.expires:  # to verify it again would take a third of an answer's time
            return known
        try:
            bearer = self.keys.bearer(token.strip(), now)
        except BadToken as error:
            raise _refused(str(error)) from None
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[token] = bearer
        return bearer

    def _count(self, most: str, name: str, bearer: Bearer, cost: int = 1) -> None:
        rate = _rate(most)
        if not self._limiter.hit(rate, name, bearer.subject, cost=cost):
            reset = self._limiter.get_window_stats(rate, name, bearer.subject).reset_time
            seconds = max(1, round(reset - self.clock.now().timestamp()))
            what = "artists and tracks" if name == "items" else f"{name} requests"
            raise Problem(429, "too-many-requests", f"more {what} than {rate}", headers={"Retry-After": str(seconds)})


@cache
def _rate(text: str) -> RateLimitItem:
    return parse(text)


def _refused(reason: str) -> Problem:
    challenge = {"WWW-Authenticate": f'Bearer realm="linernotes", error="invalid_token", error_description="{reason}"'}
    return Problem(401, "not-authorised", reason, "to make a token: linernotes api token", challenge)
