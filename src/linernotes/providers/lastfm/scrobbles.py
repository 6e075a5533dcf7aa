"""An account's scrobbles from Last.fm, page by page."""

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr
from requests import Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import AccessRefused, CallFailed, ConfigurationError
from linernotes.core.values import HistoryPage, Json
from linernotes.providers.connection import Connection
from linernotes.providers.lastfm.artists import NOT_FOUND, Lastfm, Reported

PAGE_ROWS = 200
HIDDEN = 17


class Scrobbles:
    """The scrobbles of one account; no error names it."""

    def __init__(
        self, settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session, user: str
    ) -> None:
        self._api, self._user = Lastfm(Connection(settings, secrets, session)), user

    def page(self, since: int, before: int, number: int) -> HistoryPage:
        """Page ``number`` from 1 of what was played from the second ``since`` on and before the second ``before``.

        Pages are counted from ``before``, so a scrobble that is added in between moves none of them.

        Raises:
            ConfigurationError: there is no such account.
            AccessRefused: it hides its scrobbles.
            CallFailed: the answer cannot be read.
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
            raise CallFailed("lastfm: its page of scrobbles cannot be read", "unreadable", 200) from None


def _page(tracks: Json, user: str, number: int) -> HistoryPage:
    numbers = tracks.get("@attr") or tracks  # an empty page has them beside its white space
    if str(numbers["user"]).casefold() != user.casefold():  # it has mixed people up before
        raise ValueError("of somebody else")
    track = tracks.get("track") or []
    rows = [(_second(row), row) for row in (track if isinstance(track, list) else [track])]
    page = HistoryPage(tuple(rows), int(numbers["totalPages"]) > number)
    if page.more and page.oldest is None:
        raise ValueError("nothing on a page that is not the last")
    return page


def _second(row: Any) -> int | None:
    """When it was played; what plays right now has no date."""
    date = row.get("date") if isinstance(row, dict) else None
    uts = str(date.get("uts")) if isinstance(date, dict) else ""
    return int(uts) if uts.isdecimal() else None


def _refusal(error: Reported) -> Exception:
    if error.code in NOT_FOUND:
        return ConfigurationError("lastfm: there is no such account", "correct --user: the name in last.fm/user/NAME")
    if error.code == HIDDEN:
        remedy = "its owner can show it: last.fm/settings/privacy, Hide recent listening information"
        return AccessRefused("lastfm: the account hides its scrobbles (error 17)", remedy)
    return CallFailed(f"lastfm: {error.reason}", error.reason, error.status)
