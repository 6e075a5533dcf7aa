"""Gives an answer the status it should have had: some services tell of their troubles inside a 200."""

from typing import Any

import requests

from linernotes.config.providers import ProviderSettings
from linernotes.providers.http.transport import Sender

NO_JSON = "no JSON"  # no code that a service could send


class StatusMapping:
    """Turns the error codes that ``settings`` names into 429 and 503, so that every other sender need know these only.

    Whatever status they came under: Last.fm sends the same code with 200, 400, 403 or 404. An error that is no JSON
    is then nobody's word but a gateway's, and becomes a 502.

    It stands closest to the wire: what is counted, waited for and retried above it is what the body meant.
    """

    def __init__(self, inner: Sender, settings: ProviderSettings) -> None:
        self._inner = inner
        self._statuses = dict.fromkeys(map(str, settings.slow_down_codes), 429)
        self._statuses |= dict.fromkeys(map(str, settings.outage_codes), 503)
        if self._statuses:
            self._statuses[NO_JSON] = 502

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The answer, with another status if its body holds one of the codes."""
        response = self._inner.send(request, **options)
        if self._statuses and not response.is_redirect:
            response.status_code = self._statuses.get(_error_code(response), response.status_code)
        return response


def _error_code(response: requests.Response) -> str:
    """The code of ``{"error": {"code": 4}}`` or ``{"error": 29}``; '' without one."""
    try:
        body = response.json()
    except requests.exceptions.JSONDecodeError:
        return NO_JSON if 400 <= response.status_code < 500 else ""
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("code") if isinstance(error, dict) else error)
