"""Corrects the status of responses: some services report errors under another status, or inside a 200."""

from typing import Any

import requests

from linernotes.config.providers import ProviderSettings
from linernotes.providers.http.transport import Sender, json_of

NOT_JSON = "not JSON"  # no service sends this as a code


class StatusMapping:
    """Turns the error codes and words that ``settings`` names into 429 and 503, the only ones other senders need.

    Codes count whatever the status: Last.fm sends the same code with 200, 400, 403 and 404. Where a service has codes,
    an error that is not JSON comes from a gateway in front of it, and becomes a 502.
    Words count in errors only, in whatever case: MusicBrainz throttles with a 503, which as a server error would open
    the circuit breaker and fail its items, where a 429 lets the provider cool down.

    It is next to the transport, so that the corrected status is counted, waited for and retried.
    """

    def __init__(self, inner: Sender, settings: ProviderSettings) -> None:
        self._inner = inner
        self._statuses = dict.fromkeys(map(str, settings.slow_down_codes), 429)
        self._statuses |= dict.fromkeys(map(str, settings.outage_codes), 503)
        if self._statuses:
            self._statuses[NOT_JSON] = 502
        self._throttle_words = tuple(word.lower().encode() for word in settings.throttle_words)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The response with the status that it means."""
        response = self._inner.send(request, **options)
        if self._statuses and not response.is_redirect:
            response.status_code = self._statuses.get(_error_code(response), response.status_code)
        if not response.ok and self._says_slow_down(response.content.lower()):
            response.status_code = 429
        return response

    def _says_slow_down(self, body: bytes) -> bool:
        return any(word in body for word in self._throttle_words)


def _error_code(response: requests.Response) -> str:
    """The code of ``{"error": {"code": 4}}`` or ``{"error": 29}``; '' without one."""
    body = json_of(response)
    if body is None:
        return NOT_JSON if 400 <= response.status_code < 500 else ""
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("code") if isinstance(error, dict) else error)
