"""The front door for programs: everything a notebook or a scheduled task needs, without the command line."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

import linernotes
from linernotes import AccessRefused, BelowExpectations, ConfigurationError, Library, LinernotesError
from linernotes.sandbox import Faults, Sandbox
from tests.laptop import Laptop

README = Path(__file__).parents[1] / "README.md"
Ids = Callable[[int], list[str]]
ARTISTS = "select artistName from {hub}.hub_music__svc_dim_artists where enrichmentStatus = $status order by artistName"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the library's own settings: those of the test run are none of it."""
    for name in [name for name in os.environ if name.startswith("LINERNOTES_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def library(online: Laptop) -> Iterator[Library]:
    with Library.open(online.home, settings=online.environ) as library:
        yield library


def test_a_roster_is_imported_planned_run_and_queried(
    library: Library, online: Laptop, sandbox: Sandbox, artists: Ids
) -> None:
    ids = artists(5)
    imported = library.import_roster(online.roster(*ids))
    assert (imported.stats.loaded, imported.stats.rejected, imported.news, imported.error) == (5, 0, True, None)
    planned = library.plan(providers=["spotify"], mode="backfill")
    assert (planned.total.items, sandbox.calls()["total"]) == (5, 0)
    result = library.run(providers=["spotify"], mode="backfill")
    assert (result.report.status, result.report.asked.found, result.error) == ("ok", 5, None)
    rows = library.sql(ARTISTS, status="enriched")
    assert len(rows) == 5
    assert library.artist(ids[0]).artist.id == ids[0]


def test_a_history_is_imported_and_each_file_says_what_it_holds(library: Library, online: Laptop, artists: Ids) -> None:
    imported = library.import_plays(online.plays(*artists(3)))
    (file,) = imported.files
    assert (imported.stats.loaded, file.plays, file.artists) == (3, 3, 3)
    assert file.first_day is not None
    again = library.import_plays(online.plays(*artists(3)))
    assert (again.new, again.known, again.rejected, again.news) == (0, 3, 0, False)


def test_a_service_that_fails_is_in_the_result_and_costs_nothing_else(
    library: Library, online: Laptop, sandbox: Sandbox, artists: Ids
) -> None:
    library.import_roster(online.roster(*artists(2)))
    sandbox.faults = Faults(credentials="refused")
    result = library.run(mode="backfill")
    assert isinstance(result.error, AccessRefused)
    (recorded,) = library.sql("select status, reason from {lake}.lake_ops__runs where command = 'run'")
    assert (result.report.status, result.report.reason) == tuple(recorded.values())
    assert len(library.sql(ARTISTS, status="pending")) == 2
    sandbox.faults = Faults()
    assert library.run(mode="backfill").error is None


@pytest.mark.parametrize(
    "statement",
    [
        "delete from {lake}.lake_ops__runs",
        "select 1; drop table {lake}.lake_ops__runs",
        "copy (select 1) to 'out.csv'",
        "create table {hub}.mine as select 1",
        "selec 1",
        "select * from no_such_table",
    ],
)
def test_sql_only_reads(library: Library, statement: str, online: Laptop) -> None:
    with pytest.raises(ConfigurationError) as refused:
        library.sql(statement)
    assert "\n" not in refused.value.message
    assert not Path("out.csv").exists()
    assert library.sql("select count(*) as runs from {lake}.lake_ops__runs")


def test_braces_of_a_query_are_its_own(library: Library) -> None:
    (row,) = library.sql("select {'a': $number} as pair, '{lake' as text", number=1)
    assert row == {"pair": {"a": 1}, "text": "{lake"}


@pytest.mark.parametrize("content", ['{"foo": 1}', "spotify_id\nfoo bar baz\nspotify:artist:1\n"])
def test_an_import_that_brings_nothing_is_raised(content: str, library: Library, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text(content)
    bring = library.import_plays if content.startswith("{") else library.import_roster
    with pytest.raises(BelowExpectations) as raised:
        bring(path)
    assert raised.value.exit_code == 4


def test_what_is_wrong_with_the_question_is_raised(library: Library, tmp_path: Path) -> None:
    for wrong in (
        lambda: library.run(mode="backfill", top=3),
        lambda: library.plan(providers=["sptify"]),
        lambda: library.artist("Nobody at all"),
        lambda: library.import_plays(tmp_path / "nothing.zip"),
    ):
        with pytest.raises(LinernotesError) as raised:
            wrong()
        assert raised.value.remedy


def test_a_closed_library_leaves_the_warehouse_to_others(online: Laptop) -> None:
    with Library.open(online.home, settings=online.environ) as library:
        library.sql("select 1 as one")
    library.close()
    assert online("coverage").code == 0


def test_everything_public_is_there_and_nothing_else() -> None:
    assert sorted(linernotes.__all__) == linernotes.__all__
    assert all(getattr(linernotes, name).__module__.startswith("linernotes.") for name in linernotes.__all__)
    with pytest.raises(AttributeError):
        linernotes.anything_else  # noqa: B018
    public = {name for name in vars(linernotes) if not name.startswith("_")} - {"TYPE_CHECKING", "Any"}
    rooms = {path.stem for path in Path(linernotes.__file__).parent.iterdir()}
    assert public - set(linernotes.__all__) <= rooms


def test_opening_the_front_door_imports_no_command_line(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from linernotes import Library\n"
        "with Library.open(sys.argv[1]):\n"
        "    assert not {'click', 'rich', 'flask'} & set(sys.modules), sys.modules.keys()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr


def test_what_the_readme_shows_of_the_front_door_runs(
    online: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    online.home.rename(tmp_path / "linernotes")
    for name, value in {"HOME": str(tmp_path), **online.environ}.items():
        monkeypatch.setenv(name, value)
    shutil.copy(str(files("linernotes.sandbox").joinpath("my_spotify_data.zip")), Path.cwd())
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "Plan(provider='all'" in printed
    assert "all went well" in printed
    assert "ArtistProfile(" in printed
