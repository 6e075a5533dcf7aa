"""Artists from Last.fm, one by one: the page, then the weights of its tags and the similarity of its neighbours.

getInfo has both lists, but without the numbers; the numbers of a list that is empty there are not requested.
An artist costs at most three calls: if the first was spent on an mbid that Last.fm does not know, the neighbours have
no numbers.
Last.fm reports errors by code, not by status: the same code comes under 200, 400, 403 and 404.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import Field

from linernotes.core.errors import AccessRefused
from linernotes.core.values import Failed, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import Unreadable, read_or_empty, read_outcome
from linernotes.providers.connection import Connection, Options
from linernotes.providers.lastfm.bodies import OF, is_placeholder, parse, says_none, words

__all__ = ["Lastfm", "parse", "provider"]

NOT_FOUND = (6, 7)
# Its own sentences about an artist. Code 6 is also that of a wrong request, which says nothing about one.
SAYS_NOT_FOUND = re.compile(r".*\b(could not be found|not found|invalid resource)\b.*", re.IGNORECASE | re.DOTALL)
REFUSED = (4, 9, 10, 13, 14, 26)
MOST_CALLS = 3
ACCOUNT = "last.fm/api/accounts"


class LastfmOptions(Options):
    """``options`` of lastfm.yaml, where they are explained."""

    weighted_tags: bool
    similar: int = Field(ge=0, le=100)


class Reported(Exception):
    """An error that Last.fm reports, other than a rejected key; ``code`` is None if it sent none.

    ``not_found`` is true if its message says that there is no such artist.
    """

    def __init__(self, reason: str, status: int, code: int | None = None, message: object = "") -> None:
        super().__init__(reason)
        self.reason, self.status, self.code = reason, status, code
        self.not_found = code in NOT_FOUND and SAYS_NOT_FOUND.fullmatch(str(message)) is not None


class Lastfm:
    """See ``port.Provider``; an artist is looked up by its MusicBrainz id, or else by its name."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        self._connection, self._key = connection, connection.secrets["key"]
        self._url = connection.url(ending="/2.0") + "/"
        self._options = connection.options(LastfmOptions)
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each."""
        return map(self._outcome, items)

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

    def _outcome(self, item: WorkItem) -> Outcome:
        name = (item.name or "").strip() or None
        if not item.mbid and not name:
            return Missing(item, "no_name")
        if is_placeholder(name, item.mbid):
            return Missing(item, "placeholder")
        try:
            by, info, calls_left = self._info(item.mbid, name)
            asked = {"name": name, "mbid": item.mbid or None, "by": by}
            return self._add_lists(item, asked, info, calls_left)
        except Reported as error:
            if error.not_found:
                return Missing(item, "not_found", error.status)
            return Failed(item, error.reason, error.status)
        except Unreadable:
            return Failed(item, "unreadable", 200)

    def _add_lists(self, item: WorkItem, asked: Mapping[str, str | None], info: Json, calls_left: int) -> Outcome:
        name, mbid = words(info.get("name")), read_or_empty(info.get("mbid"), words, f"'mbid' in {OF}")
        if is_placeholder(name, mbid):
            return Missing(item, "placeholder", 200)
        # By the name in the response, which is spelt correctly and is known there, unlike many mbids.
        question = {"artist": str(name or asked["name"])} if name or asked["name"] else {"mbid": str(asked["mbid"])}
        raw = {"asked": asked, "info": info, "topTags": None, "similar": None}
        if self._options.weighted_tags and not says_none(info, "tags", "tag"):
            calls_left -= 1
            raw["topTags"] = self._more("artist.getTopTags", "toptags", question)
        if calls_left and self._options.similar and not says_none(info, "similar", "artist"):
            raw["similar"] = self._more("artist.getSimilar", "similarartists", question, limit=self._options.similar)
        return read_outcome(item, parse, raw)

    def _info(self, mbid: str | None, name: str | None) -> tuple[str, Json, int]:
        """The key that found the artist (``mbid`` or ``name``), its page, and the number of calls left for it."""
        calls_left = MOST_CALLS
        if mbid:
            calls_left -= 1
            try:
                page = _artist(self.ask("artist.getInfo", mbid=mbid), mbid)
                # Last.fm's [unknown] has carried the mbid of Marilyn Manson; by name he is found all the same.
                if not name or not is_placeholder(words(page.get("name")), None):
                    return "mbid", page, calls_left
            except Reported as error:
                if not error.not_found or not name:
                    raise
        return "name", _artist(self.ask("artist.getInfo", artist=str(name), autocorrect=1)), calls_left - 1

    def _more(self, method: str, field: str, question: Mapping[str, str], **more: int) -> Any:
        """Another list of an existing page; None if Last.fm suddenly does not know the page."""
        try:
            answer = self.ask(method, **question, autocorrect=1, **more)
        except Reported as error:
            if error.not_found:
                return None
            raise
        if field not in answer:
            raise Reported("unreadable", 200)  # not such a list
        return answer[field]


def refusal(code: int) -> AccessRefused:
    """The error for a key that cannot be used."""
    if code == 26:
        return AccessRefused("lastfm: LASTFM_API_KEY is suspended (error 26)", f"write to partners@last.fm; {ACCOUNT}")
    return AccessRefused(
        f"lastfm: LASTFM_API_KEY was rejected (error {code})", f"copy the API key again from {ACCOUNT}"
    )


def _artist(body: Json, mbid: str | None = None) -> Json:
    """The page, which has a name, or the id that was asked for."""
    artist = body.get("artist")
    if not isinstance(artist, dict) or not (artist.get("name") or (mbid and artist.get("mbid") == mbid)):
        raise Reported("unreadable", 200)  # not an artist
    return artist


provider = Lastfm
