"""Write the dbt sources from the contracts, so that no column stands in two lists; takes no arguments."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from linernotes.config.datasets import Column, Dataset
from linernotes.config.settings import read_settings, shipped

HEADER = "# Written by scripts/write_sources.py from configs/datasets/{provider}/; change those instead.\n"
MACRO = """{{#- Written by scripts/write_sources.py from configs/datasets/: what answers are keyed and dated by. -#}}
{{% macro contract_of(provider, dataset) -%}}
    {{{{- return({{
{lines}    }}[provider ~ '/' ~ dataset]) }}}}
{{%- endmacro %}}
"""
SCHEMA = "{{ env_var('LINERNOTES_LAKE_DATASET', 'dp_lake_' ~ target.name) }}"


def main() -> None:
    """Write every provider's file."""
    project = shipped("dbt_dataplatform")
    for path, text in {**source_files(project), **macro_files(project)}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def source_files(project: Path) -> dict[Path, str]:
    """The text of every ``_<provider>__sources.yml`` by its path in the dbt project."""
    datasets = sorted(read_settings(environ={}).configs.datasets.values(), key=lambda dataset: dataset.name)
    return {
        project / f"models/lake/staging/{provider}/_{provider}__sources.yml": _text(provider, list(of_provider))
        for provider, of_provider in groupby(datasets, key=lambda dataset: dataset.provider)
    }


def _text(provider: str, datasets: list[Dataset]) -> str:
    source = {
        "name": provider,
        "description": f"Lake tables of {provider}, as its contracts describe them.",
        "schema": SCHEMA,
        "tables": [_table(dataset) for dataset in datasets],
    }
    written = yaml.safe_dump({"version": 2, "sources": [source]}, sort_keys=False, width=120, allow_unicode=True)
    return HEADER.format(provider=provider) + written


def _table(dataset: Dataset) -> Mapping[str, Any]:
    return {
        "name": dataset.dataset,
        "identifier": dataset.table,
        "description": dataset.description,
        "columns": [entry for column in dataset.all_columns for entry in _entries(column)],
    }


def _rules(dataset: Dataset) -> Mapping[str, Any]:
    """What macros/answers.sql needs to know of a table."""
    arrays = [column.name for column in dataset.columns if column.mode == "REPEATED"]
    return {"key": list(dataset.key), "instant": dataset.instant, "arrays": arrays}


def macro_files(project: Path) -> dict[Path, str]:
    """The text of the macro that knows the contracts' rules, by its path."""
    datasets = read_settings(environ={}).configs.datasets.values()
    rules = {dataset.name: _rules(dataset) for dataset in datasets if dataset.entity}
    lines = "".join(f"        {name!r}: {rule!r},\n" for name, rule in rules.items())
    return {project / "macros/written/contract_of.sql": MACRO.format(lines=lines)}


def _entries(column: Column, path: str = "") -> Iterator[Mapping[str, str]]:
    """A column and the fields inside it, dotted as dbt names them."""
    name = f"{path}{column.name}"
    yield {"name": name, "description": column.description}
    for field in column.fields:
        yield from _entries(field, f"{name}.")


if __name__ == "__main__":
    main()
