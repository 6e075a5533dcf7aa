"""What the catalogue's artists have released: release groups, and the editions of each, with labels and barcodes.

An artist's number is hidden in the ids of its release groups, so an id leads back to the artist without a table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from linernotes.sandbox.world.facts import KNOWN, LABELS, Facts, Knowledge, mbid_of, read_mbid
from linernotes.sandbox.world.names import album_title
from linernotes.sandbox.world.seeded import SeededRandom

MOST = 100  # groups of one artist
USUAL = 24
REMEMBERED = 2_000  # artists
NO_LABEL = ("157afde4-4bf5-4039-8ad2-5a15acc85176", "[no label]")
REISSUER = "Second Spring Reissues"
LAST_YEAR = 2026
COUNTRIES = ("XW", "US", "GB", "DE", "JP", "XE")

SELF_RELEASED = 0.08
"""Share of the groups without a label."""

UNLABELLED = 0.1
"""Share of the groups whose label nobody has entered."""

REISSUED = 0.12
"""Share of the groups with an edition of another label, years later."""

BOOTLEGGED = 0.04
"""Share of the groups with a bootleg, dated before the first edition."""

OTHER_MARKETS = 0.3
"""Share of the groups with an edition for another country, on the same day."""

DELUXE = 0.16
"""Share of every other group that is the one before again, entered a second time as its deluxe edition."""

YEAR_ONLY, UNDATED = 0.12, 0.03
SHARED_BARCODE = 0.03
"""Share of the groups whose barcode another group of the artist has too."""

FIRST_BARCODE, EDITIONS = 10**11, ("first", "market", "reissue", "bootleg", "shared")
KINDS = ("Album", "Album", "Single", "Single", "EP")
BY_PRODUCTS = ("Compilation", "Live", "Remix")


@dataclass(frozen=True, slots=True)
class Edition:
    """One release: an edition for a market; ``label`` is its id and name, None where nobody has entered one."""

    mbid: str
    title: str
    note: str
    status: str
    date: str
    country: str
    barcode: str | None
    label: tuple[str, str] | None
    catalog_number: str | None
    format: str


@dataclass(frozen=True, slots=True)
class Group:
    """One work in all its editions, and the artist it is credited to first."""

    mbid: str
    title: str
    kind: str
    secondary: tuple[str, ...]
    date: str
    artist: Facts
    number: int


class Discographies:
    """The release groups of the artists that MusicBrainz knows."""

    def __init__(self, knowledge: Knowledge, seed: int = 1) -> None:
        self._knowledge, self._seed = knowledge, seed
        self.of = lru_cache(REMEMBERED)(self._of)
        """The release groups that an artist is credited on, the oldest first."""

    def _of(self, facts: Facts) -> tuple[Group, ...]:
        if facts.mbid is None:
            return ()
        chance = SeededRandom(self._seed, "discography", facts.artist.id)
        groups = [self._group(facts, number) for number in range(1 + chance.below(USUAL))]
        return tuple(sorted(groups, key=lambda group: (not group.date, group.date, group.mbid)))

    def group(self, mbid: str) -> Group | None:
        """The release group of an id."""
        try:
            kind, number = read_mbid(UUID(mbid).int)
        except ValueError:
            return None
        artist, place = divmod(number, MOST)
        facts = self._knowledge.by_mbid(mbid_of("m", artist)) if kind == "g" else None
        return next((group for group in self.of(facts) if group.number == place), None) if facts else None

    def with_barcode(self, digits: str) -> Iterator[tuple[Group, Edition]]:
        """The editions with this barcode, and their works: several, where works of an artist share one."""
        number = (int(digits) - FIRST_BARCODE) // 10 if digits.isascii() and digits.isdigit() else -1
        facts = self._knowledge.by_mbid(mbid_of("m", number // MOST)) if number >= 0 else None
        for group in self.of(facts) if facts else ():
            yield from (
                (group, each) for each in self.editions(group) if each.barcode and int(each.barcode) == int(digits)
            )

    def named(self, artist: str, title: str) -> Iterator[tuple[Group, Edition]]:
        """The editions of the works of this artist that have this title."""
        facts = self._knowledge.by_name(artist)
        for group in self.of(facts) if facts else ():
            if group.title.casefold() == title.casefold():
                yield from ((group, each) for each in self.editions(group))

    def editions(self, group: Group) -> Iterator[Edition]:
        """The releases of a group, in no order."""
        chance = SeededRandom(self._seed, "editions", group.mbid)
        label, year = self._label(group, chance), int(group.date[:4] or LAST_YEAR)
        catalog_number = f"{chance.pick(('LR', 'BM', 'NL'))}{chance.below(900) + 100}" if label else None
        first = self._edition(group, "first", group.date, chance, label, catalog_number)
        yield first
        if chance.happens(OTHER_MARKETS):
            yield self._edition(group, "market", group.date, chance, label, catalog_number)
        if chance.happens(REISSUED) and year < LAST_YEAR - 4:
            reissuer = (label_id(REISSUER), REISSUER)
            yield self._edition(group, "reissue", f"{year + 4}-03-01", chance, reissuer, "SSR 12")
        if chance.happens(BOOTLEGGED):
            yield self._edition(group, "bootleg", f"{year - 1}", chance, None, None)

    def _group(self, facts: Facts, number: int) -> Group:
        of = SeededRandom(self._seed, "group", facts.artist.id, number)
        again = number % 2 == 1 and of.happens(DELUXE)
        _, place = read_mbid(UUID(str(facts.mbid)).int)
        year, secondary = facts.begin_year + 18 + of.below(30), of.pick(BY_PRODUCTS) if of.happens(0.15) else ""
        return Group(
            mbid=mbid_of("g", place * MOST + number),
            title=self._title(facts, number - 1) + " (Deluxe Edition)" if again else self._title(facts, number),
            kind=of.pick(KINDS),
            secondary=(secondary,) if secondary else (),
            date=_date(of, min(year, LAST_YEAR - 1)),
            artist=facts,
            number=number,
        )

    def _title(self, facts: Facts, number: int) -> str:
        return album_title(SeededRandom(self._seed, "title", facts.artist.id, number))

    def _label(self, group: Group, chance: SeededRandom) -> tuple[str, str] | None:
        known = KNOWN.get(group.artist.artist.id)
        if known:
            return label_id(known.label), known.label
        usual = group.artist.label or SeededRandom(self._seed, "label", group.artist.artist.id).pick(LABELS)
        name = usual if chance.happens(0.8) else chance.pick(LABELS)
        if chance.happens(UNLABELLED):
            return None
        return NO_LABEL if chance.happens(SELF_RELEASED) else (label_id(name), name)

    def _edition(
        self,
        group: Group,
        which: str,
        date: str,
        chance: SeededRandom,
        label: tuple[str, str] | None,
        catalog_number: str | None,
    ) -> Edition:
        digits = barcode_of(group, "shared" if chance.happens(SHARED_BARCODE) else which)
        return Edition(
            mbid=str(uuid5(NAMESPACE_URL, f"release/{which}/{group.mbid}")),
            title=group.title,
            note="remastered" if which == "reissue" else "",
            status="Bootleg" if which == "bootleg" else "Official",
            date=date,
            country=chance.pick(COUNTRIES),
            barcode=chance.pick((f"{digits:012}", f"{digits:013}", "")),
            label=label,
            catalog_number=catalog_number,
            format=chance.pick(("Digital Media", "CD", '12" Vinyl')),
        )


@lru_cache
def label_id(name: str) -> str:
    """The MusicBrainz id of a label."""
    return NO_LABEL[0] if name == NO_LABEL[1] else str(uuid5(NAMESPACE_URL, f"label/{name}"))


def barcode_of(group: Group, which: str) -> int:
    """The barcode of an edition, which holds the number of its group, or that of the first group if it is shared."""
    _, number = read_mbid(UUID(group.mbid).int)
    return FIRST_BARCODE + (number - group.number if which == "shared" else number) * 10 + EDITIONS.index(which)


def _date(chance: SeededRandom, year: int) -> str:
    """A date, for some a year alone, for a few none."""
    if chance.happens(UNDATED):
        return ""
    if chance.happens(YEAR_ONLY):
        return f"{year}"
    return f"{year}-{1 + chance.below(12):02}-{1 + chance.below(28):02}"
