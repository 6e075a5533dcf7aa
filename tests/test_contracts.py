"""What configs/ says holds together, and everything in it is read by somebody."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import linernotes
from linernotes.config.base import Strict
from linernotes.config.catalogue import Configs
from linernotes.config.datasets import Column, Dataset
from linernotes.config.drops import Drop
from linernotes.config.environments import Environment
from linernotes.config.providers import ProviderSettings
from linernotes.config.service_levels import Slo
from linernotes.config.settings import shipped_folder
from linernotes.core.errors import ConfigurationError
from tests.samples import configs

SOURCES = sorted(Path(linernotes.__file__).parent.rglob("*.py"))
SHIPPED = configs()


def test_every_shipped_file_is_read() -> None:
    files = [path.relative_to(shipped_folder("configs")) for path in shipped_folder("configs").rglob("*.yaml")]
    dropped = {f"{path.parent.name}/{path.stem}" for path in files if path.parts[0] == "datasets"}
    answered = {provider.answers.name for provider in SHIPPED.providers.values()}
    assert dropped | answered == set(SHIPPED.datasets)
    assert {path.stem for path in files if path.parts[0] == "providers"} == set(SHIPPED.providers)
    assert {path.stem for path in files if path.parts[0] == "drops"} == set(SHIPPED.drops)


@pytest.mark.parametrize(
    "path", sorted(shipped_folder("configs").glob("datasets/*/*.yaml")), ids=lambda path: path.stem
)
def test_a_dataset_lies_where_its_name_says(path: Path) -> None:
    dataset = SHIPPED.dataset(f"{path.parent.name}/{path.stem}")
    assert (dataset.provider, dataset.dataset) == (path.parent.name, path.stem)
    assert dataset.table.startswith(f"lake_{path.parent.name}__")


@pytest.mark.parametrize("name", sorted(SHIPPED.providers))
def test_a_providers_answers_are_a_dataset_under_its_names(name: str) -> None:
    provider = SHIPPED.provider(name)
    answers = SHIPPED.dataset(f"{name}/{provider.dataset}")
    assert answers == provider.answers
    assert answers.entity == provider.entity
    assert answers.table == f"lake_{name}__normalized_{provider.dataset}"
    assert answers.pattern == f"*_{provider.dataset}.jsonl"
    assert answers.instant
    assert answers.instant == answers.partition


@pytest.mark.parametrize("name", sorted(SHIPPED.datasets))
def test_rules_name_columns_down_to_the_last_field(name: str) -> None:
    def paths(columns: tuple[Column, ...], before: str = "") -> Iterator[str]:
        for column in columns:
            yield f"{before}{column.name}"
            yield from paths(column.fields, f"{before}{column.name}.")

    assert set(SHIPPED.dataset(name).rules) <= set(paths(SHIPPED.dataset(name).columns))


@pytest.mark.parametrize(
    ("name", "found"),
    [("artist_enrichment", "spotify/artist_enrichment"), ("spotify/artist_enrichment", "spotify/artist_enrichment")],
)
def test_a_dataset_is_found_by_its_short_and_its_full_name(name: str, found: str) -> None:
    assert SHIPPED.dataset(name).name == found


def test_a_short_name_of_two_datasets_is_not_guessed() -> None:
    with pytest.raises(ConfigurationError, match="dataset name 'artists' is ambiguous") as refused:
        SHIPPED.dataset("artists")
    assert refused.value.remedy == "use deezer/artists or roster/artists"


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


def _tells_the_kind(field: FieldInfo) -> bool:
    """A key with one possible value is read by pydantic, to know which model holds."""
    return get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1


KEYS = sorted(
    {
        (model.__name__, key)
        for root in (Dataset, Drop, ProviderSettings, Environment, Slo)
        for model in models(root)
        for key, field in model.model_fields.items()
        if not _tells_the_kind(field)
    }
)
# What dbt's models are generated from, by a script that is run when a provider or a contract changes.
SCRIPTS = shipped_folder("dbt_dataplatform").parent / "scripts"


@cache
def attributes_read() -> set[str]:
    """Every attribute that the sources read, without methods that are called and without what modules hold."""
    found: set[str] = set()
    for template in SCRIPTS.glob("templates/*.sql"):
        for expression in re.findall(r"<[<%](.*?)[>%]>", template.read_text()):
            found |= set(re.findall(r"\.([a-z]\w*)\b(?!\()", expression))
    for path in [*SOURCES, *SCRIPTS.glob("*.py")]:
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
