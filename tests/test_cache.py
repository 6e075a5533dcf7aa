"""Answers that are kept: looked at, and marked to be fetched again, which loses nothing and survives a rebuild."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from linernotes.sandbox import Generated, Sandbox
from tests.conftest import QUICK, spotify_of
from tests.laptop import Laptop, Said

ASKED = "select count(*) as times from {lake}.lake_ops__attempts where provider = 'spotify' and key = $key"


@pytest.fixture(scope="module")
def machine(online_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Laptop, list[str]]]:
    """Two live artists and one that Spotify has deleted, all asked about today."""
    catalogue = Generated()
    places = {state: [i for i in range(2_000) if catalogue.state(i) == state] for state in ("live", "deleted")}
    ids = [catalogue.id_at(place) for place in (*places["live"][:2], places["deleted"][0])]
    with Sandbox(catalogue) as running:
        laptop = Laptop(tmp_path_factory.mktemp("kept") / "home", spotify_of(running) | QUICK).take_over(online_home)
        assert laptop("import", "roster", laptop.roster(*ids)).code == 0
        assert laptop("run", "--provider", "spotify").code == 0
        yield laptop, ids


def kept(laptop: Laptop, *options: str) -> dict[str, dict[str, Any]]:
    """Spotify's answers by what was asked."""
    rows = laptop("cache", "list", "--provider", "spotify", *options, "--format", "json").rows
    return {row["key"]: row for row in rows}


def invalidated(laptop: Laptop, *options: str) -> Said:
    said = laptop("cache", "invalidate", *options, "--yes")
    assert said.code == 0, said.err
    return said


def asked(laptop: Laptop, key: str) -> int:
    return int(laptop.value(ASKED, key=key))


def run(laptop: Laptop) -> None:
    assert laptop("run", "--provider", "spotify").code == 0


def test_an_answer_is_listed_with_whom_it_is_about_and_whether_it_is_fresh(machine: tuple[Laptop, list[str]]) -> None:
    laptop, (first, second, dead) = machine
    answers = kept(laptop)
    assert {key: (row["status"], row["state"]) for key, row in answers.items()} == {
        first: ("enriched", "fresh"), second: ("enriched", "fresh"), dead: ("not_found", "fresh"),
    }  # fmt: skip
    assert answers[first]["artistName"] == laptop.dimension()[first]["artistName"]
    assert set(kept(laptop, "--artist", second)) == {second}
    assert not kept(laptop, "--older-than", "1d")
    said = laptop("cache", "list", "--n", "1")
    assert "3 answers kept: 3 fresh; 1 listed, --n lists more" in said.err


def test_the_answer_about_one_artist_is_fetched_again_once_and_the_others_are_not(
    machine: tuple[Laptop, list[str]],
) -> None:
    laptop, (first, second, dead) = machine
    before = {key: asked(laptop, key) for key in (first, second, dead)}
    known = laptop.dimension()[first]
    said = invalidated(laptop, "--artist", first)
    assert "1 answer will be fetched again; until then the old ones count\nnext: linernotes run" in said.err
    assert (kept(laptop)[first]["state"], laptop.dimension()[first]) == ("marked", known)
    assert "0 answers would be fetched again" in invalidated(laptop, "--artist", first).err
    run(laptop)
    run(laptop)
    assert {key: asked(laptop, key) - before[key] for key in before} == {first: 1, second: 0, dead: 0}
    assert kept(laptop)[first]["state"] == "fresh"


def test_all_answers_of_a_provider_are_fetched_again_and_a_rebuild_remembers_it(
    machine: tuple[Laptop, list[str]],
) -> None:
    laptop, ids = machine
    before = {key: asked(laptop, key) for key in ids}
    assert "3 answers will be fetched again" in invalidated(laptop, "--provider", "spotify").err
    assert laptop("rebuild").code == 0
    assert {row["state"] for row in kept(laptop).values()} == {"marked"}
    run(laptop)
    assert {key: asked(laptop, key) - before[key] for key in ids} == dict.fromkeys(ids, 1)
    assert {row["state"] for row in kept(laptop).values()} == {"fresh"}


def test_nothing_changes_in_a_dry_run_without_a_yes_and_for_answers_that_are_too_new(
    machine: tuple[Laptop, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, _ = machine
    monkeypatch.setattr("sys.stdin", StringIO())
    files = laptop.lake("manual/archive")
    assert "3 answers would be fetched again" in laptop("cache", "invalidate", "--provider", "spotify", "--dry-run").err
    assert "0 answers would be fetched again" in invalidated(laptop, "--older-than", "1d").err
    refused = laptop("cache", "invalidate", "--provider", "spotify")
    assert (refused.code, "nothing was changed" in refused.complaint) == (2, True)
    assert laptop.lake("manual/archive") == files
    assert {row["state"] for row in kept(laptop).values()} == {"fresh"}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ((), "select answers with --provider, --artist or --older-than"),
        (("--provider", "spotfy"), "unknown provider 'spotfy'; did you mean 'spotify'?"),
        (("--artist", "Nobody at all"), "no artist found for 'Nobody at all'"),
        (("--older-than", "soon"), "'soon' is not a valid duration"),
        (("--older-than", "99999999d"), "is longer than a century"),
    ],
)
def test_a_wrong_option_changes_nothing_and_says_what_is_wrong(
    machine: tuple[Laptop, list[str]], options: tuple[str, ...], complaint: str
) -> None:
    laptop, _ = machine
    said = laptop("cache", "invalidate", *options, "--yes")
    assert (said.code, complaint in said.complaint) == (2, True), said.err


def test_a_purge_that_forgets_an_artist_also_deletes_what_was_marked(machine: tuple[Laptop, list[str]]) -> None:
    laptop, (first, *_) = machine
    marks = "select count(*) from {lake}.lake_manual__normalized_invalidations where itemKey = $key"
    assert laptop.value(marks, key=first) == 1
    assert laptop("purge", "--artist", first, "--forget", "--yes").code == 0
    assert laptop.value(marks, key=first) == 0
    assert first not in kept(laptop)
