"""What one file, name or link does never keeps the others from being loaded, and is said once."""

import errno
import hashlib
import logging
import os
from pathlib import Path

import pytest

from linernotes.core.counts import LoadStats
from linernotes.landing import ingest as ingesting
from linernotes.landing import validate
from linernotes.landing.archive_names import archive_name
from linernotes.landing.ingest import Ingest, ingest, load_archive
from linernotes.landing.spool import salvage
from tests.landing.test_ingest import GOOD, Room, room
from tests.samples import ID, RUN, artist, keys, lines

__all__ = ["room"]  # a fixture that stands elsewhere
SUFFIX = "_artist_enrichment.jsonl"
OTHER = lines(artist(keys(1)[0]))
STAMP = "20261101T070000Z_abcdefabcdef-00001_artist_enrichment.spool"


def _said(caplog: pytest.LogCaptureFixture, what: str) -> int:
    return sum(what in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("letter", ["x", "é", "名"])
@pytest.mark.parametrize("content", [GOOD, b"\0binary"], ids=["loaded", "rejected"])
def test_a_name_as_long_as_names_can_be_is_loaded_or_set_aside_like_any_other(
    room: Room, letter: str, content: bytes
) -> None:
    room_left = 255 - len(SUFFIX)
    name = letter * (room_left // len(letter.encode())) + SUFFIX
    room.drop(content, name)
    room.drop(OTHER, "a" + SUFFIX)
    counted = room.ingest()
    assert counted.files == (2 if content == GOOD else 1)
    assert (room.names("spotify/landing"), len(room.names("spotify/archive"))) == ([], counted.files)
    rejected = [name for name in room.names("spotify/rejected") if not name.endswith(".reason.txt")]
    assert [each[-len(SUFFIX) :] for each in rejected] == [SUFFIX] * (2 - counted.files)
    assert room.ingest() == LoadStats()


def test_a_link_is_loaded_and_its_content_is_archived(room: Room, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.jsonl"
    elsewhere.write_bytes(GOOD)
    os.utime(elsewhere, (1, 1))
    (room.home / "lake/spotify/landing" / f"linked{SUFFIX}").symlink_to(elsewhere)
    assert room.ingest().loaded == 2
    (archived,) = (room.home / "lake/spotify/archive").iterdir()
    assert (archived.is_symlink(), archived.read_bytes(), elsewhere.read_bytes()) == (False, GOOD, GOOD)
    assert room.names("spotify/landing") == []


def test_folders_and_broken_links_are_left_and_named_once(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    landing = room.home / "lake/spotify/landing"
    (landing / f"folder{SUFFIX}").mkdir()
    (landing / f"nowhere{SUFFIX}").symlink_to("gone")
    os.mkfifo(landing / f"pipe{SUFFIX}")
    room.drop(GOOD)
    assert [room.ingest().loaded for _ in range(2)] == [2, 0]
    for what in (f"folder{SUFFIX} is a folder", f"nowhere{SUFFIX} is a broken link", f"pipe{SUFFIX} is not a file"):
        assert _said(caplog, what) == 1


def test_a_file_of_no_dataset_is_named_once_in_a_command(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    room.drop(b"{}", "notes.txt")
    work = Ingest(room.lake, room.warehouse, RUN, room.scratch)
    for _ in range(3):
        ingest(work, room.datasets)
    assert _said(caplog, "notes.txt matches no dataset") == 1


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO])
def test_a_file_that_cannot_be_read_is_set_aside_and_the_others_are_loaded(
    room: Room, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = validate.stage

    def unreadable(path: Path, *rest: object) -> object:
        if path.name.startswith("locked"):
            raise OSError(code, os.strerror(code), str(path))
        return stage(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(ingesting, "stage", unreadable)
    room.drop(OTHER, f"locked{SUFFIX}")
    room.drop(GOOD)
    counted = room.ingest()
    assert (counted.loaded, counted.refused_files) == (2, (f"spotify/locked{SUFFIX}",))
    reason = (room.home / f"lake/spotify/rejected/locked{SUFFIX}.reason.txt").read_text()
    assert reason.startswith(f"cannot be read: {os.strerror(code)}")


def test_a_full_disk_is_no_reason_to_set_a_file_aside(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(ingesting, "stage", full)
    room.drop(GOOD)
    with pytest.raises(OSError, match="No space"):
        room.ingest()
    assert room.names("spotify/rejected") == []


def test_a_name_that_is_no_text_is_set_aside(room: Room) -> None:
    path = room.drop(OTHER)
    path.rename(path.with_name(os.fsdecode(b"\xff\xfe_artist_enrichment.jsonl")))
    room.drop(GOOD)
    assert room.ingest().loaded == 2
    assert len(room.names("spotify/rejected")) == 2


def test_what_cannot_be_moved_after_loading_stays_and_is_said(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    room.drop(OTHER, f"a{SUFFIX}")
    room.drop(GOOD, f"b{SUFFIX}")
    sha256 = archive_name(room.lake.waiting()[0].name, _hash(OTHER))
    (room.home / "lake/spotify/archive" / sha256).mkdir()
    assert room.ingest().loaded == 3
    assert room.names("spotify/landing") == [f"a{SUFFIX}"]
    assert _said(caplog, "cannot be moved to archive/") == 1
    (room.home / "lake/spotify/archive" / sha256).rmdir()
    assert room.ingest().known == 1
    assert room.names("spotify/landing") == []


def test_rows_keep_the_name_of_their_file_when_the_archive_is_loaded_again(room: Room) -> None:
    room.drop(GOOD + b"bad\n")
    room.ingest()
    names = "select file from {lake}.lake_ops__rejects union all select file from {lake}.lake_ops__loaded_files"
    before = [row["file"] for row in room.warehouse.rows(names)]
    room.warehouse.set_aside()
    room.warehouse.ensure(room.datasets)
    assert load_archive(Ingest(room.lake, room.warehouse, RUN, room.scratch), room.datasets).loaded == 2
    assert [row["file"] for row in room.warehouse.rows(names)] == before == [f"mine{SUFFIX}"] * 2


def test_a_reason_does_not_repeat_a_value_of_any_size(room: Room) -> None:
    room.drop(lines(artist(ID, popularity="x" * 3_000_000), artist(ID, **{"y" * 100_000: 1})) + GOOD)
    room.ingest()
    rows = list(room.warehouse.rows("select reason, field from {lake}.lake_ops__rejects"))
    assert rows
    assert max(len(row["reason"]) + len(row["field"] or "") for row in rows) < 700


def test_what_other_programs_keep_in_the_spool_is_left_and_said(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    spool = room.home / "spool" / "spotify"
    (spool / "folder.spool").mkdir(parents=True)
    (spool / "notes.spool").write_text("mine")
    (spool / STAMP.replace("-00001", "-00002")).symlink_to("notes.spool")
    (spool / STAMP).write_bytes(GOOD)
    assert salvage(room.lake, room.home / "spool") == 1
    assert (spool / "notes.spool").read_text() == "mine"
    assert sorted(path.name for path in spool.iterdir()) == sorted(
        ["folder.spool", "notes.spool", STAMP.replace("-00001", "-00002")]
    )
    assert _said(caplog, "not a file of linernotes; left in place") == 3
    assert room.ingest().loaded == 2


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(autouse=True)
def _heard(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
