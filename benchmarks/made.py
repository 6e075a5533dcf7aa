"""Data for the benchmarks: made from a seed, written once per run."""

import random
import string
from pathlib import Path

import msgspec

LETTERS = string.ascii_letters + string.digits
GENRES = ("indie rock", "art pop", "dream pop", "chamber pop", "shoegaze", "slowcore")
ENCODE = msgspec.json.Encoder().encode


def artist_ids(number: int, seed: int = 1) -> list[str]:
    """So many different ids of the form Spotify uses."""
    chance = random.Random(seed)
    return ["".join(chance.choices(LETTERS, k=22)) for _ in range(number)]


def write_answers(path: Path, number: int) -> Path:
    """A landed file of nested records, about 700 bytes each, as somebody may copy it in by hand."""
    chance = random.Random(2)
    with path.open("wb") as file:
        for position, key in enumerate(artist_ids(number)):
            file.write(ENCODE(_answer(position, key, chance)) + b"\n")
    return path


def write_roster(path: Path, number: int) -> Path:
    """A roster of so many artists."""
    with path.open("w", encoding="utf-8") as file:
        file.write("artistId,artistName\n")
        file.writelines(f"{key},Artist {position}\n" for position, key in enumerate(artist_ids(number)))
    return path


def _answer(position: int, key: str, chance: random.Random) -> dict[str, object]:
    images = [
        {"url": f"https://i.scdn.co/image/{key}{size}{key}", "height": size, "width": size} for size in (640, 320, 160)
    ]
    return {
        "artistId": key,
        "artistName": f"Artist {position}",
        "genres": chance.sample(GENRES, 3),
        "popularity": position % 101,
        "followerCount": position * 3,
        "images": images,
        "externalUrls": {"spotify": f"https://open.spotify.com/artist/{key}"},
        "canonicalArtistId": None,
        "enrichedAt": "2026-11-20T10:00:00Z",
    }
