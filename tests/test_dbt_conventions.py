"""What keeps one dbt project right on two engines and pleasant to read; the reasons stand in docs and macros."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from linernotes.config.settings import read_settings
from linernotes.storage.warehouses.duckdb import FOR_QUERIES
from linernotes.storage.workspace import open_warehouse

PROJECT = Path(__file__).parents[1] / "dbt_dataplatform"
MODELS = {path.stem: path for path in sorted(PROJECT.glob("models/**/*.sql"))}
DIALECT = sorted(PROJECT.glob("macros/dialect/*.sql"))
SHARED_SQL = sorted(set(PROJECT.rglob("*.sql")) - set(DIALECT))
ENGINES = {"duckdb", "bigquery"}
TYPES = {"string", "int64", "float64", "bool", "timestamp", "date", "array<string>"}
LONGEST_MODEL = 40

# Every one of these means something else on the other engine, or nothing.
ONE_ENGINE_ONLY = {
    "::": r"::",
    "double quotes: a column here, a string there": r'"',
    "apostrophes inside literals": r"''\w",
    "in unnest(), which multiplies rows": r"\bin\s+unnest\b",
    "ilike": r"\bilike\b",
    "filter (where)": r"\bfilter\s*\(",
    "group by all": r"\bgroup\s+by\s+all\b",
    "max_by and its kin": r"\b(max_by|min_by|arg_max|arg_min)\b",
    "list functions": r"\blist_\w+|\barray_agg\b|\[\s*(offset|ordinal|safe_)|\]\s*\[|\w\[\d",
    "a cast that tries": r"\b(try|safe)_cast\b",
    "concat() with nulls": r"\bconcat\s*\(",
    "bool_or": r"\b(bool|logical)_(or|and)\b",
    "regular expressions": r"\bregexp_\w+",
    "week and dayofweek": r"\b(iso)?week\b|\bdayofweek\b",
    "types of one engine": r"\b(varchar|text|bigint|double|hugeint|integer|float64|timestamptz)\b",
    "a clock in the session's zone": r"\b(now|current_timestamp|current_date|get_current_timestamp)\b",
    "date arithmetic": r"\binterval\b|\bdate_(add|sub|diff)\b|\btimestamp_\w+|\bepoch\w*\b",
    "countif(), a HUGEINT on DuckDB": r"\bcountif\b",
    "union without all": r"\bunion\b(?!\s+all)",
    "%": r"%",
    "dbt's own types and dates, which differ": r"\bdbt\.(dateadd|type_\w+|safe_cast|date_trunc)\b",
    "words BigQuery reserves": r"\bas\s+(hash|range|groups|rows|default|extract|window|all|of|set)\b",
}


def test_there_is_a_project_to_look_at() -> None:
    assert len(MODELS) > 20
    assert len(DIALECT) > 3


@pytest.mark.parametrize("path", sorted(PROJECT.rglob("*.sql")), ids=lambda path: path.stem)
def test_no_sql_asks_for_the_engine(path: Path) -> None:
    assert "target.type" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DIALECT, ids=lambda path: path.stem)
def test_a_dispatched_macro_has_exactly_two_bodies(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    dispatched = re.findall(r"adapter\.dispatch\('(\w+)', 'dataplatform'\)", text)
    bodies = {f"{engine}__{name}" for engine in ENGINES for name in dispatched}
    assert set(re.findall(r"\{% macro (\w+)\(", text)) == bodies | set(dispatched)


@pytest.mark.parametrize("name", sorted({n for p in DIALECT for n in re.findall(r"dispatch\('(\w+)'", p.read_text())}))
def test_a_dispatched_macro_is_used(name: str) -> None:
    assert any(re.search(rf"\b{name}\(", path.read_text(encoding="utf-8")) for path in SHARED_SQL)


@pytest.mark.parametrize("path", SHARED_SQL, ids=lambda path: path.stem)
def test_engines_differ_in_dialect_macros_only(path: Path) -> None:
    sql = _sql(path)
    assert [what for what, pattern in ONE_ENGINE_ONLY.items() if re.search(pattern, sql, re.IGNORECASE)] == []


@pytest.mark.parametrize("path", sorted(PROJECT.rglob("*.sql")), ids=lambda path: path.stem)
def test_nulls_come_last_in_every_order(path: Path) -> None:
    assert [key for key in _order_keys(path) if not key.endswith("nulls last")] == []


NESTED = r"(?:[^()]|\((?:[^()]|\([^()]*\))*\))*"  # what stands between parentheses, with two pairs more inside
WINDOW = re.compile(rf"\b(\w+)\({NESTED}\)\s+over\s+\(({NESTED})\)")
NUMBERING = {"row_number", "rank", "dense_rank", "lead", "lag", "ntile"}


def test_what_is_added_up_along_an_order_names_its_rows() -> None:
    """Without a frame it is a range, and BigQuery knows no range whose ascending order has its nulls last."""
    assert list(_without_frame("sum(if(a, 1, 0)) over (partition by f(b) order by c nulls last)")) == ["sum"]
    assert not list(_without_frame("row_number() over (order by c nulls last), max(a) over (partition by b)"))
    assert {path.stem: found for path in SHARED_SQL if (found := list(_without_frame(path.read_text("utf-8"))))} == {}


def _without_frame(text: str) -> Iterator[str]:
    for name, value in re.findall(r"set (\w+) = '([^']*)'", text):
        text = text.replace(f"{{{{ {name} }}}}", value)
    for function, window in WINDOW.findall(text):
        framed = "rows between" in window or ("range between" in window and "desc nulls last" in window)
        if "order by" in window and function not in NUMBERING and not framed:
            yield function


def test_the_search_for_order_keys_sees_them(tmp_path: Path) -> None:
    path = tmp_path / "model.sql"
    path.write_text(
        "select row_number() over (order by least(a, b) desc, c nulls last)\n"
        "from {{ ref('x') }} order by d, {{ newest_first('e') }} limit 1"
    )
    assert list(_order_keys(path)) == ["least(a, b) desc", "c nulls last", "d", "x nulls last"]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_short(name: str) -> None:
    assert len(MODELS[name].read_text(encoding="utf-8").splitlines()) <= LONGEST_MODEL


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_named_after_its_folder(name: str) -> None:
    layer, room, subject = MODELS[name].relative_to(PROJECT / "models").parts[:3]
    short = {"staging": "stg", "service": "svc"}[room]
    assert re.fullmatch(rf"{layer}_{subject}__{short}_[a-z][a-z0-9_]*", name)


@pytest.mark.parametrize("path", sorted(PROJECT.glob("models/**/*.*")), ids=lambda path: path.name)
def test_what_stands_beside_the_models_is_named_after_its_folder(path: Path) -> None:
    kinds = "sources.yml|models.yml|unit_tests.yml|exposures.yml|docs.md"
    assert path.suffix == ".sql" or re.fullmatch(rf"_{path.parent.name}__({kinds})", path.name)


def test_every_model_is_documented_beside_its_sql() -> None:
    folders = {model["name"]: path.parent for path, model in _entries("models")}
    assert folders == {name: path.parent for name, path in MODELS.items()}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_described_and_its_key_tested(name: str) -> None:
    model = _described(name)
    assert model["description"].strip()
    keys = [test["is_key"]["arguments"]["columns"] for test in model["data_tests"] if "is_key" in test]
    assert len(keys) == 1
    assert set(keys[0]) <= {column["name"] for column in model["columns"]}


@pytest.mark.parametrize("name", MODELS)
def test_every_column_that_is_named_is_described(name: str) -> None:
    assert [column["name"] for column in _described(name)["columns"] if not column.get("description", "").strip()] == []


@pytest.mark.parametrize("name", [name for name in MODELS if name.startswith("hub_") and "__svc_" in name])
def test_a_contract_is_written_in_types_of_no_engine(name: str) -> None:
    assert [column["name"] for column in _described(name)["columns"] if column.get("data_type") not in TYPES] == []


@pytest.mark.parametrize("name", [name for name in MODELS if name.startswith("hub_") and "__stg_" in name])
def test_a_hub_staging_model_describes_the_columns_it_has(name: str) -> None:
    last = re.split(r"\bselect\b(?!.*\bselect\b)", _sql(MODELS[name]), flags=re.DOTALL)[-1]
    described = {column["name"] for column in _described(name)["columns"]}
    aliases = set(re.findall(r"\bas\s+([a-z]\w*)\s*(?=,|$|\n)", last.split("\nfrom")[0], re.MULTILINE))
    assert aliases <= described


WATERMARK = "where loadSequence >= (select coalesce(max(loadSequence), 0) from {{ this }})"


@pytest.mark.parametrize("name", [name for name in MODELS if name.startswith("lake_") and "__svc_" in name])
def test_what_is_new_is_told_by_load_sequence_and_survives_an_empty_table(name: str) -> None:
    text = MODELS[name].read_text(encoding="utf-8")
    assert WATERMARK in text or "{{ new_answers(" in text
    assert WATERMARK in (PROJECT / "macros" / "answers.sql").read_text(encoding="utf-8")
    assert "unique_key=" in text


def test_folders_decide_how_models_are_stored() -> None:
    project = _yaml(PROJECT / "dbt_project.yml")
    layers = project["models"]["dataplatform"]
    assert layers["hub"]["service"]["+contract"] == {"enforced": True}
    assert layers["lake"]["service"]["+incremental_strategy"] == "merge"
    assert not any("materialized" in path.read_text(encoding="utf-8") for path in MODELS.values())


def test_dbt_keeps_to_itself_and_to_utc() -> None:
    project = _yaml(PROJECT / "dbt_project.yml")
    profile = _yaml(PROJECT / "profiles.yml")
    assert project["flags"]["send_anonymous_usage_stats"] is False
    settings = profile["linernotes"]["outputs"]["local"]["settings"]
    assert settings == {"TimeZone": "UTC", "memory_limit": "1536MB"}
    assert settings["memory_limit"] in FOR_QUERIES  # as for our own queries
    assert not [p for p in ("packages.yml", "dependencies.yml", "package-lock.yml") if (PROJECT / p).exists()]


def test_every_docs_block_is_used() -> None:
    written = {n for path in PROJECT.rglob("*.md") for n in re.findall(r"\{% docs (\w+) %\}", path.read_text())}
    used = {n for path in PROJECT.rglob("*.yml") for n in re.findall(r"doc\('(\w+)'\)", path.read_text())}
    assert written == used


def test_every_report_and_query_is_an_exposure() -> None:
    exposed = {ref for _, exposure in _entries("exposures") for ref in exposure["depends_on"]}
    read = {name for name in MODELS if name.startswith("hub_") and "__svc_" in name}
    assert {f"ref('{name}')" for name in read} <= exposed


def test_the_project_builds_on_an_empty_lake_and_leaves_no_file_behind(tmp_path: Path) -> None:
    settings = read_settings(environ={"LINERNOTES_HOME": str(tmp_path)})
    warehouse = open_warehouse(settings, tmp_path)
    warehouse.ensure(settings.configs.datasets.values())
    warehouse.close()
    before = sorted(PROJECT.rglob("*"))
    command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "--warn-error", "build"]
    places = {"project-dir": PROJECT, "profiles-dir": PROJECT, "target-path": tmp_path, "log-path": tmp_path}
    options = [word for option, place in places.items() for word in (f"--{option}", str(place))]
    environ = {**os.environ, "LINERNOTES_HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*command, *options], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert sorted(PROJECT.rglob("*")) == before


def _entries(kind: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(PROJECT.glob("models/**/*.yml")):
        for entry in _yaml(path).get(kind, []):
            yield path, entry


@cache  # most tests of this file look into every one of them
def _yaml(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


def _described(name: str) -> dict[str, Any]:
    return next(model for _, model in _entries("models") if model["name"] == name)


def _sql(path: Path) -> str:
    """The SQL of a file: without comments and statements of Jinja, its expressions still in place without braces."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"--[^\n]*", "", text).replace("{{", " ").replace("}}", " ")


def _order_keys(path: Path) -> Iterator[str]:
    """Every key of every ``order by``; what is called newest_first ends in nulls last where it is defined."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|--[^\n]*", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\{\{ newest_first\b.*?\}\}", "x nulls last", text)
    text = re.sub(r"\{\{.*?\}\}", "x", text, flags=re.DOTALL)
    for match in re.finditer(r"\border\s+by\b", text):
        depth, key = 0, ""
        for word in re.findall(r"\s+|\w+|.", text[match.end() :]):
            depth += (word == "(") - (word == ")")
            if depth < 0 or (word in ("limit", "range", "rows") and depth == 0):
                break
            if word == "," and depth == 0:
                yield key.strip()
                key = ""
            else:
                key += word
        yield " ".join(key.split())
