"""Wikidata's data of the catalogue's artists, as rows of SPARQL's JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus

from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.facts import COUNTRIES, KNOWN, LABELS, MANAGERS, Facts
from linernotes.sandbox.world.names import vocabulary
from linernotes.sandbox.world.seeded import SeededRandom

Row = dict[str, Any]

ENTITY = "http://www.wikidata.org/entity/"
RANK = "http://wikiba.se/ontology#"
UNKNOWN = "http://www.wikidata.org/.well-known/genid/"
FRENCH = ("France", "Royaume-Uni", "États-Unis", "Allemagne", "Japon", "Brésil", "Nigeria")
LONG_AGO, FAR_OFF = "2019-12-31T00:00:00Z", "2090-01-01T00:00:00Z"
FIRST = 9_000_000  # of the items of labels (which end in 4), managers (5) and genres (6)
SECOND = 8
"""The offset from an artist's item to a second one with the same Spotify id, if any."""

OWN_COUNTRY, OWN_LABEL, OWN_MANAGER = 7, 4, 5
"""The last digits of the items that only one artist has."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A value of a property: an item's (Q...), a text, or "" for an unknown one."""

    property: str
    value: str
    rank: str = "NormalRank"
    end: str | None = None


class Encyclopedia:
    """Answers the two queries."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def facts(self, keys: Iterable[str], properties: set[str]) -> Iterator[Row]:
        """A row per value of these properties, for every item with one of these Spotify ids."""
        for key in keys:
            for facts in self._stage.knowledge.items(key):
                for item, statements in self._items(facts, key):
                    yield from (self._row(key, item, each) for each in statements if each.property in properties)

    def names(self, things: Iterable[str], languages: Iterable[str]) -> Iterator[Row]:
        """A row per name of these items in these languages."""
        wanted = set(languages)
        for thing in things:
            for language, name in self._called(thing):
                if language in wanted:
                    yield {"id": _uri(ENTITY + thing), "name": {"xml:lang": language, "type": "literal", "value": name}}

    def _items(self, facts: Facts, key: str) -> Iterator[tuple[str, list[Statement]]]:
        strange = [Statement("P1902", key)] if key != facts.artist.id else []
        yield facts.wikidata or "", [*self._statements(facts), *strange]
        if facts.other_mbid:
            yield (
                f"Q{int((facts.wikidata or 'Q0')[1:]) + SECOND}",
                [
                    Statement("P1902", facts.artist.id),
                    Statement("P434", facts.other_mbid),
                ],
            )

    def _statements(self, facts: Facts) -> Iterator[Statement]:
        chance = SeededRandom(self._stage.seed, "wikidata", facts.artist.id)
        yield Statement("P1902", facts.artist.id)
        if facts.artist.id not in KNOWN:
            yield from _history(chance)
        if facts.label:
            yield Statement("P264", self._thing(facts.label, facts), end=FAR_OFF if chance.happens(0.1) else None)
        if facts.manager:
            yield Statement(chance.pick(("P1037", "P1875")), self._thing(facts.manager, facts))
        # A catalogue from a file may have genres without an item.
        yield from (Statement("P136", self._things[genre]) for genre in facts.artist.genres if genre in self._things)
        yield Statement(chance.pick(("P495", "P27")), facts.country[2])
        yield from self._elsewhere(facts)

    def _elsewhere(self, facts: Facts) -> Iterator[Statement]:
        """Ids at other services; of a merged MusicBrainz id the new one is preferred."""
        if facts.mbid:
            yield Statement("P434", facts.mbid, "PreferredRank" if facts.old_mbid else "NormalRank")
        if facts.old_mbid:
            yield Statement("P434", facts.old_mbid)
        if facts.discogs:
            yield Statement("P1953", str(facts.discogs))
        if facts.deezer:
            yield Statement("P2722", str(facts.deezer))
        yield Statement("P3192", quote_plus(facts.artist.name))

    def _row(self, key: str, item: str, statement: Statement) -> Row:
        row = {
            "spotify": _text(key),
            "item": _uri(ENTITY + item),
            "property": _uri(ENTITY + statement.property),
            "value": _value(statement.value, f"{item}{statement.property}"),
            "rank": _uri(RANK + statement.rank),
            "ended": _text("false", "boolean"),
        }
        if statement.end is None:
            return row
        past = statement.end == "" or statement.end < self._stage.now.isoformat()
        end = _text(statement.end, "dateTime") if statement.end else _value("", item)
        return row | {"end": end, "ended": _text(str(past).lower(), "boolean")}

    def _thing(self, name: str, facts: Facts) -> str:
        """The item of a label or a manager, which may have one artist alone."""
        own = {facts.label: OWN_LABEL, facts.manager: OWN_MANAGER}
        return self._things.get(name) or f"Q{_beside(facts) + own[name]}"

    @cached_property
    def _things(self) -> dict[str, str]:
        """The items of labels, managers and genres; those of artists end in 1 and 9."""
        genres = {genre for family in vocabulary().families for genre in family.genres}
        genres |= {genre for known in KNOWN.values() for genre in known.genres}
        labels = [*LABELS, *(known.label for known in KNOWN.values())]
        managers = [*MANAGERS, *(known.manager for known in KNOWN.values())]
        kinds = (labels, managers, sorted(genres))
        return {
            name: f"Q{9_000_000 + 10 * n + kind}" for kind, each in enumerate(kinds, 4) for n, name in enumerate(each)
        }

    @cached_property
    def _names(self) -> dict[str, tuple[tuple[str, str], ...]]:
        countries = {
            item: (("fr", french), ("en", name)) for (_, name, item), french in zip(COUNTRIES, FRENCH, strict=True)
        }
        return countries | {item: _spoken(item, name) for name, item in self._things.items()}

    def _called(self, thing: str) -> tuple[tuple[str, str], ...]:
        if thing in self._names:
            return self._names[thing]
        number = int(thing[1:])
        if own := self._own(number):
            return _spoken(thing, own)
        facts = self._stage.knowledge.by_number(number) or self._stage.knowledge.by_number(number - SECOND)
        if facts is None:
            return ()
        return _spoken(thing, facts.artist.name if facts.wikidata == thing else f"{facts.artist.name} (duo)")

    def _own(self, number: int) -> str | None:
        """The name of an artist's own country, label or manager."""
        facts = self._stage.knowledge.by_number(number - number % 10 + 1)
        if facts is None or facts.country[2] in self._names:
            return None
        return {OWN_COUNTRY: facts.country[1], OWN_LABEL: facts.label, OWN_MANAGER: facts.manager}.get(number % 10)


def _history(chance: SeededRandom) -> Iterator[Statement]:
    """Values that have ended, that are unknown, and that turned out to be wrong."""
    former = f"Q{FIRST + 4 + 10 * chance.below(len(LABELS))}"
    if chance.happens(0.3):
        yield Statement("P264", former, end=chance.pick((LONG_AGO, LONG_AGO, "")))
    if chance.happens(0.05):
        yield Statement("P264", "")
    if chance.happens(0.05):
        yield Statement("P264", former, "DeprecatedRank")
    if chance.happens(0.1):
        yield Statement("P1037", f"Q{FIRST + 5 + 10 * chance.below(len(MANAGERS))}", end=LONG_AGO)


def _beside(facts: Facts) -> int:
    """The number of an artist's item without its last digit."""
    return int((facts.wikidata or "Q0")[1:]) // 10 * 10


def _spoken(item: str, name: str) -> tuple[tuple[str, str], ...]:
    """The names of an item: most have one in English, some only in French, some one for all languages, a few none."""
    real = name in {said for known in KNOWN.values() for said in (known.name, known.label, known.manager)}
    plan = 0.0 if real else SeededRandom("spoken", item).share()
    languages = ("fr", "en") if plan < 0.8 else ("fr",) if plan < 0.88 else ("mul",) if plan < 0.98 else ("ja",)
    return tuple((language, name) for language in languages)


def _uri(address: str) -> Row:
    return {"type": "uri", "value": address}


def _text(text: str, kind: str = "") -> Row:
    typed = {"datatype": f"http://www.w3.org/2001/XMLSchema#{kind}"} if kind else {}
    return {**typed, "type": "literal", "value": text}


def _value(value: str, of: str) -> Row:
    if not value:
        return _uri(UNKNOWN + SeededRandom("unknown", of).hex(32))
    return _uri(ENTITY + value) if value[0] == "Q" and value[1:].isdigit() else _text(value)
