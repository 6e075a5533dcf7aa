"""An account's listens from ListenBrainz, page by page; they are public, and a token only raises the limits."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr
from requests import Response, Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import CallFailed, ConfigurationError
from linernotes.core.values import HistoryPage
from linernotes.providers.answers import Unreadable, integer, json_list, json_object, take
from linernotes.providers.connection import Connection
from linernotes.providers.http.transport import json_of
from linernotes.providers.metabrainz import Api

PAGE_ROWS = 1000


class Listens:
    """The listens of one account, which no error names."""

    def __init__(
        self, settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session, user: str
    ) -> None:
        self._api, self._user = Api(Connection(settings, secrets, session), "/1", secrets.get("token")), user

    def page(self, since: int, before: int, number: int) -> HistoryPage:
        """The plays before the second ``before``, newest first; they may go back beyond ``since``.

        ListenBrainz has no pages: each further ``number`` skips one second that has more plays than fit into a
        response.

        Raises:
            ConfigurationError: the account does not exist.
            CallFailed: the response cannot be read.
        """
        path = f"/user/{quote(self._user, safe='')}/listens?count={PAGE_ROWS}&max_ts={before + 1 - number}"
        response = self._api.send("GET", path)
        if response.status_code == 404 and _says_no_account(response):
            remedy = "check --user: the name in listenbrainz.org/user/NAME"
            raise ConfigurationError("listenbrainz: account not found", remedy)
        try:
            return self._page(self._api.read(response)["payload"], since)
        except (AttributeError, LookupError, TypeError, ValueError):
            raise CallFailed("listenbrainz: cannot read the page of listens", "unreadable", 200) from None

    def _page(self, payload: Any, since: int) -> HistoryPage:
        if str(payload["user_id"]).casefold() != self._user.casefold():
            raise ValueError("belongs to another user")
        page = HistoryPage(tuple((_second(row), row) for row in json_list(payload["listens"])), more=False)
        if page.oldest is None:
            if page.rows:
                raise ValueError("no listen with a timestamp")
            return page
        oldest = take(payload, "oldest_listen_ts", integer, "listenbrainz listens")
        first = max(since, oldest or 0)
        return replace(page, more=page.oldest > first or (page.oldest == first and len(page.rows) >= PAGE_ROWS))


def _says_no_account(response: Response) -> bool:
    """Whether a 404 is ListenBrainz's own word on an account, and not of a server in front of it or of another path."""
    body = json_of(response)
    return isinstance(body, dict) and str(body.get("error")).casefold().startswith("cannot find user")


def _second(row: Any) -> int | None:
    try:
        return integer(json_object(row).get("listened_at"))
    except Unreadable:
        return None
