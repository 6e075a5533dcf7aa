"""Artists from Last.fm, one by one: the page, then the weights of its tags and the similarity of its neighbours.

getInfo has both lists, but without the numbers; the numbers of a list that is empty there are not requested.
An artist costs at most three calls: if the first was spent on an mbid that Last.fm does not know, the neighbours have
no numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import Field

from linernotes.core.values import Failed, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import Unreadable, read_or_empty, read_outcome
from linernotes.providers.connection import Connection, Options
from linernotes.providers.lastfm.api import Api, Reported
from linernotes.providers.lastfm.bodies import OF, is_placeholder, parse, says_none, words

__all__ = ["Lastfm", "parse", "provider"]

MOST_CALLS = 3


class LastfmOptions(Options):
    """``options`` of lastfm.yaml, where they are explained."""

    weighted_tags: bool
    similar: int = Field(ge=0, le=100)


class Lastfm:
    """See ``port.Provider``; an artist is looked up by its MusicBrainz id, or else by its name."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        self._api = Api(connection)
        self._options = connection.options(LastfmOptions)
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each."""
        return map(self._outcome, items)

    def check(self) -> None:
        """Request a famous artist."""
        self._api.check()

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
            return error.outcome(item)
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
                page = _artist(self._api.ask("artist.getInfo", mbid=mbid), mbid)
                # Last.fm's [unknown] has carried the mbid of Marilyn Manson; by name he is found all the same.
                if not name or not is_placeholder(words(page.get("name")), None):
                    return "mbid", page, calls_left
            except Reported as error:
                if not error.not_found or not name:
                    raise
        return "name", _artist(self._api.ask("artist.getInfo", artist=str(name), autocorrect=1)), calls_left - 1

    def _more(self, method: str, field: str, question: Mapping[str, str], **more: int) -> Any:
        """Another list of an existing page; None if Last.fm suddenly does not know the page."""
        try:
            answer = self._api.ask(method, **question, autocorrect=1, **more)
        except Reported as error:
            if error.not_found:
                return None
            raise
        if field not in answer:
            raise Reported("unreadable", 200)  # not such a list
        return answer[field]


def _artist(body: Json, mbid: str | None = None) -> Json:
    """The page, which has a name, or the id that was asked for."""
    artist = body.get("artist")
    if not isinstance(artist, dict) or not (artist.get("name") or (mbid and artist.get("mbid") == mbid)):
        raise Reported("unreadable", 200)  # not an artist
    return artist


provider = Lastfm
