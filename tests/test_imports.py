"""What people bring becomes lines of a dataset, good or rejected; nothing of it is lost."""

from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import IO, Any

import msgspec
import pytest

from linernotes.core.errors import BelowExpectations
from linernotes.landing.lines import LineReader
from linernotes.sources.recently_played import play_lines
from linernotes.sources.rows import open_text
from tests.laptop import Laptop
from tests.samples import ID, artist, dataset, keys, lines

Lines = list[dict[str, Any]]
PLAY = {"track": {"id": ID, "uri": f"spotify:track:{ID}", "name": "Timber"}, "played_at": "2026-11-01T07:00:00Z"}


def text(content: bytes | str) -> IO[str]:
    """A file of this content, opened as ours are."""
    raw = content.encode() if isinstance(content, str) else content
    return TextIOWrapper(BytesIO(raw), encoding="utf-8-sig", errors="surrogateescape")


def plays(content: bytes | str) -> Lines:
    return [
        dict(line) for line in play_lines(text(content), "mine.json", LineReader(dataset("spotify/recently_played")))
    ]


def refused(imported: Lines) -> list[tuple[int, str]]:
    """Line and reason of what cannot be taken."""
    return [(line["_reject"]["line"], line["_reject"]["reason"]) for line in imported if "_reject" in line]


@pytest.mark.parametrize(
    "content",
    [
        lines({"items": [PLAY, PLAY], "cursors": {"after": "1"}}),
        lines([PLAY, PLAY]),
        lines(PLAY, PLAY),
        lines({"items": [PLAY]}, {"items": [PLAY]}),
        msgspec.json.format(msgspec.json.encode({"items": [PLAY, PLAY]}), indent=2),
        b"\xef\xbb\xbf" + lines(PLAY, PLAY),
    ],
    ids=["a page", "a list", "items", "pages", "a page over many lines", "BOM"],
)
def test_plays_come_as_pages_lists_or_items(content: bytes) -> None:
    assert [play["trackName"] for play in plays(content)] == ["Timber", "Timber"]


@pytest.mark.parametrize(
    "bad",
    [
        None,
        5,
        "text",
        [],
        {},
        {"track": None, "played_at": "x"},
        {**PLAY, "played_at": "yesterday"},
        {**PLAY, "played_at": "2126-11-01T07:00:00Z"},
    ],
    ids=str,
)
def test_an_item_of_another_shape_costs_no_good_one(bad: Any) -> None:
    imported = plays(lines({"items": [PLAY, bad, PLAY]}))
    assert [play.get("trackName") for play in imported] == ["Timber", None, "Timber"]
    assert [line for line, _ in refused(imported)] == [2]


@pytest.mark.parametrize("odd", [{"artists": [None]}, {"album": "x"}, {"duration_ms": "long"}], ids=str)
def test_a_field_of_another_shape_costs_that_field_alone(odd: dict[str, Any]) -> None:
    imported = plays(lines({"items": [PLAY, {**PLAY, "track": {**PLAY["track"], **odd}}]}))  # type: ignore[dict-item]
    assert [play["trackName"] for play in imported] == ["Timber", "Timber"]
    assert refused(imported) == []


def test_what_is_not_json_at_all_is_refused() -> None:
    with pytest.raises(BelowExpectations, match="not JSON"):
        plays("<html>\n<body>")


def test_a_file_is_opened_without_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(b"\xef\xbb\xbfartistId\n")
    with open_text(str(path)) as source:
        assert source.read() == "artistId\n"


def test_importing_the_same_roster_twice_brings_nothing_new(importer: Laptop) -> None:
    path = importer.roster(*keys(3))
    assert "imported 3 new artists" in importer("import", "roster", path).err
    assert "already known 3" in importer("import", "roster", path).err
    assert importer.value("select count(*) from {lake}.lake_roster__normalized_artists") == 3


def test_an_import_tells_what_waited_apart_from_what_it_brought(importer: Laptop) -> None:
    path = importer.roster(*keys(3))
    importer.drop(lines(artist(keys(1)[0])))
    said = importer("import", "roster", path)
    assert "loaded 1 line left in landing/" in said.err
    assert "imported 3 new artists, already known 0, rejected 0\nnext: " in said.err
    importer.drop(lines(artist(keys(2)[1])))
    assert "imported 0 new artists, already known 3, rejected 0\nnext: " in importer("import", "roster", path).err
    assert "next: " not in importer("import", "roster", path).err


def test_an_import_with_many_bad_lines_names_the_file_as_its_owner_does(importer: Laptop) -> None:
    path = importer.roster(*keys(3), "odd")
    said = importer("import", "roster", path)
    assert (said.code, said.complaint.split(";")[0]) == (4, f"linernotes: ingest: more than 5 % bad lines in {path}")


def test_a_roster_imported_again_under_its_name_takes_the_place_of_the_first(laptop: Laptop) -> None:
    a, b, c = keys(3)
    mine = laptop.write("mine.csv", f"Artist,Link,Notes\nAnn,{a},call\nBo,{b},\nBo,{c},\nbo,,\nEve,,\n")
    said = laptop("import", "roster", mine, "--name", "spring")
    assert "roster spring: 5 artists (2 by name alone)" in said.err
    links = [f"https://open.spotify.com/artist/{key}" for key in (b, c)]
    assert f"1 name without an artist: bo ({' or '.join(links)}): put the link" in said.err
    listed = laptop("report", "roster", "--roster", "spring", "--format", "json").rows
    assert [(row["artistName"], row["why"], row["Notes"]) for row in listed] == [
        ("Ann", None, "call"),
        ("Bo", None, None),
        ("Bo", None, None),
        ("bo", "several_artists", None),
        ("Eve", "unknown_name", None),
    ]
    laptop("import", "roster", laptop.write("mine.csv", f"Artist,Link\nAnna,{a}\n"), "--name", "spring")
    assert [row["artistName"] for row in laptop("report", "roster", "--format", "json").rows] == ["Anna"]
    back = laptop.write("mine.csv", f"Artist,Link,Notes\nAnn,{a},call\nBo,{b},\nBo,{c},\nbo,,\nEve,,\n")
    assert "imported 5 new artists" in laptop("import", "roster", back, "--name", "spring").err
    assert "already known 5" in laptop("import", "roster", back, "--name", "spring").err
    assert [row["artistName"] for row in laptop("report", "roster", "--format", "json").rows][:2] == ["Ann", "Bo"]
    laptop.drop(
        lines(*({"artistId": key, "monthlyListeners": 9, "retrievedAt": "2026-11-02T07:00:00Z"} for key in (a, b, c))),
        "mine_monthly_listeners.jsonl",
        "apify",
    )
    laptop("ingest")
    laptop.make_tables()
    ranked = laptop("report", "top-artists", "--roster", "spring", "--n", "2", "--format", "json").rows
    assert {row["artistName"] for row in ranked} <= {"Ann", "Bo", "Eve"}
    assert (len(ranked), {"Notes"} <= ranked[0].keys()) == (2, True)
    assert "did you mean 'spring'" in laptop("report", "roster", "--roster", "sprin").complaint


def test_a_dry_run_of_a_roster_tells_what_would_happen_and_writes_nothing(tmp_path: Path) -> None:
    machine = Laptop(tmp_path / "home")
    file = machine.write("mine.csv", f"Artist,Link\nAnn,{ID}\nBo,\nann,{ID}\n,https://open.spotify.com/track/{ID}\n")
    said = machine("import", "roster", file, "--dry-run", "--format", "json")
    told = {row["what"]: row["number"] for row in said.rows}
    assert (told["rows"], told["artists by name alone"], told["rows that name one of them again"]) == (4, 1, 1)
    assert [(row["what"], row["number"]) for row in said.rows if row["what"].startswith("rejected")] == [
        ("rejected: a track, not an artist: use the link of the artist's own page: row 5", 1)
    ]
    assert said.code == 4
    assert not list((tmp_path / "home").rglob("*.jsonl"))


def test_every_row_of_a_roster_is_accounted_for_and_a_dry_run_says_what_it_does_not_list(tmp_path: Path) -> None:
    machine = Laptop(tmp_path / "home")
    bad = ",odd\n" * 7
    file = machine.write("mine.csv", f"Artist,Link\nAnn,{ID}\nBo,\nann,\nCy,deezer.com/artist/1\n{bad}")
    said = machine("import", "roster", file, "--dry-run", "--n", "2", "--format", "json")
    told = {row["what"]: row["number"] for row in said.rows}
    assert "roster mine: 3 artists (2 by name alone) in 11 rows; named again in row 4; 7 rows rejected" in said.err
    assert told["links passed over, and the names beside them taken alone"] == 1
    reason = "rejected: neither a link nor an id of an artist: rows"
    assert told[f"{reason} 6, 7 and 5 more; --n names more"] == 7
    every = machine("import", "roster", file, "--dry-run", "--format", "json").rows
    assert every[-1]["what"] == f"{reason} 6, 7, 8, 9, 10, 11, 12"
