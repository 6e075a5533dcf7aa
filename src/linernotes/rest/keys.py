"""Keys that sign tokens, and tokens: HS256 alone, with everything that a token must say."""

import secrets
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Any

import jwt
from pydantic import SecretStr

from linernotes.core.errors import ConfigurationError

KEYS, DENIED = "LINERNOTES_API_KEYS", "LINERNOTES_API_DENY"
ALGORITHM = "HS256"  # fixed here: a token that chooses its own is no proof
ISSUER = AUDIENCE = "linernotes"
CLAIMS = ("iss", "aud", "sub", "iat", "exp", "jti", "scope")
SCOPES = ("read", "enrich")
FEWEST_BYTES, LARGEST_TOKEN = 32, 4_096
LONGEST_LIFE = timedelta(days=90)
LETTERS = string.ascii_letters + string.digits
MAKE_ONE = "to make one: linernotes api key"


class BadToken(Exception):
    """A token that is refused, with the reason for its bearer."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose token it is, what it allows, and the second of the epoch at which it expires."""

    subject: str
    token: str
    scopes: frozenset[str]
    expires: float = inf


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys by their names; the first signs, all verify. ``denied`` are ids of tokens that no longer count."""

    keys: Mapping[str, SecretStr]
    denied: frozenset[str] = frozenset()

    def token(self, subject: str, scopes: Sequence[str], life: timedelta, now: datetime) -> str:
        """A token for a bearer; it is stored nowhere.

        Raises:
            ConfigurationError: there is no key, or it would live too long.
        """
        if not self.keys:
            raise ConfigurationError(f"api token: no key is set in {KEYS}", MAKE_ONE)
        if life > LONGEST_LIFE:
            raise ConfigurationError(
                f"api token: a token lives at most {LONGEST_LIFE.days} days", "use a smaller --days"
            )
        name, key = next(iter(self.keys.items()))
        claims = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + life,
            "jti": secrets.token_hex(8), "scope": " ".join(scopes),
        }  # fmt: skip
        return jwt.encode(claims, key.get_secret_value(), algorithm=ALGORITHM, headers={"kid": name})

    def bearer(self, token: str, now: datetime) -> Bearer:
        """Whose token it is.

        Raises:
            BadToken: it is not one of ours, or no longer counts.
        """
        claims = self._claims(token)
        issued, expires = claims["iat"], claims["exp"]
        if issued > now.timestamp() + 60:
            raise BadToken("the token is issued in the future")
        if expires - issued > LONGEST_LIFE.total_seconds():
            raise BadToken(f"the token lives longer than {LONGEST_LIFE.days} days")
        if claims["jti"] in self.denied:
            raise BadToken("the token is revoked")
        return Bearer(str(claims["sub"]), str(claims["jti"]), frozenset(str(claims["scope"]).split()), expires)

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > LARGEST_TOKEN:
            raise BadToken("the token is too long")
        try:
            header = jwt.get_unverified_header(token)
            if "crit" in header:
                raise BadToken("the token has a critical header that is not understood")
            key = self.keys.get(str(header.get("kid", "")))
            if key is None:
                raise BadToken("the token is signed with an unknown key")
            claims: dict[str, Any] = jwt.decode(
                token,
                key.get_secret_value(),
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": list(CLAIMS), "verify_iat": False},
            )
        except jwt.ExpiredSignatureError:
            raise BadToken("the token has expired") from None
        except jwt.PyJWTError as error:
            raise BadToken(f"the token is not valid: {type(error).__name__}") from None
        if not all(isinstance(claims[name], int | float) for name in ("iat", "exp")):
            raise BadToken("the token has no usable dates")
        return claims


def read_keys(environ: Mapping[str, str]) -> Keys:
    """The keys of ``LINERNOTES_API_KEYS``, ``name:secret`` after ``name:secret``, without ever repeating a secret.

    Raises:
        ConfigurationError: one has no name, comes twice, or is short.
    """
    keys: dict[str, SecretStr] = {}
    for number, entry in enumerate(filter(None, map(str.strip, environ.get(KEYS, "").split(","))), 1):
        name, colon, secret = entry.partition(":")
        if not colon or not name or name in keys:
            raise ConfigurationError(f"{KEYS}: key {number} has no name of its own", "write name:secret,name:secret")
        if len(secret.encode()) < FEWEST_BYTES:
            raise ConfigurationError(
                f"{KEYS}: the secret of key {number} is shorter than {FEWEST_BYTES} bytes", MAKE_ONE
            )
        keys[name] = SecretStr(secret)
    denied = frozenset(filter(None, map(str.strip, environ.get(DENIED, "").split(","))))
    return Keys(keys, denied)


def new_key(now: datetime) -> str:
    """A new key with a name by its day."""
    return f"k{now:%Y%m%d}{secrets.token_hex(2)}:{''.join(secrets.choice(LETTERS) for _ in range(48))}"
