"""The invented data of the catalogue's artists, the same at all services other than Spotify.

An artist's number is hidden in the ids that the services give it, so an id leads back to the artist without a table.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from math import exp
from uuid import UUID

from linernotes.sandbox.world.catalogue import Artist, Catalogue
from linernotes.sandbox.world.seeded import SeededRandom

UNLINKED = 0.06
"""Share of the artists whose Spotify URL MusicBrainz does not know."""

SHARED = 0.01
"""Share of the URLs with two artists at MusicBrainz."""

UNKNOWN_MBIDS = 0.3
"""Share of the artists that Last.fm knows by name only."""

KNOWN_TO_WIKIDATA = 0.6
MANAGED = 0.4
SIGNED = 0.7

COUNTRIES = (
    ("FR", "France", "Q142"),
    ("GB", "United Kingdom", "Q145"),
    ("US", "United States", "Q30"),
    ("DE", "Germany", "Q183"),
    ("JP", "Japan", "Q17"),
    ("BR", "Brazil", "Q155"),
    ("NG", "Nigeria", "Q1033"),
)
LABELS = ("Lanterne Records", "Blue Mill", "Nordlicht", "Paper Kite", "Deep Harbour", "Selva", "Velvet Room")
MANAGERS = ("Tournesol Artists", "North Pier Management", "Atlas Music Office", "Linde & Sohn", "Open Window")
NAMED = 20_000
"""The number of artists that can be found by name; a million names would fill the memory."""

SECRET = 0x5DEECE66D  # spreads the numbers over the ids, and back again
WORD = 1 << 48


@dataclass(frozen=True, slots=True)
class Known:
    """A real artist, for comparison: every service knows it, with these values."""

    name: str
    country: tuple[str, str, str]
    genres: tuple[str, ...]
    monthly_listeners: int
    label: str
    manager: str


KNOWN = {
    "2pvfGvbL4mouaDY9ZSwUmv": Known(
        name="Gims",
        country=COUNTRIES[0],
        genres=("pop urbaine", "rap"),
        monthly_listeners=18_500_000,
        label="Play Two",
        manager="Renversant Artists",
    ),
}
"""The few artists that are real, by Spotify id; any catalogue may hold them, and the generated one always does."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One artist's data at the services. ``mbid``, ``wikidata``, ``deezer`` and ``discogs`` are None if they do not.

    ``other_mbid`` is a second artist with the same Spotify URL, ``old_mbid`` one that was merged into this one.
    """

    artist: Artist
    mbid: str | None
    other_mbid: str | None
    old_mbid: str | None
    wikidata: str | None
    deezer: int | None
    discogs: int | None
    kind: str
    country: tuple[str, str, str]
    begin_year: int
    tags: tuple[tuple[str, int], ...]
    listeners: int
    plays: int
    monthly_listeners: int
    fans: int
    label: str | None
    manager: str | None
    similar: tuple[Artist, ...]


@lru_cache(maxsize=2)
def _named(catalogue: Catalogue) -> dict[str, str]:
    """The ids of the first artists by their names; cached: it takes a second."""
    known = (key for key in KNOWN if catalogue.credit(key))
    first = [*islice(catalogue.ids(), NAMED), *known]
    return {catalogue.credit(key).casefold(): key for key in reversed(first)}


class Knowledge:
    """The facts of a catalogue's artists, found by the id of any service."""

    def __init__(self, catalogue: Catalogue, seed: int = 1) -> None:
        self._catalogue, self._seed = catalogue, seed
        self._numbers: dict[str, int] = {}

    def of(self, artist_id: str) -> Facts | None:
        """The facts of a Spotify id; None for an unknown or deleted one."""
        artist, number = self._catalogue.artist(artist_id), self._number(artist_id)
        if artist is None or number is None:
            return None
        facts = self._facts(artist, number)
        return _as_known(facts, number, KNOWN[artist.id]) if artist.id in KNOWN else facts

    def by_mbid(self, mbid: str) -> Facts | None:
        """The facts of a MusicBrainz id, also of one that was merged; the second artist of a URL has none."""
        try:
            kind, number = read_mbid(UUID(mbid).int)
        except ValueError:
            return None
        return self._at(number) if kind in "mo" else None

    def by_number(self, given: int) -> Facts | None:
        """The facts of a Wikidata (without its Q), Deezer or Discogs number."""
        facts = self._at(given // 10)
        return facts if facts and given in (_digits(facts.wikidata), facts.deezer, facts.discogs) else None

    def by_name(self, name: str) -> Facts | None:
        """The first artist of that name among the first of the catalogue: a name does not distinguish namesakes."""
        key = _named(self._catalogue).get(name.casefold())
        return self.of(key) if key else None

    def linked(self, artist_id: str) -> tuple[Facts, ...]:
        """The artists that MusicBrainz links to a Spotify id."""
        facts = self.of(artist_id)
        return (facts,) if facts and facts.mbid else ()

    def items(self, artist_id: str) -> tuple[Facts, ...]:
        """The artists whose items at Wikidata have a Spotify id."""
        facts = self.of(artist_id)
        return (facts,) if facts and facts.wikidata and facts.artist.id == artist_id else ()

    def page(self, name: str) -> Facts | None:
        """The artist that Last.fm's page for a name describes."""
        return self.by_name(name)

    def names_mbid(self, facts: Facts) -> bool:
        """Whether an artist's page at Last.fm has its MusicBrainz id."""
        return not SeededRandom(self._seed, "lastfm", facts.artist.id).happens(UNKNOWN_MBIDS)

    def neighbour_mbid(self, _artist: Artist) -> str:
        """The MusicBrainz id that Last.fm gives for a similar artist, usually an empty one."""
        return ""

    def match(self, artist: str, _recording: str) -> tuple[Facts, ...]:
        """The artists of the recording that ListenBrainz finds by both names."""
        facts = self.by_name(artist)
        return (facts,) if facts and facts.mbid else ()

    def _at(self, number: int) -> Facts | None:
        try:
            return self.of(self._catalogue.id_at(number)) if number >= 0 else None
        except IndexError:
            return None

    def _number(self, artist_id: str) -> int | None:
        index_of = getattr(self._catalogue, "index_of", None)
        if index_of is not None:
            number: int | None = index_of(artist_id)
            return number
        self._numbers = self._numbers or {key: number for number, key in enumerate(self._catalogue.ids())}
        return self._numbers.get(artist_id)

    def _facts(self, artist: Artist, number: int) -> Facts:
        chance = SeededRandom(self._seed, "facts", artist.id)
        linked, known, size = not chance.happens(UNLINKED), chance.happens(KNOWN_TO_WIKIDATA), artist.followers or 1_000
        listeners = int(size * exp(0.4 * chance.normal()) / 8)
        return Facts(
            artist=artist,
            mbid=mbid_of("m", number) if linked else None,
            other_mbid=mbid_of("x", number) if linked and chance.happens(SHARED) else None,
            old_mbid=mbid_of("o", number) if linked and chance.happens(SHARED) else None,
            wikidata=f"Q{number * 10 + 1}" if known else None,
            deezer=number * 10 + 2 if known and chance.happens(0.8) else None,
            discogs=number * 10 + 3 if known and chance.happens(0.7) else None,
            kind=chance.pick(("Person", "Group")),
            country=chance.pick(COUNTRIES),
            begin_year=1950 + chance.below(72),
            tags=_tags(chance, artist),
            listeners=listeners,
            plays=int(listeners * (20 + 40 * chance.share())),
            monthly_listeners=int(size * (0.5 + 2 * chance.share())),
            fans=int(size * chance.share()),
            label=chance.pick(LABELS) if known and chance.happens(SIGNED) else None,
            manager=chance.pick(MANAGERS) if known and chance.happens(MANAGED) else None,
            similar=self._similar(chance),
        )

    def _similar(self, chance: SeededRandom) -> tuple[Artist, ...]:
        numbers = (chance.below(len(self._catalogue)) for _ in range(5))
        found = (self._catalogue.artist(self._catalogue.id_at(number)) for number in numbers)
        return tuple(artist for artist in found if artist)


def _as_known(facts: Facts, number: int, known: Known) -> Facts:
    return replace(
        facts,
        mbid=mbid_of("m", number),
        other_mbid=None,
        wikidata=f"Q{number * 10 + 1}",
        deezer=number * 10 + 2,
        discogs=number * 10 + 3,
        kind="Person",
        country=known.country,
        monthly_listeners=known.monthly_listeners,
        label=known.label,
        manager=known.manager,
    )


def _tags(chance: SeededRandom, artist: Artist) -> tuple[tuple[str, int], ...]:
    """Genres with weights up to 100, and other tags: places, decades and "seen live"."""
    junk = chance.some(
        2, ("seen live", "favourites", "albums i own", "90s", "female vocalists", "under 2000 listeners")
    )
    weights = sorted((1 + chance.below(100) for _ in range(len(artist.genres) + len(junk))), reverse=True)
    return tuple(zip((*artist.genres, *junk), weights, strict=True))


def mbid_of(kind: str, number: int) -> str:
    """A version 4 UUID that holds the kind of id and the artist's number, well mixed."""
    mixed = ((number + 1) * SECRET) % WORD
    return str(UUID(int=(mixed << 80) | (0x4 << 76) | (ord(kind) << 64) | (0x8 << 60) | (mixed ^ SECRET) & (WORD - 1)))


def read_mbid(mbid: int) -> tuple[str, int]:
    """The kind and the number in a MusicBrainz id of the sandbox; ``ValueError`` for any other."""
    mixed, kind = mbid >> 80, chr((mbid >> 64) & 0xFF)
    if mbid_of(kind, number := mixed * pow(SECRET, -1, WORD) % WORD - 1) != str(UUID(int=mbid)):
        raise ValueError("not an id of the sandbox")
    return kind, number


def _digits(wikidata: str | None) -> int | None:
    return int(wikidata[1:]) if wikidata else None
