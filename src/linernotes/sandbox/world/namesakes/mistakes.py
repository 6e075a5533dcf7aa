"""What the services say in a world of namesakes: the truth, except where a trap is."""

from collections.abc import Iterator
from dataclasses import replace

from linernotes.sandbox.world.catalogue import Artist
from linernotes.sandbox.world.facts import Facts, Knowledge, mbid_of
from linernotes.sandbox.world.namesakes.cast import Part, Trap
from linernotes.sandbox.world.namesakes.catalogue import Namesakes, marked
from linernotes.sandbox.world.namesakes.sleeves import Sleeves
from linernotes.sandbox.world.seeded import SeededRandom

NEIGHBOURS = 5
NEIGHBOURS_WITH_MBID = 0.5


class Mistaken(Knowledge):
    """The facts of a world of namesakes, each of which shows whose it is, and the services' errors about them."""

    def __init__(self, catalogue: Namesakes, seed: int = 1) -> None:
        super().__init__(catalogue, seed)
        self._cast, self._sleeves = catalogue, Sleeves(catalogue, seed)
        self._pages = {part.name.casefold(): self._owner(part) for part in catalogue.parts}

    def linked(self, artist_id: str) -> tuple[Facts, ...]:
        """The artists whom MusicBrainz links: not all, and of one address several."""
        part = self._cast.part(artist_id)
        if part is None or not is_linked(part):
            return ()
        return self._all(part.group if part.trap == Trap.SHARED_URL else (part.person,))

    def items(self, artist_id: str) -> tuple[Facts, ...]:
        """The items with a Spotify id, some of which are about somebody else or have an earlier MusicBrainz id."""
        part = self._cast.part(artist_id)
        if part is None:
            return ()
        (facts,) = self._all((self._described(part),))
        return (replace(facts, mbid=None) if part.trap == Trap.MERGED_MBID else facts,)

    def page(self, name: str) -> Facts | None:
        """The one artist whom the page of a name is about."""
        owner = self._pages.get(name.casefold())
        return None if owner is None else self._at(owner)

    def names_mbid(self, facts: Facts) -> bool:
        """Whether a page has a MusicBrainz id; without one, nothing could tell that a page is about a stranger."""
        part = self._cast.part(facts.artist.id)
        return super().names_mbid(facts) or (part is not None and part.stranger)

    def neighbour_mbid(self, artist: Artist) -> str:
        """The MusicBrainz id of a neighbour, for half of them and for every stranger."""
        facts, part = self.of(artist.id), self._cast.part(artist.id)
        told = SeededRandom(self._seed, "neighbour", artist.id).happens(NEIGHBOURS_WITH_MBID)
        return (facts.mbid or "") if facts and part and (told or part.stranger) else ""

    def match(self, artist: str, recording: str) -> tuple[Facts, ...]:
        """The artists of the first recording with both names, for some a namesake."""
        return self._all(self._sleeves.matched(artist, recording))

    def _described(self, part: Part) -> int:
        """The number of the artist whom the item with a part's Spotify id is about."""
        if part.trap == Trap.NAMESAKES_ITEM and part.place == 0:
            return part.group[1]
        if part.trap == Trap.OTHERS_ITEM:
            return other_name(self._cast, part).number
        return part.person

    def _owner(self, part: Part) -> int:
        """The number of the artist whom the page of a part's name is about."""
        if part.trap == Trap.STRANGERS_PAGE:
            return part.group[-1]
        if part.trap in (Trap.ONE_LINKED, Trap.TWO_PROFILES, Trap.SHARED_URL):
            return part.group[0]
        same = [number for number in part.group if self._cast.parts[number].name == part.name]
        return SeededRandom(self._seed, "page", part.name).pick(same)

    def _all(self, numbers: tuple[int, ...]) -> tuple[Facts, ...]:
        return tuple(facts for number in numbers if (facts := self._at(number)))

    def _facts(self, artist: Artist, number: int) -> Facts:
        part, chance = self._cast.parts[number], SeededRandom(self._seed, "told", artist.id)
        return replace(
            super()._facts(artist, number),
            mbid=mbid_of("m", part.person),
            other_mbid=None,
            old_mbid=mbid_of("o", number) if part.trap == Trap.MERGED_MBID else None,
            wikidata=f"Q{number * 10 + 1}",
            deezer=number * 10 + 2,
            discogs=number * 10 + 3,
            country=("ZZ", f"Land {number}", f"Q{number * 10 + 7}"),
            label=f"Label {number}",
            manager=f"Agency {number}",
            listeners=marked(part, chance),
            plays=marked(part, chance),
            monthly_listeners=marked(part, chance),
            fans=marked(part, chance),
            similar=tuple(self._around(part, chance)),
        )

    def _around(self, part: Part, chance: SeededRandom) -> Iterator[Artist]:
        """Neighbours with different names, of which most are borne by others too."""
        names, shared = {part.name.casefold()}, [each for each in self._cast.parts if len(each.group) > 1]
        for turn in range(NEIGHBOURS):
            other = chance.pick(shared if shared and turn % 2 == 0 else self._cast.parts)
            if other.name.casefold() not in names:
                names.add(other.name.casefold())
                yield self._portrait(other)

    def _portrait(self, part: Part) -> Artist:
        return Artist(self._cast.id_at(part.number), part.name)


def is_linked(part: Part) -> bool:
    """Whether MusicBrainz links a part's Spotify URL; of merged ids every other one is told by Wikidata alone."""
    if part.trap == Trap.MERGED_MBID:
        return part.number % 2 == 0
    return part.trap != Trap.ONE_LINKED or part.place == 0


def other_name(catalogue: Namesakes, part: Part) -> Part:
    """An artist of another name, whose item has a part's Spotify id too."""
    far = len(catalogue.here) // 2
    return catalogue.here[(part.number + far) % len(catalogue.here)]
