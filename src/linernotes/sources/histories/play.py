"""One play as every reader gives it, and the two ways in which a row is none."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

import msgspec

SPOTIFY_ID = re.compile(r"(?:^|[/:])([0-9A-Za-z]{22})(?:\?.*)?$")
MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Play(msgspec.Struct, gc=False, omit_defaults=True):
    """A line of lake_plays__normalized_plays; ``playedAt`` is written with ``Z``.

    ``sourceKey`` is the same for the same play in two exports of its source. It is made of what the source itself
    tells plays apart by, and of nothing that differs between its exports.
    """

    playedAt: str  # noqa: N815 - named as it is landed
    playedAtMeans: Literal["start", "end"]  # noqa: N815
    source: str
    sourceKey: str  # noqa: N815
    msPlayed: int | None = None  # noqa: N815
    trackName: str | None = None  # noqa: N815
    artistName: str | None = None  # noqa: N815
    albumName: str | None = None  # noqa: N815
    trackUri: str | None = None  # noqa: N815
    artistIds: list[str] = []  # noqa: N815
    isrc: str | None = None
    mbids: list[str] = []
    reasonStart: str | None = None  # noqa: N815
    reasonEnd: str | None = None  # noqa: N815
    skipped: bool | None = None
    offline: bool | None = None
    incognito: bool | None = None


class NoPlay(Exception):
    """A row that is in order and no play of a track; ``kind`` is what it is: podcast, audiobook, playing now."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def keyed(*parts: object) -> str:
    """A key of these parts."""
    return "|".join(map(str, parts))


def at_second(second: float) -> str:
    """An instant given in seconds since 1970, without what is less than a second.

    Raises:
        ValueError: no calendar has it.
    """
    try:
        return datetime.fromtimestamp(int(second), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError):
        raise ValueError("its instant is in no calendar") from None


def named(text: str | None, what: str) -> str:
    """A name that has to be there.

    Raises:
        ValueError: it is missing or empty.
    """
    if not text or not text.strip():
        raise ValueError(f"the {what} has no name")
    return text.strip()


def spotify_ids(given: Iterable[str | None]) -> list[str]:
    """The ids of Spotify's URLs, URIs or ids; what is none of them is left out."""
    found = (SPOTIFY_ID.search(text) for text in given if text)
    return [match[1] for match in found if match]


def mbids(given: Iterable[str | None]) -> list[str]:
    """Those that are MusicBrainz ids."""
    return [text.lower() for text in given if text and MBID.fullmatch(text)]
