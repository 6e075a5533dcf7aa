"""What was known of a song on a day, as forecasts of pick-ups are made of it: figures, their features, and labels.

Training and forecasting read the same statement and the same features, so that a model meets what it was trained on.
"""

import math
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias, TypedDict

from linernotes.config.triggers import TriggerSettings
from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

Target: TypeAlias = Literal["rr", "dw"]
TARGETS: tuple[Target, ...] = ("rr", "dw")
LABELS: Mapping[Target, Literal["radar", "weekly"]] = {"rr": "radar", "dw": "weekly"}
EARLIER: Mapping[Target, Literal["radarBefore", "weeklyBefore"]] = {"rr": "radarBefore", "dw": "weeklyBefore"}
HORIZON_DAYS = 28
Features: TypeAlias = dict[str, float | None]


class SongDay(TypedDict):
    """Figures up to ``day``, as exports had them by then; ``radar`` and ``weekly`` are of the 28 days after it."""

    seriesId: str
    subjectId: str
    releaseId: str
    artistId: str | None
    trackId: str | None
    owner: str
    artistName: str | None
    trackName: str | None
    day: date
    releaseDate: date | None
    newestDay: date | None
    songStreams7: int | None
    songStreams28: int | None
    songStreams30: int | None
    songStreams90: int | None
    songDays7: int
    songDays28: int
    songDays30: int
    songDays90: int
    artistStreams7: int | None
    artistStreams30: int | None
    artistStreams90: int | None
    saves7: int | None
    saves30: int | None
    saves90: int | None
    playlistAdds7: int | None
    playlistAdds30: int | None
    playlistAdds90: int | None
    followers: int | None
    monthlyListeners: int | None
    artistDays7: int
    artistDays30: int
    artistDays90: int
    spend7: Decimal | None
    spend30: Decimal | None
    linkClicks7: int | None
    linkClicks30: int | None
    radar: int | None
    weekly: int | None
    radarBefore: int | None
    weeklyBefore: int | None


def labelled_days(warehouse: Warehouse, settings: TriggerSettings) -> list[SongDay]:
    """The days of songs for which it is known what the playlists brought in the 28 days after them."""
    return _song_days(warehouse, settings, "")


def days_of(warehouse: Warehouse, settings: TriggerSettings, day: date) -> list[SongDay]:
    """One day of every song with figures of the 90 days before."""
    return _song_days(warehouse, settings, day.isoformat())


def _song_days(warehouse: Warehouse, settings: TriggerSettings, day: str) -> list[SongDay]:
    radar, weekly = (each.playlist.lower() for each in (settings.release_radar, settings.discover_weekly))
    return rows_of(SongDay, warehouse, "song_days", day=day, radar=radar, weekly=weekly)


def days_since_release(row: SongDay) -> int | None:
    """The age of the song on that day; negative before its release."""
    return (row["day"] - row["releaseDate"]).days if row["releaseDate"] else None


def features_of(row: SongDay) -> Features:
    """The features of a day; None is unknown, and never 0."""
    return {name: compute(row) for name, (_, compute) in FEATURES.items()}


def _logged(value: float | None) -> float | None:
    return None if value is None or value < 0 else math.log1p(value)


def _scaled(value: int | None, known: int, days: float) -> float | None:
    """The sum of a span of which some days are missing, as if these had been like the others."""
    return None if value is None or not known else value * days / known


def _of_song(row: SongDay, days: Literal[7, 28, 30, 90]) -> float | None:
    spans = {
        7: (row["songStreams7"], row["songDays7"]),
        28: (row["songStreams28"], row["songDays28"]),
        30: (row["songStreams30"], row["songDays30"]),
        90: (row["songStreams90"], row["songDays90"]),
    }
    age = days_since_release(row)  # days before a release are none that are missing
    return _scaled(*spans[days], float(days) if age is None else max(1.0, min(days, age + 1)))


def _trend(row: SongDay) -> float | None:
    """The last week beside the three weeks before it, as a difference of logarithms of a day's streams."""
    earlier = row["songDays28"] - row["songDays7"]
    if row["songStreams28"] is None or not row["songDays7"] or not earlier:
        return None
    newest = row["songStreams7"] or 0
    before = (row["songStreams28"] - newest) / earlier
    return math.log1p(newest / row["songDays7"]) - math.log1p(before)


def _saved(row: SongDay) -> float | None:
    """Saves of the last 30 days per stream of the artist: exports have no saves of a song by the day."""
    return None if row["saves30"] is None or not row["artistStreams30"] else row["saves30"] / row["artistStreams30"]


def _spent(row: SongDay) -> float | None:
    return None if row["spend30"] is None else _logged(float(row["spend30"]))


# By name: its unit, and how it follows from a row.
FEATURES: Mapping[str, tuple[str, Callable[[SongDay], float | None]]] = {
    "songStreams7": ("log of streams", lambda row: _logged(_of_song(row, 7))),
    "songStreams30": ("log of streams", lambda row: _logged(_of_song(row, 30))),
    "songStreams90": ("log of streams", lambda row: _logged(_of_song(row, 90))),
    "songTrend": ("log of a ratio", _trend),
    "daysSinceRelease": ("log of days", lambda row: _logged(days_since_release(row))),
    "artistStreams7": ("log of streams", lambda row: _logged(_scaled(row["artistStreams7"], row["artistDays7"], 7))),
    "artistStreams30": (
        "log of streams",
        lambda row: _logged(_scaled(row["artistStreams30"], row["artistDays30"], 30)),
    ),
    "artistStreams90": (
        "log of streams",
        lambda row: _logged(_scaled(row["artistStreams90"], row["artistDays90"], 90)),
    ),
    "savesPerStream30": ("ratio, of the artist", _saved),
    "playlistAdds30": (
        "log of additions, of the artist",
        lambda row: _logged(_scaled(row["playlistAdds30"], row["artistDays30"], 30)),
    ),
    "followers": ("log of followers", lambda row: _logged(row["followers"])),
    "monthlyListeners": ("log of listeners", lambda row: _logged(row["monthlyListeners"])),
    "spend30": ("log of money", _spent),
    "linkClicks30": ("log of clicks", lambda row: _logged(row["linkClicks30"])),
    "knownDays30": ("share of days", lambda row: row["songDays30"] / 30),
}
