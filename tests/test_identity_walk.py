"""Nothing lands on another artist, although artists share names and services err about them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.judged import Judged, amiss
from linernotes.sandbox import Namesakes, Sandbox
from linernotes.sandbox.world.namesakes.cast import OF_TWO, Trap
from linernotes.sandbox.world.namesakes.libraries import write_plays
from linernotes.sandbox.world.namesakes.sleeves import Sleeves
from tests.conftest import HURRIED, QUICK
from tests.laptop import Laptop

MOST_RUNS = 5
ALSO = {f"LINERNOTES_{name}__PER_SECOND": "100000" for name in ("DEEZER_RELATED", "LISTENBRAINZ_LOOKUP")}
Walk = Callable[[str], Judged]


@pytest.fixture(scope="module")
def walk(everybodys_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Imports plays and runs until nothing is left to ask."""
    catalogue, work = Namesakes(size=60, namesakes=0.5, errors=0.9), tmp_path_factory.mktemp("identity")
    assert {part.trap for part in catalogue.here} >= set(Trap) - {Trap.NONE, Trap.NAMESAKES, Trap.LOOKALIKES}

    def walked(kind: str) -> Judged:
        heard = list(Sleeves(catalogue).plays(names_only=kind == "names"))
        plays = write_plays(work / f"{kind}.json", heard, names_only=kind == "names")
        with Sandbox(catalogue) as sandbox:
            laptop = Laptop(work / kind, sandbox.environment() | QUICK | HURRIED | ALSO).take_over(everybodys_home)
            assert laptop("import", "plays", plays).code == 0
            for _ in range(MOST_RUNS):
                before = sandbox.calls()["total"]
                said = laptop("run", "--mode", "backfill")
                assert said.code == 0, said.err
                if sandbox.calls()["total"] == before:
                    break
        return Judged(laptop.home, catalogue, heard)

    return walked


@pytest.fixture(scope="module")
def by_uri(walk: Walk) -> Judged:
    """A library of plays with the URIs of their tracks."""
    return walk("uris")


@pytest.fixture(scope="module")
def by_name(walk: Walk) -> Judged:
    """A library of plays with names only."""
    return walk("names")


def test_a_play_with_a_uri_is_of_that_tracks_artist_and_of_nobody_else(by_uri: Judged) -> None:
    assert (amiss(by_uri.heard_by()), by_uri.lost()) == ({}, 0)


def test_tracks_of_two_artists_are_two_tracks(by_uri: Judged) -> None:
    assert amiss(by_uri.merged()) == {}


def test_ids_and_values_are_those_of_their_artist(by_uri: Judged) -> None:
    assert (amiss(by_uri.mbids()), amiss(by_uri.values())) == ({}, {})


def test_names_alone_lead_to_another_artist_only_where_the_look_up_does(by_name: Judged) -> None:
    wrong = {trap for trap in Trap if by_name.heard_by()[trap, "wrong"]}
    assert (wrong - set(OF_TWO), by_name.lost()) == (set(), 0)
    assert amiss(by_name.mbids()).keys() | amiss(by_name.values()).keys() <= set(OF_TWO)
