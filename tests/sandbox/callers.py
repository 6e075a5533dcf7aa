"""Somebody who calls a sandbox over real HTTP."""

from typing import Any

import requests

from linernotes.sandbox import Sandbox

CLIENT = ("sandbox-client", "sandbox-secret")


class Caller:
    """A plain keep-alive session with a token of its own."""

    def __init__(self, sandbox: Sandbox, **form: str) -> None:
        self.url = sandbox.environment()["SPOTIFY_API_URL"]
        self.session = requests.Session()
        reply = token(sandbox, CLIENT, **(form or {"grant_type": "client_credentials"}))
        self.session.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.session.get(f"{self.url}/{path}", params=query, timeout=60)

    def artist(self, artist_id: str) -> requests.Response:
        return self.get(f"artists/{artist_id}")

    def artists(self, *ids: str) -> requests.Response:
        return self.get("artists", ids=",".join(ids))

    def plays(self, **query: Any) -> requests.Response:
        return self.get("me/player/recently-played", **query)


def token(sandbox: Sandbox, auth: tuple[str, str] = CLIENT, **form: str) -> requests.Response:
    """Ask the accounts service for a token."""
    return requests.post(f"{sandbox.url}/api/token", data=form, auth=auth, timeout=60)


def user_of(sandbox: Sandbox) -> Caller:
    """A caller who may see what its user listened to."""
    return Caller(sandbox, grant_type="refresh_token", refresh_token="sandbox-refresh")


def message(reply: requests.Response) -> str:
    """The message of an error."""
    text: str = reply.json()["error"]["message"]
    return text
