"""The calls to MusicBrainz and ListenBrainz, and their common errors."""

from typing import Any

from pydantic import SecretStr
from requests import Response

from linernotes.core.errors import AccessRefused
from linernotes.providers.answers import json_body
from linernotes.providers.connection import Connection

BLOCKED = (
    "it was sent LINERNOTES_CONTACT, so it is this network or program that is blocked: "
    "try again later or from another network, and check that the contact is a real address"
)
ASKS_FOR_ONE = "set LISTENBRAINZ_TOKEN, from listenbrainz.org/settings"


class Api:
    """One of the two services, below its base URL, with a user's ``token`` if given."""

    def __init__(self, connection: Connection, ending: str, token: SecretStr | None = None) -> None:
        self._connection = connection
        self._url = connection.url(ending=ending)
        self._headers = {"Authorization": f"Token {token.get_secret_value()}"} if token else {}

    def send(self, method: str, path: str, body: Any = None) -> Response:
        """The response, unless it rejects the token."""
        response = self._connection.send(method, self._url + path, json=body, headers=self._headers)
        if response.status_code == 401 and self._headers:
            message = f"{self._connection.settings.name}: LISTENBRAINZ_TOKEN was rejected"
            raise AccessRefused(message, "copy it again from listenbrainz.org/settings")
        return response

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of a good response; raises as ``answers.json_body`` does."""
        return self.read(self.send(method, path, body))

    def read(self, response: Response) -> Any:
        """The JSON of a response; see ``ask``."""
        name = self._connection.settings.name
        if response.status_code == 401:
            raise AccessRefused(f"{name}: it asks for a user's token (HTTP 401)", ASKS_FOR_ONE)
        return json_body(response, name, BLOCKED)
