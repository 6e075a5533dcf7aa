"""A search of MusicBrainz by ids: dozens of them in one call, where a lookup takes one."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from linernotes.core.values import Failed, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import Unreadable, integer, read_outcome
from linernotes.providers.connection import Connection, Options
from linernotes.providers.ids import MBID, split_by_id
from linernotes.providers.metabrainz import Api

ROWS = 100  # of one answer; asked for more, it gives 25
MOST_ROWS = 1_000  # of one search; if it has more, its ids are searched for in halves


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched for: ``things`` as MusicBrainz calls them, by ids of ``pattern`` in the index field ``field``.

    ``ids_of`` gives the ids of a row of an answer, ``some_id`` is one to try the service with; it need not exist.
    """

    things: str
    field: str
    pattern: re.Pattern[str]
    ids_of: Callable[[Any], list[str]]
    parse: Callable[[str, Json], Json]
    some_id: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of each id that has any, and whether all could be read."""

    of: Mapping[str, list[Any]]
    complete: bool


class Search:
    """A provider that searches; see ``port.Provider``."""

    access_mode: str | None = None

    def __init__(self, connection: Connection, question: Question) -> None:
        connection.options(Options)
        self._api, self._question = Api(connection, "/ws/2"), question
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; a malformed id is never sent.

        A search that takes too long is answered in part, with nothing to tell it by. So what is missing is searched for
        again, on its own, before anything is said to be unknown.
        """
        sendable, invalid = split_by_id(items, self._question.pattern)
        yield from invalid
        missing: Sequence[WorkItem] = sendable
        complete = True
        for _ in range(2):
            if not missing:
                return
            found = self._search([item.key for item in missing])
            if found is None:
                yield from (Failed(item, "unreadable", 200) for item in missing)
                return
            complete = found.complete
            yield from (self._outcome(item, found.of[item.key]) for item in missing if item.key in found.of)
            missing = [item for item in missing if item.key not in found.of]
        yield from (
            Missing(item, "not_found", 200) if complete else Failed(item, "unanswered", 200) for item in missing
        )

    def check(self) -> None:
        """Search for one id; any response is good enough."""
        self._page([self._question.some_id], 0)

    def _outcome(self, item: WorkItem, rows: list[Any]) -> Outcome:
        return read_outcome(item, self._question.parse, {self._question.things: rows})

    def _search(self, ids: Sequence[str]) -> Rows | None:
        """The rows of these ids; None if the answers cannot be read."""
        known: defaultdict[str, list[Any]] = defaultdict(list)
        complete, read, count = True, 0, 1
        while read < min(count, MOST_ROWS):
            body = self._page(ids, read)
            rows, counted = self._rows(body), _count(body)
            if rows is None or counted is None:
                return None
            count = counted
            if count > MOST_ROWS and len(ids) > 1:
                return self._search_halves(ids)
            for row in rows:
                told = [each for each in self._question.ids_of(row) if each in ids]
                complete = complete and bool(told)
                for each in told:
                    known[each].append(row)
            read += len(rows)
            if not rows:
                break
        return Rows(dict(known), complete and read >= count)

    def _search_halves(self, ids: Sequence[str]) -> Rows | None:
        middle = len(ids) // 2
        first, second = self._search(ids[:middle]), self._search(ids[middle:])
        if first is None or second is None:
            return None
        of = {each: [*first.of.get(each, ()), *second.of.get(each, ())] for each in {*first.of, *second.of}}
        return Rows(of, first.complete and second.complete)

    def _page(self, ids: Sequence[str], offset: int) -> Any:
        terms = f"{self._question.field}:({' OR '.join(ids)})"
        query = {"query": terms, "limit": ROWS, "offset": offset, "fmt": "json"}
        return self._api.ask("GET", f"/{self._question.things.removesuffix('s')}?{urlencode(query)}")

    def _rows(self, body: Any) -> list[Any] | None:
        """The rows of a page; None where it is not the answer to a search."""
        rows = body.get(self._question.things) if isinstance(body, dict) else None
        return rows if isinstance(rows, list) else None


def mbid(value: Any) -> str | None:
    """A MusicBrainz id in lower case, or None."""
    if value is None:
        return None
    if not is_id(value):
        raise Unreadable("not a MusicBrainz id")
    return str(value).lower()


def is_id(value: Any) -> bool:
    """Whether a value is a MusicBrainz id."""
    return isinstance(value, str) and MBID.fullmatch(value) is not None


def _count(body: Any) -> int | None:
    """The number of all rows by MusicBrainz's own count; None without one."""
    try:
        return integer(body.get("count")) if isinstance(body, dict) else None
    except Unreadable:
        return None
