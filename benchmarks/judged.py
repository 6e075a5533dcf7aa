"""What a home made of a world of namesakes, judged by what is true there."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from linernotes.sandbox import Namesakes
from linernotes.sandbox.world.namesakes.cast import NO_ERROR, Trap
from linernotes.sandbox.world.namesakes.sleeves import Heard
from linernotes.sandbox.world.namesakes.truth import Truth

FAIR = (Trap.NONE, *NO_ERROR)
"""Without an error of any service."""

IDENTITIES = "select artistId, spotifyId, mbid from dp_hub_local.hub_music__svc_artist_identities"
FACTS = "select artistId, field, provider, value from dp_hub_local.hub_music__svc_artist_facts"
PLAYS = """
    select playId, epoch(playedAt)::bigint as second, artistId, trackId from dp_hub_local.hub_music__svc_fact_plays
"""
NEIGHBOURS = "select artistId, similarArtistId, similarName from dp_hub_local.hub_music__svc_bridge_artist_similar"
TRACKS = "select trackId from dp_hub_local.hub_music__svc_dim_tracks"

Row = dict[str, Any]
Tally = Counter[tuple[Trap, str]]
"""How often something was right, wrong or neither, by the trap around it."""


@dataclass
class Judged:
    """A home after its walk; ``heard`` are the plays that it imported."""

    home: Path
    catalogue: Namesakes = field(repr=False)
    heard: Iterable[Heard] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """Read what is judged."""
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as connection:
            statements = (IDENTITIES, FACTS, PLAYS, NEIGHBOURS, TRACKS)
            tables = [_rows(connection.execute(sql)) for sql in statements]
        self.identities, self.facts, self.plays, self.neighbours, self.tracks = tables
        self.truth = Truth(self.catalogue)

    def tables(self) -> list[list[tuple[Any, ...]]]:
        """What has to be the same however the services answer."""
        tables = (self.identities, self.facts, self.plays, self.neighbours, self.tracks)
        return [sorted(tuple(map(str, row.values())) for row in table) for table in tables]

    def mbids(self) -> Tally:
        """Whether each MusicBrainz id is that of its artist."""
        told = [(self._person(row["artistId"]), row["mbid"]) for row in self.identities if row["mbid"]]
        return self._tally((person, self.truth.by_mbid(mbid) == person) for person, mbid in told)

    def recalled(self) -> Tally:
        """Whether each MusicBrainz id that the services tell is there."""
        found = {(row["spotifyId"], self.truth.by_mbid(row["mbid"])) for row in self.identities if row["mbid"]}
        told = [part for part in self.catalogue.here if self.truth.told(part)]
        own = {part.number: self.catalogue.id_at(part.number) for part in told}
        return self._tally((part.person, (own[part.number], part.person) in found) for part in told)

    def values(self) -> Tally:
        """Whether each value that shows whose it is belongs to its artist."""
        owned = [(row["artistId"], self.truth.owner(row["value"])) for row in self.facts if row["field"] != "name"]
        return self._tally((self._person(key), owner == self._person(key)) for key, owner in owned if owner is not None)

    def similar(self) -> Tally:
        """Whether each neighbour that leads to an artist leads to the right one."""
        linked = [(self._person(row["artistId"]), row) for row in self.neighbours if row["similarArtistId"]]
        return self._tally((person, self._is_neighbour(person, row)) for person, row in linked)

    def heard_by(self) -> Tally:
        """Where plays have landed: on the right artist, on another, on a row of several, or on nobody in particular."""
        return Counter((play.part.trap, self._landed(row, play)) for row, play in self._matched)

    def merged(self) -> Tally:
        """Whether the plays of each track are of one artist."""
        people: dict[str, set[int]] = defaultdict(set)
        traps = {row["trackId"]: play.part.trap for row, play in self._matched}
        for row, play in self._matched:
            people[row["trackId"]].add(play.part.person)
        return Counter((traps[track], "right" if len(whose) == 1 else "wrong") for track, whose in people.items())

    def lost(self) -> int:
        """How many plays are not there."""
        return len(list(self.heard)) - len(self._matched)

    def _landed(self, row: Row, play: Heard) -> str:
        person = self._claimed_by(row["artistId"] or "")
        if person is not None:
            return "right" if person in play.people else "wrong"
        return "mixed" if row["artistId"] and len(self._on_row[row["artistId"]]) > 1 else "open"

    def _is_neighbour(self, person: int | None, row: Row) -> bool:
        found = self._person(row["similarArtistId"])
        return person is not None and found == self.truth.neighbour(person, row["similarName"])

    @cached_property
    def _matched(self) -> list[tuple[Row, Heard]]:
        by_second = {int(play.at.timestamp()): play for play in self.heard}
        return [(row, by_second[row["second"]]) for row in self.plays]

    @cached_property
    def _claimed(self) -> Mapping[str, int | None]:
        """The artist that each row says it is, by its ids."""
        return {row["artistId"]: self._by_ids(row) for row in self.identities}

    @cached_property
    def _on_row(self) -> Mapping[str | None, Counter[int]]:
        """How often each artist is played on a row."""
        people: dict[str | None, Counter[int]] = defaultdict(Counter)
        for row, play in self._matched:
            people[row["artistId"]][play.part.person] += 1
        return people

    def _claimed_by(self, artist_id: str) -> int | None:
        """The artist that a row says it is; an artist's own id says it too, whether it is listed or not."""
        if artist_id in self._claimed:
            return self._claimed[artist_id]
        if artist_id.startswith("mbid:"):
            return self.truth.by_mbid(artist_id.removeprefix("mbid:"))
        return self.truth.by_spotify(artist_id)

    def _by_ids(self, row: Row) -> int | None:
        if row["spotifyId"]:
            return self.truth.by_spotify(row["spotifyId"])
        return self.truth.by_mbid(row["mbid"]) if row["mbid"] else None

    def _person(self, artist_id: str) -> int | None:
        """The artist that a row is about; one without an id of its own is about whoever is played on it most."""
        if not artist_id.startswith("name:"):
            return self._claimed_by(artist_id)
        played = self._on_row.get(artist_id)
        return played.most_common(1)[0][0] if played else None

    def _tally(self, verdicts: Iterable[tuple[int | None, bool]]) -> Tally:
        return Counter(
            (Trap.NONE if person is None else self.truth.trap(person), "right" if right else "wrong")
            for person, right in verdicts
        )


def _rows(found: duckdb.DuckDBPyConnection) -> list[Row]:
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def share(tally: Tally, traps: Iterable[Trap] = tuple(Trap)) -> float:
    """The share of what is right among what is right or wrong."""
    right, wrong = (sum(tally[trap, verdict] for trap in traps) for verdict in ("right", "wrong"))
    return right / (right + wrong) if right + wrong else 1.0


def number(tally: Tally, verdict: str) -> int:
    """How many there are of a verdict."""
    return sum(tally[trap, verdict] for trap in Trap)


def amiss(tally: Tally) -> dict[Trap, int]:
    """How many are wrong or on a row of several, by trap."""
    bad = {trap: tally[trap, "wrong"] + tally[trap, "mixed"] for trap in Trap}
    return {trap: often for trap, often in bad.items() if often}
