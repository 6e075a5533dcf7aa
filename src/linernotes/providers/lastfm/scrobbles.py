"""An account's scrobbles from Last.fm, page by page."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr
from requests import Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import AccessRefused, CallFailed, ConfigurationError
from linernotes.core.values import HistoryPage, Json
from linernotes.providers.connection import Connection
from linernotes.providers.lastfm.api import NOT_FOUND, Api, Reported

PAGE_ROWS = 200
SECOND = re.compile(r"\d{1,15}", re.ASCII)
HIDDEN = 17


class Scrobbles:
    """The scrobbles of one account, which no error names."""

    def __init__(
        self, settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session, user: str
    ) -> None:
        self._api, self._user = Api(Connection(settings, secrets, session)), user

    def page(self, since: int, before: int, number: int) -> HistoryPage:
        """Page ``number`` (from 1) of the plays from the second ``since`` to before the second ``before``.

        Pages are counted from ``before``, so a scrobble added in the meantime shifts none of them.

        Raises:
            ConfigurationError: the account does not exist.
            AccessRefused: its scrobbles are private.
            CallFailed: the response cannot be read.
        """
        # Reports differ on whether these seconds themselves are included; one scrobble too many does no harm.
        between = {"from": since - 1, "to": before} if since else {"to": before}
        try:
            body = self._api.ask(
                "user.getRecentTracks", user=self._user, limit=PAGE_ROWS, page=number, extended=0, **between
            )
            return _page(body["recenttracks"], self._user, number)
        except Reported as error:
            raise _refusal(error) from None
        except (AttributeError, LookupError, TypeError, ValueError):
            raise CallFailed("lastfm: cannot read the page of scrobbles", "unreadable", 200) from None


def _page(tracks: Json, user: str, number: int) -> HistoryPage:
    numbers = tracks.get("@attr") or tracks  # an empty page has them next to its white space
    if str(numbers["user"]).casefold() != user.casefold():  # Last.fm has mixed up accounts before
        raise ValueError("belongs to another user")
    track = tracks.get("track") or []
    rows = [(_second(row), row) for row in (track if isinstance(track, list) else [track])]
    page = HistoryPage(tuple(rows), int(numbers["totalPages"]) > number)
    if page.more and page.oldest is None:
        raise ValueError("empty page before the last one")
    return page


def _second(row: Any) -> int | None:
    """The second of the play; a track that is playing now has none."""
    date = row.get("date") if isinstance(row, dict) else None
    uts = str(date.get("uts")) if isinstance(date, dict) else ""
    return int(uts) if SECOND.fullmatch(uts) else None


def _refusal(error: Reported) -> Exception:
    if error.code in NOT_FOUND:
        return ConfigurationError("lastfm: account not found", "check --user: the name in last.fm/user/NAME")
    if error.code == HIDDEN:
        remedy = "its owner can change that at last.fm/settings/privacy (Hide recent listening information)"
        return AccessRefused("lastfm: the account's scrobbles are private (error 17)", remedy)
    return CallFailed(f"lastfm: {error.reason}", error.reason, error.status)
