"""The ids that are claimed for artists: by which source, which of them count, and why the others do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

ALL = "identity"
PAGES = {"lastfmUrl": "Last.fm page"}


class Claim(TypedDict):
    """A claim that an id (``value``) is an artist's; ``field`` is its scheme, ``reason`` says why it does not count."""

    field: str
    value: str
    provider: str
    method: str
    confidence: float | None
    retrievedAt: datetime | None
    evidence: str | None
    counts: bool
    reason: str | None


class LibraryClaim(TypedDict):
    """A claim with the artist it is about."""

    artistName: str | None
    artistId: str
    scheme: str
    id: str
    provider: str
    reason: str | None
    counts: bool
    plays: int
    method: str
    confidence: float | None
    evidence: str | None
    retrievedAt: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimSummary:
    """A claim as a row of a table; ``counts`` is yes or empty."""

    field: str
    value: str
    provider: str
    counts: str
    reason: str | None


def artist_claims(warehouse: Warehouse, artist_id: str) -> list[Claim]:
    """All claims of ids of an artist; within each scheme those that count come first."""
    return rows_of(Claim, warehouse, "artist_claims", artist=artist_id)


def library_claims(warehouse: Warehouse, *, disputed: bool) -> list[LibraryClaim]:
    """The claims of the whole library, the most played artists first; ``disputed`` leaves those a person may settle."""
    return rows_of(LibraryClaim, warehouse, "library_claims", disputed=disputed)


def claims_of_field(claims: Sequence[Claim], field: str) -> list[Claim]:
    """The claims of one scheme, in any case, or all of them for ``identity``."""
    wanted = field.casefold()
    return [claim for claim in claims if wanted in (ALL, claim["field"].casefold())]


def claim_summaries(claims: Sequence[Claim]) -> list[ClaimSummary]:
    """The claims cut to the columns that fit a terminal."""
    return [
        ClaimSummary(each["field"], each["value"], each["provider"], "yes" if each["counts"] else "", each["reason"])
        for each in claims
    ]


def withheld_notes(claims: Sequence[Claim], artist_id: str) -> list[str]:
    """Notes on the schemes in which ids are claimed but none counts, a note for each reason."""
    counted = {claim["field"] for claim in claims if claim["counts"]}
    reasons = {claim["field"]: claim["reason"] for claim in reversed(claims) if claim["field"] not in counted}
    withheld: dict[str | None, list[str]] = {}
    for field, reason in sorted(reasons.items()):
        withheld.setdefault(reason, []).append(PAGES.get(field, field))
    return [
        f"{', '.join(fields)} withheld: {reason}; see linernotes explain {artist_id} {ALL}"
        for reason, fields in withheld.items()
    ]
