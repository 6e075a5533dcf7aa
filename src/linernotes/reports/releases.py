"""Releases and labels: what is known of one, and the labels of the library."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from linernotes.core.errors import ConfigurationError
from linernotes.core.identifiers import canonical_mbid
from linernotes.core.labels import label_key
from linernotes.reports.artist import ArtistValue
from linernotes.reports.rows import Records, rows_of
from linernotes.reports.xlsx import Sheets
from linernotes.storage.ports import Warehouse

SHOWN = 5
UNKNOWN = "labels come from MusicBrainz by way of ListenBrainz: set LINERNOTES_CONTACT, then linernotes run"


class ReleaseRow(TypedDict):
    """A release as the dimension has it; dates are as exact as they are known."""

    releaseId: str
    title: str | None
    artistId: str | None
    artistName: str | None
    releaseType: str | None
    firstReleaseDate: str | None
    label: str | None
    labelKind: str
    labelId: str | None
    catalogNumber: str | None
    barcode: str | None
    country: str | None
    format: str | None
    editionCount: int
    labelPlace: int | None


class EditionRow(TypedDict):
    """An edition of a release with one of its labels; ``decides`` is true if that can be the release's label.

    ``reason`` says why it is not the release's label, and is empty for the one that stands first.
    """

    editionId: str
    title: str | None
    disambiguation: str | None
    status: str | None
    releaseDate: str | None
    country: str | None
    format: str | None
    barcode: str | None
    labelName: str | None
    labelKind: str
    catalogNumber: str | None
    decides: bool
    reason: str | None


class LabelRow(TypedDict):
    """A label, the releases and artists it has, and those that only have an edition there (``mentionCount``)."""

    labelId: str
    labelName: str | None
    labelMbid: str | None
    releaseCount: int
    artistCount: int
    mentionCount: int
    firstReleaseDate: str | None
    lastReleaseDate: str | None


class LabelWitness(TypedDict):
    """Who says that a release is on a label, and whether it counts; else the reason why it does not."""

    releaseId: str
    title: str | None
    artistName: str | None
    firstReleaseDate: str | None
    provider: str
    confidence: float | None
    counts: bool
    reason: str | None
    retrievedAt: datetime | None
    licence: str | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Release:
    """A release with its values and its editions."""

    release: ReleaseRow
    values: list[ArtistValue]
    editions: list[EditionRow]

    @property
    def rows(self) -> Records:
        """Its editions."""
        return self.editions

    @property
    def heading(self) -> str:
        """Its title with its artist and its id."""
        return f"{self.release['title']} ({self.release['artistName'] or 'no name'}), {self.release['releaseId']}"


@dataclass(frozen=True, slots=True)
class Label:
    """A label with the releases that it has, the newest first."""

    label: LabelRow
    releases: list[ReleaseRow]

    @property
    def rows(self) -> Records:
        """Its releases."""
        return self.releases


def find_release(warehouse: Warehouse, given: str) -> Release:
    """Find a release by the id or URL of its release group, or by its title.

    Raises:
        ConfigurationError: it is not known, or several have the title.
    """
    mbid = canonical_mbid(given) or ""
    found = rows_of(ReleaseRow, warehouse, "releases", id=mbid, text=given.strip(), label="")
    if not found:
        raise ConfigurationError(
            f"no release found for {given!r}", "use its whole title, or its id or URL at MusicBrainz"
        )
    if len(found) > 1:
        shown = ", ".join(f"{each['releaseId']} ({each['artistName']})" for each in found[:SHOWN])
        more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
        raise ConfigurationError(f"{len(found):,} releases are named {given!r}: {shown}{more}", "use one of these ids")
    (release,) = found
    values = rows_of(ArtistValue, warehouse, "release_values", release=release["releaseId"])
    return Release(release, values, rows_of(EditionRow, warehouse, "release_editions", release=release["releaseId"]))


def find_label(warehouse: Warehouse, given: str) -> Label:
    """Find a label by its id or URL at MusicBrainz, or by its name.

    Raises:
        ConfigurationError: it is not known, or several have the name.
    """
    mbid, key = canonical_mbid(given) or "", label_key(given) or ""
    found = rows_of(LabelRow, warehouse, "labels", id=mbid or given.strip(), key=key, shown=SHOWN + 1)
    exact = [each for each in found if each["labelName"] and each["labelName"].casefold() == given.strip().casefold()]
    found = exact if len(exact) == 1 else found
    if not found:
        raise ConfigurationError(f"no label found for {given!r}", "linernotes report labels lists those that are known")
    if len(found) > 1:
        shown = ", ".join(f"{each['labelId']} ({each['labelName']})" for each in found[:SHOWN])
        raise ConfigurationError(f"several labels are named {given!r}: {shown}", "use one of these ids")
    (label,) = found
    return Label(label, rows_of(ReleaseRow, warehouse, "releases", id="", text="", label=label["labelId"]))


def label_witnesses(warehouse: Warehouse, label: LabelRow) -> list[LabelWitness]:
    """Who says that releases are on the label, also of those that count as another's; the newest release first."""
    return rows_of(LabelWitness, warehouse, "label_witnesses", label=label["labelId"])


def labels(warehouse: Warehouse, now: datetime, shown: int) -> Sheets:
    """The labels with the most artists of the library."""
    rows = rows_of(LabelRow, warehouse, "labels", id="", key="", shown=shown)
    notes = [] if rows else [f"no label is known; {UNKNOWN}"]
    return Sheets("report labels", "Labels", now, [*rows], [], notes)
