"""Access tokens: handed out, remembered, forgotten."""

import secrets
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows: ``user`` tokens also see what their owner listened to; ``until`` is in monotonic seconds."""

    user: bool
    until: float


class Tokens:
    """The tokens in circulation. One dict operation is atomic, so no lock is needed."""

    def __init__(self, seconds: float, grants: dict[str, "Grant"]) -> None:
        self.seconds = seconds
        self._grants = grants

    def issue(self, *, user: bool) -> str:
        """Hand out a new token."""
        token = f"BQ{secrets.token_urlsafe(48)}"
        self._grants[token] = Grant(user, time.monotonic() + self.seconds)
        return token

    def grant(self, token: str) -> Grant | None:
        """What a token allows; None if it is unknown, revoked or too old."""
        grant = self._grants.get(token)
        return grant if grant and time.monotonic() < grant.until else None

    def revoke(self, token: str) -> None:
        """Make a token invalid."""
        self._grants.pop(token, None)
