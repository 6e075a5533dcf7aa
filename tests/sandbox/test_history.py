import json
import subprocess
import sys
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from linernotes.sandbox import Generated

SCRIPT = Path(__file__).parents[2] / "scripts" / "write_demo_history.py"


@pytest.fixture(scope="module")
def written() -> bytes:
    return resources.files("linernotes.sandbox").joinpath("history.jsonl").read_bytes()


@pytest.fixture(scope="module")
def plays(written: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines()]


def test_the_script_writes_the_same_history_again(written: bytes, tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SCRIPT), str(tmp_path / "history.jsonl")], check=True)
    assert (tmp_path / "history.jsonl").read_bytes() == written


def test_the_history_is_two_years_up_to_the_fifteenth_of_november(plays: list[dict[str, Any]]) -> None:
    instants = [play["played_at"] for play in plays]
    assert instants == sorted(set(instants))
    assert instants[0] < "2024-12"
    assert instants[-1].startswith("2026-11-15T")
    assert all(instant.endswith("Z") for instant in instants)


def test_the_history_has_favourites_among_many_artists(plays: list[dict[str, Any]], written: bytes) -> None:
    heard = Counter(artist["id"] for play in plays for artist in play["track"]["artists"])
    assert 1500 < len(plays) < 1700
    assert 240 < len(heard) < 280
    assert sum(count for _, count in heard.most_common(10)) > len(plays) / 4
    assert len(written) < 900_000


def test_the_history_has_what_real_ones_have(plays: list[dict[str, Any]]) -> None:
    tracks = [play["track"] for play in plays]
    assert any(len(track["artists"]) > 1 for track in tracks)
    assert any(play["context"] is None for play in plays)
    local = [track for track in tracks if track["id"] is None]
    assert 5 < len(local) < 30
    assert all(track["uri"].startswith("spotify:local:") and track["artists"] == [] for track in local)


def test_some_artists_of_the_history_are_gone_or_merged(plays: list[dict[str, Any]], catalogue: Generated) -> None:
    heard = {artist["id"] for play in plays for artist in play["track"]["artists"]}
    found = {each: catalogue.artist(each) for each in heard}
    assert 2 <= sum(artist is None for artist in found.values()) <= 6
    assert any(artist and artist.id != each for each, artist in found.items())
    assert all(map(catalogue.credit, heard))
