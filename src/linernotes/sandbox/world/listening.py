"""A listener with favourites, who hears the same tracks again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate

from linernotes.sandbox.world.base62 import new_id
from linernotes.sandbox.world.catalogue import Catalogue
from linernotes.sandbox.world.names import album_title, track_title
from linernotes.sandbox.world.seeded import SeededRandom

CIRCLE = 280
"""The number of artists that a listener knows."""

LARGEST_CIRCLE = 3_000
"""The largest number of artists that a listener knows."""

_ACQUAINTED = 1_500
_ODD_ONES = 6
_TRACKS = 24
_WITHDRAWN = 0.02
_LAST_YEAR = 2026
_LETTERS, _CODES = "ABCDEFGH", 100_000  # an ISRC counts the tracks: its first letter the hundred thousands


@dataclass(frozen=True, slots=True)
class Credit:
    """An artist as a track credits it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Album:
    """The album of a track."""

    id: str | None
    name: str
    artists: tuple[Credit, ...]
    year: int
    tracks: int
    cover: str


@dataclass(frozen=True, slots=True)
class Track:
    """A track; a file on the listener's own disk has neither id nor artists."""

    id: str | None
    uri: str
    name: str
    seconds: int
    isrc: str
    album: Album
    artists: tuple[Credit, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Play:
    """A track heard to its end; ``source`` is the URI that it was played from, None if unknown."""

    track: Track
    at: datetime
    source: str | None


class Listener:
    """Hears the artists of a catalogue, the popular ones more often and a few favourites most of all."""

    def __init__(self, catalogue: Catalogue, seed: int = 1, circle: int = CIRCLE) -> None:
        self._catalogue = catalogue
        self._seed = seed
        self._size = circle

    def play(self, label: str, number: int, at: datetime, *, local: bool = False) -> Play:
        """The play with this number on an occasion, finished at an instant."""
        chance = SeededRandom(self._seed, label, number)
        track = self._file(chance) if local else self._track(chance)
        return Play(track, at, self._source(chance, track))

    def recent(self, until: datetime, count: int) -> Iterator[Play]:
        """The last plays before an instant, newest first; the eighteenth is a file from the listener's own disk."""
        if not self._circle:
            return
        for number in range(count):
            play = self.play("recent", number, until, local=number == 17)
            yield play
            until -= timedelta(
                seconds=play.track.seconds, milliseconds=SeededRandom(self._seed, "pause", number).below(90_000)
            )

    def repertoire(self) -> Iterator[tuple[Track, ...]]:
        """The tracks of every artist the listener knows, favourites first."""
        for artist_id in self._circle:
            yield tuple(self._numbered(artist_id, number) for number in range(_TRACKS))

    def track(self, track_id: str) -> Track | None:
        """The track of an id, if the listener may have heard it; a few have been withdrawn."""
        whose = self._tracks.get(track_id)
        withdrawn = SeededRandom(self._seed, "withdrawn", track_id).happens(_WITHDRAWN)
        return None if whose is None or withdrawn else self._numbered(*whose)

    def recorded_as(self, isrc: str) -> Track | None:
        """The track with this ISRC, withdrawn or not."""
        letter, code = isrc[2:3], isrc[7:]
        if letter not in _LETTERS or not (code.isascii() and code.isdigit()):
            return None
        place, number = divmod(_LETTERS.index(letter) * _CODES + int(code), _TRACKS)
        track = self._numbered(self._people[place], number) if place < len(self._people) else None
        return track if track and track.isrc == isrc else None

    @cached_property
    def _people(self) -> tuple[str, ...]:
        return tuple(self._acquaintances(SeededRandom(self._seed, "circle")))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {artist_id: place for place, artist_id in enumerate(self._people)}

    @cached_property
    def _tracks(self) -> dict[str, tuple[str, int]]:
        """Artist and number of every track by its id."""
        return {
            new_id("track", self._seed, artist_id, number): (artist_id, number)
            for artist_id in self._acquaintances(SeededRandom(self._seed, "circle"))
            for number in range(_TRACKS)
        }

    def _acquaintances(self, chance: SeededRandom) -> dict[str, None]:
        """The ids of all artists the listener has heard; those of a smaller circle come first."""
        size = len(self._catalogue)
        acquainted = min(size, max(_ACQUAINTED, 2 * self._size))
        return dict.fromkeys(self._catalogue.id_at(chance.below(size)) for _ in range(acquainted))

    @cached_property
    def _circle(self) -> tuple[str, ...]:
        """The ids the listener knows, favourites first; some have been deleted or merged, as in any real history."""
        chance = SeededRandom(self._seed, "circle")
        found = {each: self._catalogue.artist(each) for each in self._acquaintances(chance)}
        odd = [each for each, artist in found.items() if artist is None or artist.id != each][:_ODD_ONES]
        ranks = {each: (artist.popularity or 0) / 100 + chance.share() for each, artist in found.items() if artist}
        liked = sorted(ranks, key=lambda each: ranks[each], reverse=True)[: self._size - len(odd)]
        return tuple(dict.fromkeys([*liked[:20], *odd, *liked[20:]]))

    @cached_property
    def _weights(self) -> tuple[float, ...]:
        return tuple(accumulate(1 / (rank + 3) ** 0.9 for rank in range(len(self._circle))))

    def _artist(self, chance: SeededRandom) -> str:
        mark = chance.share() * self._weights[-1]
        return next(artist for artist, weight in zip(self._circle, self._weights, strict=True) if mark < weight)

    def _credit(self, artist_id: str) -> Credit:
        return Credit(artist_id, self._catalogue.credit(artist_id))

    def _track(self, chance: SeededRandom) -> Track:
        """One of the tracks of an artist: the same number is always the same track, so some are heard many times."""
        artist_id = self._artist(chance)
        return self._numbered(artist_id, min(chance.below(_TRACKS), chance.below(_TRACKS)))

    def _numbered(self, artist_id: str, number: int) -> Track:
        chance = SeededRandom(self._seed, "track", artist_id, number)
        guests = (self._artist(chance),) if chance.happens(0.1) else ()
        track_id = new_id("track", self._seed, artist_id, number)
        album, code = self._album(artist_id, number // 8), self._places[artist_id] * _TRACKS + number
        return Track(
            id=track_id,
            uri=f"spotify:track:{track_id}",
            name=track_title(chance),
            seconds=110 + chance.below(300),
            isrc=f"QZ{_LETTERS[code // _CODES]}{chance.hex(2).upper()}{album.year % 100:02}{code % _CODES:05}",
            album=album,
            artists=tuple(map(self._credit, dict.fromkeys((artist_id, *guests)))),
            number=number % 8 + 1,
        )

    def _album(self, artist_id: str, number: int) -> Album:
        chance = SeededRandom(self._seed, "album", artist_id, number)
        year = _LAST_YEAR - chance.below(30)
        artists = (self._credit(artist_id),)
        return Album(
            new_id("album", self._seed, artist_id, number), album_title(chance), artists, year, 8, chance.hex(37)
        )

    def _file(self, chance: SeededRandom) -> Track:
        name, seconds = track_title(chance), 110 + chance.below(300)
        uri = f"spotify:local:::{name.replace(' ', '+')}:{seconds}"
        return Track(None, uri, name, seconds, "", Album(None, "", (), _LAST_YEAR, 0, ""), (), 0)

    def _source(self, chance: SeededRandom, track: Track) -> str | None:
        """The source of a play: half are playlists, some the album or the artist, the rest unknown."""
        plan = chance.share()
        if plan < 0.5:
            return f"spotify:playlist:{new_id('playlist', self._seed, chance.below(12))}"
        if track.id is None or plan < 0.7:
            return None
        return f"spotify:album:{track.album.id}" if plan < 0.9 else f"spotify:artist:{track.artists[0].id}"
