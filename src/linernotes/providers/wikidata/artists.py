"""Artists from Wikidata's query service, found by their Spotify id: two calls for up to 250 of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from linernotes.core.errors import CallFailed
from linernotes.core.values import Failed, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import json_body, read_outcome
from linernotes.providers.connection import Connection, Options
from linernotes.providers.ids import SPOTIFY_ID, split_by_id
from linernotes.providers.wikidata.queries import facts_of, names_of
from linernotes.providers.wikidata.statements import entity, parse, readable, text, things_of

__all__ = ["Wikidata", "parse", "provider"]

TOO_MUCH = ("too_much", "timeout")
REMEDY = (
    "it was sent LINERNOTES_CONTACT, so it is this network or program that is blocked: "
    "try again later or from another network, and check that the contact is a real address"
)


class Wikidata:
    """See ``port.Provider``; the key of an artist is its Spotify id."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        connection.options(Options)
        self._connection, self._url = connection, connection.url("sparql")
        self._languages = connection.settings.languages
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; a malformed id is never sent.

        A query that takes the service too long is repeated in halves, once: their halves would fail the same way.
        """
        sendable, invalid = split_by_id(items, SPOTIFY_ID)
        yield from invalid
        try:
            yield from self._query(sendable)
        except CallFailed as failed:
            if failed.reason not in TOO_MUCH or len(sendable) < 2:
                raise
            yield from self._query_halves(sendable)

    def check(self) -> None:
        """Run a small query: there is no key to be rejected, but a caller without a contact can be."""
        self._rows(facts_of(()))

    def _rows(self, query: str) -> list[Any]:
        """The rows of a response.

        Raises:
            CallFailed: it is JSON, but without rows.
        """
        headers = {"Accept": "application/sparql-results+json"}
        response = self._connection.send("POST", self._url, data={"query": query}, headers=headers)
        body = json_body(response, "wikidata", REMEDY)
        results = body.get("results") if isinstance(body, dict) else None
        rows = results.get("bindings") if isinstance(results, dict) else None
        if not isinstance(rows, list) or not isinstance(body.get("head"), dict):
            raise CallFailed("wikidata: unexpected response without rows", "unreadable", response.status_code)
        return rows

    def _query_halves(self, items: Sequence[WorkItem]) -> Iterator[Outcome]:
        middle = len(items) // 2
        try:
            yield from self._query(items[:middle])
        except CallFailed as failed:
            yield from (Failed(item, failed.reason, failed.status) for item in items[:middle])
        yield from self._query(items[middle:])

    def _query(self, items: Sequence[WorkItem]) -> list[Outcome]:
        """The outcomes of two calls, all or none: statements without their names would count as fresh."""
        if not items:
            return []
        rows = self._rows(facts_of(item.key for item in items))
        facts = _group(rows, lambda row: text(row, "spotify"))
        # A row that cannot be read, or is about an id we did not ask for, may belong to an artist that seems unknown.
        whole = sum(map(len, facts.values())) == len(rows) and facts.keys() <= {item.key for item in items}
        names = self._names(set().union(*map(things_of, facts.values())))
        return [_outcome(item, facts.get(item.key), names, whole=whole) for item in items]

    def _names(self, things: Iterable[str]) -> dict[str, list[Json]]:
        """The rows that name these items, in the order of our languages."""
        if not (ids := sorted(things)):
            return {}
        rows = self._rows(names_of(ids, self._languages))
        names = _group(rows, lambda row: entity(row, "id"))
        return {thing: sorted(named, key=self._preference) for thing, named in names.items()}

    def _preference(self, row: Json) -> int:
        language = (row.get("name") or {}).get("xml:lang")
        return self._languages.index(language) if language in self._languages else len(self._languages)


def _outcome(item: WorkItem, facts: list[Json] | None, names: Mapping[str, list[Json]], *, whole: bool) -> Outcome:
    if facts is None:
        return Missing(item, "not_linked", 200) if whole else Failed(item, "unreadable", 200)
    named = [row for thing in sorted(things_of(facts)) for row in names.get(thing, ())]
    raw = {"facts": facts, "names": named}
    return read_outcome(item, parse, raw)


def _group(rows: Iterable[Any], by: Callable[[Json], str | None]) -> dict[str, list[Json]]:
    """The rows grouped by ``by``, without those that are unreadable or have no group."""
    groups: dict[str, list[Json]] = defaultdict(list)
    for row in rows:
        if readable(row) and (about := by(row)):
            groups[about].append(row)
    return dict(groups)


provider = Wikidata
