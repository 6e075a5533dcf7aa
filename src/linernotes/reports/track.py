"""One track: its ids, the values that count, and who said each of them. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from linernotes.core.clock import instant
from linernotes.reports.artist import ArtistValue, SourcedValue
from linernotes.reports.rows import Record, rows_of
from linernotes.reports.track_lookup import KnownTrack
from linernotes.storage.ports import Warehouse

UNKNOWN = (
    "{} unknown: it comes from files (linernotes import features FILE) or from ReccoBeats (RECCOBEATS_ENABLED=yes)"
)
DEAREST = ("key", "tempo")


class TrackRow(TypedDict):
    """A track as the dimension has it, and how far asking about it has come."""

    trackId: str
    trackName: str | None
    artistName: str | None
    artistIds: list[str]
    albumName: str | None
    trackUri: str | None
    isrc: str | None
    recordingMbid: str | None
    playCount: int
    firstPlayedAt: datetime | None
    lastPlayedAt: datetime | None
    keyText: str | None
    camelotKey: str | None
    openKey: str | None
    releaseYear: int | None
    enrichedAt: datetime | None
    status: str | None
    errorMessage: str | None


class TrackId(TypedDict):
    """An id of a track; ``counts`` is true for the one that it is asked about by, ``reason`` warns of shared ones."""

    field: str
    value: str
    provider: str
    confidence: float
    evidence: str | None
    counts: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class TrackNames:
    """The names and the ids of a track that count."""

    id: str
    name: str | None
    artist: str | None
    artist_ids: list[str]
    album: str | None
    spotify_uri: str | None
    isrc: str | None
    musicbrainz_id: str | None


@dataclass(frozen=True, slots=True)
class TrackKey:
    """The key in words and by both wheels."""

    text: str | None
    camelot: str | None
    open_key: str | None


@dataclass(frozen=True, slots=True)
class TrackProfile:
    """What is known of a track, with who said it, and notes on what is missing; its fields are ``show``'s JSON."""

    track: TrackNames
    key: TrackKey
    year: int | None
    values: dict[str, SourcedValue]
    plays: int
    status: str | None
    enriched_at: str | None
    notes: list[str]


def track_row(warehouse: Warehouse, track: KnownTrack) -> TrackRow:
    """The row of a track."""
    (row,) = rows_of(TrackRow, warehouse, "track", track=track.id)
    return row


def track_values(warehouse: Warehouse, track: KnownTrack) -> list[ArtistValue]:
    """All values of a track; within each field the selected one comes first."""
    return rows_of(ArtistValue, warehouse, "track_values", track=track.id)


def track_ids(warehouse: Warehouse, track: KnownTrack) -> list[TrackId]:
    """All ids of a track; within each scheme the surest first."""
    return rows_of(TrackId, warehouse, "track_ids", track=track.id)


def track_profile(warehouse: Warehouse, track: KnownTrack) -> TrackProfile:
    """The track as one object, with nulls, and notes on what is missing."""
    row = track_row(warehouse, track)
    values = {each["field"]: _sourced(each) for each in track_values(warehouse, track) if each["counts"]}
    shared = [
        f"{each['field']} {each['value']}: {each['reason']}" for each in track_ids(warehouse, track) if each["reason"]
    ]
    missing = [UNKNOWN.format(field) for field in DEAREST if field not in values]
    failed = [row["errorMessage"]] if row["errorMessage"] else []
    names = (row["trackName"], row["artistName"], row["artistIds"], row["albumName"])
    return TrackProfile(
        track=TrackNames(row["trackId"], *names, row["trackUri"], row["isrc"], row["recordingMbid"]),
        key=TrackKey(row["keyText"], row["camelotKey"], row["openKey"]),
        year=row["releaseYear"],
        values=values,
        plays=row["playCount"],
        status=row["status"],
        enriched_at=instant(row["enrichedAt"]) if row["enrichedAt"] else None,
        notes=[*missing, *shared, *failed],
    )


def track_summary(row: TrackRow) -> Record:
    """The track as one row, with the columns' own names."""
    return {name: value for name, value in row.items() if name != "errorMessage"}


def _sourced(told: ArtistValue) -> SourcedValue:
    evidence = [told["evidence"]] if told["evidence"] else []
    fetched = instant(told["retrievedAt"]) if told["retrievedAt"] else None
    return SourcedValue(told["value"], told["provider"], fetched, told["confidence"], evidence)
