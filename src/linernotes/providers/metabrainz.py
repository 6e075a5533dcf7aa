"""What MusicBrainz and ListenBrainz have in common: how they are asked, how they refuse, and how to read them strictly.

The readers raise TypeError for what is not of the kind that was promised; whoever calls them then knows the answer to
be unreadable. A number written as text is still a number, one thing where several may stand is a list of one.
"""

import logging
import re
from functools import cache
from typing import Any

from pydantic import SecretStr
from requests import Response, Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import AccessRefused, CallFailed, ConfigurationError

log = logging.getLogger(__name__)
WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
REFUSED = (401, 403)


class Api:
    """One of the two services, below its base address; ``token`` is a user's, where one is given."""

    def __init__(
        self, settings: ProviderSettings, session: Session, ending: str, token: SecretStr | None = None
    ) -> None:
        self._name, self._timeout, self._session = settings.name, settings.timeout, session
        self._url = _base_url(settings, ending)
        self._headers = {"Authorization": f"Token {token.get_secret_value()}"} if token else {}

    def send(self, method: str, path: str, body: Any = None) -> Response:
        """The response, unless it says that we are not welcome."""
        response = self._session.request(
            method, self._url + path, json=body, headers=self._headers, timeout=self._timeout
        )
        if response.status_code == 401 and self._headers:
            raise AccessRefused(
                f"{self._name}: does not take LISTENBRAINZ_TOKEN", "copy it again from listenbrainz.org/settings"
            )
        if response.status_code in REFUSED:
            raise AccessRefused(
                f"{self._name}: refuses to answer us (HTTP {response.status_code})",
                "set LINERNOTES_CONTACT to a mail address or URL that is yours; it answers nobody without one",
            )
        return response

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of a good answer.

        Raises:
            CallFailed: the answer is none that asking again would change.
        """
        return self.read(self.send(method, path, body))

    def read(self, response: Response) -> Any:
        """The JSON of a response; see ``ask``."""
        if not response.ok:
            reason = f"http_{response.status_code}"
            raise CallFailed(f"{self._name}: {reason}", reason, response.status_code)
        return response.json()


def _base_url(settings: ProviderSettings, ending: str) -> str:
    """Below another path everything is a 404, which reads like an artist that is gone."""
    url = settings.urls["api"].rstrip("/")
    if not url.endswith(ending):
        raise ConfigurationError(f"{settings.name}: {settings.name.upper()}_API_URL is {url}", f"end it in {ending}")
    return url


def text(value: Any) -> str | None:
    """A text or nothing."""
    if value is None or isinstance(value, str):
        return value
    raise TypeError("no text")


def whole(value: Any) -> int | None:
    """A whole number or nothing."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    raise TypeError("no whole number")


def truth(value: Any) -> bool | None:
    """Yes, no or nothing."""
    if value is None or isinstance(value, bool):
        return value
    raise TypeError("neither true nor false")


def thing(value: Any) -> dict[str, Any]:
    """An object, as a copy from which may be taken; an empty one for nothing."""
    if value is None or isinstance(value, dict):
        return dict(value or {})
    raise TypeError("no object")


def several(value: Any) -> list[Any]:
    """A list; one thing is a list of one, nothing an empty one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@cache
def warn_of_new_field(service: str, things: str, field: str) -> None:
    """Say once that a service sends a field that nobody reads."""
    log.warning("%s: %s now come with %r, which stays in the archive and is not read", service, things, field)
