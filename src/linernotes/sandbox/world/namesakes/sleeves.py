"""The tracks of a world of namesakes, and what a listener's exports say of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from linernotes.sandbox.world.base62 import new_id
from linernotes.sandbox.world.catalogue import Catalogue
from linernotes.sandbox.world.listening import Album, Credit, Listener, Track
from linernotes.sandbox.world.names import album_title, track_title, vocabulary
from linernotes.sandbox.world.namesakes.cast import Part, Trap
from linernotes.sandbox.world.namesakes.catalogue import Namesakes
from linernotes.sandbox.world.seeded import SeededRandom

PLAIN, TRICKY = 0, 1
"""The two tracks of every artist; traps are on the second one, which is played less."""

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
BETWEEN = timedelta(minutes=10)
JOINTS = (" feat. ", ", ")


@dataclass(frozen=True, slots=True)
class Heard:
    """A play: when it ended, the track as the export has it, the artist's name there, and whose it really is."""

    at: datetime
    track: Track
    artist: str
    part: Part
    people: frozenset[int]


class Sleeves:
    """Two tracks of every artist."""

    def __init__(self, catalogue: Namesakes, seed: int = 1) -> None:
        self._catalogue, self._seed = catalogue, seed
        self._tracks = [(part, which) for part in catalogue.parts for which in (PLAIN, TRICKY)]
        self._whose = {self._id(*each): each for each in self._tracks}
        self._whose |= {self._id(*each, "again"): each for each in self._tracks}
        self._titled = {key: each for each in reversed(self._tracks) for key in self._keys(*each)}

    def repertoire(self) -> Iterator[tuple[Track, ...]]:
        """The tracks of every artist that a library can have."""
        for part in self._catalogue.here:
            yield tuple(self.recorded(part, which) for which in (PLAIN, TRICKY))

    def track(self, track_id: str) -> Track | None:
        """The track of an id as Spotify knows it: some are gone, some have another id by now."""
        part, which = self._whose.get(track_id, (None, PLAIN))
        if part is None or (which == TRICKY and part.trap == Trap.GONE and part.place == 0):
            return None
        found = self.recorded(part, which)
        if which == TRICKY and part.trap == Trap.RELINKED:
            moved = self._id(part, which, "again")
            return replace(found, id=moved, uri=f"spotify:track:{moved}")
        return found

    def recorded_as(self, isrc: str) -> Track | None:
        """The track with this ISRC."""
        return self._codes.get(isrc)

    @cached_property
    def _codes(self) -> dict[str, Track]:
        return {track.isrc: track for each in self._tracks for track in [self.recorded(*each)]}

    def matched(self, artist: str, title: str) -> tuple[int, ...]:
        """The numbers of the artists of the first track with both names; for some, a namesake's."""
        part, which = self._titled.get((artist.casefold(), title.casefold()), (None, PLAIN))
        if part is None:
            return ()
        wrong = which == TRICKY and part.trap == Trap.WRONG_MATCH
        return part.group[:1] if wrong else tuple(self._people(part, which))

    def plays(self, *, names_only: bool) -> Iterator[Heard]:
        """A library with every artist: the first track is played once or twice, the second once."""
        at = BEGAN
        for part in self._catalogue.here:
            often = 1 + SeededRandom(self._seed, "often", part.number).below(2)
            for which in (*[PLAIN] * often, TRICKY):
                at += BETWEEN
                track = self.recorded(part, which)
                artist = self.credited(part, which) if names_only else track.album.artists[0].name
                yield Heard(at, track, artist, part, frozenset(self._people(part, which)))

    def credited(self, part: Part, which: int) -> str:
        """The artist's name where plays have names alone."""
        if which == TRICKY and part.trap == Trap.GUEST:
            return JOINTS[part.number % 2].join((part.name, self._guest(part).name))
        return self.recorded(part, which).album.artists[0].name

    def recorded(self, part: Part, which: int) -> Track:
        """A track as it was when it was heard."""
        chance, track_id = SeededRandom(self._seed, "track", part.number, which), self._id(part, which)
        title = track_title(chance)
        shared = which == TRICKY and part.trap == Trap.SAME_TITLE
        guest = (self._guest(part),) if which == TRICKY and part.trap == Trap.GUEST else ()
        return Track(
            id=track_id,
            uri=f"spotify:track:{track_id}",
            name="Intro" if shared else f"{title}, Op. {part.number} No. {which + 1}",
            seconds=110 + chance.below(300),
            isrc=f"QZ{chance.hex(3).upper()}26{part.number % 10_000:04}{which}",
            album=self._album(part, which),
            artists=tuple(Credit(self._catalogue.id_at(each.number), each.name) for each in (part, *guest)),
            number=which + 1,
        )

    def _album(self, part: Part, which: int) -> Album:
        chance, own = SeededRandom(self._seed, "album", part.number), part.former or part.name
        artists: tuple[Credit, ...] = (Credit(self._catalogue.id_at(part.number), own),)
        if which == TRICKY and part.trap == Trap.COMPILATION:
            many = chance.pick(vocabulary().words["compilation"])
            artists = (Credit(new_id("many", many), many),)
        return Album(new_id("album", part.number, which), album_title(chance), artists, 2026, 2, chance.hex(37))

    def _guest(self, part: Part) -> Part:
        return self._catalogue.here[(part.number + 1) % len(self._catalogue.here)]

    def _people(self, part: Part, which: int) -> Iterator[int]:
        """The numbers of those who really are on a track."""
        yield part.person
        if which == TRICKY and part.trap == Trap.GUEST:
            yield self._guest(part).person

    def _keys(self, part: Part, which: int) -> Iterator[tuple[str, str]]:
        """Both names by which a track can be looked up; of a compilation's name there is nothing to find."""
        credit, title = self.credited(part, which), self.recorded(part, which).name.casefold()
        yield part.name.casefold(), title
        if credit not in vocabulary().words["compilation"]:
            yield credit.casefold(), title

    def _id(self, part: Part, which: int, *again: str) -> str:
        return new_id("track", self._seed, part.number, which, *again)


def tracks_of(catalogue: Catalogue, seed: int, circle: int) -> Listener | Sleeves:
    """What there is to hear: in a world of namesakes its own tracks, else those of a listener."""
    return Sleeves(catalogue, seed) if isinstance(catalogue, Namesakes) else Listener(catalogue, seed, circle)
