"""What the shell completes: names of the library and of the configs, and nothing where something is wrong."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
from click.shell_completion import BashComplete, ZshComplete

from linernotes.cli.app import cli
from tests.laptop import Laptop
from tests.samples import artist, keys, lines

Complete = Callable[..., list[str]]


@pytest.fixture(scope="module")
def named(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A home with three artists, of which nothing is changed."""
    laptop = Laptop(Path(shutil.copytree(built_home, tmp_path_factory.mktemp("named") / "home")))
    names = ("Nina Simone", "Nina Hagen's Band", "ABBA")
    laptop.drop(lines(*(artist(key, artistName=name) for key, name in zip(keys(3), names, strict=True))))
    assert laptop.make_tables().code == 0
    return laptop


def completions(laptop: Laptop, *words: str, shell: str = "bash") -> list[str]:
    """What a shell offers for the last word."""
    completer = {"bash": BashComplete, "zsh": ZshComplete}[shell](cli, {}, "linernotes", "_LINERNOTES_COMPLETE")
    environ = laptop.environment(_LINERNOTES_COMPLETE=f"{shell}_complete")
    with mock.patch.dict(os.environ, environ, clear=True):
        return [item.value for item in completer.get_completions(list(words[:-1]), words[-1])]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("run", "--provider", "lastf"), ["lastfm", "lastfm_tracks"]),
        (("plan", "--env", "local", "--provider", "WIKI"), ["wikidata"]),
        (("extract", "deezer_r"), ["deezer_related"]),
        (("extract", "lastfm"), ["lastfm_scrobbles", "lastfm", "lastfm_tracks"]),
        (("ingest", "--dataset", "roster"), ["roster/artists", "roster/rows"]),
        (("top", "gen"), ["genres"]),
        (("show", "ab"), ["ABBA"]),
        (("run", "--artist", "Nina\\ S"), []),
    ],
)
def test_words_are_completed(named: Laptop, words: tuple[str, ...], found: list[str]) -> None:
    assert completions(named, *words) == found


def test_a_name_is_written_as_each_shell_wants_it(named: Laptop) -> None:
    assert completions(named, "history", "Nina") == ["Nina\\ Hagen\\'s\\ Band", "Nina\\ Simone"]
    assert completions(named, "history", "Nina", shell="zsh") == ["Nina Hagen's Band", "Nina Simone"]


def test_nothing_is_completed_and_nothing_is_made_where_nothing_is(tmp_path: Path) -> None:
    new = Laptop(tmp_path / "new")
    assert completions(new, "show", "N") == []
    assert completions(new, "show", "--env", "nowhere", "N") == []
    assert not new.home.exists()
