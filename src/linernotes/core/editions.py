"""Titles without the words that say which edition of a work a release is: Deluxe, Remastered, 20th Anniversary Edition.

Words for another recording or another work stay: Live, Acoustic, Remixes, Instrumental, Somebody's Version.
tests/core/editions.csv lists the cases.
"""

import re

from linernotes.core.names import title_key

WORDS = (
    r"super|deluxe|expanded|extended|special|collector'?s|limited|bonus|tracks?|edition|anniversary|(?:re)?mastered|"
    r"remaster|reissue|re-issue|mono|stereo|explicit|clean|digital|international|[0-9]{4}|[0-9]+(?:st|nd|rd|th)|the|"
    r"with|and|&|version"
)
CERTAIN = re.compile(
    r"deluxe|expanded|extended|special|collector|limited|bonus|anniversary|master|issue|explicit|clean|mono|stereo",
    re.IGNORECASE,
)
SEVERAL = rf"(?:(?:{WORDS})[\s,/-]*)+"
AT_THE_END = re.compile(
    rf"\s*(?:[(\[](?P<inside>{SEVERAL})[)\]]|\s[-\N{{EN DASH}}:]\s(?P<behind>{SEVERAL}))$", re.IGNORECASE
)


def work_key(title: str) -> str:
    """The key of a title without its edition and its guests."""
    plain = title.strip()
    while (found := AT_THE_END.search(plain)) and CERTAIN.search(found["inside"] or found["behind"]):
        plain = plain[: found.start()]
    return title_key(plain) or title_key(title)
