"""A listening history is private: nobody else on the machine can read it."""

import os
from pathlib import Path

import pytest

from linernotes.core.private import make_private, private_files
from tests.laptop import Laptop


def _open_to_others(home: Path) -> list[str]:
    return [str(path.relative_to(home.parent)) for path in (home, *home.iterdir()) if path.stat().st_mode & 0o077]


def test_a_new_home_is_for_one_account_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        laptop = Laptop(tmp_path / "home")
        assert laptop("import", "plays", laptop.plays("0OdUWJ0sBjDrqHygGUXeCF")).code == 0
        assert _open_to_others(laptop.home) == []
        assert [path for path in laptop.home.rglob("*") if path.stat().st_mode & 0o077] == []
        mine = tmp_path / "mine"
        mine.write_text("other files of this process are as they were")
        assert mine.stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(before)


def test_a_home_that_exists_becomes_so_with_the_next_command_that_writes(laptop: Laptop) -> None:
    warehouse, lake = laptop.home / "warehouse.duckdb", laptop.home / "lake"
    for path, mode in ((laptop.home, 0o755), (lake, 0o755), (warehouse, 0o644)):
        path.chmod(mode)
    assert laptop("ingest").code == 0
    assert [path.stat().st_mode & 0o777 for path in (laptop.home, lake, warehouse)] == [0o700, 0o700, 0o600]


def test_what_belongs_to_somebody_else_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refused)
    make_private(tmp_path, tmp_path / "missing")
    with private_files():
        (tmp_path / "made").write_text("")
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o600
