"""The files behind a path: what a zip calls them leads nowhere, and what would grow beyond reason is refused."""

import gzip
import io
import struct
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from linernotes.sources import archives as container
from linernotes.sources.archives import open_histories
from linernotes.sources.streams import content_hash, open_stream
from tests.sources.found import zipped


def contents(path: Path) -> dict[str, bytes | str]:
    """What is in each file, or why it is refused."""
    found: dict[str, bytes | str] = {}
    with open_histories([str(path)]) as files:
        for file in files:
            with open_stream(file) as stream:
                found[file.name] = file.refused.reason if file.refused else stream.whole.read()
    return found


def written(folder: Path, content: bytes, name: str = "my.zip") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_zip_is_its_files_and_their_names_lead_nowhere(tmp_path: Path) -> None:
    names = ["../../up.json", "/etc/absolute.json", "C:\\windows.json", "a/../b.json", "bell\a.json"]
    found = contents(written(tmp_path, zipped({name: name.encode() for name in names})))
    assert sorted(found.values(), key=str) == sorted((name.encode() for name in names), key=str)
    assert "my.zip/bell\ufffd.json" in found
    assert [path.name for path in tmp_path.iterdir()] == ["my.zip"]


def test_a_link_in_a_zip_is_a_text_and_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.json")
    link.external_attr = 0o120777 << 16
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    written(folder, body.getvalue())
    written(folder / "deep", b"x", "x.json")
    (folder / "passwd.json").symlink_to("/etc/passwd")
    (folder / "deep" / "loop").symlink_to(folder)
    assert contents(folder) == {"folder/my.zip/link.json": b"/etc/passwd", "folder/deep/x.json": b"x"}


def test_a_bomb_is_refused_and_what_stands_beside_it_is_read(tmp_path: Path) -> None:
    found = contents(written(tmp_path, zipped({"bomb.json": b" " * (8 << 20), "good.json": b"good"})))
    assert found == {"my.zip/bomb.json": "expands to more than 200 times its size", "my.zip/good.json": b"good"}


def test_the_whole_of_a_zip_is_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "LARGEST_TOTAL", 5)
    found = contents(written(tmp_path, zipped({"a": b"1234", "b": b"1234"})))
    assert found == {"my.zip/a": b"1234", "my.zip/b": "its zip expands to more than 0 GiB"}
    monkeypatch.setattr(container, "MOST_FILES", 1)
    assert contents(tmp_path / "my.zip") == {"my.zip": "contains more than 1 files"}


def test_a_packed_file_that_grows_without_end_is_cut(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b" " * (8 << 20)), "bomb.json.gz")
    with open_histories([str(path)]) as files, open_stream(files[0]) as stream:
        read = stream.whole.read()
        assert stream.raw.damage
        assert stream.raw.damage.reason == "expands to more than the allowed size"
    assert len(read) < 4 << 20


def test_an_encrypted_file_is_named(tmp_path: Path) -> None:
    body = bytearray(zipped({"secret.json": b"x"}))
    for at in (body.find(b"PK\x03\x04") + 6, body.find(b"PK\x01\x02") + 8):
        struct.pack_into("<H", body, at, 1)
    assert contents(written(tmp_path, bytes(body))) == {"my.zip/secret.json": "it is encrypted"}


def test_half_a_zip_is_named(tmp_path: Path) -> None:
    (reason,) = contents(written(tmp_path, zipped({"a.json": b"abc" * 99})[:-30])).values()
    assert str(reason).startswith("the zip is damaged or truncated")


def test_damage_within_a_zip_ends_its_file_only(tmp_path: Path) -> None:
    whole = zipped({"a.json": bytes(range(256)) * 9, "b.json": b"good"})
    body = bytearray(whole)
    body[whole.find(b"a.json") + 40] ^= 0xFF
    path = written(tmp_path, bytes(body))
    with open_histories([str(path)]) as (bad, good):
        with open_stream(bad) as stream:
            stream.whole.read()
            assert stream.raw.damage
            assert stream.raw.damage.reason.startswith("damaged or truncated")
        with open_stream(good) as stream:
            assert (stream.whole.read(), stream.raw.damage) == (b"good", None)


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_file_that_is_damaged_from_its_first_byte_ends_itself_only_however_it_is_packed(
    tmp_path: Path, packing: int
) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("bad.json", bytes(range(256)) * 9, packing)
        packed.writestr("good.json", b"good")
    body = bytearray(content.getvalue())
    begins = body.find(b"bad.json") + len("bad.json")
    body[begins : begins + 30] = b"\xff" * 30
    found = contents(written(tmp_path, bytes(body)))
    assert (found["my.zip/bad.json"], found["my.zip/good.json"]) == (b"", b"good")


def test_the_same_content_is_known_again_in_a_zip_and_out_of_it(tmp_path: Path) -> None:
    text = "[1]".encode("utf-16")
    paths = [written(tmp_path, zipped({"a": text})), written(tmp_path, text, "b"), written(tmp_path, b"[1]", "c")]
    hashes = []
    with open_histories(map(str, paths)) as files:
        for file in files:
            with open_stream(file) as stream:
                hashes.append(content_hash(stream))
    inside, outside, other = hashes
    assert inside == outside != other


def test_a_zip_within_a_zip_is_its_files_too(tmp_path: Path) -> None:
    inner = zipped({"x.json": b"inner", "y.json.gz": gzip.compress(b"packed")})
    found = contents(written(tmp_path, zipped({"folder/inner.zip": inner, "z.json": b"outer"})))
    assert found == {
        "my.zip/folder/inner.zip/x.json": b"inner",
        "my.zip/folder/inner.zip/y.json.gz": b"packed",
        "my.zip/z.json": b"outer",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["my.zip"]


def test_zips_within_zips_end_somewhere_and_grow_no_further_than_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = zipped({"deep.json": b"x"})
    for _ in range(3):
        deep = zipped({"in.zip": deep})
    (reason,) = contents(written(tmp_path, deep)).values()
    assert reason == "lies within more than 3 zips"
    inner = zipped({"bomb.json": b" " * (8 << 20), "a": b"1234"})
    found = contents(written(tmp_path, zipped({"in.zip": inner})))
    assert found["my.zip/in.zip/bomb.json"] == "expands to more than 200 times its size"
    monkeypatch.setattr(container, "MOST_FILES", 2)
    assert set(contents(tmp_path / "my.zip").values()) == {"contains more than 2 files"}


def test_damage_in_a_zip_within_a_zip_is_named_and_stops_nothing(tmp_path: Path) -> None:
    found = contents(written(tmp_path, zipped({"in.zip": zipped({"x": b"x" * 99})[:-30], "good.json": b"good"})))
    assert found == {"my.zip/in.zip": "the zip is damaged or truncated", "my.zip/good.json": b"good"}


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def test_a_workbook_is_its_sheets_as_tables(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["artist", "date", "n"], ["A, B", datetime(2024, 11, 22, 11, 55), 2.0], [None, "x", 2.5]]  # noqa: DTZ001
    path = written(tmp_path, workbook({"info": [["hello"]], "plays": rows}), "my.xlsx")
    table = b'artist,date,n\n"A, B",2024-11-22 11:55:00,2\n,x,2.5\n'
    assert contents(path) == {"my.xlsx/info": b"hello\n", "my.xlsx/plays": table}
    assert contents(written(tmp_path, zipped({"my.xlsx": path.read_bytes()}))) == {
        "my.zip/my.xlsx/info": b"hello\n",
        "my.zip/my.xlsx/plays": table,
    }


def test_without_its_library_a_workbook_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linernotes.sources.workbooks.is_installed", lambda _module: False)
    path = written(tmp_path, workbook({"plays": [["artist"]]}), "my.xlsx")
    with open_histories([str(path)]) as (file,):
        assert file.refused is not None
        assert file.refused.remedy == "save the sheet as CSV, or pip install 'linernotes[excel]'"
