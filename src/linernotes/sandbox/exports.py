"""Exports of invented artists, with labels: what a team has after two years of exporting every song some days after it.

Songs are picked up with a known chance, so that a forecast can be held against the truth. What the playlists bring is
in no figure before.
"""

import csv
import math
import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

ARTISTS = ("Velvet Harbour", "The Tin Orchard", "Nora Quill", "Saltmarsh", "Okapi Club", "June & the Tides")
FIRST = ("Silver", "Paper", "Northern", "Slow", "Hollow", "Electric", "Borrowed", "Quiet", "Golden", "Second")
SECOND = ("Rain", "Lanterns", "Harbour", "Machines", "Summer", "Letters", "Mirrors", "Streets", "Garden", "Fires")
SONGS = 90  # of each artist
DAYS_BETWEEN = 7
NEWEST = 12  # days from the release of the newest song to yesterday, when it was exported
LONG_AGO = 50  # between that one and the song before, which has labels
SHOWN_DAYS = 40
REPORTED_AFTER = 2
EXPORTED_AT = time(20, tzinfo=UTC)
DAY = timedelta(days=1)
AUDIENCE = (
    "date,listeners,monthly listeners,monthly active listeners,super listeners,streams,playlist adds,saves,followers"
)
LABELS = ("artist", "song", "playlist", "from", "to", "streams")
PLAYLISTS = {"Release Radar": (-1.8, 2.2, 1.0, 1.0, 130), "Discover Weekly": (-2.0, 1.6, 1.8, 0.8, 137)}


@dataclass(frozen=True, slots=True)
class Song:
    """A song and the day on which its figures were exported; ``chances`` are those of being picked up after it."""

    artist: str
    title: str
    released: date
    exported: date
    level: float
    growth: float
    chances: Mapping[str, float]
    picked: Mapping[str, int]


def invented_songs(today: date, seed: int = 7) -> list[Song]:
    """The songs of all artists, of which the newest of each has no labels yet."""
    dice = random.Random(seed)  # noqa: S311 - the same world each time
    return [
        _song(dice, artist, number, today - ((SONGS - number) * DAYS_BETWEEN + NEWEST + 1) * DAY)
        for artist in ARTISTS
        for number in range(SONGS + 1)
    ]


def write_exports(folder: Path, songs: list[Song]) -> None:
    """Write a folder of exports for each artist of the songs, and labels.csv beside them, each as old as it says."""
    for artist in dict.fromkeys(song.artist for song in songs):
        own = [song for song in songs if song.artist == artist]
        place = folder / artist
        place.mkdir(parents=True)
        figures = dict(_artist_days(artist, own[0].released - SHOWN_DAYS * DAY, own[-1].exported))
        released = [f"{song.title},0,0,0,{song.released}" for song in own]
        newest = own[-1].exported
        _write(place / f"{artist}-songs-1year.csv", ["song,listeners,streams,saves,release_date", *released], newest)
        for song in own:
            _write(place / f"{song.title}-timeline.csv", ["date,streams", *_song_days(song)], song.exported)
            shown = [
                figures[day]
                for day in figures
                if timedelta() <= song.exported - REPORTED_AFTER * DAY - day < SHOWN_DAYS * DAY
            ]
            (place / f"{song.exported}").mkdir(exist_ok=True)
            _write(place / f"{song.exported}" / f"{artist}-audience-timeline.csv", [AUDIENCE, *shown], song.exported)
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([LABELS, *(row for song in songs for row in _labels(song))])


def _song(dice: random.Random, artist: str, number: int, released: date) -> Song:
    is_new = number == SONGS
    released -= 0 * DAY if is_new else LONG_AGO * DAY
    exported = released + (NEWEST if is_new else dice.randint(8, 24)) * DAY
    level, growth = dice.gauss(0, 1), dice.gauss(0, 1)
    mood = _mood(artist, exported)
    chances, picked = {}, {}
    for playlist, (start, by_level, by_growth, by_mood, limit) in PLAYLISTS.items():
        odds = start + by_level * level + by_growth * growth + by_mood * mood
        chances[playlist] = 1 / (1 + math.exp(-odds))
        is_picked = dice.random() < chances[playlist]
        picked[playlist] = round(limit + 1 + dice.expovariate(1 / 300)) if is_picked else dice.randint(0, limit - 20)
    title = f"{FIRST[number // 10 % 10]} {SECOND[number % 10]}" + (" II" if is_new else "")
    return Song(artist, title, released, exported, level, growth, chances, {} if is_new else picked)


def _mood(artist: str, day: date) -> float:
    """How much an artist is saved at a time, around 0: it goes up and down with the months."""
    return 1.4 * math.sin(day.toordinal() / 23 + ARTISTS.index(artist))


def _song_days(song: Song) -> Iterator[str]:
    days = (song.exported - song.released).days - REPORTED_AFTER + 1
    dice = random.Random(song.title + song.artist)  # noqa: S311
    for number in range(days):
        day = song.released + number * DAY
        from_the_end = (days - number) / 7 - 0.5
        mean = math.exp(4.5 + 0.6 * song.level - 0.25 * song.growth * from_the_end)
        yield f"{day},{round(mean * (1.15 if day.weekday() >= 4 else 0.95) * math.exp(dice.gauss(0, 0.08)))}"


def _artist_days(artist: str, first: date, last: date) -> Iterator[tuple[date, str]]:
    """The days of an artist's audience; the songs in demand are among its streams."""
    dice = random.Random(artist)  # noqa: S311
    size = 600 + 150 * ARTISTS.index(artist)
    for number in range((last - first).days):
        day = first + number * DAY
        streams = round(size * (1 + number / 2_000) * math.exp(dice.gauss(0, 0.08)))
        saves = round(streams * 0.04 * math.exp(0.25 * _mood(artist, day) + dice.gauss(0, 0.05)))
        listeners, followers = round(streams * 0.6), size + number
        levels = f"{listeners * 9},{listeners * 4},{listeners // 8}"
        yield day, f"{day},{listeners},{levels},{streams},{saves // 2},{saves},{followers}"


def _labels(song: Song) -> Iterator[tuple[str, str, str, date, date, int]]:
    for playlist, streams in song.picked.items():
        yield song.artist, song.title, playlist, song.exported + DAY, song.exported + 28 * DAY, streams


def _write(path: Path, lines: list[str], exported: date) -> None:
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    moment = datetime.combine(exported, EXPORTED_AT).timestamp()
    os.utime(path, (moment, moment))
