"""The models' own unit tests, on the real engine."""

from linernotes.house import open_house
from linernotes.screen import Screen
from linernotes.settings import read_settings
from linernotes.transform import dbt
from tests.laptop import Laptop


def test_every_unit_test_of_the_models_passes(laptop: Laptop) -> None:
    settings = read_settings(environ={"LINERNOTES_HOME": str(laptop.home)})
    with open_house(settings, Screen()) as house:
        results = dbt(house.settings, house.warehouse, ["test", "--select", "test_type:unit"])
    assert len(results) >= 10
    assert {result.node.name: result.message for result in results if result.status != "pass"} == {}
