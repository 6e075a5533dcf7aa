"""Whether two spellings are of one name."""

import unicodedata

ACCENTS = range(0x0300, 0x0370)  # those of Latin, Greek and Cyrillic; a Japanese か with a mark is another sound, が


def folded(name: str) -> str:
    """A name without case, accents, spaces and punctuation; a name of nothing else stays as it is."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    letters = (char for char in unicodedata.normalize("NFKD", plain) if ord(char) not in ACCENTS)
    return "".join(char for char in letters if unicodedata.category(char)[0] in "LMN") or plain.strip()


def same_name(one: str | None, other: str | None) -> bool | None:
    """Whether both are the same when folded; None where one is not known."""
    return folded(one) == folded(other) if one and other else None
