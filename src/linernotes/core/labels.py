"""The names of record labels: their keys, and the words that say that there is no label.

Services add a number to names that several labels have, as in ``Factory (2)``, and leave out words such as Records.
Words for a release without a label are no name of one; tests/core/labels.csv lists the cases.
"""

import re
from typing import Literal

from linernotes.core.names import name_key

Kind = Literal["label", "self_released", "unknown"]

NUMBERED = re.compile(r"\s*\([0-9]+\)$")
USUAL_WORDS = re.compile(
    r"[\s,]+(?:records?|recordings?|recs|music|label|entertainment|inc|llc|ltd|limited|gmbh|co|corp)\.?$", re.IGNORECASE
)
NO_LABEL = re.compile(r"\[?(?:not? on (?:any )?label|no label|none)\]?(?: \(.*\))?", re.IGNORECASE)
SELF_RELEASED = re.compile(r"[\[(]?self[- ]?released?[\])]?|self[- ]published", re.IGNORECASE)
UNKNOWN = re.compile(r"[\[(]?unknown(?: label)?[\])]?|n/a|-|\?+", re.IGNORECASE)


def label_name(name: str) -> str | None:
    """The name without the number that tells it from labels of the same name; None for a blank one."""
    return NUMBERED.sub("", name.strip()) or None


def label_key(name: str) -> str | None:
    """The key by which labels are compared; None for a blank name.

    >>> label_key("Factory (2)"), label_key("Interscope Records"), label_key("Records")
    ('factory', 'interscope', 'records')
    """
    plain = label_name(name)
    while plain and (shorter := USUAL_WORDS.sub("", plain)) != plain:
        plain = shorter
    return name_key(plain) or None if plain else None


def label_kind(name: str) -> Kind:
    """Whether a name is that of a label, or says that the artist released it alone, or that nobody knows."""
    plain = label_name(name) or ""
    if NO_LABEL.fullmatch(plain) or SELF_RELEASED.fullmatch(plain):
        return "self_released"
    return "unknown" if not plain or UNKNOWN.fullmatch(plain) else "label"
