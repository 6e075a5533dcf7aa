"""The history of an invented listener, as a zip of Spotify's."""

import json
import zipfile
from pathlib import Path

import pytest

from linernotes.core.errors import ConfigurationError
from linernotes.sandbox import Generated, write_history
from linernotes.sandbox.world.listening import Listener
from tests.laptop import Laptop

PLAYS = 20_000


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("history") / "history.zip"
    write_history(path, Generated(), PLAYS)
    return path


def test_it_has_so_many_entries_in_files_as_spotify_cuts_them(history: Path) -> None:
    with zipfile.ZipFile(history) as archive:
        names = [name.rpartition("/")[2] for name in archive.namelist()]
        entries = [json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")]
    assert [name.split("_20")[0] for name in names[1:]] == ["Streaming_History_Audio"] * 2 + ["Streaming_History_Video"]
    assert sum(map(len, entries)) == PLAYS
    instants = [entry["ts"] for entry in entries[0] + entries[1]]
    assert instants == sorted(instants)


def test_its_tracks_are_those_of_the_sandbox_and_its_addresses_nobodys(history: Path) -> None:
    known = {track.uri for tracks in Listener(Generated()).repertoire() for track in tracks}
    with zipfile.ZipFile(history) as archive:
        entries = json.loads(archive.read(archive.namelist()[1]))
    heard = {entry["spotify_track_uri"] for entry in entries} - {None}
    assert heard <= known
    assert len(heard) > 1_000
    assert all(entry["ip_addr"].startswith("203.0.113.") for entry in entries)


def test_the_same_history_is_the_same_zip(history: Path, laptop: Laptop, tmp_path: Path) -> None:
    said = laptop("sandbox", "--export-history", tmp_path / "again.zip", "--plays", str(PLAYS))
    assert said.code == 0, said.err
    assert (tmp_path / "again.zip").read_bytes() == history.read_bytes()


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / "my_spotify_data.zip"
    theirs.write_text("precious")
    with pytest.raises(ConfigurationError, match=r"history .*: File exists"):
        write_history(theirs, Generated(), 1)
    assert theirs.read_text() == "precious"


def test_where_it_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"history .*: No such file or directory"):
        write_history(tmp_path / "nowhere" / "my.zip", Generated(), 1)
