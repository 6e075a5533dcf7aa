"""What needs a person in imported figures: streams that fell or surged, and days that nobody exports any more."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypedDict

from linernotes.config.alerts import StreamRules
from linernotes.core.text import first_of, many
from linernotes.reports.falls import Episode, OddDay, episodes, odd_days
from linernotes.reports.finding import Finding, Judged, Severity
from linernotes.reports.looks import series_command, source_command
from linernotes.reports.rows import rows_of
from linernotes.reports.sales_findings import judge_sales
from linernotes.storage.ports import Warehouse

JUDGED_DAYS = 28  # before a series' newest settled day: longer than an episode lasts, so that its first day stays known
LEAST_COPIED_DAYS = 14  # that two tracks have alike before it is no coincidence
MOST_NAMED = 5


class Series(TypedDict):
    """A series of streams by the day; ``most`` and ``least`` are those of settled days that are looked at."""

    seriesId: str
    source: str
    level: str
    artistName: str | None
    trackName: str | None
    releaseDate: str | None
    firstDay: date
    newest: date
    settledUntil: date | None
    most: int | None
    least: int | None


class SeriesDay(TypedDict):
    """A day of a series."""

    seriesId: str
    source: str
    day: date
    streams: int


class Copies(TypedDict):
    """Two tracks with the same figures."""

    source: str
    seriesId: str
    artistName: str | None
    trackName: str | None
    otherId: str
    otherArtist: str | None
    otherTrack: str | None
    dayCount: int
    firstDay: date
    lastDay: date


@dataclass(slots=True)
class _Watched:
    """A series that is judged, with its odd days."""

    row: Series
    until: date
    values: dict[date, int] = field(default_factory=dict)
    odd: list[OddDay] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The artist, and the track where it is about one."""
        return _name(self.row["artistName"], self.row["trackName"])

    @property
    def since(self) -> date:
        """The first day that is judged: those before it are what it is compared with."""
        return self.until - timedelta(days=JUDGED_DAYS)

    def has(self, day: date) -> bool:
        """Whether it may have a figure of that day."""
        return self.row["firstDay"] <= day <= self.until


def judge_streams(warehouse: Warehouse, rules: StreamRules, days: int, today: date) -> Judged:
    """What imported figures have that needs a person; ``days`` is how far back an odd day is news."""
    rows = rows_of(Series, warehouse, "findings_of_series", since=_window(rules, today))
    watched, not_judged = _watched(rows, rules, today)
    _fill(warehouse, watched, rules, today)
    odd = sum(any(_is_recent(odd.day, series.until, days) for odd in series.odd) for series in watched)
    sources = _group(watched)
    fell = [finding for source, group in sources.items() for finding in _of_source(source, group, rules, days)]
    each = [finding for series in watched for finding in _of_series(series, days)]
    others = [
        *_of_copies(warehouse, rules, today),
        *_of_stale(rows, rules, today),
        *judge_sales(warehouse, rules, today),
    ]
    return Judged([*fell, *each, *others], not_judged, len(watched), odd)


def _window(rules: StreamRules, today: date) -> date:
    return today - timedelta(days=rules.quiet_days + JUDGED_DAYS + 7 * rules.weeks)


def _watched(rows: Iterable[Series], rules: StreamRules, today: date) -> tuple[list[_Watched], list[str]]:
    """The series that can be judged, and a line for each reason why others cannot."""
    watched, left_out = list[_Watched](), defaultdict[str, list[str]](list)
    for row in rows:
        until, name = row["settledUntil"], _name(row["artistName"], row["trackName"])
        if (today - row["newest"]).days > rules.quiet_days:
            left_out[f"without a new day for {rules.quiet_days} days, taken to be over"].append(name)
        elif until is None:
            left_out["without a day that the service no longer changes"].append(name)
        elif (row["most"] or 0) < rules.floor:
            left_out[f"never at {rules.floor:,} streams a day"].append(name)
        else:
            watched.append(_Watched(row, until))
    return watched, [f"streams of {first_of(names, MOST_NAMED)}: {reason}" for reason, names in left_out.items()]


def _fill(warehouse: Warehouse, watched: Sequence[_Watched], rules: StreamRules, today: date) -> None:
    """Give the series their figures, as far as they can have odd days, and judge these."""
    by_id = {(series.row["source"], series.row["seriesId"]): series for series in watched}
    limits = {"floor": rules.floor, "kept_share": 1 - rules.drop_share}
    for day in rows_of(SeriesDay, warehouse, "findings_of_days", since=_window(rules, today), **limits):
        if series := by_id.get((day["source"], day["seriesId"])):
            series.values[day["day"]] = day["streams"]
    releases = defaultdict[str | None, set[date]](set)
    for series in watched:
        if series.row["level"] == "track":
            releases[series.row["artistName"]].add(_released(series.row))
    for series in watched:
        own = releases[series.row["artistName"]] if series.row["level"] == "artist" else {_released(series.row)}
        series.odd = odd_days(series.values, series.since, rules, own)


def _released(row: Series) -> date:
    """The day of the track's release where it is known, else the first day that it has streams."""
    try:
        return date.fromisoformat(row["releaseDate"] or "")
    except ValueError:  # a year or a month
        return row["firstDay"]


def _group(watched: Iterable[_Watched]) -> dict[str, list[_Watched]]:
    groups = defaultdict[str, list[_Watched]](list)
    for series in watched:
        groups[series.row["source"]].append(series)
    return groups


def _of_source(source: str, group: Sequence[_Watched], rules: StreamRules, days: int) -> Iterator[Finding]:
    """Days on which a large part of a service's series fell at once; they are taken from the series themselves."""
    fallen = defaultdict[date, list[_Watched]](list)
    for series in group:
        for odd in series.odd:
            if not odd.is_surge:
                fallen[odd.day].append(series)
    whole = {
        day: those
        for day, those in fallen.items()
        if len(those) >= rules.least_series
        and len(those) >= rules.source_share * sum(series.has(day) for series in group)
    }
    known = {day for series in group for day in series.values} | {series.until for series in group}
    for episode in episodes((OddDay(day, 0) for day in sorted(whole)), known):
        those = whole[episode.first.day]
        there = sum(series.has(episode.first.day) for series in group)
        text = (
            f"{len(those)} of {there} series of {source} fell on {episode.first.day}{_until(episode)}: "
            f"{first_of([series.name for series in those], MOST_NAMED)}; "
            "look at the export and at what the service says of its figures first"
        )
        if _is_news(episode, max(known), days):
            look = source_command(source)
            yield Finding("source_fell", source, episode.first.day, "critical", text, look, episode.is_over)
    for series in group:
        series.odd = [odd for odd in series.odd if odd.is_surge or odd.day not in whole]


def _of_series(series: _Watched, days: int) -> Iterator[Finding]:
    source, ident = series.row["source"], series.row["seriesId"]
    for episode in episodes(series.odd, series.values):
        if not _is_news(episode, series.until, days):
            continue
        rule = "streams_surged" if episode.first.is_surge else "streams_fell"
        severity: Severity = "critical" if any(odd.is_critical for odd in episode.days) else "warning"
        text = f"{series.name}: {_words(episode.first)}{_until(episode)}"
        look = series_command(ident)
        yield Finding(rule, f"{source} {_digits(ident)}", episode.first.day, severity, text, look, episode.is_over)


def _is_news(episode: Episode, until: date, days: int) -> bool:
    return _is_recent(episode.last, until, days)


def _is_recent(day: date, until: date, days: int) -> bool:
    return (until - day).days < days


def _until(episode: Episode) -> str:
    return "" if episode.last == episode.first.day else f", and again until {episode.last}"


def _words(odd: OddDay) -> str:
    """What a day has, and what it was compared with."""
    what = f"{many(odd.value, 'stream')} on {odd.day}"
    if odd.mean is not None:
        ratio = f"{odd.value / odd.mean:.0f} times" if odd.mean else "after none, against"
        return f"{what}, {ratio} the mean of the week before ({odd.mean:,.0f}): a double count, or good news"
    baselines = {"the day before": odd.before, "a week before": odd.week_before}
    fewer = [
        f"{1 - odd.value / baseline:.0%} fewer than {name} ({baseline:,})"
        for name, baseline in baselines.items()
        if baseline
    ]
    usual = "" if odd.usual is None else f"; the median of the same weekday is {odd.usual:,.0f}"
    return f"{what}, {' and '.join(fewer)}{usual}"


def _of_copies(warehouse: Warehouse, rules: StreamRules, today: date) -> Iterator[Finding]:
    limits = {"since": _window(rules, today), "least_days": LEAST_COPIED_DAYS, "floor": rules.floor}
    for row in rows_of(Copies, warehouse, "findings_of_copies", **limits):
        one, other = _name(row["artistName"], row["trackName"]), _name(row["otherArtist"], row["otherTrack"])
        days = f"{many(row['dayCount'], 'day')} from {row['firstDay']} to {row['lastDay']}"
        text = f"{one} and {other} have the same figures on {days}: one file under two titles?"
        series = f"{row['source']} {_digits(row['seriesId'])} {_digits(row['otherId'])}"
        yield Finding("same_figures", series, None, "warning", text, source_command(row["source"]))


def _of_stale(rows: Iterable[Series], rules: StreamRules, today: date) -> Iterator[Finding]:
    """Services, and artists of services that are fresh, whose newest day is old but not so old that it is over."""
    newest = defaultdict[str, dict[str, date]](dict)
    for row in rows:
        artist = row["artistName"] or "an artist without a name"
        known = newest[row["source"]]
        known[artist] = max(row["newest"], known.get(artist, date.min))
    for source, artists in newest.items():
        if finding := _stale(source, f"no figures of {source}", max(artists.values()), rules, today):
            yield finding
            continue
        for artist, day in artists.items():
            series, of_artist = f"{source} {_digits(artist)}", f"{artist}: no figures of {source}"
            if finding := _stale(series, of_artist, day, rules, today):
                yield finding


def _stale(series: str, text: str, newest: date, rules: StreamRules, today: date) -> Finding | None:
    age = (today - newest).days
    if not rules.stale_days < age <= rules.quiet_days:
        return None
    text = f"{text} after {newest}, {age} days ago: export them again, then linernotes import streams FILE"
    return Finding("streams_stale", series, None, "warning", text, source_command(series.partition(" ")[0]))


def _digits(name: str) -> str:
    """Twelve digits for an artist or a track: what an alert is known by outlives a purge, and may name nobody."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _name(artist: str | None, track: str | None) -> str:
    return ", ".join(part for part in (artist, track) if part) or "a series without a name"
