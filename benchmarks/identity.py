"""Whether values, ids and plays land on the right artist, in a world of namesakes where services err."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.commands import Measure, command
from benchmarks.judged import FAIR, Judged, Tally, number, share
from linernotes.config.settings import read_settings
from linernotes.sandbox import Namesakes, Sandbox
from linernotes.sandbox.world.namesakes.cast import Trap
from linernotes.sandbox.world.namesakes.libraries import write_plays, write_roster
from linernotes.sandbox.world.namesakes.sleeves import Sleeves

ARTISTS = 600
MOST_RUNS = 12
AT_ONCE = 3
VERDICTS = ("right", "wrong", "mixed", "open")


@dataclass(frozen=True, slots=True)
class Walks:
    """The homes after their walks; ``reversed`` is ``names`` once more, with the last provider asked first."""

    roster: Judged
    uris: Judged
    names: Judged
    reversed: Judged

    @property
    def all(self) -> tuple[Judged, ...]:
        """The three libraries."""
        return self.roster, self.uris, self.names


def identity(work: Path, artists: int = ARTISTS) -> list[Measure]:
    """Three libraries, walked until nothing is left to ask; prints what became of each trap."""
    walks = _walks(work, Namesakes(size=artists))
    mbids, facts = _sum(each.mbids() for each in walks.all), _sum(each.values() for each in walks.all)
    similar = _sum(each.similar() for each in walks.all)
    recalled, uris, names = walks.roster.recalled(), walks.uris.heard_by(), walks.names.heard_by()
    again, tracks = walks.reversed.heard_by(), walks.uris.merged()
    _show(
        {
            "MBIDs": mbids,
            "MBIDs told": recalled,
            "facts": facts,
            "neighbours": similar,
            "plays with URIs": uris,
            "plays with names": names,
            "the same, last provider first": again,
            "tracks of plays with URIs": tracks,
        }
    )
    plays = len(list(walks.names.heard))
    return [
        _at_least("MBIDs that are right", share(mbids), 0.999),
        _at_least("told MBIDs that are there", share(recalled), 0.98),
        _at_least("facts that are right", share(facts), 0.995),
        _at_least("facts that are right, without errors of services", share(facts, FAIR), 0.999),
        _none("plays with URIs on another artist", number(uris, "wrong")),
        _none("plays with URIs on a row of several", number(uris, "mixed")),
        _at_most("plays with names on another artist", number(names, "wrong") / plays, 0.01),
        _at_most("the same, last provider first", number(again, "wrong") / plays, 0.01),
        _none("tables that the order of answers changes", _differences(walks)),
        _none("tracks that merge two artists", number(tracks, "wrong")),
        _none("plays that are lost", walks.uris.lost() + walks.names.lost()),
    ]


def _walks(work: Path, catalogue: Namesakes) -> Walks:
    sleeves = Sleeves(catalogue)
    by_uri, by_name = list(sleeves.plays(names_only=False)), list(sleeves.plays(names_only=True))
    roster = write_roster(work / "roster.csv", catalogue)
    uris = write_plays(work / "uris.json", by_uri, names_only=False)
    names = write_plays(work / "names.json", by_name, names_only=True)
    homes = [work / name for name in ("by-roster", "by-uri", "by-name", "reversed")]
    for home, library in zip(homes, (roster, uris, names, names), strict=True):
        _walk(home, "roster" if library == roster else "plays", library, catalogue)
    heard = zip(homes, ((), by_uri, by_name, by_name), strict=True)
    return Walks(*(Judged(home, catalogue, plays) for home, plays in heard))


def _walk(home: Path, kind: str, library: Path, catalogue: Namesakes) -> None:
    """Import a library and run until nothing is left to ask, all providers at once or a few after the others."""
    providers = list(read_settings(environ={}).configs.providers)
    rounds = _last_first(providers) if home.name == "reversed" else [[]]
    with Sandbox(catalogue) as sandbox:
        hurried = {f"LINERNOTES_{name.upper()}__PER_SECOND": "100000" for name in providers}
        environ = {**sandbox.environment(), **hurried, "DBT_EXCLUDE_RESOURCE_TYPES": "test"}
        command(home, "import", kind, str(library), environ=environ)
        for _ in range(MOST_RUNS):
            before = sandbox.calls()["total"]
            for words in rounds:
                command(home, "run", "--mode", "backfill", *words, environ=environ)
            if sandbox.calls()["total"] == before:
                return


def _last_first(providers: list[str]) -> list[list[str]]:
    """The options of runs that ask the last providers first, a few at a time: every run makes the hub again."""
    words = [word for name in reversed(providers) for word in ("--provider", name)]
    return [words[start : start + 2 * AT_ONCE] for start in range(0, len(words), 2 * AT_ONCE)]


def _differences(walks: Walks) -> int:
    pairs = zip(walks.names.tables(), walks.reversed.tables(), strict=True)
    return sum(one != other for one, other in pairs)


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.update(tally)
    return total


def _show(tallies: Mapping[str, Tally]) -> None:
    table = Table("what", "trap", *VERDICTS, title="whose is it, by trap")
    for what, tally in tallies.items():
        for trap in (trap for trap in Trap if any(tally[trap, verdict] for verdict in VERDICTS)):
            table.add_row(what, trap.value, *(str(tally[trap, verdict] or "") for verdict in VERDICTS))
    Console(width=150).print(table)


def _at_least(what: str, measured: float, limit: float) -> Measure:
    return Measure(what, f"{measured:.4f}", f"{limit:.3f}", (1 - measured) / (1 - limit), 1.0)


def _at_most(what: str, measured: float, limit: float) -> Measure:
    return Measure(what, f"{measured:.2%}", f"{limit:.0%}", measured / limit, 1.0)


def _none(what: str, measured: int) -> Measure:
    return Measure(what, f"{measured}", "none", float(measured), 0.0)
