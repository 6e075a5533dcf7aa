"""The consent of a listener, kept under the home so that only its owner can read it."""

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from linernotes.core.clock import instant, utc
from linernotes.core.errors import ConfigurationError

FILE = "spotify_login.json"
LIFETIME = timedelta(days=182)  # Spotify says six months from the consent; using it does not extend it
AGAIN = "run: linernotes login spotify"


@dataclass(frozen=True, slots=True)
class Consent:
    """A refresh token, the app it was given to, and when; each use of the token replaces it by another."""

    token: SecretStr
    client_id: str
    given_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When Spotify will stop to accept it, about."""
        return self.given_at + LIFETIME

    def age(self, now: datetime) -> str:
        """How old it is and how long it lasts, for people."""
        days = (now - self.given_at).days
        given = "today" if days < 1 else "1 day ago" if days == 1 else f"{days} days ago"
        ends = "expired" if now >= self.ends_at else "expires"
        return f"consent given {given}, {ends} about {self.ends_at:%Y-%m-%d}"


def consent_path(home: Path) -> Path:
    """The file of a home's consent."""
    return home / FILE


def read_consent(home: Path) -> Consent | None:
    """The consent kept in a home; None if there is none.

    Raises:
        ConfigurationError: the file is damaged.
    """
    path = consent_path(home)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Consent(SecretStr(kept["refreshToken"]), kept["clientId"], utc(datetime.fromisoformat(kept["givenAt"])))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError):
        raise ConfigurationError(f"{path} is damaged", AGAIN) from None


def write_consent(home: Path, consent: Consent) -> None:
    """Keep a consent in place of an earlier one; a crash leaves one of the two, whole."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {
        "refreshToken": consent.token.get_secret_value(),
        "clientId": consent.client_id,
        "givenAt": instant(consent.given_at),
    }
    fresh = consent_path(home).with_suffix(".tmp")
    fresh.unlink(missing_ok=True)  # or it would keep the mode that it has
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(kept, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(consent_path(home))
