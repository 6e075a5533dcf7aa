"""Queries that people type: they read every table, and change and reach nothing."""

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from linernotes.cli.query import statements
from tests.laptop import Laptop

Type = Callable[..., None]


@pytest.fixture(scope="module")
def tables(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A home with tables, of which nothing is changed."""
    return Laptop(Path(shutil.copytree(built_home, tmp_path_factory.mktemp("tables") / "home")))


def test_an_answer_is_json_or_csv_or_tab_separated(tables: Laptop) -> None:
    query = "select 2025 as year, 'a, b' as name, null as nothing"
    assert tables("sql", query, "--format", "json").rows == [{"year": 2025, "name": "a, b", "nothing": None}]
    assert list(csv.reader(io.StringIO(tables("sql", query, "--format", "csv").out, newline=""))) == [
        ["year", "name", "nothing"],
        ["2025", "a, b", ""],
    ]
    assert tables("sql", query).out == "year\tname\tnothing\n2025\ta, b\t\n"


@pytest.mark.parametrize(
    "table",
    [
        "hub_music__svc_dim_artists",
        "dp_hub_local.hub_music__svc_dim_artists",
        "{hub}.hub_music__svc_dim_artists",
        "lake_ops__runs",
        "{lake}.lake_ops__runs",
    ],
)
def test_tables_are_found_by_their_names_and_by_their_schemas(tables: Laptop, table: str) -> None:
    assert tables("sql", f"select count(*) as n from {table}", "--format", "json").rows[0]["n"] >= 0


@pytest.mark.parametrize(
    "statement",
    [
        "delete from lake_ops__runs",
        "select 1; drop table lake_ops__runs",
        "create table mine as select 1",
        "create temp table mine as select 1",
        "insert into lake_ops__runs (runId) values ('x')",
        "copy (select 1) to 'out.csv'",
        "copy lake_ops__runs from 'in.csv'",
        "export database 'out'",
        "attach 'other.db'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "pragma database_list",
        "call force_checkpoint()",
        "checkpoint",
        "",
        "/* nothing but a comment */",
    ],
)
def test_a_statement_that_is_not_a_query_is_refused(tables: Laptop, statement: str) -> None:
    said = tables("sql", statement)
    assert (said.code, said.out) == (2, "")
    assert said.complaint == "linernotes: sql: not a single query; use one select statement; sql can only read"


@pytest.mark.parametrize(
    "source",
    [
        "read_csv('{}')",
        "read_text('{}')",
        "read_blob('{}')",
        "read_json('{}')",
        "glob('{}')",
        "'{}'",
        "query('select * from read_text(''{}'')')",
        "read_csv('https://example.org/x.csv')",
        "sniff_csv('{}')",
        "os_environ",
    ],
)
@pytest.mark.parametrize("place", ["beside", "home"])
def test_no_query_reads_a_file_the_network_or_a_variable(
    tables: Laptop, tmp_path: Path, source: str, place: str
) -> None:
    os_environ = [1]  # a table to DuckDB, if it were allowed to look
    file = {"beside": tmp_path, "home": tables.home}[place] / "secret.csv"
    file.write_text("a\nsecret\n")
    said = tables("sql", f"select * from {source.format(file)}")
    assert (said.code, said.out) == (2, "")
    assert said.complaint.startswith("linernotes: sql: ")
    assert "secret\n" not in said.err
    del os_environ


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("selec 1", "syntax error at or near"),
        ("select 1,\n  2 frm x", "(line 2)"),
        ("select * from hub_music__svc_dim_artist", 'Did you mean "hub_music__svc_dim_artists"'),
        ("select nope from hub_music__svc_coverage", "nope"),
        (".schema dim_artist", "did you mean 'hub_music__svc_dim_artists'"),
        (".schema svc_artist_ids", "did you mean 'hub_music__svc_artist_"),
        (".schema", ".schema needs a table"),
        (".drop", "unknown command .drop; known: .tables"),
        ("select cast('x' as integer)", "Could not convert"),
    ],
)
def test_a_wrong_query_is_one_line(tables: Laptop, query: str, said: str) -> None:
    answer = tables("sql", query)
    assert answer.code == 2
    assert said.casefold() in answer.complaint.casefold()
    assert "^" not in answer.complaint


def test_the_tables_and_their_columns_are_listed(tables: Laptop) -> None:
    listed = {row["table"] for row in tables("sql", ".tables", "--format", "json").rows}
    assert {"hub_music__svc_dim_artists", "hub_music__svc_fact_plays", "lake_ops__runs"} <= listed
    assert not any("__int_" in table for table in listed)
    for name in ("HUB_MUSIC__SVC_COVERAGE", "coverage", "dp_hub_local.hub_music__svc_coverage"):
        columns = tables("sql", f".schema {name};", "--format", "json").rows
        assert {"column": "withoutId", "type": "BIGINT"} in columns


def test_while_another_process_holds_the_warehouse_the_published_hub_answers(tables: Laptop) -> None:
    holder = _holder(tables.home / "warehouse.duckdb")
    try:
        said = tables("sql", "select count(*) as n from hub_music__svc_dim_artists", "--format", "json")
        assert (said.code, said.rows) == (0, [{"n": 0}])
        assert "showing the data published by the last run, as of 20" in said.err
        said = tables("top", "artists")
        assert said.code == 0
        said = tables("sql", "select * from lake_ops__runs")
        assert said.code == 75
        assert "published.duckdb stays readable" in said.complaint
    finally:
        holder.kill()
        holder.wait()


def _holder(path: Path) -> "subprocess.Popen[str]":
    """A process that has the file open to write."""
    code = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(600)"
    process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.readline()
    return process


def test_two_can_read_at_once(tables: Laptop) -> None:
    with duckdb.connect(str(tables.home / "warehouse.duckdb"), read_only=True):
        code = tables.start("coverage").wait(timeout=60)
    assert code == 0


@pytest.mark.parametrize(
    ("text", "ended", "rest"),
    [
        ("select 1; select 2;", ["select 1;", " select 2;"], ""),
        ("select ';'", [], "select ';'"),
        ("select 'it''s;' -- no; end\n;", ["select 'it''s;' -- no; end\n;"], ""),
        ('select "a;b" /* ; */ , 1', [], 'select "a;b" /* ; */ , 1'),
        ("select 'open;", [], "select 'open;"),
        ("select 1 /* open; ", [], "select 1 /* open; "),
        ("select 4-1/2;", ["select 4-1/2;"], ""),
    ],
)
def test_a_semicolon_ends_a_statement_unless_it_is_quoted(text: str, ended: list[str], rest: str) -> None:
    assert statements(text) == (ended, rest)


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Type:
    """Somebody at the keyboard, whose lines are these; an exception is a key that interrupts."""

    def at_the_keyboard(*typed: str | type[BaseException]) -> None:
        waiting: Iterator[str | type[BaseException]] = iter(typed)

        def line(_prompt: str) -> str:
            key = next(waiting, EOFError)
            if isinstance(key, str):
                return key
            raise key

        monkeypatch.setattr("builtins.input", line)
        monkeypatch.setattr("sys.stdin", _Keyboard())

    return at_the_keyboard


class _Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_queries_are_typed_over_several_lines_and_an_error_ends_only_its_own(tables: Laptop, types: Type) -> None:
    types(
        "select 1", " as one;", "selec;", ".nope", "select 2 as two; select 3 as three;", ".quit", "select 4 as four;"
    )
    said = tables("sql")
    assert said.code == 0
    assert said.out == "one\n1\ntwo\n2\nthree\n3\n"
    assert "syntax error" in said.err
    assert "unknown command .nope" in said.err


def test_ctrl_c_drops_what_is_begun_and_ctrl_d_leaves(tables: Laptop, types: Type) -> None:
    types("select 1 as", KeyboardInterrupt, "select 2 as two;", EOFError)
    said = tables("sql")
    assert (said.code, said.out.split()) == (0, ["two", "2"])
    assert "Traceback" not in said.err


def test_a_file_of_queries_is_answered_one_by_one(tables: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("select 1 as one;\n\nselect 2 as two\n"))
    assert json.loads("[" + tables("sql", "--format", "json").out.replace("]\n[", "],[") + "]") == [
        [{"one": 1}],
        [{"two": 2}],
    ]


def test_what_was_typed_is_there_the_next_time(tables: Laptop, types: Type) -> None:
    pytest.importorskip("readline")
    types(".quit")
    tables("sql")
    assert (tables.home / "sql_history").exists()
