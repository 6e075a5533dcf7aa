"""Requests to Last.fm, and its errors.

It reports errors by code, not by status: the same code comes under 200, 400, 403 and 404.
"""

import re

from linernotes.core.errors import AccessRefused
from linernotes.core.values import Failed, Json, Missing, WorkItem
from linernotes.providers.connection import Connection

NOT_FOUND = (6, 7)
# Its own sentences about an artist or a track. Code 6 is also that of a wrong request, which says nothing about one.
SAYS_NOT_FOUND = re.compile(r".*\b(could not be found|not found|invalid resource)\b.*", re.IGNORECASE | re.DOTALL)
REFUSED = (4, 9, 10, 13, 14, 26)
ACCOUNT = "last.fm/api/accounts"


class Reported(Exception):
    """An error that Last.fm reports, other than a rejected key; ``code`` is None if it sent none.

    ``not_found`` is true if its message says that there is no such artist or track.
    """

    def __init__(self, reason: str, status: int, code: int | None = None, message: object = "") -> None:
        super().__init__(reason)
        self.reason, self.status, self.code = reason, status, code
        self.not_found = code in NOT_FOUND and SAYS_NOT_FOUND.fullmatch(str(message)) is not None

    def outcome(self, item: WorkItem) -> Missing | Failed:
        """What it means for the item that was asked about."""
        if self.not_found:
            return Missing(item, "not_found", self.status)
        return Failed(item, self.reason, self.status)


class Api:
    """Last.fm's one address, asked with our key."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._key = connection, connection.secrets["key"]
        self._url = connection.url(ending="/2.0") + "/"

    def check(self) -> None:
        """Request a famous artist."""
        try:
            self.ask("artist.getInfo", artist="Cher")
        except Reported as error:
            if not error.not_found:
                message = f"lastfm: responded with {error.reason}"
                raise AccessRefused(message, "check its status page and try again later") from None

    def ask(self, method: str, **question: str | int) -> Json:
        """The response to one request.

        Raises:
            Reported: Last.fm reports an error, such as an unknown artist.
            AccessRefused: it rejects our key.
        """
        # The key is in the URL, as Last.fm requires: nothing of this request may reach an error or a log.
        parameters = {"method": method, "api_key": self._key.get_secret_value(), "format": "json", **question}
        response = self._connection.send("GET", self._url, params=parameters)
        body = response.json()
        code = body.get("error") if isinstance(body, dict) else None
        if str(code) in map(str, REFUSED):
            raise refusal(int(str(code)))
        if code is not None:
            known = int(code) if re.fullmatch(r"\d{1,9}", str(code), re.ASCII) else None
            reason = f"error_{known}" if known else "unreadable"
            raise Reported(reason, response.status_code, known, body.get("message"))
        if not response.ok or not isinstance(body, dict):
            raise Reported("unreadable" if response.ok else f"http_{response.status_code}", response.status_code)
        return body


def refusal(code: int) -> AccessRefused:
    """The error for a key that cannot be used."""
    if code == 26:
        return AccessRefused("lastfm: LASTFM_API_KEY is suspended (error 26)", f"write to partners@last.fm; {ACCOUNT}")
    return AccessRefused(
        f"lastfm: LASTFM_API_KEY was rejected (error {code})", f"copy the API key again from {ACCOUNT}"
    )
