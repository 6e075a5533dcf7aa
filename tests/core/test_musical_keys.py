"""Keys as people and programs write them."""

import pytest

from linernotes.core.musical_keys import camelot_key, compatible_keys, parsed_key

# Pitch class, then major and minor on the Camelot wheel and as Open Keys.
WHEELS = [
    (0, "8B", "5A", "1d", "10m"),
    (1, "3B", "12A", "8d", "5m"),
    (2, "10B", "7A", "3d", "12m"),
    (3, "5B", "2A", "10d", "7m"),
    (4, "12B", "9A", "5d", "2m"),
    (5, "7B", "4A", "12d", "9m"),
    (6, "2B", "11A", "7d", "4m"),
    (7, "9B", "6A", "2d", "11m"),
    (8, "4B", "1A", "9d", "6m"),
    (9, "11B", "8A", "4d", "1m"),
    (10, "6B", "3A", "11d", "8m"),
    (11, "1B", "10A", "6d", "3m"),
]


@pytest.mark.parametrize(("pitch", "major", "minor", "open_major", "open_minor"), WHEELS)
def test_all_places_on_both_wheels_are_read(
    pitch: int, major: str, minor: str, open_major: str, open_minor: str
) -> None:
    assert [parsed_key(text) for text in (major, open_major)] == [(pitch, 1)] * 2
    assert [parsed_key(text) for text in (minor, open_minor)] == [(pitch, 0)] * 2
    assert (camelot_key(pitch, 1), camelot_key(pitch, 0)) == (major, minor)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("A minor", (9, 0)),
        ("Am", (9, 0)),
        ("a-Moll", None),
        ("A", (9, 1)),
        ("F#m", (6, 0)),
        ("F♯ min", (6, 0)),
        ("Gb", (6, 1)),
        ("G♭ major", (6, 1)),
        ("Bbm", (10, 0)),
        ("CM", (0, 1)),
        ("am", (9, 0)),
        ("Cb maj", (11, 1)),
        ("B#", (0, 1)),
        ("08a", (9, 0)),
        (" 12B ", (4, 1)),
        ("13A", None),
        ("0A", None),
        ("H", None),
        ("Amen", None),
        ("a", None),
        ("", None),
    ],
)
def test_a_key_is_read_in_the_usual_notations(text: str, key: tuple[int, int] | None) -> None:
    assert parsed_key(text) == key


@pytest.mark.parametrize(
    ("key", "others"),
    [("8A", {"8A", "7A", "9A", "8B"}), ("1B", {"1B", "12B", "2B", "1A"}), ("12A", {"12A", "11A", "1A", "12B"})],
)
def test_keys_go_with_their_neighbours_on_the_wheel_and_with_their_relative(key: str, others: set[str]) -> None:
    assert set(compatible_keys(key)) == others
