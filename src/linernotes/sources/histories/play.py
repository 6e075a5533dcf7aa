"""One play as every reader returns it, and the fields that readers have in common."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

import msgspec

from linernotes.core.identifiers import Kind, canonical_mbid, spotify_id
from linernotes.sources.archives import Unread

LONGEST = 7 * 86_400_000  # milliseconds: the contract takes no longer play


class Play(msgspec.Struct, gc=False, omit_defaults=True):
    """A line of lake_plays__normalized_plays; ``playedAt`` is written with ``Z``.

    ``sourceKey`` is the same for the same play in two exports of its source: it is made of fields by which the source
    itself distinguishes plays, and that do not differ between exports.
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
    alsoPlayedAt: str | None = None  # noqa: N815
    rereads: int | None = None  # makes its line a new one, which replaces that of the reading in between


class NotAPlay(Exception):
    """A valid row that is not the play of a track; ``kind`` says what else, such as podcast or playing now."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class UnreadableFile(Exception):
    """A file whose rows cannot be read, not even some of them; ``why`` has the reason and the remedy."""

    def __init__(self, why: Unread) -> None:
        super().__init__(why.reason)
        self.why = why


def source_key(*parts: object) -> str:
    """A play's key within its source, made of these parts."""
    return "|".join(map(str, parts))


def at_second(second: float) -> str:
    """An instant given in seconds since 1970, in whole seconds.

    Raises:
        ValueError: it is out of the calendar's range.
    """
    try:
        return datetime.fromtimestamp(int(second), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError):
        raise ValueError("invalid date or time") from None


def required_name(text: str | None, what: str) -> str:
    """A required name, without spaces around it.

    Raises:
        ValueError: it is missing or empty.
    """
    if not text or not text.strip():
        raise ValueError(f"{what} without a name")
    return text.strip()


def milliseconds(value: object, scale: int = 1) -> int | None:
    """A length in milliseconds, given as a number or in text; None if it is no length of a play."""
    try:
        text = value.replace(",", ".") if isinstance(value, str) else value
        length = (
            round(float(text) * scale) if isinstance(text, str | int | float) and not isinstance(text, bool) else -1
        )
    except (OverflowError, ValueError):
        return None
    return length if 0 <= length <= LONGEST else None


def spotify_ids(texts: Iterable[str], kind: Kind) -> list[str]:
    """The ids of that kind in Spotify's URLs, URIs and ids."""
    return [found for text in texts if (found := spotify_id(text, kind))]


def mbids(texts: Iterable[str | None]) -> list[str]:
    """The MusicBrainz ids among these texts, in lower case."""
    return [found for text in texts if text and (found := canonical_mbid(text))]


def credit(names: Iterable[str]) -> str:
    """A list of artists as one credit, the main artist first; the others are told apart as its guests.

    Raises:
        ValueError: nobody is named.
    """
    return required_name(" feat. ".join(name.strip() for name in names if name and name.strip()), "artist")
