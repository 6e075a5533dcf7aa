"""One play as every reader gives it, and the two ways in which a row is none."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

import msgspec

from linernotes.core.identifiers import Kind, canonical_mbid, spotify_id


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


def spotify_ids(texts: Iterable[str], kind: Kind) -> list[str]:
    """The ids among Spotify's URLs, URIs and ids of that kind of thing."""
    return [found for text in texts if (found := spotify_id(text, kind))]


def mbids(texts: Iterable[str | None]) -> list[str]:
    """The MusicBrainz ids among these texts, in lower case."""
    return [found for text in texts if text and (found := canonical_mbid(text))]
