"""Says 429 where a service says the same in words of its own."""

from collections.abc import Iterable
from typing import Any

import requests

from linernotes.providers.http.transport import Sender


class Translating:
    """Turns an error into a 429 if its body holds one of these words, in whatever case.

    MusicBrainz throttles with a 503. Taken for a server error it would count towards the circuit breaker, and after
    the last attempt its items would have failed; being told to slow down parks the provider instead.
    """

    def __init__(self, inner: Sender, throttle_words: Iterable[str]) -> None:
        self._inner = inner
        self._words = tuple(word.lower().encode() for word in throttle_words)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The answer, under the status that it means."""
        response = self._inner.send(request, **options)
        if not response.ok and any(word in response.content.lower() for word in self._words):
            response.status_code = requests.codes.too_many_requests
        return response
