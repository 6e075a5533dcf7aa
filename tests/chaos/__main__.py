"""``make chaos``: every named point at its first, second and third occurrence, and kills at random; a table of trials.

``python -m tests.chaos [--kills 200] [--seed N]``. The services are imitated and misbehave: server errors, throttling
and broken bodies. Exit code 1 if anything is lost, loaded twice or contradicts itself.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from multiprocessing.context import ForkServerContext
from pathlib import Path

from linernotes.sandbox import Faults, Generated, Sandbox
from tests.chaos.checker import State, faults, state, without_failures
from tests.chaos.scenarios import ALL, BATCH, Scenario
from tests.chaos.trials import Trial, compared, copied, done, killed_after, killed_at, random_moments
from tests.conftest import HURRIED, QUICK
from tests.kills import new_nursery
from tests.laptop import Laptop
from tests.sources.test_drops import DISTROKID, table

OCCURRENCES = (1, 2, 3)
KILLS_PER_WALK = 10
TROUBLE = Faults(server_errors=0.1, throttled=0.05, throttled_kind="plain", retry_after=0, broken=0.02)


class Chaos:
    """A machine, the services it asks, and the trials so far."""

    def __init__(self, folder: Path, sandbox: Sandbox, nursery: ForkServerContext) -> None:
        self.folder, self.sandbox, self.nursery = folder, sandbox, nursery
        self.environ = {**sandbox.environment(), **QUICK, **HURRIED, "BATCH_SIZE": str(BATCH)}
        self.trials: list[Trial] = []
        catalogue = Generated()
        live = (catalogue.id_at(n) for n in range(len(catalogue)) if catalogue.state(n) == "live")
        self.start = Laptop(folder / "start", self.environ)
        self.ids = list(islice(live, 6 * BATCH))
        self.roster, self.plays = self.start.roster(*self.ids), self.start.plays(*self.ids[:5])
        self.files = {"plays.jsonl": str(self.plays), "exports": str(self._exports())}
        self._expect(self.start, "init")
        self._expect(self.start, "import", "roster", self.roster)

    def _exports(self) -> Path:
        """Streams and sales of an artist, whose rows go to two tables."""
        place = self.folder / "exports"
        place.mkdir()
        audience = table("date,listeners,streams,followers", *(f"2026-11-{n:02},90,{n},9" for n in range(1, 25)))
        sale = "2026-10-25\t2026-08\tSpotify\tMara Ellis\tTide\tNLXX02600042\t\t100\t0.31"
        (place / "Mara Ellis-audience-timeline.csv").write_text(audience, encoding="utf-8")
        (place / "bank.tsv").write_text(table(DISTROKID, sale), encoding="utf-8")
        return place

    def home(self, of: Path, name: str) -> Laptop:
        """A machine of its own, with a copy of that home."""
        self.sandbox.reset()
        return Laptop(copied(of, name), self.environ)

    def before(self, scenario: Scenario) -> Path:
        """The home that a scenario begins with."""
        walked = self.folder / "walked"
        if not scenario.after_a_run:
            return self.start.home
        if not walked.exists():
            self._expect(self.home(self.start.home, "walked"), "run", "--mode", "backfill")
        return walked

    def at_points(self, scenario: Scenario) -> None:
        """Kill a command at each of its points, at each occurrence, and repeat it."""
        arguments = [self.files.get(each, each) for each in scenario.arguments]
        whole = self.home(self.before(scenario), "whole")
        self._expect(whole, *arguments)
        undisturbed = state(whole.home)
        for point in dict.fromkeys(each.partition(":")[0] for each in scenario.points):
            for nth in OCCURRENCES:
                with self._trial(f"{scenario.name} at {point}:{nth}") as trial:
                    killed = self.home(self.before(scenario), "killed")
                    trial.kills = int(killed_at(self.nursery, killed, arguments, f"{point}:{nth}"))
                    if not trial.kills:
                        continue  # it does not come there so often
                    self._repeat(trial, killed, arguments, undisturbed, settled=scenario.settles)
            self._report_last(point)

    def at_random(self, kills: int, seed: int) -> None:
        """Kill whole walks again and again, then let each of them go to its end."""
        self.sandbox.faults = TROUBLE
        commands = [["import", "plays", str(self.plays)], ["run", "--mode", "backfill"], ["rebuild"]]
        whole, began = self.home(self.start.home, "whole"), time.monotonic()
        for command in commands:
            self._expect(whole, *command)
        seconds, undisturbed = time.monotonic() - began, without_failures(state(whole.home))
        for number in range(0, kills, KILLS_PER_WALK):
            with self._trial(f"walk {number // KILLS_PER_WALK + 1}, seed {seed + number}") as trial:
                killed = self.home(self.start.home, "killed")
                self.sandbox.faults = TROUBLE
                for moment in random_moments(seed + number, min(KILLS_PER_WALK, kills - number), seconds):
                    trial.kills += killed_after(self.nursery, killed, commands, moment)
                    trial.wrong += faults(killed.home, settled=False)
                for command in commands[:-1]:
                    self._expect(killed, *command)
                self._repeat(trial, killed, commands[-1], undisturbed, settled=True)
            print(self.trials[-1], flush=True)  # noqa: T201

    def _repeat(
        self, trial: Trial, killed: Laptop, arguments: Sequence[str], undisturbed: State, *, settled: bool
    ) -> None:
        code = done(self.nursery, killed, arguments)
        if code not in (0, 4):
            trial.wrong.append(f"repeated, it ends with {code}")
        trial.wrong += compared(killed.home, undisturbed, settled=settled)
        asked_twice = sum(times - 1 for times in self.sandbox.calls(asked=True)["asked"].values())
        if trial.kills == 1 and asked_twice > BATCH and self.sandbox.faults == Faults():
            trial.wrong.append(f"{asked_twice} artists were asked twice")

    @contextmanager
    def _trial(self, what: str) -> Iterator[Trial]:
        trial, began = Trial(what, 0, 0.0), time.monotonic()
        yield trial
        trial.seconds = time.monotonic() - began
        if trial.kills:
            self.trials.append(trial)

    def _report_last(self, point: str) -> None:
        for trial in (each for each in self.trials[-len(OCCURRENCES) :] if f" {point}:" in each.what):
            print(trial, flush=True)  # noqa: T201

    def _expect(self, laptop: Laptop, *arguments: object) -> None:
        code = done(self.nursery, laptop, [str(each) for each in arguments])
        if code not in (0, 4):
            sys.exit(f"{' '.join(map(str, arguments))} ended with {code}, undisturbed")


def main() -> int:
    """Run the trials and print their table."""
    parser = argparse.ArgumentParser(prog="make chaos", description="Kill every command everywhere.")
    parser.add_argument("--kills", type=int, default=int(os.environ.get("KILLS", "200")), help="kills at random")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--only", default="", help="only the points of this command, or 'random'")
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.kills} kills at random")  # noqa: T201
    with tempfile.TemporaryDirectory() as folder, Sandbox(Generated()) as sandbox:
        chaos = Chaos(Path(folder), sandbox, new_nursery())
        for scenario in (each for each in ALL if given.only in ("", each.name)):
            chaos.at_points(scenario)
        if given.only in ("", "random"):
            chaos.at_random(given.kills, given.seed)
    wrong = [trial for trial in chaos.trials if trial.wrong]
    kills = sum(trial.kills for trial in chaos.trials)
    print(f"{len(chaos.trials)} trials, {kills} kills, {len(wrong)} wrong")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
