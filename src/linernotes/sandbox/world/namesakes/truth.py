"""What is true in a world of namesakes, to judge what somebody made of the services' answers."""

import re

from linernotes.sandbox.world.namesakes.cast import Part, Trap
from linernotes.sandbox.world.namesakes.catalogue import MARK, Namesakes
from linernotes.sandbox.world.namesakes.mistakes import Mistaken, is_linked

OWN_WORDS = re.compile(r"(?:Land|Label|Agency) ([0-9]+)")


class Truth:
    """Whose an id, a value or a neighbour really is; an artist is the number of its first profile."""

    def __init__(self, catalogue: Namesakes, seed: int = 1) -> None:
        self._catalogue, self._knowledge = catalogue, Mistaken(catalogue, seed)

    def by_spotify(self, artist_id: str) -> int | None:
        """The artist with a Spotify id."""
        part = self._catalogue.part(artist_id)
        return part.person if part else None

    def by_mbid(self, mbid: str) -> int | None:
        """The artist with a MusicBrainz id, which may have been merged since."""
        facts = self._knowledge.by_mbid(mbid)
        return self.by_spotify(facts.artist.id) if facts else None

    def owner(self, value: str) -> int | None:
        """The artist whom a value is about; None if it does not show that."""
        words = OWN_WORDS.fullmatch(value)
        number = int(words[1]) if words else int(value) // MARK - 1 if value.isdecimal() else -1
        return self._catalogue.parts[number].person if 0 <= number < len(self._catalogue) else None

    def trap(self, person: int) -> Trap:
        """The trap around an artist."""
        return self._catalogue.parts[person].trap

    def neighbour(self, person: int, name: str) -> int | None:
        """The artist that an artist's neighbour of this name is."""
        facts = self._knowledge.of(self._catalogue.id_at(person))
        return next((self.by_spotify(each.id) for each in facts.similar if each.name == name), None) if facts else None

    def told(self, part: Part) -> bool:
        """Whether the services tell the MusicBrainz id of a part, and none contradicts."""
        disputed = part.trap == Trap.SHARED_URL or (part.trap == Trap.NAMESAKES_ITEM and part.place == 0)
        told_by_wikidata = part.trap in (Trap.ONE_LINKED, Trap.MERGED_MBID)
        return not disputed and (is_linked(part) or told_by_wikidata)
