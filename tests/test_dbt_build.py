"""The models' own unit tests, on the real engine."""

import json
from functools import cache

from linernotes.house import open_house
from linernotes.screen import Screen
from linernotes.settings import read_settings
from linernotes.transform import dbt
from tests.laptop import Laptop

DEEPEST = 15  # BigQuery takes 16 views upon views


def test_views_stand_on_no_more_views_than_bigquery_takes(laptop: Laptop) -> None:
    manifest = json.loads((laptop.home / "dbt" / "target" / "manifest.json").read_text(encoding="utf-8"))
    models = {name: node for name, node in manifest["nodes"].items() if node["resource_type"] == "model"}

    @cache
    def depth(name: str) -> int:
        model = models.get(name)
        if model is None or model["config"]["materialized"] != "view":
            return 0
        return 1 + max(map(depth, model["depends_on"]["nodes"]), default=0)

    deepest = max(models, key=depth)
    assert 5 < depth(deepest) <= DEEPEST, deepest


def test_every_unit_test_of_the_models_passes(laptop: Laptop) -> None:
    settings = read_settings(environ={"LINERNOTES_HOME": str(laptop.home)})
    with open_house(settings, Screen()) as house:
        results = dbt(house.settings, house.warehouse, ["test", "--select", "test_type:unit"])
    assert len(results) >= 10
    assert {result.node.name: result.message for result in results if result.status != "pass"} == {}
