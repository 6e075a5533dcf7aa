"""How the names of labels and the titles of editions are compared."""

import csv
from pathlib import Path

import pytest

from linernotes.core.editions import work_key
from linernotes.core.identifiers import canonical_barcode
from linernotes.core.labels import label_key, label_kind, label_name


def cases(name: str) -> list[dict[str, str]]:
    """The rows of a table of cases beside this file."""
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", cases("labels.csv"), ids=lambda case: case["name"])
def test_a_name_of_a_label_has_its_key_and_its_kind(case: dict[str, str]) -> None:
    assert label_kind(case["name"]) == case["kind"]
    if case["key"]:
        assert label_key(case["name"]) == case["key"]


@pytest.mark.parametrize("case", cases("editions.csv"), ids=lambda case: case["title"])
def test_a_title_of_an_edition_is_that_of_its_work(case: dict[str, str]) -> None:
    assert work_key(case["title"]) == case["work"]


def test_a_label_is_shown_without_the_number_that_tells_it_from_others() -> None:
    assert label_name("Factory (2)") == "Factory"
    assert label_name(" ") is None
    assert label_key(" ") is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("602475093060", "602475093060"),
        ("0602475093060", "602475093060"),
        ("00602475093060", "602475093060"),
        ("9 338684 000223", "9338684000223"),
        ("0000000000000", None),
        ("", None),
        ("none", None),
        ("123456789012345", None),
    ],
    ids=str,
)
def test_a_barcode_is_its_digits_without_zeroes_in_front(text: str, digits: str | None) -> None:
    assert canonical_barcode(text) == digits
