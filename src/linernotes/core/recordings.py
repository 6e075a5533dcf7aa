"""Titles of tracks by the recording they are of: ``Song - 2011 Remaster`` and ``Song (feat. Somebody)`` are ``Song``.

A remaster, a mono, stereo, album or explicit version, and a track of a deluxe edition are the recording they were made
from. All other words behind a title stay, because they tell of another one: Live, Acoustic, Remix, Radio Edit,
Instrumental, Karaoke, Clean, Somebody's Version. Only what stands in brackets or behind a dash is looked at, never the
title itself. tests/core/recordings.csv lists the cases.
"""

import re

from linernotes.core.names import CLOSED, OPENED, name_key, title_key, without_guests

DASH = r"[-\N{EN DASH}\N{EM DASH}]"
BEHIND = re.compile(rf"(?<=\w)\W*?(?P<sign>[{OPENED}]|\s{DASH}\s)")
BETWEEN = re.compile(rf"[{OPENED}{CLOSED}/,;|]|(?:^|\s){DASH}(?=\s|$)")

# Words as names are folded: without accents, spaces and signs.
VERSION = "versione?|versao|fassung|версия|ヴァージョン|バージョン"
CERTAIN = "|".join(
    (
        r"(?:re|neu)?(?:mastered|gemastert)|remaster(?:t|te|ter|tes|s|ed|ing|ad|oitu|owan[aey])?",
        r"remasteri(?:[sz]ed|[sz]ado|[sz]ada|see?|[sz]acion|[sz]ation|zacao)|rimasterizzat[oa]",
        r"ремастер(?:инг|ед)?|ремаст(?:ир|еризир|еризо)ованн(?:ый|ая|ое)|ремастеризованн(?:ый|ая|ое)",
        r"リマスター(?:ド|版|盤|音源)?|リマスタリング|리마스터(?:링|드|버전)?",
        rf"(?:album|lp)(?:{VERSION})|(?:{VERSION})(?:del?|do)?album|альбомная(?:{VERSION})|アルバム(?:{VERSION})",
        r"(?:mono|stereo)(?:mix|phonic)?|моно|стерео|モノラル|モノ|ステレオ",
        r"explicit[eo]?|deluxe(?:edition|ausgabe)?|(?:expanded|anniversary)edition",
        r"bonustracks?|(?:titre|piste)bonus|бонустрек|ボーナストラック",
    )
)
DOUBTFUL = (
    rf"{VERSION}|(?<![0-9])[0-9]{{2}}(?:[0-9]{{2}})?(?![0-9])(?:年|г|год|года)?|"
    r"[0-9]+(?:st|nd|rd|th)anniversary|[0-9]+(?:bit|k?hz)|"
    "digital(?:ly|er?|en)?|デジタル|numeri(?:que|co)|цифров(?:ой|ая|ое)|original|edition|the|in|en|von|vom|du|de|в|最新"
)
SAME_RECORDING = re.compile(rf"(?:{DOUBTFUL})*(?:{CERTAIN})(?:{CERTAIN}|{DOUBTFUL})*")
SAYS_LITTLE = re.compile(rf"(?:{DOUBTFUL})*")
LONGEST = 60  # a longer phrase tells more than an edition, and takes long to look through


def recording_key(title: str) -> str:
    """The key of a track's title without its guests and its edition."""
    plain = without_guests(title)
    behind = BEHIND.search(plain)
    if not behind:
        return title_key(title)
    sign = behind.start("sign")
    return name_key(" ".join([plain[:sign], *_other_words(BETWEEN.split(plain[sign:]))]))


def plain_title(title: str) -> str:
    """A track's title as written, without its guests and, if nothing else stands behind it, its edition."""
    plain = without_guests(title)
    behind = BEHIND.search(plain)
    if not behind or _other_words(BETWEEN.split(plain[behind.start("sign") :])):
        return plain.strip()
    return plain[: behind.start("sign")].strip()


def same_recording(one: str | None, other: str | None) -> bool | None:
    """Whether both titles are of one recording; None if one is unknown."""
    return recording_key(one) == recording_key(other) if one and other else None


def _other_words(parts: list[str]) -> list[str]:
    """The parts that tell of another recording; a year goes with the remaster beside it, as in 2011 - Remaster."""
    said = [(part, key) for part in parts if (key := name_key(part))]
    same = [len(key) <= LONGEST and bool(SAME_RECORDING.fullmatch(key)) for _, key in said]
    beside = [any(same[max(place - 1, 0) : place + 2]) for place in range(len(said))]
    return [
        part
        for (part, key), is_same, is_beside in zip(said, same, beside, strict=True)
        if not (is_same or (is_beside and len(key) <= LONGEST and SAYS_LITTLE.fullmatch(key)))
    ]
