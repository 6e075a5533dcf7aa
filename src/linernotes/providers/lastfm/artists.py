"""Artists from Last.fm, one by one: the page, then the weights of its tags and how similar its neighbours are.

getInfo has both lists, but without the numbers; where it says that a list is empty, its numbers are not asked for.
An artist costs at most three calls: if the first was spent on an mbid that Last.fm does not know, the neighbours stay
without their numbers.
Last.fm answers by code, not by status: the same code comes under 200, 400, 403 and 404.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from requests import Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import AccessRefused, ConfigurationError
from linernotes.core.values import Failed, Found, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import checked_options
from linernotes.providers.lastfm.bodies import is_placeholder, parse, says_none, text

__all__ = ["Lastfm", "check", "parse", "provider"]

NOT_FOUND = (6, 7)
REFUSED = (4, 9, 10, 13, 14, 26)
MOST_CALLS = 3
ACCOUNT = "last.fm/api/accounts"


def provider(
    settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session, access_mode: str | None
) -> "Lastfm":
    """See ``providers.open_provider``; there is nothing to remember over runs."""
    del access_mode
    return Lastfm(settings, secrets["key"], session)


def check(settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session) -> None:
    """Ask for an artist that everybody knows."""
    try:
        Lastfm(settings, secrets["key"], session).ask("artist.getInfo", artist="Cher")
    except Told as told:
        if told.code not in NOT_FOUND:
            raise AccessRefused(f"lastfm: answers with {told.reason}", "look at its status, and repeat later") from None


class Options(BaseModel):
    """``options`` of lastfm.yaml, where they are explained."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    weighted_tags: bool
    similar: int = Field(ge=0, le=100)


class Told(Exception):
    """An error that Last.fm told of, other than a refused key; ``code`` is None where it sent none."""

    def __init__(self, reason: str, status: int, code: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.status, self.code = reason, status, code


class Lastfm:
    """See ``ports.Provider``; an artist is asked for by its MusicBrainz id, or else by its name."""

    access_mode = None

    def __init__(self, settings: ProviderSettings, key: SecretStr, session: Session) -> None:
        self._key, self._session, self._timeout = key, session, settings.timeout
        self._url = api_url(settings)
        self._options = checked_options(Options, settings)
        self.batch_size = settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each."""
        return map(self._outcome, items)

    def ask(self, method: str, **question: str | int) -> Json:
        """The answer to one question.

        Raises:
            Told: Last.fm does not know, or cannot say.
            AccessRefused: it does not take our key.
        """
        # The key stands in the address, as Last.fm wants it: nothing of this request may reach an error or a log.
        parameters = {"method": method, "api_key": self._key.get_secret_value(), "format": "json", **question}
        response = self._session.get(self._url, params=parameters, timeout=self._timeout)
        body = response.json()
        code = body.get("error") if isinstance(body, dict) else None
        if str(code) in map(str, REFUSED):
            raise refusal(int(str(code)))
        if code is not None:
            known = int(code) if str(code).isdigit() else None
            raise Told(f"error_{known}" if known else "unreadable", response.status_code, known)
        if not response.ok or not isinstance(body, dict):
            raise Told("unreadable" if response.ok else f"http_{response.status_code}", response.status_code)
        return body

    def _outcome(self, item: WorkItem) -> Outcome:
        name = (item.name or "").strip() or None
        if not item.mbid and not name:
            return Missing(item, "no_name")
        if is_placeholder(name, item.mbid):
            return Missing(item, "placeholder")
        try:
            by, info, asks_left = self._info(item.mbid, name)
            asked = {"name": name, "mbid": item.mbid or None, "by": by}
            return self._found(item, asked, info, asks_left)
        except Told as told:
            if told.code in NOT_FOUND:
                return Missing(item, "not_found", told.status)
            return Failed(item, told.reason, told.status)
        except (AttributeError, TypeError, ValueError):  # of another shape than Last.fm's
            return Failed(item, "unreadable", 200)

    def _found(self, item: WorkItem, asked: Mapping[str, str | None], info: Json, asks_left: int) -> Outcome:
        name, mbid = text(info.get("name")), text(info.get("mbid"))
        if is_placeholder(name, mbid):
            return Missing(item, "placeholder", 200)
        # By the name that was answered, which is spelt right already and is known there, unlike many an mbid.
        question = {"artist": str(name or asked["name"])} if name or asked["name"] else {"mbid": str(asked["mbid"])}
        raw = {"asked": asked, "info": info, "topTags": None, "similar": None}
        if self._options.weighted_tags and not says_none(info, "tags", "tag"):
            asks_left -= 1
            raw["topTags"] = self._more("artist.getTopTags", "toptags", question)
        if asks_left and self._options.similar and not says_none(info, "similar", "artist"):
            raw["similar"] = self._more("artist.getSimilar", "similarartists", question, limit=self._options.similar)
        return Found(item, parse(item.key, raw), raw)

    def _info(self, mbid: str | None, name: str | None) -> tuple[str, Json, int]:
        """What the artist was found by, its page, and how many more calls it may cost."""
        asks_left = MOST_CALLS
        if mbid:
            asks_left -= 1
            try:
                page = _artist(self.ask("artist.getInfo", mbid=mbid))
                # Last.fm's [unknown] has carried the mbid of Marilyn Manson; by his name he is found all the same.
                if not name or not is_placeholder(text(page.get("name")), None):
                    return "mbid", page, asks_left
            except Told as told:
                if told.code not in NOT_FOUND or not name:
                    raise
        return "name", _artist(self.ask("artist.getInfo", artist=str(name), autocorrect=1)), asks_left - 1

    def _more(self, method: str, field: str, question: Mapping[str, str], **more: int) -> Any:
        """Another list of a page that is there; None where Last.fm says otherwise all of a sudden."""
        try:
            return self.ask(method, **question, autocorrect=1, **more).get(field)
        except Told as told:
            if told.code in NOT_FOUND:
                return None
            raise


def refusal(code: int) -> AccessRefused:
    """Why nobody can go on with this key."""
    if code == 26:
        return AccessRefused("lastfm: has suspended LASTFM_API_KEY (error 26)", f"write to partners@last.fm; {ACCOUNT}")
    return AccessRefused(f"lastfm: refuses LASTFM_API_KEY (error {code})", f"copy the API key again from {ACCOUNT}")


def api_url(settings: ProviderSettings) -> str:
    """Where everything is asked for.

    Raises:
        ConfigurationError: it does not end in /2.0/.
    """
    url = settings.urls["api"].rstrip("/")
    if not url.endswith("/2.0"):
        raise ConfigurationError(f"lastfm: LASTFM_API_URL is {url}", "it has to end in /2.0/")
    return url + "/"


def _artist(body: Json) -> Json:
    artist = body.get("artist")
    if not isinstance(artist, dict):
        raise Told("unreadable", 200)
    return artist
