"""What exports told of streams and campaigns, added up for people to look at."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict

from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

NO_STREAMS = "No streams in these days. To add some: linernotes import streams FILE, then linernotes run."
NO_CAMPAIGNS = "No campaigns in these days. To add some: linernotes import campaigns FILE, then linernotes run."


class StreamSeries(TypedDict):
    """A series of an artist or a track at one source; ``restatedDays`` are those whose figure was another before."""

    source: str
    level: str
    artistId: str | None
    artistName: str | None
    trackId: str | None
    trackName: str | None
    seriesId: str
    firstDay: date
    lastDay: date
    streams: int | None
    saves: int | None
    playlistAdds: int | None
    restatedDays: int


class StreamDay(TypedDict):
    """A day of a series; a figure that its source does not tell is null."""

    source: str
    seriesId: str
    day: date
    streams: int | None
    listeners: int | None
    saves: int | None
    followers: int | None
    settled: bool | None
    restatedFrom: int | None


class Campaign(TypedDict):
    """A campaign; ``cpr`` is what one result cost."""

    source: str
    account: str | None
    campaign: str
    campaignName: str | None
    attribution: str
    resultType: str
    currency: str
    firstDay: date
    lastDay: date
    spend: Decimal | None
    conversions: Decimal | None
    cpr: float | None
    impressions: int | None
    clicks: int | None


def stream_series(warehouse: Warehouse, since: date, artist: str, shown: int) -> list[StreamSeries]:
    """The series with the most streams since a date, of all artists or of one, by its name or id."""
    return rows_of(StreamSeries, warehouse, "streams_series", since=since, artist=artist, shown=shown)


def stream_days(warehouse: Warehouse, since: date, series: Sequence[StreamSeries]) -> list[StreamDay]:
    """Their days since a date."""
    ids = sorted({each["seriesId"] for each in series})
    return rows_of(StreamDay, warehouse, "streams_days", since=since, series=ids) if ids else []


def campaigns(warehouse: Warehouse, since: date, shown: int) -> list[Campaign]:
    """The campaigns that ran since a date, the newest first."""
    return rows_of(Campaign, warehouse, "campaigns", since=since, shown=shown)
