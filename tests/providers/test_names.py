"""Which spellings are of one name."""

import pytest

from linernotes.providers.names import folded, same_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ABBA", "Abba"),
        ("Beyoncé", "BEYONCE"),
        ("Jay-Z", "Jay Z"),
        ("Jay-Z", "JAYZ"),
        ("\uff21\uff22\uff22\uff21", "ABBA"),  # in full width
        ("AC/DC", "ACDC"),
        ("Die Ärzte", "die arzte"),
        ("Straße", "STRASSE"),
        ("!!!", "!!!"),
        ("Guns N\u2019 Roses", "Guns N' Roses"),
    ],
)
def test_case_accents_spaces_and_punctuation_make_no_other_name(one: str, other: str) -> None:
    assert same_name(one, other) is True


@pytest.mark.parametrize(
    ("one", "other"), [("Nirvana", "Nirvana UK"), ("!!!", "???"), ("が", "か"), ("Muse", "Mouse"), ("हिंदी", "हद")]
)
def test_other_letters_do(one: str, other: str) -> None:
    assert same_name(one, other) is False


@pytest.mark.parametrize(("one", "other"), [(None, "ABBA"), ("ABBA", None), ("", "ABBA"), (None, None)])
def test_what_is_not_known_is_neither(one: str | None, other: str | None) -> None:
    assert same_name(one, other) is None


def test_a_name_of_nothing_but_signs_is_kept() -> None:
    assert folded(" !!! ") == "!!!"
