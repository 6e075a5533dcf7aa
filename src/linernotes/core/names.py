"""The one folding of names, by which they are compared, and the guests that a credit or a title names.

Case, width, accents, spaces and punctuation make no difference; ``&`` is ``and``, and ``Beatles, The`` is
``The Beatles``. Letters make a difference in every script: й is not и, が is not か, and a vowel sign of an Indic
script is a letter, not an accent. So do signs that are read aloud: ``A$H`` is not ``A H``, ``C++`` is not ``C``.
A leading ``The`` counts, because The Band and Band are two artists. tests/core/names.csv lists the cases.

Guests are told by ``feat.``, ``ft.`` and ``featuring`` alone: ``&``, a comma, ``x`` and ``with`` are parts of names, as
in Simon & Garfunkel, Earth, Wind & Fire and Lil Nas X. tests/core/guests.csv lists these cases.
"""

import re
import unicodedata
from functools import cache, lru_cache

INVISIBLE = re.compile(r"[\s\ufe00-\ufe0f]+")
SORTED_BY_NAME = ", the"  # as catalogues write Beatles, The
KEPT = ("L", "M", "N", "Sc", "Sm")  # general categories: letters, marks, numbers, signs of currency and mathematics
# The Turkish lower case of I, and the Russian letter that most texts print without its dots.
SAME_LETTER = {"\N{LATIN SMALL LETTER DOTLESS I}": "i", "\N{CYRILLIC SMALL LETTER IO}": "\N{CYRILLIC SMALL LETTER IE}"}
# Alphabets in which a mark on a letter is an accent: Latin, Greek and their extensions.
ACCENTED = (range(0x0400), range(0x1E00, 0x2000))
# Written or left out at will: apostrophes among the letters, accents, Hebrew and Arabic vowel points, the
# Arabic elongation, and variants of an emoji.
OPTIONAL = (
    range(0x02B9, 0x0370),
    range(0x0591, 0x05C8),
    range(0x0640, 0x0641),
    range(0x064B, 0x0660),
    range(0x0670, 0x0671),
    range(0xFE00, 0xFE10),
)
OPENED = r"(\[{\N{FULLWIDTH LEFT PARENTHESIS}\N{FULLWIDTH LEFT SQUARE BRACKET}\N{LEFT BLACK LENTICULAR BRACKET}"
CLOSED = r")\]}\N{FULLWIDTH RIGHT PARENTHESIS}\N{FULLWIDTH RIGHT SQUARE BRACKET}\N{RIGHT BLACK LENTICULAR BRACKET}"
# The word for guests, and what follows it: Little Feat is a band, and its last word names nobody.
GUEST = r"(?:featuring\s|(?:feat|ft)(?:\.|\s))\s*(?!(?:featuring|feat|ft)\b)"
IN_BRACKETS = re.compile(rf"\s*[{OPENED}]\s*{GUEST}(?P<guest>[^{CLOSED}]+)[{CLOSED}]", re.IGNORECASE)
BETWEEN = re.compile(rf"[\s{OPENED}]+{GUEST}(?=\S)", re.IGNORECASE)
# A version that is told behind the guest is another track, and stays in its title.
AT_THE_END = re.compile(rf"[\s{OPENED}]+{GUEST}\S.*?(?=\s*[{OPENED}]|\s-\s|$)", re.IGNORECASE)

# Most names are ASCII and go a shorter way, if nothing but letters and digits is left without these signs.
LOWER_CASE = bytes(range(256)).lower()
MEANINGLESS = bytes(sign for sign in range(128) if not chr(sign).isalnum() and chr(sign) not in "&+,$<=>|~")


def name_key(name: str) -> str:
    """The key by which a name is compared; a name of signs alone, such as ``!!!``, is compared sign by sign."""
    if name.isascii() and (key := name.encode().translate(LOWER_CASE, MEANINGLESS)).isalnum():
        return key.decode()
    return _folded(name)


@lru_cache(1 << 16)
def _folded(name: str) -> str:
    """The key of a name in any script."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()
    bare = plain.removesuffix(SORTED_BY_NAME)
    words = (plain if bare == plain else f"the {bare}").replace("&", "and").replace(" + ", " and ")
    key = "".join(map(_letter, words))
    spoken = key and any(map(str.isalnum, plain))
    return unicodedata.normalize("NFC", key) if spoken else INVISIBLE.sub("", plain)


def credit_keys(credit: str) -> tuple[str, ...]:
    """The keys of the artists in a credit, the main artist first and each once."""
    guests = [match["guest"] for match in IN_BRACKETS.finditer(credit)]
    names = BETWEEN.split(" feat. ".join([IN_BRACKETS.sub("", credit), *guests]))
    return tuple(dict.fromkeys(filter(None, map(name_key, names))))


@lru_cache(1 << 14)
def title_key(title: str) -> str:
    """The key of a title without the guests it names."""
    return name_key(without_guests(title)) or name_key(title)


def without_guests(title: str) -> str:
    """The title without the guests it names."""
    return AT_THE_END.sub("", IN_BRACKETS.sub("", title))


def same_name(one: str | None, other: str | None) -> bool | None:
    """Whether both are spellings of one name; None if one is unknown."""
    return name_key(one) == name_key(other) if one and other else None


@cache
def _letter(char: str) -> str:
    """The folded character: nothing, itself, or the letter without its accents."""
    if not unicodedata.category(char).startswith(KEPT) or any(ord(char) in signs for signs in OPTIONAL):
        return ""
    base = SAME_LETTER.get(char) or unicodedata.normalize("NFD", char)[0]
    return base if char in SAME_LETTER or any(ord(base) in letters for letters in ACCENTED) else char
