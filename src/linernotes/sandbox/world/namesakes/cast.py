"""Who is in a world of namesakes, and which trap is set around each name."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count, cycle

from linernotes.core.names import name_key
from linernotes.sandbox.world.names import artist_name, vocabulary
from linernotes.sandbox.world.seeded import SeededRandom

MOST_BEARERS = 4


class Trap(StrEnum):
    """What makes it hard to tell whose a value is; the first three are no error of any service."""

    NONE = "none"
    NAMESAKES = "shared name"
    LOOKALIKES = "names that differ in marks alone"
    ONE_LINKED = "one namesake linked at MusicBrainz"
    STRANGERS_PAGE = "Last.fm page of a stranger"
    NAMESAKES_ITEM = "Wikidata item of a namesake"
    WRONG_MATCH = "look-up answers with a namesake"
    SAME_TITLE = "one title by two namesakes"
    OTHERS_ITEM = "Wikidata item of another name"
    MERGED_MBID = "merged MBID at Wikidata"
    SHARED_URL = "two artists on one URL"
    TWO_PROFILES = "two profiles of one artist"
    RENAMED = "renamed artist"
    COMPILATION = "track on a compilation"
    GUEST = "credit with a guest"
    GONE = "track that is gone"
    RELINKED = "relinked track"


OF_GROUPS = (
    *(Trap.ONE_LINKED, Trap.STRANGERS_PAGE, Trap.NAMESAKES_ITEM),
    *(Trap.WRONG_MATCH, Trap.SAME_TITLE, Trap.GONE),
)
OF_ONE = (
    *(Trap.OTHERS_ITEM, Trap.STRANGERS_PAGE, Trap.MERGED_MBID, Trap.SHARED_URL, Trap.TWO_PROFILES),
    *(Trap.RENAMED, Trap.COMPILATION, Trap.GUEST, Trap.GONE, Trap.RELINKED),
)
NO_ERROR = (Trap.NAMESAKES, Trap.LOOKALIKES, Trap.NAMESAKES)
WITH_STRANGER = (Trap.STRANGERS_PAGE, Trap.SHARED_URL)
OF_TWO = (Trap.WRONG_MATCH, Trap.SAME_TITLE)
"""Nothing can tell these two apart where plays have names only, so there are few of them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One profile at Spotify. ``group`` are the numbers of all that share the trap, in order.

    ``person`` is the number of the artist it really is, ``former`` the name that plays still have, and a stranger is
    known to the services but is in no library.
    """

    number: int
    name: str
    trap: Trap
    group: tuple[int, ...]
    person: int
    former: str = ""
    stranger: bool = False

    @property
    def place(self) -> int:
        """Its place in the group, from 0."""
        return self.group.index(self.number)


@dataclass(frozen=True, slots=True)
class _Group:
    names: tuple[str, ...]
    trap: Trap
    former: str = ""


def cast(seed: int, size: int, namesakes: float, errors: float) -> tuple[Part, ...]:
    """At least ``size`` parts, the strangers behind them; ``namesakes`` and ``errors`` are shares."""
    groups = list(_groups(SeededRandom(seed, "cast"), size, namesakes, errors))
    strangers = count(sum(len(group.names) for group in groups))
    here, elsewhere, number = list[Part](), list[Part](), count()
    for group in groups:
        numbers = tuple(next(number) for _ in group.names)
        everybody = (*numbers, next(strangers)) if group.trap in WITH_STRANGER else numbers
        for each, name in zip(numbers, group.names, strict=True):
            person = numbers[0] if group.trap == Trap.TWO_PROFILES else each
            here.append(Part(each, name, group.trap, everybody, person, group.former))
        for each in everybody[len(numbers) :]:
            elsewhere.append(Part(each, group.names[0], group.trap, everybody, each, stranger=True))
    return (*here, *elsewhere)


def _groups(chance: SeededRandom, size: int, namesakes: float, errors: float) -> Iterator[_Group]:
    """Groups of namesakes and artists of their own, so mixed that both shares hold from the first on."""
    names, lookalikes = _names(chance), _lookalikes()
    of_groups, of_one = _traps(errors, OF_GROUPS, NO_ERROR), _traps(errors, OF_ONE, (Trap.NONE,))
    shared = total = 0
    while total < size:
        if shared < namesakes * (total + 1):
            trap = next(of_groups)
            bearers = 2 if trap in OF_TWO else 2 + chance.below(MOST_BEARERS - 1)
            group = _Group(next(lookalikes) if trap == Trap.LOOKALIKES else (next(names),) * bearers, trap)
            shared += len(group.names)
        else:
            group = _single(next(of_one), names)
        total += len(group.names)
        yield group


def _single(trap: Trap, names: Iterator[str]) -> _Group:
    profiles = 2 if trap == Trap.TWO_PROFILES else 1
    return _Group((next(names),) * profiles, trap, next(names) if trap == Trap.RENAMED else "")


def _traps(share: float, errors: tuple[Trap, ...], others: tuple[Trap, ...]) -> Iterator[Trap]:
    """Errors in turn, as often as their share asks for, and the others in turn between them."""
    wrong, fine = cycle(errors), cycle(others)
    for turn in count(1):
        yield next(wrong) if int(turn * share) > int((turn - 1) * share) else next(fine)


def _names(chance: SeededRandom) -> Iterator[str]:
    """Names of which no two are alike."""
    taken = set[str]()
    while True:
        name = artist_name(chance, chance.pick(vocabulary().families))
        if (key := name_key(name)) not in taken:
            taken.add(key)
            yield name


def _lookalikes() -> Iterator[tuple[str, ...]]:
    """Names that differ in marks or signs alone: as they are first, then with a word behind them."""
    yield from vocabulary().lookalikes
    for thing in vocabulary().words["thing"]:
        yield from (tuple(f"{name} {thing}" for name in names) for names in vocabulary().lookalikes)
