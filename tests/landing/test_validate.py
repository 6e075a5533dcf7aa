"""A file becomes clean files with the right line numbers, however it is cut, packed or damaged."""

import gzip
import hashlib
import json
import os
import zlib
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from linernotes.core.errors import UnreadableFile
from linernotes.core.files import LandedFile, StagedFile
from linernotes.landing import validate
from linernotes.landing.validate import Job, stage, survey
from tests.clocks import START
from tests.samples import ID, RUN, artist, dataset, keys, lines, staged, tombstone

ARTISTS = dataset("spotify/artist_enrichment")


def rows(file: StagedFile, table: str) -> list[dict[str, Any]]:
    """The clean rows for a table, in the order of their lines."""
    paths = [path for part in file.parts if part.dataset == table for path in part.paths]
    found = [json.loads(line) for path in paths for line in path.read_bytes().splitlines()]
    return sorted(found, key=lambda row: int(row["_line"]))


def everything(file: StagedFile) -> dict[str, list[dict[str, Any]]]:
    return {table: rows(file, table) for table in ("spotify/artist_enrichment", "ops/attempts", "ops/rejects")}


def refusal(content: bytes, folder: Path, name: str = "mine_artist_enrichment.jsonl") -> str:
    with pytest.raises(UnreadableFile) as refused:
        staged(content, folder, name)
    return refused.value.message


MIXED = lines(*(artist(key) for key in keys(40)), tombstone(), {"artistId": 5}, *(artist(key) for key in keys(3)))


@pytest.fixture(params=[1, 7, 64, 300, 1 << 20])
def chunk_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Blocks of this size are read, however long the lines are."""
    monkeypatch.setattr(validate, "CHUNK_BYTES", request.param)
    return int(request.param)


def test_every_line_is_a_record_an_attempt_or_a_reject(tmp_path: Path) -> None:
    file = staged(MIXED, tmp_path)
    assert (file.lines, file.found, file.rejected, file.accepted) == (45, 43, 1, 44)
    assert {part.dataset: part.rows for part in file.parts} == {
        "spotify/artist_enrichment": 43,
        "ops/attempts": 1,
        "ops/rejects": 1,
    }


def test_line_numbers_and_rows_do_not_depend_on_how_the_file_is_cut(tmp_path: Path, chunk_bytes: int) -> None:
    file = staged(MIXED, tmp_path)
    assert [row["_line"] for row in rows(file, "spotify/artist_enrichment")] == [*range(1, 41), 43, 44, 45]
    assert [row["artistId"] for row in rows(file, "spotify/artist_enrichment")] == [*keys(40), *keys(3)]
    assert [row["_line"] for row in rows(file, "ops/attempts")] == [41]
    assert [(row["_line"], row["line"]) for row in rows(file, "ops/rejects")] == [(42, 42)]
    assert file.sha256 == hashlib.sha256(MIXED).hexdigest()


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        (lines(artist(), artist()).replace(b"\n", b"\r\n"), [1, 2]),
        (b"\xef\xbb\xbf" + lines(artist()), [1]),
        (b"\n\n" + lines(artist()) + b"   \n\r\n" + lines(artist()), [3, 6]),
        (lines(artist(), artist())[:-1], [1, 2]),
        (lines(artist())[:-1] + b"\r", [1]),
    ],
    ids=["CRLF", "BOM", "blank lines", "no final newline", "a lone CR at the end"],
)
def test_the_ways_people_end_lines_cost_no_record(
    content: bytes, numbers: list[int], tmp_path: Path, chunk_bytes: int
) -> None:
    file = staged(content, tmp_path)
    assert [row["_line"] for row in rows(file, "spotify/artist_enrichment")] == numbers
    assert (file.lines, file.rejected) == (len(numbers), 0)


def test_a_byte_order_mark_in_the_middle_is_no_part_of_a_line(tmp_path: Path) -> None:
    file = staged(lines(artist()) + b"\xef\xbb\xbf" + lines(artist()), tmp_path)
    assert [row["_line"] for row in rows(file, "ops/rejects")] == [2]


def test_processes_side_by_side_give_the_same_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = MIXED * 60
    alone = everything(staged(content, tmp_path))
    monkeypatch.setattr(validate, "CHUNK_BYTES", 20_000)
    monkeypatch.setattr(validate, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    started = Counter[str]()
    pool = ProcessPoolExecutor

    def counted(*arguments: Any, **options: Any) -> Any:
        started["pools"] += 1
        return pool(*arguments, **options)

    monkeypatch.setattr(validate, "ProcessPoolExecutor", counted)
    assert everything(staged(content, tmp_path)) == alone
    assert started["pools"] == 1


def test_a_zipped_copy_is_the_same_file(tmp_path: Path) -> None:
    plain = staged(MIXED, tmp_path)
    as_it_was = everything(plain)
    zipped = staged(gzip.compress(MIXED), tmp_path, "mine_artist_enrichment.jsonl.gz")
    assert zipped.sha256 == plain.sha256
    assert everything(zipped) == {
        **as_it_was,
        "ops/rejects": [row | {"file": "mine_artist_enrichment.jsonl.gz"} for row in as_it_was["ops/rejects"]],
    }


def test_a_zipped_file_is_known_by_its_content_too(tmp_path: Path) -> None:
    assert staged(gzip.compress(MIXED), tmp_path).sha256 == hashlib.sha256(MIXED).hexdigest()


def test_a_zip_of_several_members_is_read_to_its_end(tmp_path: Path) -> None:
    assert staged(gzip.compress(MIXED) + gzip.compress(MIXED), tmp_path).lines == 90


def _with_wrong_checksum(content: bytes) -> bytes:
    zipped = bytearray(gzip.compress(content))
    zipped[-8] ^= 1
    return bytes(zipped)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(MIXED)[:-20], "damaged gzip"),
        (gzip.compress(MIXED)[:5], "damaged gzip"),
        (_with_wrong_checksum(MIXED), "damaged gzip"),
        (gzip.compress(MIXED)[:40] + b"\0" * 40 + gzip.compress(MIXED)[80:], "damaged gzip"),
        (gzip.compress(b""), "empty"),
        (gzip.compress(b"\n" * (4 << 20)), "expands to more than"),
        (MIXED, "damaged gzip"),
        (b"", "empty"),
    ],
    ids=["truncated", "only a header", "wrong CRC", "holes", "nothing in it", "a bomb", "not zipped at all", "0 bytes"],
)
def test_a_damaged_zip_is_refused_as_a_whole(content: bytes, words: str, tmp_path: Path) -> None:
    assert words in refusal(content, tmp_path, "mine_artist_enrichment.jsonl.gz")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (zlib.compress(MIXED) + b"\0", "binary"),
        (lines("x").decode().encode("utf-16"), "binary"),
        (b"<!doctype html>\n<html>\n<h1>502</h1>\n</html>\n", "no line is a JSON object"),
        (b"\n \n\r\n", "no line is a JSON object"),
        (b"[1, 2]\n3\n", "no line is a JSON object"),
    ],
    ids=["empty", "an image", "compressed otherwise", "UTF-16", "an HTML page", "only blank lines", "no objects"],
)
def test_what_is_not_lines_of_json_is_refused_as_a_whole(content: bytes, words: str, tmp_path: Path) -> None:
    assert words in refusal(content, tmp_path)


def test_a_file_of_objects_that_all_break_the_contract_is_read_and_its_lines_rejected(tmp_path: Path) -> None:
    file = staged(lines({"artistId": 5}, {"a": 1}), tmp_path)
    assert (file.lines, file.rejected, file.accepted) == (2, 2, 0)


def test_a_line_that_never_ends_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validate, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(validate, "LONGEST_LINE", 5000)
    assert "a line is longer than" in refusal(b"x" * 6500, tmp_path)
    assert staged(lines(artist(artistName="x" * 4000)), tmp_path).found == 1


def test_a_reject_keeps_the_text_of_its_line_also_where_that_is_no_text(tmp_path: Path) -> None:
    file = staged(lines(artist()) + b'{"artistId": "\xff\xfe"}\n', tmp_path)
    (row,) = rows(file, "ops/rejects")
    assert row["raw"] == '{"artistId": "\\xff\\xfe"}'
    assert (row["file"], row["runId"], row["field"]) == ("mine_artist_enrichment.jsonl", RUN.id, None)
    assert row["rejectedAt"] == "2026-11-21T07:00:00Z"


def test_a_reject_keeps_no_more_text_than_a_column_should_hold(tmp_path: Path) -> None:
    file = staged(lines(artist(), {"artistId": "x" * 100_000}), tmp_path)
    assert len(rows(file, "ops/rejects")[0]["raw"]) == 65_536


def test_a_line_refused_by_an_import_keeps_its_place_there(tmp_path: Path) -> None:
    mark = {"file": "roster.csv", "line": 7, "field": None, "reason": "odd", "raw": "a,b"}
    (row,) = rows(staged(lines(artist(), {"_reject": mark}), tmp_path), "ops/rejects")
    assert (row["file"], row["line"], row["raw"], row["_line"]) == ("roster.csv", 7, "a,b", 2)


def test_our_own_name_tells_which_run_wrote_a_file_and_when(tmp_path: Path) -> None:
    name = f"20261101T070000Z_abcdefabcdef-00001-{'0' * 16}_artist_enrichment.jsonl"
    ours, theirs = staged(lines(artist()), tmp_path, name), staged(lines(artist()), tmp_path)
    assert ours.stamp is not None
    assert (ours.stamp.isoformat(), ours.written_by) == ("2026-11-01T07:00:00+00:00", "abcdefabcdef")
    assert (theirs.stamp, theirs.written_by) == (None, RUN.id)


def test_another_file_may_be_read_in_its_place_under_its_own_hash(tmp_path: Path) -> None:
    path, other = tmp_path / "mine_artist_enrichment.jsonl", tmp_path / "other"
    path.write_bytes(MIXED)
    other.write_bytes(lines(artist(ID)))
    (tmp_path / "scratch").mkdir()
    job = Job(LandedFile("spotify", path.name), ARTISTS, RUN, START, tmp_path / "scratch")
    file = stage(path, job, lambda _: other)
    assert (file.lines, file.sha256) == (1, hashlib.sha256(MIXED).hexdigest())


def test_the_chunks_of_a_file_are_the_file(tmp_path: Path, chunk_bytes: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(MIXED)
    digest = hashlib.sha256()
    chunks = list(survey(path, digest))
    pieces = [MIXED[chunk.offset : chunk.offset + chunk.length] for chunk in chunks]
    assert b"".join(pieces) == MIXED
    assert digest.digest() == hashlib.sha256(MIXED).digest()
    assert all(piece.endswith(b"\n") for piece in pieces)
    assert [chunk.first_line for chunk in chunks] == [MIXED[: chunk.offset].count(b"\n") + 1 for chunk in chunks]
