"""Exports of streams: a million days of songs in files, from the command to rows of the lake."""

from datetime import date, timedelta
from pathlib import Path

from benchmarks.commands import Measure, command, measured

SONGS = 500
DAYS = 2_000
NEWEST = date(2026, 11, 27)


def streams(work: Path) -> list[Measure]:
    """The whole command, from files to rows of the lake."""
    home, folder = work / "streams", work / "exports"
    write_songs(folder, SONGS, DAYS)
    command(home, "init")
    seconds, memory = measured(home, "import", "streams", str(folder), "--artist", "Mara Ellis")
    return [
        Measure(f"import {SONGS * DAYS:,} days of {SONGS} songs", f"{seconds:.1f} s", "20 s", seconds / 20, 1.0),
        Measure("the same: memory at its highest", f"{memory:.0f} MiB", "1,024 MiB", memory / 1024, 1.0),
    ]


def write_songs(folder: Path, songs: int, days: int) -> None:
    """A file for each song, as Spotify for Artists names it."""
    folder.mkdir()
    told = [f"{NEWEST - timedelta(days=ago)}" for ago in range(days)]
    for song in range(songs):
        rows = "".join(f"{day},{100 + (song * 7 + ago * 13) % 400}\n" for ago, day in enumerate(told))
        (folder / f"Song {song:04}-timeline.csv").write_text(f"date,streams\n{rows}", encoding="utf-8")
