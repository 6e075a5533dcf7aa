"""Whatever people hand in: the good lines are loaded, the bad ones are kept with their reason, and it is said once."""

import csv
import errno
import gzip
import io
import json
import os
import resource
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from linernotes.config.settings import shipped_folder
from linernotes.sandbox import Generated, Sandbox
from tests.laptop import Laptop, play_of
from tests.samples import artist, lines, tombstone

A, B, C = (Generated().id_at(index) for index in (0, 1, 3))
GOOD = artist(B)
Ids = Callable[[int], list[str]]
NOT_AN_ID = "does not match ^[0-9A-Za-z]{22}$"
NEITHER = "neither a link nor an id of an artist"
MANY = [artist(Generated().id_at(index)) for index in range(20)]


@dataclass(frozen=True)
class Case:
    """What is handed in and what comes of it: rows loaded, rejects as (line, field, a part of the reason)."""

    name: str
    content: bytes
    loaded: int = 0
    rejects: tuple[tuple[int, str | None, str], ...] = ()
    refused: str = ""
    code: int = 0
    file: str = "mine_artist_enrichment.jsonl"


def bad(name: str, content: bytes, field: str | None, reason: str, **more: Any) -> Case:
    """A file whose only line is rejected."""
    return Case(name, content, 0, ((1, field, reason),), code=4, **more)


def refused(name: str, content: bytes, reason: str, **more: Any) -> Case:
    """A file that is moved to rejected/ as a whole."""
    return Case(name, content, refused=reason, code=4, **more)


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def without(column: str) -> bytes:
    return lines({name: value for name, value in GOOD.items() if name != column})


LANDED = [
    refused("nothing", b"", "empty file"),
    refused("blank lines", b"\n\n \n", "no line is a JSON object"),
    refused("bytes", b"\0\1\2" * 50, "binary file"),
    refused("a picture", b"\x89PNG\r\n\x1a\n\0\0", "binary file"),
    refused("prose", b"hello\nworld\n", "no line is a JSON object"),
    refused("a web page", b"<html><body>We will be right back</body></html>\n", "no line is a JSON object"),
    refused("a list", b"[1, 2]\n", "no line is a JSON object"),
    refused("nulls", b"null\nnull\n", "no line is a JSON object"),
    refused("another alphabet", lines(GOOD).replace(b"ABBA", b"J\xf6rg"), "no line is a JSON object"),
    refused("a number JSON has not", lines(GOOD).replace(b'"ABBA"', b"NaN"), "no line is a JSON object"),
    refused("a line without end", b'{"a":"' + b"x" * (17 << 20) + b'"}\n', "longer than 16 MiB"),
    refused("gzip cut short", packed(lines(GOOD))[:-6], "damaged gzip", file="x_artist_enrichment.jsonl.gz"),
    refused(
        "gzip with a wrong sum",
        packed(lines(GOOD))[:-8] + b"\0" * 8,
        "damaged gzip",
        file="x_artist_enrichment.jsonl.gz",
    ),
    refused("no gzip", lines(GOOD), "damaged gzip", file="x_artist_enrichment.jsonl.gz"),
    refused("a gzip bomb", packed(b"\n" * 40_000_000), "expands to more than", file="x_artist_enrichment.jsonl.gz"),
    bad("a fraction of a follower", lines({**GOOD, "followerCount": 55.7}), "followerCount", "got `float`"),
    bad("a number in quotes", lines({**GOOD, "popularity": "77"}), "popularity", "got `str`"),
    bad("fewer than none", lines({**GOOD, "followerCount": -1}), "followerCount", ">= 0"),
    bad("more than all", lines({**GOOD, "popularity": 101}), "popularity", "<= 100"),
    bad("more than 64 bits", lines({**GOOD, "followerCount": 2**63}), "followerCount", "<="),
    bad("true for a number", lines({**GOOD, "popularity": True}), "popularity", "got `bool`"),
    bad("an instant without offset", lines({**GOOD, "enrichedAt": "2026-11-01T00:00:00"}), "enrichedAt", "timezone"),
    bad("a day for an instant", lines({**GOOD, "enrichedAt": "2026-11-01"}), "enrichedAt", "datetime"),
    bad("seconds for an instant", lines({**GOOD, "enrichedAt": 1_700_000_000}), "enrichedAt", "got `int`"),
    bad("an answer from the future", lines({**GOOD, "enrichedAt": "2036-01-01T00:00:00Z"}), "enrichedAt", "future"),
    bad("an id too short", lines(artist("abc")), "artistId", "of length >= 22"),
    bad("no id", without("artistId"), "artistId", "missing"),
    bad("no instant", without("enrichedAt"), "enrichedAt", "missing"),
    bad("an empty object", b"{}\n", "artistId", "missing"),
    bad("a name that is a number", lines({**GOOD, "artistName": 5}), "artistName", "got `int`"),
    bad("a genre for genres", lines({**GOOD, "genres": "rock"}), "genres", "got `str`"),
    bad("numbers for genres", lines({**GOOD, "genres": [1]}), "genres[0]", "got `int`"),
    bad("a strange image", lines({**GOOD, "images": [{"url": 1}]}), "images[0].url", "got `int`"),
    bad("an unknown outcome", lines(tombstone(A, "gone")), "_outcome.status", "gone"),
    bad("an outcome of nobody", lines(tombstone("")), "_outcome.key", "length >= 1"),
    Case("a line torn off", lines(GOOD) + b'{"artistId": "abc', 1, ((2, None, "truncated"),), code=4),
    Case("one bad line of nineteen", lines(*MANY[:18]) + b"oops\n", 18, ((19, None, "malformed"),), code=4),
    Case("one bad line of twenty", lines(*MANY[:19]) + b"oops\n", 19, ((20, None, "malformed"),)),
    Case("a bad line first", b"oops\n" + lines(*MANY), 20, ((1, None, "malformed"),)),
    Case("brackets without end", b"[" * 5000 + b"\n" + lines(*MANY), 20, ((1, None, "array"),)),
    Case("no newline at the end", lines(GOOD).rstrip(), 1),
    Case("lines ended as on Windows", lines(GOOD, artist(A)).replace(b"\n", b"\r\n"), 2),
    Case("a byte order mark", b"\xef\xbb\xbf" + lines(GOOD), 1),
    Case("an unknown column", lines({**GOOD, "mood": "blue"}), 1),
    Case("genres that are null", lines({**GOOD, "genres": None}), 1),
    Case("a name that is empty", lines({**GOOD, "artistName": ""}), 1),
    Case("the same line twice", lines(GOOD, GOOD), 2),
    Case("gzip", packed(lines(GOOD)), 1, file="x_artist_enrichment.jsonl.gz"),
    Case("gzip without saying so", packed(lines(GOOD)), 1),
    Case("a name that is a pattern", lines(GOOD), 1, file="*_artist_enrichment.jsonl"),
    Case("a name with a quotation mark", lines(GOOD), 1, file="it's '); drop table x; --_artist_enrichment.jsonl"),
    Case("a name like an option", lines(GOOD), 1, file="-rf_artist_enrichment.jsonl"),
    Case("a name of two lines", lines(GOOD), 1, file="a\nb_artist_enrichment.jsonl"),
]


@pytest.mark.parametrize("case", LANDED, ids=lambda case: case.name)
def test_a_file_copied_into_landing(laptop: Laptop, case: Case) -> None:
    laptop.drop(case.content, case.file)
    said = laptop("ingest")
    assert said.code == case.code, said.err
    _is_told_once(said.err, case)
    assert laptop.value("select count(*) from {lake}.lake_spotify__normalized_artist_enrichment") == case.loaded
    _rejects_are(laptop, case, case.file)
    assert laptop.lake("spotify/landing") == []
    assert len(laptop.lake("spotify/archive")) == (not case.refused)
    _is_rejected(laptop, case)
    assert laptop("ingest").code == 0  # and it is over with


PAGE: dict[str, Any] = {
    "items": [play_of(A, "2026-11-20T10:00:00Z"), play_of(B, "2026-11-20T10:05:00.123Z")],
    "limit": 50,
}
PLAY = play_of(A, "2026-11-20T10:00:00Z")


def roster(name: str, content: str | bytes, loaded: int, *rejects: tuple[int, str | None, str], **more: Any) -> Case:
    """An imported roster."""
    text = content.encode() if isinstance(content, str) else content
    return Case(name, text, loaded, rejects, **{"code": 4 if rejects else 0, "file": "roster.csv", **more})


def play(name: str, content: Any, loaded: int, *rejects: tuple[int, str | None, str], **more: Any) -> Case:
    """An imported listening history."""
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    return roster(name, text, loaded, *rejects, **{"file": "plays.json", **more})


ROSTERS = [
    roster("csv", f"artistId,artistName\n{A},Ann\n{B},\n", 2),
    roster("tsv", f"artist_id\tname\n{A}\tAnn, the First\n", 1),
    roster("jsonl", f'{{"id": "{A}"}}\n{{"spotify_url": "spotify:artist:{B}", "name": "Ben"}}\n', 2),
    roster("links", f"spotify_url\nhttps://open.spotify.com/artist/{A}?si=x\nspotify:artist:{B}\n", 2),
    roster("links of a country", f"id\nhttps://open.spotify.com/intl-de/artist/{A}\n", 1),
    roster(
        "a link to a track", f"id\nhttps://open.spotify.com/track/{A}\n", 0, (2, "artistId", "a track, not an artist")
    ),
    roster("a link to elsewhere", f"id\nhttps://evil.example/artist/{A}\n", 0, (2, "artistId", "another site's link")),
    roster("semicolons", f"artistId;name\n{A};Ann, the First\n", 1),
    roster("a byte order mark", b"\xef\xbb\xbf" + f"artistId,name\n{A},Ann\n".encode(), 1),
    roster("lines ended as on Windows", f"artistId,name\r\n{A},Ann\r\n{B},Ben\r\n", 2),
    roster("headings in capitals", f" ARTISTID , Name\n  {A} ,Ann\n", 1),
    roster("blank lines before it", f"\n\nartistId\nbad\n{A}\n", 1, (4, "artistId", NEITHER)),
    roster(
        "quoted names",
        f'artistId,name\n{A},"Ann, ""the"" First\nand Last"\n{B},7" mix\nbad,x\n',
        2,
        (5, "artistId", NEITHER),
    ),
    roster("a quotation mark too many", f'artistId,name\n{A},"Ann\n{B},Ben\n{C},Cy\n', 2, (2, None, "invalid CSV")),
    roster("a name of a novel's length", f"artistId,name\n{A},{'x' * 200_000}\n{B},Ben\n", 2),
    roster("another alphabet", f"artistId,name\n{A},Ann\n{B},J\xf6rg\n".encode("latin-1"), 2),
    roster("rows too short and too long", f"name,artistId\nAnn,{A},x,y\nBen\n", 1),
    roster("duplicate rows", f"artistId\n{A}\n{A}\n{A}\n", 1),
    roster(
        "bad ids",
        f"artistId\n{A}\nshort\n{A}x\n{A[:-1]}é\n",
        1,
        (3, "artistId", NEITHER),
        (4, "artistId", NEITHER),
        (5, "artistId", NEITHER),
    ),
    roster(
        "one bad id of twenty",
        "id\n" + "".join(f"{each['artistId']}\n" for each in MANY[:19]) + "?\n",
        19,
        (21, "artistId", "neither a link nor a name"),
        code=0,
    ),
    roster(
        "bad lines of JSON",
        f'{{"id":"{A}"}}\nnope\n[1]\n{{"id":5}}\n{{"id":"{B}","name":7}}\n',
        1,
        (2, None, "not JSON"),
        (3, None, "unexpected structure"),
        (4, "artistId", NEITHER),
        (5, "givenName", "not text"),
    ),
    roster("only a heading", "artistId\n", 0),
    roster("no such column", "size,label\n7,x\n", 0, refused="no column names artists", code=2),
    roster("links under a heading that nobody knows", f"size,label\n7,{A}\n", 1),
    roster("no heading", f"{A},Ann\n", 1),
    roster("nothing", "", 0, refused="the file is empty", code=4),
    roster("blank lines", "\n\n\n", 0, refused="the file is empty", code=4),
    roster("bytes", b"\0\1\2", 0, refused="the file is binary", code=4),
    roster("two bytes a letter", f"artistId\n{A}\n".encode("utf-16"), 1),
    roster("zipped", gzip.compress(f"artistId\n{A}\n{B}\n".encode()), 2),
    roster(
        "zipped and cut off", gzip.compress(f"artistId\n{A}\n".encode())[:-8], 0, refused="damaged or truncated", code=4
    ),
    roster(
        "a line without end",
        f"artistId,name\n{A},{'x' * 9_000_000}\n{B},x\n",
        1,
        (2, None, "longer than 8 million"),
        code=4,
    ),
]
PLAYS = [
    play("a page", PAGE, 2),
    play("a page for people", json.dumps(PAGE, indent=2), 2),
    play("a list", PAGE["items"], 2),
    play("items, one per line", "".join(f"{json.dumps(item)}\n" for item in PAGE["items"]), 2),
    play("pages, one per line", f"{json.dumps(PAGE)}\n" * 2, 4),
    play(
        "all mixed",
        "\n".join(map(json.dumps, [PLAY, {"items": [PLAY, {}]}, [PLAY]])),
        3,
        (2, None, "not a recently-played item"),
    ),
    play("an empty page", {"items": [], "cursors": None, "limit": 50}, 0),
    play("a bad line first", f"garbage\n{json.dumps(PLAY)}\n", 1, (1, None, "not JSON")),
    play("a line torn off", f"{json.dumps(PLAY)}\n{json.dumps(PLAY)[:-9]}", 1, (2, None, "not JSON")),
    play(
        "no track",
        {"items": [{"played_at": "2026-11-20T10:00:00Z"}], "cursors": None},
        0,
        (1, None, "track or played_at is missing"),
    ),
    play(
        "an error for a page",
        {"error": {"status": 401, "message": "expired"}},
        0,
        (1, None, "not a supported listening history"),
    ),
    play("a list of nothing", "[]", 0, (1, None, "not a supported listening history")),
    play("an instant without offset", [play_of(A, "2026-11-20T10:00:00")], 0, (1, "playedAt", "timezone")),
    play("a play of tomorrow", [play_of(A, "2036-01-01T00:00:00Z")], 0, (1, "playedAt", "future")),
    play("an artist without a good id", [play_of("x", "2026-11-20T10:00:00Z")], 0, (1, "artists[0].id", NOT_AN_ID)),
    play(
        "things of another shape",
        [5, None, {"track": {"artists": "x"}, "played_at": "2026-11-20T10:00:00Z"}],
        0,
        (1, None, "unexpected structure"),
        (2, None, "unexpected structure"),
        (3, "trackUri", "got `null`"),
    ),
    play(
        "a file of one's own",
        [{"track": {"id": None, "uri": "spotify:local:::x:1", "artists": []}, "played_at": "2026-11-20T10:00:00Z"}],
        1,
    ),
    play("a page cut short", json.dumps(PAGE)[:-20], 0, (1, None, "truncated")),
    play("a page for people cut short", json.dumps(PAGE, indent=2)[:-20], 0, (1, None, "truncated")),
    play("a roster", f"artistId\n{A}\n", 0, (1, None, "not a supported listening history")),
    play("brackets and no end", "[" * 100_000, 0, (1, None, "not a supported listening history")),
    play("nothing", "", 0, (1, None, "empty file")),
    play("bytes", b"\0\1", 0, (1, None, "not a supported listening history")),
]
IMPORTED = [("roster", case) for case in ROSTERS] + [("plays", case) for case in PLAYS]


@pytest.mark.parametrize(("kind", "case"), IMPORTED, ids=[f"{kind}, {case.name}" for kind, case in IMPORTED])
def test_an_imported_file(importer: Laptop, kind: str, case: Case) -> None:
    path = importer.write(case.file, case.content)
    tables = {"roster": "lake_roster__normalized_artists", "plays": "lake_spotify__normalized_recently_played"}
    said = importer("import", kind, path)
    assert said.code == case.code, said.err
    _is_told_once(said.err, case)
    assert importer.value(f"select count(*) from {{lake}}.{tables[kind]}") == case.loaded
    named = str(path) if kind == "roster" else case.file
    _rejects_are(importer, case, named)
    assert path.read_bytes() == case.content
    importer("import", kind, path)
    assert importer.value(f"select count(*) from {{lake}}.{tables[kind]}") == case.loaded
    _rejects_are(importer, case, named)


def test_standard_input_is_a_file_too(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, content in (("roster", f"id\n{A}\n?\n".encode()), ("plays", json.dumps(PAGE).encode())):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert laptop("import", kind, "-").code == (4 if kind == "roster" else 0)
    assert laptop.waits() == 2
    assert [(reject["file"], reject["line"]) for reject in laptop.rejects()] == [("-", 3)]


def test_a_file_that_is_copied_in_again_under_another_name_brings_nothing_new(laptop: Laptop) -> None:
    for name in ("mon_artist_enrichment.jsonl", "tue_artist_enrichment.jsonl"):
        laptop.drop(lines(GOOD, artist(A)), name)
        assert laptop("ingest").code == 0
    laptop.drop(packed(lines(GOOD, artist(A))), "wed_artist_enrichment.jsonl.gz")
    assert "already known 2" in laptop("ingest").err
    assert set(laptop.answers()) == {A, B}
    assert laptop.value("select count(*) from {lake}.lake_ops__loaded_files") == 1


def test_two_files_of_one_name_are_both_kept_when_both_are_rejected(laptop: Laptop) -> None:
    for content in (b"first", b"second"):
        laptop.drop(content)
        assert laptop("ingest").code == 4
    assert len(laptop.lake("spotify/rejected")) == 4


def test_a_file_nobody_knows_stays_where_it_is_and_is_told_of(laptop: Laptop) -> None:
    laptop.drop(b"hello", "notes.txt")
    said = laptop("ingest")
    assert said.code == 0
    assert "spotify/landing/notes.txt matches no dataset and is left in place" in said.err
    assert laptop.lake("spotify/landing") == ["notes.txt"]


NAMES = [
    "'); DROP TABLE--",
    "{{ env_var('X') }}",
    "[bold]x[/]",
    "🎷 Sigur Rós ⚡",
    "a\0b",
    "=1+1",
    "",
    "-",
    "\u202eevil",
    "[/]",
]


def test_a_name_reaches_the_dimension_and_the_screen_as_it_is(laptop: Laptop, artists: Ids) -> None:
    named = dict(zip(artists(len(NAMES)), NAMES, strict=True))
    laptop.drop(lines(*(artist(key, artistName=name) for key, name in named.items())))
    assert laptop.make_tables().code == 0
    assert {key: row["artistName"] for key, row in laptop.dimension().items()} == named
    shown = laptop("stale", "--days", "0")
    assert shown.code == 0, shown.err
    for name in ("'); DROP TABLE--", "{{ env_var('X') }}", "[bold]x[/]", "🎷 Sigur Rós ⚡", "[/]"):
        assert name.split()[-1] in shown.out
    assert {row["artistName"] for row in laptop("stale", "--days", "0", "--format", "json").rows} == set(NAMES)
    table = csv.DictReader(io.StringIO(laptop("stale", "--days", "0", "--format", "csv").out))
    assert {"'=1+1", "'-", "[bold]x[/]"} <= {row["artistName"] for row in table}


# What is asked for wrongly


@pytest.mark.parametrize(
    ("command", "environ", "words"),
    [
        (("import", "roster", "missing.csv"), {}, "'missing.csv' does not exist"),
        (("import", "plays", "missing.json"), {}, "'missing.json' does not exist"),
        (("import", "roster", "."), {}, "is a directory"),
        (("run", "--moode", "backfill"), {}, "Did you mean '--mode'? See:"),
        (("run", "--mode", "backfil"), {}, "'backfil' is not one of"),
        (("run", "--limit", "-1"), {}, "-1 is not in the range"),
        (("run", "--older-than", "soon"), {}, "use for example 90d, 12h or 2w"),
        (("run", "--provider", "spotfy"), {}, "did you mean 'spotify'?"),
        (("extract", "spotfy"), {}, "did you mean 'spotify'?"),
        (("ingest", "--dataset", "artist_enrichmnt"), {}, "did you mean 'spotify/artist_enrichment'?"),
        (("runn",), {}, "No such command 'runn'"),
        (("coverage", "--format", "xml"), {}, "'xml' is not one of"),
        (("coverage", "--env", "prod"), {}, "unknown environment 'prod'"),
        (("coverage",), {"LINERNOTES_ENV": "prod"}, "unknown environment 'prod'"),
        (("coverage",), {"LINERNOTES_SPOTIFY__PERSECOND": "3"}, "did you mean 'per_second'?"),
        (("coverage",), {"LINERNOTES_SPOTIFY__BREAKER__FAILURE": "3"}, "did you mean 'failures'?"),
        (("coverage",), {"LINERNOTES_SPOTFY__PER_SECOND": "3"}, "did you mean 'LINERNOTES_SPOTIFY__'?"),
        (("coverage",), {"LINERNOTES_SPOTIFY__PER_SECOND": "fast"}, "per_second"),
        (("coverage",), {"LINERNOTES_SPOTIFY__MODE": "["}, "LINERNOTES_SPOTIFY__MODE"),
        (("coverage", "--env", ""), {}, "Invalid value for '--env': must not be empty"),
        (("coverage",), {"SPOTIFY_API_URL": "api.spotify.com/v1"}, "urls.api"),
        (("coverage",), {"BATCH_SIZE": "0"}, "batch_size"),
        (("coverage",), {"BATCH_SIZE": "51"}, "batch_size 51 exceeds the maximum of 50"),
        (("coverage",), {"LINERNOTES_CONFIGS": "/nowhere"}, "set LINERNOTES_CONFIGS to a configs folder"),
        (("--log-file", "/nowhere/log", "coverage"), {}, "--log-file: cannot write /nowhere/log"),
    ],
    ids=str,
)
def test_a_wrong_word_is_one_clear_line(
    importer: Laptop, command: tuple[str, ...], environ: dict[str, str], words: str
) -> None:
    said = importer(*command, **environ)
    assert said.code == 2
    assert words in said.complaint
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_a_selector_that_selects_nothing_is_one_clear_line(laptop: Laptop) -> None:
    said = laptop("transform", "--select", "no_such_model")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "no model matches no_such_model" in said.complaint


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("providers/spotify.yaml", "per_second:", "per_secnd:", "did you mean 'per_second'?"),
        ("providers/spotify.yaml", "batch_size:", "per_second: 4\nbatch_size:", "duplicate key 'per_second'"),
        ("providers/spotify.yaml", "urls:", "urls: [", "invalid YAML"),
        ("providers/spotify.yaml", "instant: enrichedAt", "instant: enrichedOn", "enrichedOn"),
        ("environments.yaml", "kind: duckdb", "kind: duckbd", "'duckdb'"),
        ("datasets/roster/artists.yaml", "key: [artistId]", "key: [artistID]", "artistID: not in the schema"),
        ("datasets/roster/artists.yaml", "table: lake_", "table: lake-", "table"),
    ],
)
def test_a_mistake_in_the_configuration_is_one_clear_line(
    importer: Laptop, tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    folder = Path(shutil.copytree(shipped_folder("configs"), tmp_path / "configs"))
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    said = importer("coverage", LINERNOTES_CONFIGS=str(folder))
    assert said.code == 2
    assert words in said.complaint
    assert said.err.count("\n") == 1


def test_an_env_file_in_another_encoding_is_one_clear_line(
    importer: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_bytes(b"SPOTIFY_CLIENT_ID=caf\xe9\n")
    said = importer("coverage")
    assert (said.code, said.complaint) == (2, "linernotes: .env is not UTF-8; save it as UTF-8, or remove it")


@pytest.mark.parametrize("command", [("run", "--mode", "backfill"), ("doctor",)], ids=" ".join)
def test_an_address_under_which_everything_is_missing_deletes_nobody(
    online: Laptop, artists: Ids, command: tuple[str, ...]
) -> None:
    online("import", "roster", online.roster(*artists(3)))
    said = online(*command, SPOTIFY_API_URL=online.environ["SPOTIFY_API_URL"].removesuffix("/v1"))
    assert said.code == 2
    assert "it must end in /v1" in said.complaint
    assert online.outcomes() == []


# A machine that does not go along


@pytest.mark.parametrize("command", [("init",), ("run",), ("doctor", "--offline"), ("ingest", "--dry-run")])
def test_a_home_that_cannot_be_written_is_one_clear_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("in the way")
    said = Laptop(tmp_path / "file" / "home")(*command)
    assert said.code == 2
    assert "set LINERNOTES_HOME" in said.complaint


def test_a_full_disk_loses_nothing_and_the_next_command_goes_on(online: Laptop, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(60)))
    online("extract", "spotify", "--mode", "backfill")
    landed = online.lake("spotify/landing")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        said = online("ingest")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert said.code == 1
    assert "disk" in said.complaint
    assert online.lake("spotify/landing") == landed
    assert online("ingest").code == 0
    assert set(online.answers()) == set(artists(60))


def test_a_disk_that_fills_up_while_asking_keeps_what_was_answered(
    online: Laptop, sandbox: Sandbox, artists: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    online("import", "roster", online.roster(*artists(50)))
    online.environ["BATCH_SIZE"] = "10"
    with monkeypatch.context() as full:
        full.setattr("linernotes.landing.spool.Spool.sync", _full_at_the_third())
        said = online("extract", "spotify", "--mode", "backfill")
    assert said.code == 1
    assert "No space left on device; free some disk space, then repeat the command" in said.complaint
    assert online("extract", "spotify", "--mode", "backfill").code == 0
    online("ingest")
    assert set(online.answers()) == set(artists(50))
    assert sum(sandbox.calls(asked=True)["asked"].values()) <= 60


def _full_at_the_third() -> Callable[[object], None]:
    calls = iter(range(1, 100))

    def sync(_spool: object) -> None:
        if next(calls) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return sync


def _is_told_once(err: str, case: Case) -> None:
    """One line for what failed, one warning for what was rejected, and never a line of our code."""
    assert "Traceback" not in err
    assert sum(line.startswith("linernotes: ") for line in err.splitlines()) == (case.code != 0)
    assert err.count("see: linernotes rejects\n") == bool(case.rejects)
    assert case.refused in err


# Nothing is kept of what may be anything.
NO_HISTORIES = {"an error for a page", "a list of nothing", "a roster", "brackets and no end", "nothing", "bytes"}
NO_HISTORIES |= {"a page cut short", "a page for people cut short"}


def _rejects_are(laptop: Laptop, case: Case, file: str) -> None:
    found = laptop.rejects()
    assert [(reject["line"], reject["field"]) for reject in found] == [(line, field) for line, field, _ in case.rejects]
    for reject, (_, _, reason) in zip(found, case.rejects, strict=True):
        assert reject["file"] == file
        assert reason in reject["reason"]
        assert bool(reject["raw"]) == (case.name not in NO_HISTORIES)


def _is_rejected(laptop: Laptop, case: Case) -> None:
    assert laptop.lake("spotify/rejected") == ([case.file, f"{case.file}.reason.txt"] if case.refused else [])
    if case.refused:
        folder = laptop.home / "lake/spotify/rejected"
        assert (folder / case.file).read_bytes() == case.content
        assert case.refused in (folder / f"{case.file}.reason.txt").read_text(encoding="utf-8")
