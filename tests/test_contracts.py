"""configs/ says what it means, or says what is wrong with it; and everything in it is read by somebody."""

import ast
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel

import linernotes
from linernotes.contracts import Column, Configs, Dataset, Environment, ProviderSettings, Strict, read_configs
from linernotes.errors import ConfigurationError
from linernotes.settings import shipped
from tests.samples import configs

SOURCES = sorted(Path(linernotes.__file__).parent.rglob("*.py"))
SHIPPED = configs()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configs folder of one's own, to change."""
    return Path(shutil.copytree(shipped("configs"), tmp_path / "configs"))


@pytest.fixture
def changed(folder: Path) -> Callable[..., Path]:
    """Replace a text in one of its files."""

    def change(name: str, old: str, new: str) -> Path:
        path = folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return folder

    return change


def refusal(folder: Path, **environ: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as refused:
        read_configs(folder, {"LINERNOTES_HOME": "/nowhere", **environ})
    assert "\n" not in refused.value.message
    return refused.value


def test_every_shipped_file_is_read() -> None:
    files = [path.relative_to(shipped("configs")) for path in shipped("configs").rglob("*.yaml")]
    assert sorted(f"{path.parent.name}/{path.stem}" for path in files if path.parts[0] == "datasets") == sorted(
        SHIPPED.datasets
    )
    assert {path.stem for path in files if path.parts[0] == "providers"} == set(SHIPPED.providers)


@pytest.mark.parametrize("name", sorted(SHIPPED.datasets))
def test_a_dataset_lies_where_its_name_says(name: str) -> None:
    path = shipped("configs") / "datasets" / f"{name}.yaml"
    assert yaml.safe_load(path.read_text())["dataset"] == path.stem
    assert SHIPPED.dataset(name).provider == path.parent.name
    assert SHIPPED.dataset(name).table.startswith(f"lake_{path.parent.name}__")


@pytest.mark.parametrize("name", sorted(SHIPPED.providers))
def test_a_providers_answers_have_a_dataset(name: str) -> None:
    provider = SHIPPED.provider(name)
    answers = SHIPPED.dataset(f"{name}/{provider.dataset}")
    assert answers.entity == provider.entity
    assert answers.instant
    assert answers.pattern


@pytest.mark.parametrize("name", sorted(SHIPPED.datasets))
def test_rules_name_columns_down_to_the_last_field(name: str) -> None:
    def paths(columns: tuple[Column, ...], before: str = "") -> Iterator[str]:
        for column in columns:
            yield f"{before}{column.name}"
            yield from paths(column.fields, f"{before}{column.name}.")

    assert set(SHIPPED.dataset(name).rules) <= set(paths(SHIPPED.dataset(name).columns))


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "hint"),
    [
        ("providers/spotify.yaml", "batch_size:", "batchsize:", "batchsize", "did you mean 'batch_size'?"),
        ("providers/spotify.yaml", "attempts:", "attemps:", "attemps", "did you mean 'attempts'?"),
        ("providers/spotify.yaml", "  failures:", "  failure:", "breaker.failure", "did you mean 'failures'?"),
        ("datasets/roster/artists.yaml", "pattern:", "patern:", "patern", "did you mean 'pattern'?"),
        ("datasets/roster/artists.yaml", "schema:", "schemas:", "schemas", "did you mean 'schema'?"),
        ("environments.yaml", "lake_dataset:", "lake_data:", "lake_data", "did you mean 'lake_dataset'?"),
    ],
)
def test_a_key_that_nobody_knows_is_an_error_with_the_likely_one(
    changed: Callable[..., Path], name: str, old: str, new: str, place: str, hint: str
) -> None:
    error = refusal(changed(name, old, new))
    assert error.exit_code == 2
    assert Path(name).name in error.message
    assert f"{place}: " in error.message
    assert error.remedy == hint


@pytest.mark.parametrize(
    ("old", "new"),
    [("attempts:", "per_second: 5\nattempts:"), ("  successes:", "  failures: 3\n  successes:")],
    ids=["at the top", "nested"],
)
def test_a_key_that_stands_twice_is_an_error(changed: Callable[..., Path], old: str, new: str) -> None:
    assert "stands twice" in refusal(changed("providers/spotify.yaml", old, new)).message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("key: [artistId]", "key: [artist]"),
        ("cluster: [artistId]", "cluster: [artistID]"),
        ("cluster: [artistId]", "partition: day"),
        ("cluster: [artistId]", "instant: seenAt"),
        ("  artistId: {pattern", "  artistid: {pattern"),
    ],
)
def test_a_column_that_is_not_in_the_schema_is_an_error(changed: Callable[..., Path], old: str, new: str) -> None:
    assert "not a column of the schema" in refusal(changed("datasets/roster/artists.yaml", old, new)).message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: artistName", 'name: "artistName; drop table x"'),
        ("table: lake_roster__normalized_artists", "table: a.b"),
        ("type: STRING", "type: TEXT"),
        ("version: 1", "version: one"),
        ("mode: REQUIRED", "mode: SOMETIMES"),
    ],
)
def test_a_name_or_type_that_sql_could_not_take_is_an_error(changed: Callable[..., Path], old: str, new: str) -> None:
    refusal(changed("datasets/roster/artists.yaml", old, new))


@pytest.mark.parametrize("text", ["{", "- 1\n- 2\n", "", "a: b: c", "\xff"])
def test_a_file_that_holds_no_settings_is_named(folder: Path, text: str) -> None:
    (folder / "providers" / "spotify.yaml").write_bytes(text.encode("latin-1"))
    assert "spotify.yaml" in refusal(folder).message


@pytest.mark.parametrize(
    ("variable", "value", "path"),
    [
        ("PER_SECOND", "1000", ("per_second", 1000.0)),
        ("BATCH_SIZE", "20", ("batch_size", 20)),
        ("MODE", "development", ("mode", "development")),
        ("BREAKER__FAILURES", "3", ("breaker.failures", 3)),
        ("RETRY_DAYS__FAILED", "[2, 4]", ("retry_days.failed", (2, 4))),
        ("QUOTA_REASONS", "[A, B]", ("quota_reasons", ("A", "B"))),
        ("TITLE", "Mine", ("title", "Mine")),
    ],
)
def test_every_limit_can_be_overridden_from_the_environment(variable: str, value: str, path: tuple[str, Any]) -> None:
    found: Any = configs(**{f"LINERNOTES_SPOTIFY__{variable}": value}).provider("spotify")
    for step in path[0].split("."):
        found = getattr(found, step)
    assert found == path[1]


def test_an_override_wins_over_the_variable_inside_the_file() -> None:
    provider = configs(BATCH_SIZE="10", LINERNOTES_SPOTIFY__BATCH_SIZE="20").provider("spotify")
    assert provider.batch_size == 20


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("PER_SECONDS", "did you mean 'per_second'?"),
        ("BREAKER__FAILURS", "did you mean 'failures'?"),
        ("BREAKR__FAILURES", ""),
        ("BREAKER", ""),
        ("", ""),
        ("BREAKER__FAILURES__X", ""),
        ("PER_SECOND__X", ""),
    ],
)
def test_an_override_that_names_nothing_is_an_error_with_the_likely_name(
    folder: Path, variable: str, hint: str
) -> None:
    error = refusal(folder, **{f"LINERNOTES_SPOTIFY__{variable}": "1"})
    assert f"LINERNOTES_SPOTIFY__{variable} names no setting" in error.message
    assert error.remedy == hint or not hint


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PER_SECOND", "0"),
        ("PER_SECOND", "fast"),
        ("PER_SECOND", ""),
        ("MODE", "magic"),
        ("BREAKER__FAILURES", "0"),
        ("CONCURRENCY", "33"),
        ("TIMEOUT", "-1"),
        ("PER_SECOND", "[1"),
    ],
)
def test_a_value_that_makes_no_sense_is_an_error_that_names_its_setting(
    folder: Path, variable: str, value: str
) -> None:
    error = refusal(folder, **{f"LINERNOTES_SPOTIFY__{variable}": value})
    assert variable.lower().replace("__", ".") in error.message.lower().replace("__", ".")


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, "https://api.spotify.com/v1"),
        ({"SPOTIFY_API_URL": ""}, "https://api.spotify.com/v1"),
        ({"SPOTIFY_API_URL": "http://127.0.0.1:8650/v1"}, "http://127.0.0.1:8650/v1"),
    ],
)
def test_a_variable_has_its_value_or_the_default_beside_it(environ: dict[str, str], url: str) -> None:
    assert configs(**environ).provider("spotify").urls["api"] == url


def test_a_variable_keeps_its_type() -> None:
    assert configs(MAX_RETRIES="7").provider("spotify").attempts == 7


def test_the_home_is_filled_into_paths_as_it_is() -> None:
    found = read_configs(shipped("configs"), {"LINERNOTES_HOME": "/tmp/it's mine: 007"}).environment("local")
    assert str(found.warehouse.path) == "/tmp/it's mine: 007/warehouse.duckdb"


@pytest.mark.parametrize(
    ("name", "found"),
    [("artist_enrichment", "spotify/artist_enrichment"), ("spotify/artist_enrichment", "spotify/artist_enrichment")],
)
def test_a_dataset_is_found_by_its_short_and_its_full_name(name: str, found: str) -> None:
    assert SHIPPED.dataset(name).name == found


@pytest.mark.parametrize(
    ("ask", "name", "hint"),
    [
        (Configs.dataset, "spotify/artist_enrichmnt", "spotify/artist_enrichment"),
        (Configs.provider, "spotfy", "spotify"),
        (Configs.environment, "locl", "local"),
    ],
)
def test_a_misspelt_name_brings_up_the_likely_one(ask: Callable[..., Any], name: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        ask(SHIPPED, name)
    assert refused.value.remedy == f"did you mean {hint!r}?"


def test_nothing_read_can_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        SHIPPED.provider("spotify").attempts = 5


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The model and every model inside it."""
    yield model
    for field in model.model_fields.values():
        for inner in _classes(field.annotation):
            if inner is not model:
                yield from models(inner)


def _classes(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _classes(inner)


KEYS = sorted(
    {
        (model.__name__, key)
        for root in (Dataset, ProviderSettings, Environment)
        for model in models(root)
        for key in model.model_fields
    }
)
# What dbt's sources are written from, by a script that is run when a contract changes.
SCRIPTS = sorted((shipped("dbt_dataplatform").parent / "scripts").glob("write_sources.py"))


@cache
def attributes_read() -> set[str]:
    """Every attribute that the sources read, without methods that are called and without what modules hold."""
    found: set[str] = set()
    for path in [*SOURCES, *SCRIPTS]:
        tree = ast.parse(path.read_text())
        nodes = list(ast.walk(tree))
        modules = {alias.asname or alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        found |= {
            node.attr
            for node in nodes
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Load)
            and id(node) not in called
            and not (isinstance(node.value, ast.Name) and node.value.id in modules | {"cursor"})
        }
    return found


@pytest.mark.parametrize(("model", "key"), KEYS)
def test_every_key_of_the_configuration_is_read_by_somebody(model: str, key: str) -> None:
    assert key in attributes_read(), f"nothing reads {model}.{key}"


def test_every_model_of_the_configuration_is_walked() -> None:
    walked = {model for root in (Configs,) for model in models(root)}
    assert walked == {Strict, *_subclasses(Strict)} - {Strict}


def _subclasses(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for inner in model.__subclasses__():
        if inner.__module__.startswith("linernotes."):
            yield inner
            yield from _subclasses(inner)
