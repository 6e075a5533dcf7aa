"""``purge --track`` deletes what services said of one track, and with ``--forget`` the track itself."""

from pathlib import Path

import pytest

from linernotes.sandbox import Generated, Sandbox
from tests.laptop import Laptop
from tests.test_track_services import FAST, tracks


@pytest.fixture(scope="module")
def asked(built_home: Path, tmp_path_factory: pytest.TempPathFactory, catalogue: Generated) -> tuple[Path, list[str]]:
    """A home with three tracks of a list, one of them played, that services were asked about; and their ids."""
    laptop = Laptop(tmp_path_factory.mktemp("asked") / "home").take_over(built_home)
    with Sandbox(catalogue) as sandbox:
        laptop.environ.update(sandbox.environment() | FAST)
        wanted = tracks(sandbox, 3)
        ids = [str(track.id) for track in wanted]
        laptop("import", "tracks", laptop.write("wanted.csv", "spotify_id\n" + "\n".join(ids)))
        play = f"{wanted[0].artists[0].name},{wanted[0].name},2024-01-01 10:00:00,spotify:track:{ids[0]}\n"
        laptop("import", "plays", laptop.write("plays.csv", f"artist,track,time,uri\n{play}"))
        assert laptop("run", "--entity", "track").code == 0
    return laptop.home, ids


@pytest.fixture
def home(asked: tuple[Path, list[str]], tmp_path: Path) -> Laptop:
    """A copy of it."""
    return Laptop(tmp_path / "home").take_over(asked[0])


ASKED = "select distinct key from {lake}.lake_ops__attempts where provider = 'spotify_tracks'"


def test_answers_about_one_track_go_and_those_about_others_stay(home: Laptop, asked: tuple[Path, list[str]]) -> None:
    ids = asked[1]
    said = home("purge", "--track", ids[0], "--dry-run")
    assert "rows of lake_ops__attempts" in said.out
    assert {row["key"] for row in home.rows(ASKED)} == set(ids)
    assert home("purge", "--track", ids[0], "--yes").code == 0
    assert {row["key"] for row in home.rows(ASKED)} == set(ids[1:])
    assert home.value("select count(*) from {hub}.hub_music__svc_dim_tracks") == 3  # the list still has it
    assert home.value("select count(*) from {hub}.hub_music__svc_fact_plays") == 1


def test_a_forgotten_track_is_nowhere_any_more(home: Laptop, asked: tuple[Path, list[str]]) -> None:
    ids = asked[1]
    assert home("purge", "--track", f"spotify:track:{ids[0]}", "--forget", "--yes").code == 0
    assert home.value("select count(*) from {hub}.hub_music__svc_dim_tracks") == 2
    assert home.value("select count(*) from {hub}.hub_music__svc_fact_plays") == 0
    files = [path for path in (home.home / "lake").rglob("*.jsonl*") if path.suffix != ".gz"]
    assert not [path for path in files if ids[0] in path.read_text("utf-8")]
    assert [path for path in files if ids[1] in path.read_text("utf-8")]
    again = home("purge", "--track", ids[0], "--forget", "--yes")
    assert (again.code, "deleted 0 rows" in again.err) == (0, True)


def test_an_artist_and_a_track_are_purged_one_after_the_other(home: Laptop) -> None:
    said = home("purge", "--track", "a", "--artist", "b", "--yes")
    assert (said.code, "--artist and --track at once; purge one after the other" in said.complaint) == (2, True)
