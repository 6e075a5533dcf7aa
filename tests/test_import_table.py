"""``linernotes import plays --from-table``: plays from a table or a file of one, each loaded once."""

import json
from multiprocessing.context import ForkServerContext
from pathlib import Path

import duckdb
import pytest

from tests.kills import Kill, killed, nursery
from tests.laptop import Laptop

__all__ = ["nursery"]  # a fixture that stands elsewhere
ROWS = """
    create table listens as
    select timestamp '2024-03-01 10:00:00' + i * interval 5 minute as ts, 'Song ' || i % 9 as title,
        'Artist ' || i % 4 as artist, i * 1000 as ms_played, 'somebody@example.org' as account
    from range({rows}) as r(i)
"""
MAPPED = ("--map", "playedAt=ts,trackName=title")
STORED = "select * exclude (_fileHash, _line) from {lake}.lake_plays__normalized_plays order by playedAt"
EXPORTED = [
    {"playedAt": "2024-03-01 10:00:00 UTC", "trackName": "Roads", "artistName": "Portishead", "msPlayed": "305000"},
    {"playedAt": "2024-03-01 10:05:10.5 UTC", "trackName": "Timber", "artistName": "CocoRosie", "skipped": "false"},
]


@pytest.fixture
def laptop(importer: Laptop) -> Laptop:
    """Nobody has built a hub on this machine: an import needs none."""
    return importer


def write_listens(path: Path, rows: int = 20) -> Path:
    """A file with a table of this many plays, in the form that its suffix says."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path) if path.suffix == ".duckdb" else ":memory:") as connection:
        connection.execute(ROWS.format(rows=rows))
        if path.suffix != ".duckdb":
            form = "json" if path.suffix == ".jsonl" else path.suffix[1:]
            connection.execute(f"copy listens to '{path}' (format {form})")
    return path


def typed(path: Path) -> str:
    return f"{path}:main.listens" if path.suffix == ".duckdb" else str(path)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_listens(tmp_path / "mine.duckdb")


def test_a_table_is_the_same_plays_in_whatever_file_it_is_and_they_load_once(laptop: Laptop, tmp_path: Path) -> None:
    first = laptop("import", "plays", "--from-table", typed(write_listens(tmp_path / "mine.duckdb")), *MAPPED)
    assert "imported 20 new plays, already known 0, rejected 0" in first.err
    assert "mine.duckdb:main.listens: columns playedAt=" in first.err
    for suffix in (".parquet", ".csv", ".jsonl"):
        said = laptop("import", "plays", "--from-table", typed(write_listens(tmp_path / f"mine{suffix}")))
        assert "imported 0 new plays, already known 20, rejected 0" in said.err, suffix
    rows = laptop.rows(STORED)
    assert (len(rows), rows[1]["trackName"], rows[1]["msPlayed"], rows[1]["source"]) == (20, "Song 1", 1000, "table")
    assert str(rows[1]["playedAt"]) == "2024-03-01 10:05:00"
    assert not any(b"somebody@example.org" in path.read_bytes() for path in laptop.home.rglob("*.jsonl"))
    own = laptop("import", "plays", "--dry-run", "--from-table", "dp_lake_local.lake_plays__normalized_plays")
    assert "20" in own.out


def test_an_overlapping_table_says_how_many_of_its_plays_are_new(laptop: Laptop) -> None:
    rows = ["ts,song,performer,secs", *(f"2024-01-0{day}T10:00:00Z,Song {day},Band,9" for day in (1, 2, 3))]
    first, both = laptop.write("one.csv", "\n".join(rows[:3])), laptop.write("two.csv", "\n".join(rows))
    mapped = ("--map", "playedAt=ts,trackName=song,artistName=performer")
    laptop("import", "plays", "--from-table", first, *mapped)
    command = ("import", "plays", "--from-table", both, *mapped)
    said = laptop(*command)
    assert "two.csv: columns playedAt=ts, trackName=song, artistName=performer; not read: secs" in said.err
    assert "imported 1 new play, already known 2, rejected 0" in said.err
    assert "imported 0 new plays, already known 3, rejected 0" in laptop(*command).err


def test_lengths_in_seconds_are_doubted(tmp_path: Path) -> None:
    rows = [f"2024-01-01T10:{minute:02}:00Z,Song,Band,{180 + minute}" for minute in range(30)]
    path = tmp_path / "seconds.csv"
    path.write_text("\n".join(["playedAt,trackName,artistName,secs", *rows]), encoding="utf-8")
    said = Laptop(tmp_path / "home")("import", "plays", "--dry-run", "--from-table", path, "--map", "msPlayed=secs")
    assert "seconds.csv: msPlayed=secs has no value above 209; if these are seconds, import a view" in said.err


def test_with_a_column_that_tells_what_is_new_only_newer_rows_are_taken(laptop: Laptop, table: Path) -> None:
    command = ("import", "plays", "--from-table", typed(table), "--since-column", "ts")
    assert "imported 20 new plays" in laptop(*command).err
    assert "0 plays of 0 artists" in laptop(*command).err
    write_listens(table, 23)
    assert laptop(*command, "--dry-run", "--format", "json").rows[0]["plays"] == 3
    assert "imported 3 new plays, already known 0, rejected 0" in laptop(*command).err
    laptop("rebuild")
    assert "0 plays of 0 artists" in laptop(*command).err  # the mark is in the archive, too
    assert len(laptop.rows(STORED)) == 23


@pytest.mark.parametrize(
    "kill",
    [
        Kill("after", "linernotes.storage.lakes.folder.FolderLake.land", 1),
        Kill("before", "linernotes.runs.imports.table._remember", 1),
    ],
    ids=["landed", "before the mark"],
)
def test_killed_anywhere_and_typed_again_it_gives_the_same_plays(
    kill: Kill, laptop: Laptop, table: Path, nursery: ForkServerContext
) -> None:
    command = ("import", "plays", "--from-table", typed(table), "--since-column", "ts")
    killed(nursery, laptop, list(command), kill)
    assert laptop(*command).code == 0
    rows = laptop.rows(STORED)
    assert (len(rows), len({row["sourceKey"] for row in rows})) == (20, 20)
    assert "0 plays of 0 artists" in laptop(*command).err


def test_a_column_that_is_missing_is_named_with_what_to_type(tmp_path: Path) -> None:
    machine = Laptop(tmp_path / "home")
    path = machine.write("mine.jsonl", '{"moment": 1709287200, "what": "Roads", "who": "Portishead"}\n')
    said = machine("import", "plays", "--dry-run", "--from-table", path)
    assert said.code == 2
    assert said.complaint.endswith(
        "no column found for playedAt, trackName, artistName; "
        "type --map playedAt=COLUMN,trackName=COLUMN,artistName=COLUMN; its columns are: moment, what, who"
    )
    mapped = ("--map", "playedAt=moment,trackName=what", "--map", "artistName=who")
    assert machine("import", "plays", "--dry-run", "--from-table", path, *mapped).code == 0
    assert "no column 'whne'" in machine("import", "plays", "--from-table", path, "--map", "playedAt=whne").complaint
    wrong = machine("import", "plays", "--from-table", path, "--map", "playdAt=when").complaint
    assert "did you mean 'playedAt'" in wrong


def test_times_in_a_table_may_be_written_as_in_any_other_file(laptop: Laptop) -> None:
    rows = ["2024-03-01 10:00:00.5 UTC", "1 Mar 2024, 11:00", "2024-03-01T13:00:00+01:00", "1709294400"]
    lines = "".join(f'{{"when": "{text}", "title": "Roads", "artist": "Portishead"}}\n' for text in rows)
    said = laptop(
        "import", "plays", "--from-table", laptop.write("mine.jsonl", lines + lines.replace("2024", "soon", 1))
    )
    assert "imported 3 new plays, already known 0, there more than once 4, rejected 1" in said.err
    assert [
        str(row["playedAt"])
        for row in laptop.rows("select distinct playedAt from {lake}.lake_plays__stg_plays order by 1")
    ] == ["2024-03-01 10:00:00.500000", "2024-03-01 11:00:00", "2024-03-01 12:00:00"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "give the files to import, or a table with --from-table"),
        (("--map", "playedAt=ts"), "--map and --since-column belong to --from-table"),
        (("--from-table", "x", "--map", "playedAt"), "'playedAt' is not NAME=COLUMN"),
        (("--from-table", "nowhere.parquet"), "import nowhere.parquet: file not found"),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_line(arguments: tuple[str, ...], complaint: str, tmp_path: Path) -> None:
    said = Laptop(tmp_path / "home")("import", "plays", *arguments)
    assert said.code == 2
    assert complaint in said.complaint


def test_lines_that_bigquery_has_exported_are_plays_however_they_come(laptop: Laptop) -> None:
    content = "".join(f"{json.dumps(row)}\n" for row in EXPORTED)
    said = laptop("import", "plays", laptop.write("export.jsonl", content))
    assert "table of plays, 2 plays of 2 artists, 2024-03-01 to 2024-03-01" in said.err
    imported = laptop.rows(STORED)
    assert [(str(row["playedAt"]), row["msPlayed"], row["skipped"]) for row in imported] == [
        ("2024-03-01 10:00:00", 305_000, None),
        ("2024-03-01 10:05:10.500000", None, False),
    ]
    laptop.drop(content.encode(), "export_plays.jsonl", "plays")
    assert "loaded 2 of 2 lines" in laptop("ingest").err
    assert laptop.value("select count(*) from {lake}.lake_plays__stg_plays") == 2  # the same plays
    assert {row["playedAtMeans"] for row in laptop.rows(STORED)} == {"start"}
