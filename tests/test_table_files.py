"""``linernotes import plays --from-table`` with exported files: text, fields within fields, shards, zones and lines."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.laptop import Laptop

STORED = "select trackName, artistName, playedAt from {lake}.lake_plays__stg_plays order by playedAt"
DRY = ("import", "plays", "--dry-run", "--from-table")


@pytest.fixture
def laptop(importer: Laptop) -> Laptop:
    """Nobody has built a hub on this machine: an import needs none."""
    return importer


def exported(*rows: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def play(number: int, **more: Any) -> dict[str, Any]:
    """A play as BigQuery exports it, with its integers as text."""
    return {
        "playedAt": f"2024-03-01 10:{number % 60:02}:00 UTC",
        "trackName": f"Song {number}",
        "artistName": "Band",
        "id": str(number),
        **more,
    }


@pytest.fixture
def machine(tmp_path: Path) -> Laptop:
    """A home without tables, for what writes nothing."""
    return Laptop(tmp_path / "home")


def test_numbers_that_were_exported_as_text_are_compared_as_numbers(laptop: Laptop) -> None:
    command = ("import", "plays", "--since-column", "id", "--from-table")
    laptop(*command, laptop.write("t.jsonl", exported(play(99_990), play(99_999))))
    said = laptop(*command, laptop.write("t.jsonl", exported(play(99_990), play(99_999), play(100_009))))
    assert "t.jsonl: table of plays, 1 play of 1 artist" in said.err
    assert [row["trackName"] for row in laptop.rows(STORED)] == ["Song 99990", "Song 99999", "Song 100009"]


@pytest.mark.parametrize("newer", ["2024-03-02T00:30:00+02:00", "2024-03-01 22:15:00 UTC"])
def test_instants_are_compared_as_instants_however_they_are_written(newer: str, laptop: Laptop) -> None:
    command = ("import", "plays", "--since-column", "at", "--from-table")
    first = play(1, at="2024-03-02T00:10:00+02:00")  # as text above 22:15 UTC, and yet earlier
    laptop(*command, laptop.write("t.jsonl", exported(first)))
    said = laptop(*command, laptop.write("t.jsonl", exported(first, play(2, at=newer))))
    assert "1 play of 1 artist" in said.err


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        (["5", "soon"], "it holds numbers (5) and texts (soon), which have no order"),
        (["batch-9", "batch-10"], "texts of different lengths, such as batch-10, have no sure order"),
        ([True, False], "BOOLEAN has no order"),
        ([{"a": 1}, {"a": 2}], "STRUCT(A BIGINT) has no order"),
    ],
)
def test_a_column_without_an_order_tells_nothing_newer(values: list[Any], complaint: str, machine: Laptop) -> None:
    rows = [play(number, batch=value) for number, value in enumerate(values)]
    said = machine(*DRY, machine.write("t.jsonl", exported(*rows)), "--since-column", "batch")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert f"--since-column batch: {complaint}; name a column of numbers or of times" in said.complaint


@pytest.mark.parametrize(
    ("mark", "kind"), [(Decimal("99990"), "BIGNUMERIC"), (datetime(2024, 3, 1, tzinfo=UTC), "TIMESTAMP")]
)
def test_a_mark_is_bound_in_bigquery_as_what_it_is(mark: Any, kind: str) -> None:
    bound = pytest.importorskip("linernotes.storage.warehouses.bigquery_values").parameter_of("after", mark)
    assert bound.to_api_repr()["parameterType"] == {"type": kind}


@pytest.mark.parametrize("form", ["csv", "parquet", "duckdb"])
def test_times_without_a_zone_are_in_the_zone_that_their_owner_names(form: str, laptop: Laptop, tmp_path: Path) -> None:
    path = tmp_path / f"t.{form}"
    with duckdb.connect(str(path) if form == "duckdb" else ":memory:") as connection:
        connection.execute(
            "create table t as select timestamp '2024-07-01 12:00:00' as playedAt, 'A' as trackName, 'B' as artistName"
        )
        if form != "duckdb":
            connection.execute(f"copy t to '{path}' (format {form})")
    table = f"{path}:t" if form == "duckdb" else str(path)
    command = ("import", "plays", "--from-table", table)
    assert "times without a zone were read as UTC; --time-zone" in laptop(*command).err
    said = laptop(*command, "--time-zone", "Europe/Berlin")
    assert "read as Europe/Berlin; this replaces its import as UTC" in said.err
    assert [str(row["playedAt"]) for row in laptop.rows(STORED)] == ["2024-07-01 10:00:00"]
    assert "read as in its last import: Europe/Berlin" in laptop(*command).err
    laptop(*command, "--time-zone", "UTC")
    assert [str(row["playedAt"]) for row in laptop.rows(STORED)] == ["2024-07-01 12:00:00"]


@pytest.mark.parametrize("given", [("--from-table",), ()], ids=["a table", "a file"])
def test_an_option_that_changes_nothing_is_not_taken_in_silence(given: tuple[str, ...], machine: Laptop) -> None:
    path = machine.write("t.jsonl", exported(play(1)))
    said = machine("import", "plays", "--dry-run", *given, path, "--time-zone", "Europe/Berlin", "--day-first")
    assert "t.jsonl: --time-zone changed nothing: none of its times is without a zone" in said.err
    assert "t.jsonl: --day-first and --month-first changed nothing" in said.err


def test_the_order_of_day_and_month_is_heeded_in_a_table(machine: Laptop) -> None:
    path = machine.write("t.csv", "playedAt,trackName,artistName\n03/04/2024 10:00,A,B\n")
    rows = {
        order: machine(*DRY, path, order, "--format", "json").rows[0]["from"]
        for order in ("--day-first", "--month-first")
    }
    assert rows == {"--day-first": "2024-04-03", "--month-first": "2024-03-04"}


def test_fields_within_fields_are_mapped_by_their_paths(laptop: Laptop) -> None:
    row = {
        "event": {"ts": "2024-03-01 10:00:00 UTC", "by": {"name": "Portishead"}},
        "track": {"title": "Roads", "n": 1},
    }
    path = laptop.write("nested.jsonl", exported(row))
    said = laptop(*DRY, path)
    assert said.complaint.endswith(
        "no column found for playedAt, artistName; type --map playedAt=COLUMN,artistName=COLUMN;"
        " its columns are: event.ts, event.by.name, track.title, track.n"
    )
    assert (
        "'track' has fields and no value; map one of them: track.title, track.n"
        in laptop(*DRY, path, "--map", "trackName=track").complaint
    )
    mapped = ("--map", "playedAt=event.ts,trackName=track.title,artistName=event.by.name")
    assert laptop("import", "plays", "--from-table", path, *mapped).code == 0
    (stored,) = laptop.rows(STORED)
    assert (stored["trackName"], stored["artistName"], str(stored["playedAt"])) == (
        "Roads",
        "Portishead",
        "2024-03-01 10:00:00",
    )


def test_an_object_is_never_taken_for_a_title(machine: Laptop) -> None:
    rows = play(1, track={"key": 7}), play(2, track={"key": "x", "more": [1]})
    for row in rows:
        del row["trackName"]
    said = machine(*DRY, machine.write("nested.jsonl", exported(*rows)))
    assert "no column found for trackName" in said.complaint


@pytest.mark.parametrize("typed", ["pattern", "repeated", "expanded by the shell"])
def test_the_shards_of_an_export_are_one_table(typed: str, laptop: Laptop) -> None:
    shards = [[play(1, album="Dummy")], [play(2), play(3)], []]  # BigQuery leaves nulls out, and writes empty files
    paths = [str(laptop.write(f"exp-{number}.json", exported(*rows))) for number, rows in enumerate(shards)]
    pattern = str(Path(paths[0]).with_name("exp-*.json"))
    repeated = [word for path in paths for word in ("--from-table", path)]
    arguments = {"pattern": ["--from-table", pattern], "repeated": repeated}.get(typed, ["--from-table", *paths])
    command = ("import", "plays", *arguments, "--map", "albumName=album", "--since-column", "id")
    said = laptop(*command)
    assert (said.code, len(laptop.rows(STORED))) == (0, 3), said.err
    assert "exp-1.json: table of plays, 2 plays of 1 artist" in said.err
    laptop.write("exp-2.json", exported(play(4)))
    assert "exp-2.json: table of plays, 1 play of 1 artist" in laptop(*command).err
    total = laptop(*command, "--dry-run", "--format", "json").rows[-1]
    assert (total["file"], total["plays"]) == ("all", 0)


def test_a_pattern_that_matches_no_file_is_said(machine: Laptop) -> None:
    assert "import gone-*.json: no file matches it" in machine(*DRY, "gone-*.json").complaint


def test_a_rejected_row_has_the_number_of_its_line(laptop: Laptop) -> None:
    rows = ["2024-03-01 12:00:00,C,B", "2024-03-01 11:00:00,A,B", "2024-03-01 10:00:00,B,B", "soon,D,B"]
    content = "\n".join(["playedAt,trackName,artistName", *rows])
    laptop("import", "plays", "--from-table", laptop.write("t.csv", content))
    laptop(
        "import", "plays", "--from-table", laptop.write("t.jsonl", exported(play(9), play(3), play(1, playedAt="x")))
    )
    assert sorted((reject["file"], reject["line"]) for reject in laptop.rejects()) == [("t.csv", 5), ("t.jsonl", 3)]


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("proj.data.tab", "import proj.data.tab: no table of that name in environment local, and no file; "),
        ("listening.plays", "for a table in BigQuery add --env dev or --env prd; for a file write its path"),
        ("wh.duckdb", "wh.duckdb has not one table but a database of them; write"),
        ("wh.duckdb:streams", "no table streams in"),
        ("wh.duckdb:streams", "its tables: rep.streams"),
    ],
)
def test_a_table_that_is_not_there_is_said_in_one_plain_line(table: str, complaint: str, machine: Laptop) -> None:
    path = machine.home.parent / "wh.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema rep; create table rep.streams (playedAt date, track text, artist text)")
    said = machine(*DRY, table.replace("wh.duckdb", str(path)))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert complaint in said.complaint
    assert not any(word in said.complaint for word in ("select", "LINE 1", "restore", "?;"))


def test_a_dry_run_names_the_whole_table(machine: Laptop, tmp_path: Path) -> None:
    path = tmp_path / "wh1.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema rep; create table rep.streams (playedAt date, track text, artist text)")
    assert "wh1.duckdb:rep.streams" in machine(*DRY, f"{path}:rep.streams").out
