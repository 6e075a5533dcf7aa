"""Ids as people and services write them: Spotify's, bare or in a URL or URI, MusicBrainz's and others'."""

import re
from typing import Literal

Kind = Literal["artist", "track", "album"]

SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")
# URLs may contain a language (intl-de), a user, a subpage (/discography), a query or a fragment.
SPOTIFY_LINK = re.compile(
    r"(?:(?:https?://)?(?:open|play)\.spotify\.com/(?:intl-[\w-]+/)?(?:embed/)?(?:user/[^/?#]+/)?|spotify:(?:user:[^:]+:)?)"
    r"(?P<kind>artist|track|album)[/:](?P<id>[0-9A-Za-z]{22})(?:[/?#].*)?",
    re.ASCII | re.IGNORECASE,
)
MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MUSICBRAINZ_LINK = re.compile(
    rf"(?:https?://)?(?:\w+\.)?musicbrainz\.org/[a-z-]+/(?P<id>{MBID.pattern})(?:[/?#].*)?", re.ASCII | re.IGNORECASE
)

FEWEST_DIGITS, BARCODE_DIGITS = 6, 14  # of a barcode without the zeroes in front
ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")

# Ids of further schemes, bare or in a URL.
FORMS = {
    "wikidataId": re.compile(
        r"(?:https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/)?(?P<id>Q[1-9][0-9]*)", re.IGNORECASE
    ),
    "deezerId": re.compile(
        r"(?:https?://(?:www\.)?deezer\.com/(?:[a-z]{2}/)?artist/)?(?P<id>[1-9][0-9]*)", re.IGNORECASE
    ),
    "discogsId": re.compile(r"(?:https?://(?:www\.)?discogs\.com/artist/)?(?P<id>[1-9][0-9]*)(?:-.*)?", re.IGNORECASE),
}
OTHER_FORM = re.compile(r"(?P<id>[0-9A-Za-z][0-9A-Za-z._-]*)")
EXPECTED = {
    "mbid": "a UUID, for example 5441c29d-3602-4898-b1a1-b77fa23b8e50",
    "wikidataId": "Q and digits, for example Q42",
    "deezerId": "digits, for example 27",
    "discogsId": "digits, for example 108713",
}


def is_spotify_id(text: str) -> bool:
    """Whether a text is a bare Spotify id: 22 base-62 characters."""
    return SPOTIFY_ID.fullmatch(text) is not None


def linked_spotify_id(text: str, kind: Kind = "artist") -> str | None:
    """The id in a URL or URI of that kind; None for anything else."""
    link = SPOTIFY_LINK.fullmatch(text.strip())
    return link["id"] if link and link["kind"].lower() == kind else None


def spotify_id(text: str, kind: Kind = "artist") -> str | None:
    """The id in a URL or URI of that kind, or the text itself if it is an id."""
    return linked_spotify_id(text, kind) or (text.strip() if is_spotify_id(text.strip()) else None)


def canonical_isrc(text: str) -> str | None:
    """The ISRC in a text, as registries write it: without hyphens or spaces, in capitals; None if it is none."""
    code = re.sub(r"[\s-]", "", text).upper()
    return code if ISRC.fullmatch(code) else None


def canonical_barcode(text: str) -> str | None:
    """The digits of a barcode without leading zeroes: services write one as 12, 13 or 14 digits; None if it is none."""
    digits = re.sub(r"[\s-]", "", text)
    known = digits.lstrip("0")
    return known if digits.isascii() and digits.isdigit() and BARCODE_DIGITS >= len(known) >= FEWEST_DIGITS else None


def is_mbid(text: str) -> bool:
    """Whether a text is a bare MusicBrainz id, in lower or upper case."""
    return MBID.fullmatch(text) is not None


def canonical_mbid(text: str) -> str | None:
    """The MusicBrainz id in a text that is one or a URL with one; in lower case, as MusicBrainz writes it."""
    link = MUSICBRAINZ_LINK.fullmatch(text.strip())
    given = link["id"] if link else text.strip()
    return given.lower() if is_mbid(given) else None


def canonical_id(scheme: str, text: str) -> str | None:
    """The id of a scheme in a text that is one or a URL with one; None if there is none."""
    if scheme == "mbid":
        return canonical_mbid(text)
    found = FORMS.get(scheme, OTHER_FORM).fullmatch(text.strip())
    return found["id"].upper() if found and scheme == "wikidataId" else found["id"] if found else None
