import json
import subprocess
import sys
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from linernotes.sandbox import Generated
from linernotes.sandbox.world.listening import LARGEST_CIRCLE, Listener

SCRIPT = Path(__file__).parents[2] / "scripts" / "write_demo_history.py"
LARGEST = 300_000  # bytes


def contents(path: Path) -> dict[str, bytes]:
    """What is in a zip; two versions of zlib pack it differently."""
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def shipped() -> Path:
    return Path(str(resources.files("linernotes.sandbox").joinpath("my_spotify_data.zip")))


@pytest.fixture(scope="module")
def plays(shipped: Path) -> list[dict[str, Any]]:
    pages = (json.loads(page) for name, page in contents(shipped).items() if "_Audio_" in name)
    return [play for page in pages for play in page]


def test_the_script_writes_the_same_history_again(shipped: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SCRIPT), str(tmp_path / "again.zip")], check=True)
    assert contents(tmp_path / "again.zip") == contents(shipped)
    assert shipped.stat().st_size < LARGEST


def test_the_history_has_favourites_among_many_artists(plays: list[dict[str, Any]]) -> None:
    heard = Counter(play["master_metadata_album_artist_name"] for play in plays)
    assert 2_400 < len(plays) < 2_500
    assert 240 < len(heard) < 290
    assert sum(count for _, count in heard.most_common(10)) > len(plays) / 5


def test_the_history_has_what_real_ones_have(plays: list[dict[str, Any]]) -> None:
    assert any(play["spotify_episode_uri"] for play in plays)
    assert any(play["skipped"] and play["ms_played"] < 30_000 for play in plays)
    assert any(play["incognito_mode"] for play in plays)
    assert all(play["ts"] < "2026-11-15T" for play in plays)


def test_spotify_knows_the_tracks_of_the_history_but_for_a_few(
    plays: list[dict[str, Any]], catalogue: Generated
) -> None:
    listener = Listener(catalogue, circle=LARGEST_CIRCLE)
    names = {play["spotify_track_uri"]: play["master_metadata_album_artist_name"] for play in plays}
    found = {uri: listener.track(uri.removeprefix("spotify:track:")) for uri in filter(None, names)}
    assert 0 < sum(track is None for track in found.values()) < len(found) / 20
    assert all(track.album.artists[0].name == names[uri] for uri, track in found.items() if track)


def test_some_artists_of_the_history_are_gone_or_merged(plays: list[dict[str, Any]], catalogue: Generated) -> None:
    listener = Listener(catalogue, circle=LARGEST_CIRCLE)
    uris = {play["spotify_track_uri"] for play in plays} - {None}
    tracks = [listener.track(uri.removeprefix("spotify:track:")) for uri in uris]
    found = {track.artists[0].id: catalogue.artist(track.artists[0].id) for track in tracks if track}
    assert 1 <= sum(artist is None for artist in found.values()) <= 6
    assert any(artist and artist.id != each for each, artist in found.items())
