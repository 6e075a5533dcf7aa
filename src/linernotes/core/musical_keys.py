"""Musical keys as people and programs write them: a pitch class (0 for C to 11 for B) and a mode (1 major, 0 minor)."""

import re

LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SIGNS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
NAMED = re.compile(r"([A-G])\s*([#♯b♭]?)\s*(m|min|minor|moll|maj|major|dur)?", re.IGNORECASE)
ON_A_WHEEL = re.compile(r"(1[0-2]|0?[1-9])\s*([ABdm])", re.IGNORECASE)
SEVEN_ON = 7  # a fifth; twelve of them make the wheel
PITCHES = 12


def parsed_key(text: str) -> tuple[int, int] | None:
    """The key in a text such as ``F#m``, ``G minor``, ``8A`` (Camelot) or ``1m`` (Open Key); None if it is none."""
    text = text.strip()
    if wheel := ON_A_WHEEL.fullmatch(text):
        return _on_the_wheel(int(wheel[1]), wheel[2])
    if not (named := NAMED.fullmatch(text)) or (named[1].islower() and named[2] == "" and not named[3]):
        return None
    minor = (named[3] or "") == "m" or (named[3] or "").lower().startswith("mi") or (named[3] or "").lower() == "moll"
    return (LETTERS[named[1].upper()] + SIGNS[named[2].lower()]) % PITCHES, 0 if minor else 1


def _on_the_wheel(number: int, letter: str) -> tuple[int, int]:
    """Each step on a wheel is a fifth up: Camelot begins with 8B, Open Key with 1d for C major, A minor beside them."""
    first = 8 if letter in "ABab" else 1
    major = letter in "Bbd"
    steps = (number - first) * SEVEN_ON
    return (steps if major else steps + LETTERS["A"]) % PITCHES, int(major)


def camelot_key(pitch: int, mode: int) -> str:
    """The place of a key on the Camelot wheel: ``8A`` for A minor."""
    return f"{(SEVEN_ON * pitch + (7 if mode else 4)) % PITCHES + 1}{'B' if mode else 'A'}"


def compatible_keys(camelot: str) -> list[str]:
    """The places whose keys go with that of ``camelot``: the same, its neighbours, and its relative opposite."""
    number, letter = int(camelot[:-1]), camelot[-1]
    beside = [(number + step - 1) % PITCHES + 1 for step in (0, -1, 1)]
    return [*(f"{each}{letter}" for each in beside), f"{number}{'A' if letter == 'B' else 'B'}"]
