"""What is known of the tracks of a library, in numbers."""

from typing import TypedDict

from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse


class TrackStat(TypedDict):
    """The number of tracks of which something is so, and its percentage of all.

    ``part`` is library, known (ids and values), status (how far asking has come) or source (who told something).
    """

    part: str
    what: str
    tracks: int
    percent: float | None


class TrackStatus(TypedDict):
    """The number of tracks with a status."""

    status: str
    tracks: int


def track_stats(warehouse: Warehouse) -> list[TrackStat]:
    """How many tracks there are, have ids and values, are how far asked about, and were told of by whom."""
    return rows_of(TrackStat, warehouse, "track_stats")


def track_statuses(warehouse: Warehouse) -> dict[str, int]:
    """The number of tracks by how far asking about them has come."""
    return {row["status"]: row["tracks"] for row in rows_of(TrackStatus, warehouse, "track_statuses")}
