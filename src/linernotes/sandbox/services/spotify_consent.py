"""The consent of the only user of the imitated Spotify: authorization codes with PKCE, and refresh tokens.

The page that asks them is not imitated: they answer at once, as the faults say.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from flask import Response, redirect, request

from linernotes.sandbox.responses import plain

LOOPBACK = "127.0.0.1"
REFUSED, EXPIRED = "refused", "expired"


@dataclass
class Consents:
    """The codes and refresh tokens in circulation; a code is good once, and so is a refresh token of this kind."""

    client_id: str
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    refresh_tokens: set[str] = field(default_factory=set)

    def page(self, consent: str) -> Response:
        """GET /authorize: back to the app at once, with a code or a refusal."""
        asked = request.args
        if asked.get("client_id") != self.client_id:
            return plain("INVALID_CLIENT: Invalid client", 400)
        back = asked.get("redirect_uri", "")
        if urlsplit(back).scheme != "http" or urlsplit(back).hostname != LOOPBACK:
            return plain("INVALID_CLIENT: Invalid redirect URI", 400)
        if (asked.get("response_type"), asked.get("code_challenge_method")) != ("code", "S256"):
            return plain("unsupported_response_type", 400)
        answer = {"error": "access_denied"} if consent == REFUSED else {"code": self._code(back, consent)}
        return _back(back, {**answer, "state": asked.get("state", "")})

    def _code(self, back: str, consent: str) -> str:
        code = secrets.token_urlsafe(32)
        if consent != EXPIRED:
            self.codes[code] = request.args.get("code_challenge", ""), back
        return code

    def grant(self, given: Mapping[str, str]) -> str | None:
        """A new refresh token for a code with its verifier, or in place of an earlier one; None for a bad one."""
        if given.get("client_id") != self.client_id:
            return None
        if given.get("grant_type") == "refresh_token":
            known = given.get("refresh_token", "") in self.refresh_tokens
            self.refresh_tokens.discard(given.get("refresh_token", ""))
        else:
            challenge, back = self.codes.pop(given.get("code", ""), ("", ""))
            known = bool(challenge) and challenge == _challenge(given.get("code_verifier", ""))
            known = known and back == given.get("redirect_uri")
        return self._issue() if known else None

    def _issue(self) -> str:
        token = f"AQ{secrets.token_urlsafe(48)}"
        self.refresh_tokens.add(token)
        return token


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _back(uri: str, answer: Mapping[str, str]) -> Response:
    response: Response = redirect(f"{uri}?{urlencode(answer)}")  # type: ignore[assignment]  # werkzeug's, which it is
    return response
