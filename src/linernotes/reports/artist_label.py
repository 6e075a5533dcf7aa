"""The label of one artist: that of its releases, which are the evidence, or the one that a provider names."""

from dataclasses import dataclass, replace
from typing import TypedDict

from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse


@dataclass(frozen=True, slots=True)
class Label:
    """The label of an artist, and how it is known (``method``): by its releases, or the provider that names it."""

    principal: str | int | None
    method: str | None
    retrieved_at: str | None
    evidence: list[str] | dict[str, str | None] | list[dict[str, str | None]]


class LabelDecision(TypedDict):
    """How an artist's label follows from its releases, the number of these that tell one, and who told the first."""

    method: str
    releases: int
    provider: str


class LabelRelease(TypedDict):
    """A release with its label; ``labelSource`` is the provider that told it."""

    releaseId: str
    title: str | None
    firstReleaseDate: str | None
    label: str
    labelSource: str


def with_releases(warehouse: Warehouse, artist: str, label: Label) -> Label:
    """The label with its method and the releases that decide it, if that is how it is known."""
    found = rows_of(LabelDecision, warehouse, "artist_label", artist=artist)
    if not found or label.method != found[0]["provider"]:
        return label
    releases = rows_of(LabelRelease, warehouse, "artist_label_releases", artist=artist, shown=found[0]["releases"])
    return replace(label, method=found[0]["method"], evidence=[_evidence(release) for release in releases])


def _evidence(release: LabelRelease) -> dict[str, str | None]:
    return {
        "release_id": release["releaseId"],
        "release_name": release["title"],
        "release_date": release["firstReleaseDate"],
        "label": release["label"],
        "source": release["labelSource"],
    }
