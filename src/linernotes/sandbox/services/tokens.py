"""The access tokens that a service has issued."""

import secrets
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """The grant of a token: ``user`` tokens also see their owner's plays; ``until`` is in monotonic seconds."""

    user: bool
    until: float


class Tokens:
    """The tokens in circulation. One dict operation is atomic, so no lock is needed."""

    def __init__(self, seconds: float, grants: dict[str, "Grant"]) -> None:
        self.seconds = seconds
        self._grants = grants

    def issue(self, *, user: bool) -> str:
        """Issue a new token."""
        token = f"BQ{secrets.token_urlsafe(48)}"
        self._grants[token] = Grant(user, time.monotonic() + self.seconds)
        return token

    def grant(self, token: str) -> Grant | None:
        """The grant of a token; None if it is unknown, revoked or too old."""
        grant = self._grants.get(token)
        return grant if grant and time.monotonic() < grant.until else None

    def revoke(self, token: str) -> None:
        """Make a token invalid."""
        self._grants.pop(token, None)
