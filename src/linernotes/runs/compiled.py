"""The queries that dbt compiled for the tables that a run makes again and again, so that it need not start for them."""

import json
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from linernotes.config.settings import Settings
from linernotes.runs.project import project_hash
from linernotes.storage.ports import MadeTable

REMADE = frozenset({"plays", "queue"})  # tags


def keep_queries(settings: Settings, results: Iterable[Any]) -> None:
    """Keep the queries of these tables in the order in which dbt made them; ``results`` are those of a whole build."""
    models = [result.node for result in results if REMADE.intersection(getattr(result.node, "tags", ()))]
    made = [
        {"schema": model.schema, "name": model.alias, "query": model.compiled_code, "tags": list(model.tags)}
        for model in models
    ]
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".tmp")
    fresh.write_text(json.dumps({"of": _of(settings), "tables": made}), encoding="utf-8")
    fresh.replace(path)


def kept_queries(settings: Settings, tags: Collection[str]) -> list[MadeTable]:
    """The tables with these tags, in the order to make them in; none if dbt has not compiled today's models here."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(_path(settings).read_text(encoding="utf-8"))
        if kept["of"] == _of(settings):
            tables = [table for table in kept["tables"] if set(tags).intersection(table["tags"])]
            return [MadeTable(table["schema"], table["name"], table["query"]) for table in tables]
    return []


def _path(settings: Settings) -> Path:
    return settings.home / "dbt" / f"queries-{settings.env}.json"


def _of(settings: Settings) -> list[str]:
    """What the queries depend on: the models, and the names of the places that they read."""
    environment = settings.environment
    return [project_hash(), environment.warehouse.database, environment.lake_dataset, environment.hub_dataset]
