"""Which spellings are of one name: the cases of names.csv, in Python and in DuckDB's SQL."""

import csv
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from linernotes.core.names import name_key, same_name

MACROS = Path(__file__).parents[2] / "dbt_dataplatform" / "macros"
with Path(__file__).with_name("names.csv").open(encoding="utf-8", newline="") as table:
    CASES = list(csv.DictReader(table))


def sql_key() -> str:
    """The expression that the models compare names by, for DuckDB."""
    templates = [MACROS / "dialect" / "text.sql", MACROS / "names.sql"]
    source = "".join(path.read_text(encoding="utf-8") for path in templates)
    macros: dict[str, Any] = {}

    def dispatch(name: str, _package: str) -> Callable[[str], str]:
        found: Callable[[str], str] = getattr(macros["module"], f"duckdb__{name}")
        return found

    environment = Environment(autoescape=False)
    variables = {"adapter": SimpleNamespace(dispatch=dispatch), "var": lambda _name: ["variousartists"]}
    macros["module"] = environment.from_string(source).make_module(variables)
    return str(macros["module"].name_key("name"))


@pytest.fixture(scope="module")
def keys_in_sql() -> dict[str, str | None]:
    """The key of every name of the table, as DuckDB makes it."""
    names = sorted({case[side] for case in CASES for side in ("one", "other")})
    rows = duckdb.execute(f"select name, {sql_key()} from (select unnest($names) as name)", {"names": names})
    return dict(rows.fetchall())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['one']} {case['other']}")
def test_names_are_the_same_or_not_as_the_table_says(case: dict[str, str]) -> None:
    assert same_name(case["one"], case["other"]) is (case["same"] == "yes")


def test_sql_agrees_with_the_table_but_for_the_cases_that_it_names(keys_in_sql: dict[str, str | None]) -> None:
    differing = {
        (case["one"], case["other"])
        for case in CASES
        if (keys_in_sql[case["one"]] == keys_in_sql[case["other"]]) is not (case["same"] == "yes")
    }
    assert differing == {(case["one"], case["other"]) for case in CASES if case["sql"]}


def test_sql_makes_the_same_keys_where_it_agrees(keys_in_sql: dict[str, str | None]) -> None:
    agreed = [case[side] for case in CASES if not case["sql"] for side in ("one", "other")]
    assert {name: keys_in_sql[name] for name in agreed} == {name: name_key(name) for name in agreed}


@pytest.mark.parametrize(("one", "other"), [(None, "ABBA"), ("ABBA", None), ("", "ABBA"), (None, None)])
def test_an_unknown_name_is_neither_the_same_nor_another(one: str | None, other: str | None) -> None:
    assert same_name(one, other) is None


@given(st.text())
def test_a_key_is_its_own_key_and_a_name_with_a_letter_has_one(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    assert key or not any(map(str.isalnum, name))
