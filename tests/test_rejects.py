"""Rejected lines can be looked at, read again and set aside, and the numbers add up before and after."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.laptop import Laptop
from tests.samples import artist, keys, lines

CONFIGS = Path(__file__).parents[1] / "configs"
GOOD, EARLY, ODD, HIGH, BROKEN = keys(5)
ADDRESS = "198.51.100.7"
PLACES = "select reason, count(*) as n from {lake}.lake_ops__rejects group by reason order by reason"
ADD_UP = (
    "select sum(lines) as lines, sum(loadedRows) as loaded, sum(rejectedRows) as rejected, count(*) as files "
    "from {lake}.lake_ops__loaded_files where dataset not like 'manual/%'"
)
LOADED = "select artistId from {lake}.lake_spotify__normalized_artist_enrichment order by artistId"
Travel = Callable[[float], None]


@pytest.fixture(scope="module")
def rejected(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A machine with four rejected lines of one file of Spotify, one of a roster, and a good line beside each."""
    laptop = Laptop(tmp_path_factory.mktemp("rejects") / "home").take_over(built_home)
    soon = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    private = {"ip_addr": ADDRESS, "username": "somebody"}
    content = lines(
        artist(GOOD),
        artist(EARLY, enrichedAt=soon),
        artist(ODD, popularity=55.7, **private),
        artist(HIGH, popularity=101),
    )
    laptop.drop(content + b'{"artistId": "\x1b[31m' + BROKEN.encode() + b"\n")
    assert laptop("ingest").code == 4
    assert laptop("import", "roster", laptop.roster(GOOD, "odd")).code == 4
    return laptop


@pytest.fixture
def machine(rejected: Laptop, tmp_path: Path) -> Laptop:
    """That machine for one test, which may change it."""
    return Laptop(tmp_path / "home").take_over(rejected.home)


def rejects(machine: Laptop, *options: str) -> list[tuple[int, str]]:
    """Line and start of the reason of each line that is listed."""
    said = machine("rejects", "list", *options, "--format", "json")
    assert said.code == 0, said.err
    return sorted((row["line"], row["reason"].partition(" ")[0]) for row in said.rows)


def counts(machine: Laptop) -> dict[str, int]:
    """Lines, those loaded and those rejected; they add up, and the table holds as many rejects as the manifest says."""
    (row,) = machine.rows(ADD_UP)
    assert row["lines"] == row["loaded"] + row["rejected"]
    assert machine.value("select count(*) from {lake}.lake_ops__rejects") == row["rejected"]
    return {name: int(value) for name, value in row.items()}


def test_they_are_listed_by_reason_file_provider_and_time(rejected: Laptop) -> None:
    machine = rejected
    assert len(rejects(machine)) == 5
    assert [line for line, _ in rejects(machine, "--reason", "FUTURE")] == [2]
    assert [line for line, _ in rejects(machine, "--file", "mine_")] == [2, 3, 4, 5]
    assert [line for line, _ in rejects(machine, "--provider", "roster")] == [3]
    assert len(rejects(machine, "--since", "1h")) == 5
    assert rejects(machine, "--since", "2999-01-01") == []
    assert rejects(machine, "--provider", "spotify", "--reason", "nothing like it") == []
    assert machine("rejects", "list", "--provider", "spotfy").complaint.endswith("did you mean 'spotify'?")


def test_a_list_that_is_cut_says_so_and_has_the_beginning_of_each_text(rejected: Laptop) -> None:
    said = rejected("rejects", "--n", "2")
    assert "2 of 5 listed; --n lists more" in said.err
    assert "3 of 4 listed; --n lists more" in rejected("rejects", "show", "--provider", "spotify", "--n", "3").err
    assert "listed" not in rejected("rejects", "list").err
    table = rejected("rejects", "list", "--provider", "roster").out
    assert table.splitlines()[1].split("\t")[-1] == "odd,"
    texts = [line.split("\t")[-1] for line in rejected("rejects", "list", "--provider", "spotify").out.splitlines()]
    assert {len(text) <= 60 for text in texts} == {True}
    assert ADDRESS not in "".join(texts)


def test_rows_of_a_roster_that_was_corrected_are_listed_no_more(machine: Laptop) -> None:
    mine = machine.write("mine.csv", "Artist,Link\nAnn,odd\nBo,even\nCy,\n")
    machine("import", "roster", mine, "--name", "spring")
    assert [line for line, _ in rejects(machine, "--file", "mine.csv")] == [2, 3]
    assert "2 rows of" in machine("report", "roster", "--roster", "spring").err
    machine("import", "roster", machine.write("mine.csv", "Artist,Link\nAnn,odd\nBo,\nCy,\n"), "--name", "spring")
    assert [line for line, _ in rejects(machine, "--file", "mine.csv")] == [2]
    assert "not listed: 2 rows of rosters that were imported again since" in machine("rejects").err
    assert "discarded 1 rejected line, 5 left" in machine("rejects", "discard", "--file", "mine.csv").err
    assert rejects(machine, "--file", "mine.csv") == []


def test_their_text_is_shown_without_private_fields_and_without_what_moves_a_cursor(rejected: Laptop) -> None:
    shown = rejected("rejects", "show", "--provider", "spotify")
    assert "mine_artist_enrichment.jsonl, line 3: popularity: " in shown.out
    assert ODD in shown.out
    assert BROKEN in shown.out
    printed = (
        shown.out + rejected("rejects", "--format", "json").out + rejected("rejects", "list", "--format", "csv").out
    )
    assert ADDRESS not in printed
    assert "somebody" not in printed
    assert "\x1b" not in shown.out
    assert "no rejected lines" in rejected("rejects", "show", "--reason", "nothing like it").err


def test_what_is_good_by_now_is_loaded_once_and_what_is_bad_stays_one_reject_and_a_rebuild_knows_both(
    machine: Laptop, travel: Travel
) -> None:
    before = counts(machine)
    nothing = machine("rejects", "replay")
    assert "read 5 rejected lines again: 0 loaded, 5 still rejected" in nothing.err
    assert "1 row of imported files cannot be read again from here: import the file again" in nothing.err
    travel(4)
    assert "1 would be loaded, 3 still rejected" in machine("rejects", "replay", "--file", "mine", "--dry-run").err
    assert counts(machine) == before
    assert "1 loaded, 3 still rejected" in machine("rejects", "replay", "--provider", "spotify").err
    after = {**before, "loaded": before["loaded"] + 1, "rejected": before["rejected"] - 1}
    assert counts(machine) == after
    assert machine.rows(LOADED) == [{"artistId": GOOD}, {"artistId": EARLY}]
    assert "0 loaded, 4 still rejected" in machine("rejects", "replay").err
    assert "discarded 3 rejected lines, 1 left" in machine("rejects", "discard", "--provider", "spotify").err
    assert counts(machine) == after
    assert machine("rebuild").code == 0
    assert counts(machine) == after
    assert machine.rows(LOADED) == [{"artistId": GOOD}, {"artistId": EARLY}]
    assert rejects(machine) == [(3, "neither")]


def test_todays_rules_are_those_of_the_contracts(machine: Laptop, tmp_path: Path) -> None:
    shutil.copytree(CONFIGS, tmp_path / "configs")
    path = tmp_path / "configs/providers/spotify.yaml"
    rules: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    rules["answers"]["rules"]["popularity"]["maximum"] = 1000
    path.write_text(yaml.safe_dump(rules), encoding="utf-8")
    machine.environ["LINERNOTES_CONFIGS"] = str(tmp_path / "configs")
    assert "read 1 rejected line again: 1 loaded, 0 still" in machine("rejects", "replay", "--reason", "<= 100").err
    assert machine.rows(LOADED) == [{"artistId": GOOD}, {"artistId": HIGH}]


def test_what_is_set_aside_is_shown_and_read_no_more_and_is_still_there(machine: Laptop) -> None:
    before = counts(machine)
    dry = machine("rejects", "discard", "--reason", "future", "--dry-run")
    assert "would discard 1 rejected line, 4 left" in dry.err
    assert len(rejects(machine)) == 5
    assert "discarded 4 rejected lines, 1 left" in machine("rejects", "discard", "--provider", "spotify").err
    assert "discarded 0 rejected lines, 1 left" in machine("rejects", "discard", "--provider", "spotify").err
    assert [line for line, _ in rejects(machine)] == [3]
    assert "read 1 rejected line again" in machine("rejects", "replay", "--dry-run").err
    assert counts(machine) == before
    refused = machine("rejects", "discard")
    assert (refused.code, "or all of them with --all" in refused.complaint) == (2, True)
    assert "discarded 1 rejected line, 0 left" in machine("rejects", "discard", "--all").err
    assert rejects(machine) == []


def test_lines_whose_file_is_gone_are_counted(machine: Laptop, travel: Travel) -> None:
    for path in (machine.home / "lake/spotify/archive").iterdir():
        path.unlink()
    travel(4)
    said = machine("rejects", "replay", "--provider", "spotify", "--dry-run")
    assert "read 4 rejected lines again: 0 would be loaded, 4 still rejected" in said.err
    assert "4 lines cannot be read again: the file is no longer in archive/" in said.err


def test_rejected_lines_can_be_looked_at_before_any_table_is_built(tmp_path: Path) -> None:
    new = Laptop(tmp_path / "home")
    assert "to begin: linernotes import plays FILE" in new("rejects").complaint
    new.home.mkdir()  # with nothing loaded it is no better
    assert "to begin: linernotes import plays FILE" in new("rejects").complaint
    path = tmp_path / "mine.csv"
    path.write_text(
        "track,artist,time\nRoads,Portishead,2021-04-01 12:42:53\nRoads,Portishead,late\n", encoding="utf-8"
    )
    assert "linernotes rejects lists the bad rows" in new("import", "plays", path).complaint
    said = new("rejects", "--format", "json")
    assert (said.code, [row["line"] for row in said.rows]) == (0, [3]), said.err
