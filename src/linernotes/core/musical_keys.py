"""Musical keys as people and programs write them: a pitch class (0 for C to 11 for B) and a mode (1 major, 0 minor)."""

import re

PITCHES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SIGNS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
MODES = {"major": 1, "maj": 1, "dur": 1, "minor": 0, "min": 0, "m": 0, "moll": 0}
NOTE = re.compile(r"([A-G])\s*([#♯b♭]?)")
NAMED = re.compile(rf"([A-Ga-g])\s*([#♯b♭]?)\s*({'|'.join(MODES)})", re.IGNORECASE)
PLACE = re.compile(r"(1[0-2]|0?[1-9])\s*([ABdm])", re.IGNORECASE)
OCTAVE, FIFTH, TO_RELATIVE_MINOR = 12, 7, 9  # semitones


def parsed_key(text: str) -> tuple[int, int] | None:
    """The key in a text such as ``F#m``, ``G minor``, ``8A`` (Camelot) or ``1m`` (Open Key); None if it is none.

    A note without a mode, as in ``A``, is the major key.
    """
    text = text.strip()
    if place := PLACE.fullmatch(text):
        return _at(int(place[1]), place[2].lower())
    if (note := parsed_note(text)) is not None:
        return note, 1
    if named := NAMED.fullmatch(text):
        return _pitch(named[1].upper(), named[2]), 1 if named[3] == "M" else MODES[named[3].lower()]
    return None


def parsed_note(text: str) -> int | None:
    """The pitch class of a note that names no mode, such as ``C#``; None for anything else."""
    note = NOTE.fullmatch(text.strip())
    return _pitch(note[1], note[2]) if note else None


def parsed_mode(text: str) -> int | None:
    """The mode in a word such as ``Major``; None if it is none."""
    return MODES.get(text.strip().lower())


def camelot_key(pitch: int, mode: int) -> str:
    """The place of a key on the Camelot wheel: ``8A`` for A minor."""
    return CAMELOT[pitch, mode]


def compatible_keys(camelot: str) -> list[str]:
    """The places whose keys go with that of ``camelot``: the same, its neighbours, and its relative opposite."""
    number, letter = int(camelot[:-1]), camelot[-1]
    beside = [(number + step - 1) % OCTAVE + 1 for step in (0, -1, 1)]
    return [*(f"{each}{letter}" for each in beside), f"{number}{'A' if letter == 'B' else 'B'}"]


def _pitch(letter: str, sign: str) -> int:
    return (PITCHES[letter] + SIGNS[sign.lower()]) % OCTAVE


def _at(number: int, letter: str) -> tuple[int, int]:
    """Each step on a wheel is a fifth up: Camelot begins with 8B, Open Key with 1d for C major, A minor beside them."""
    major = letter in "bd"
    steps = (number - (8 if letter in "ab" else 1)) * FIFTH
    return (steps if major else steps + TO_RELATIVE_MINOR) % OCTAVE, int(major)


CAMELOT = {_at(number, letter): f"{number}{letter.upper()}" for number in range(1, OCTAVE + 1) for letter in "ab"}
