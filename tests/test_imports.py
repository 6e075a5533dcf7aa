"""What people bring becomes lines of a dataset, good or rejected; nothing of it is lost."""

from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import IO, Any

import msgspec
import pytest

from linernotes.core.errors import BelowExpectations, ConfigurationError
from linernotes.landing.lines import LineReader
from linernotes.sources.recently_played import play_lines
from linernotes.sources.roster import roster_lines
from linernotes.sources.rows import open_text
from tests.laptop import Laptop
from tests.samples import ID, artist, dataset, keys, lines

Lines = list[dict[str, Any]]
PLAY = {"track": {"id": ID, "uri": f"spotify:track:{ID}", "name": "Timber"}, "played_at": "2026-11-01T07:00:00Z"}


def text(content: bytes | str) -> IO[str]:
    """A file of this content, opened as ours are."""
    raw = content.encode() if isinstance(content, str) else content
    return TextIOWrapper(BytesIO(raw), encoding="utf-8-sig", errors="surrogateescape")


def roster(content: bytes | str) -> Lines:
    return [dict(line) for line in roster_lines(text(content), "mine.csv", LineReader(dataset("roster/artists")))]


def plays(content: bytes | str) -> Lines:
    return [
        dict(line) for line in play_lines(text(content), "mine.json", LineReader(dataset("spotify/recently_played")))
    ]


def refused(imported: Lines) -> list[tuple[int, str]]:
    """Line and reason of what cannot be taken."""
    return [(line["_reject"]["line"], line["_reject"]["reason"]) for line in imported if "_reject" in line]


@pytest.mark.parametrize("column", ["artistId", "artist_id", "id", "spotify_url", "ARTISTID", " artistId "])
@pytest.mark.parametrize(
    "value",
    [
        ID,
        f" {ID} ",
        f"spotify:artist:{ID}",
        f"https://open.spotify.com/artist/{ID}",
        f"http://open.spotify.com/intl-de/artist/{ID}?si=abc",
    ],
)
def test_an_artist_may_be_an_id_a_url_or_a_uri_in_any_of_the_columns(column: str, value: str) -> None:
    assert roster(f"{column}\n{value}\n") == [{"artistId": ID, "artistName": None}]


@pytest.mark.parametrize(
    "content",
    [
        f"artistId,artistName\n{ID},ABBA\n",
        f"artistId;artistName\n{ID};ABBA\n",
        f"artistName\tartistId\nABBA\t{ID}\n",
        f"name,id,followers\nABBA,{ID},5\n",
        f'\ufeffartistId,artistName\r\n{ID},"ABBA"\r\n',
        f'{{"artistId": "{ID}", "name": "ABBA"}}\n',
        f'{{"spotify_url": "https://open.spotify.com/artist/{ID}", "artist_name": "ABBA"}}',
        f"\n\nartistId,artistName\n{ID},ABBA\n\n",
    ],
    ids=["CSV", "semicolons", "TSV", "other columns", "BOM and CRLF", "JSONL", "no final newline", "blank lines"],
)
def test_a_roster_may_be_written_in_any_of_the_usual_ways(content: str) -> None:
    assert roster(content) == [{"artistId": ID, "artistName": "ABBA"}]


def test_a_name_may_hold_commas_quotes_and_line_breaks() -> None:
    names = ["Earth, Wind & Fire", '"Weird Al" Yankovic', "two\nlines", "日本語 🎷", "=1+1"]
    rows = "".join(f'{key},"{name.replace(chr(34), chr(34) * 2)}"\n' for key, name in zip(keys(5), names, strict=True))
    assert [line["artistName"] for line in roster("artistId,artistName\n" + rows)] == names


def test_the_first_column_that_has_an_id_counts() -> None:
    assert roster(f"id,spotify_url\n,https://open.spotify.com/artist/{ID}\n")[0]["artistId"] == ID


def test_a_bad_row_keeps_its_line_and_its_text_and_costs_no_good_one() -> None:
    imported = roster(f"artistId,artistName\n{ID},ABBA\nodd,Nobody\n,Nameless\n{ID},ABBA\n")
    assert [line.get("artistId") for line in imported] == [ID, None, None, ID]
    assert [line for line, _ in refused(imported)] == [3, 4]
    assert imported[1]["_reject"] == {
        "file": "mine.csv",
        "line": 3,
        "field": "artistId",
        "reason": imported[1]["_reject"]["reason"],
        "raw": "odd,Nobody",
    }


@pytest.mark.parametrize("bad", ["{", "[]", "5", '"text"', "null", '{"artistId": 5}', '{"artistId": [1]}', "{}"])
def test_a_bad_line_of_json_costs_no_good_one(bad: str) -> None:
    good = f'{{"artistId": "{ID}"}}'
    imported = roster(f"{good}\n{bad}\n{good}\n")
    assert [line.get("artistId") for line in imported] == [ID, None, ID]
    assert [line for line, _ in refused(imported)] == [2]


def test_a_row_that_is_not_utf_8_is_rejected_with_its_bytes() -> None:
    imported = roster(b"artistId,artistName\n" + ID.encode() + b",Beyonc\xe9\n" + ID.encode() + b",ABBA\n")
    assert refused(imported) == [(2, "not UTF-8")]
    assert imported[0]["_reject"]["raw"] == f"{ID},Beyonc\\xe9"
    assert imported[1]["artistName"] == "ABBA"


def test_every_line_can_be_written_and_read_again() -> None:
    for line in roster(b"artistId,artistName\nx\xff,\xfe\n" + ID.encode() + b",a\0b\n"):
        assert msgspec.json.decode(msgspec.json.encode(line)) == line


def test_a_roster_that_has_only_a_header_brings_nothing() -> None:
    assert roster("artistId,artistName\n") == []


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_is_refused(content: str) -> None:
    with pytest.raises(BelowExpectations, match=r"import mine\.csv: the file is empty"):
        roster(content)


def test_a_roster_without_a_column_of_ids_is_refused_with_the_columns_it_has() -> None:
    with pytest.raises(ConfigurationError, match="none of the columns artistid") as none:
        roster("band,size\nABBA,4\n")
    assert none.value.remedy == "found: band, size"


@pytest.mark.parametrize(
    "content",
    [
        '[{"ts": "2019-03-01T12:00:00Z", "ip_addr": "84.12.7.99"}]',
        '{"listened_at": 1, "track_metadata": {"artist_name": "84.12"}}',
        "84.12,Dummy,Roads,22 Nov 2024 11:55",
    ],
    ids=["Spotify", "ListenBrainz", "scrobbles"],
)
def test_a_history_given_as_a_roster_is_not_quoted(content: str) -> None:
    with pytest.raises(ConfigurationError, match="not a list of artists") as refused:
        roster(content)
    assert "84.12" not in f"{refused.value.message}{refused.value.remedy}"
    assert "import plays" in refused.value.remedy


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(BelowExpectations, match="binary"):
        roster(b"PK\x03\x04\0\0\n")


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
        {**PLAY, "track": {**PLAY["track"], "artists": [None]}},  # type: ignore[dict-item]
        {**PLAY, "track": {**PLAY["track"], "album": "x"}},  # type: ignore[dict-item]
        {**PLAY, "track": {**PLAY["track"], "duration_ms": "long"}},  # type: ignore[dict-item]
    ],
    ids=str,
)
def test_an_item_of_another_shape_costs_no_good_one(bad: Any) -> None:
    imported = plays(lines({"items": [PLAY, bad, PLAY]}))
    assert [play.get("trackName") for play in imported] == ["Timber", None, "Timber"]
    assert [line for line, _ in refused(imported)] == [2]


def test_what_is_not_json_at_all_is_refused() -> None:
    with pytest.raises(BelowExpectations, match="not JSON"):
        plays("<html>\n<body>")


def test_a_file_is_opened_without_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(b"\xef\xbb\xbfartistId\n")
    with open_text(str(path)) as source:
        assert source.read() == "artistId\n"


def test_importing_the_same_roster_twice_brings_nothing_new(laptop: Laptop) -> None:
    path = laptop.roster(*keys(3))
    assert "imported 3 artists" in laptop("import", "roster", path).err
    assert "already known 3" in laptop("import", "roster", path).err
    assert laptop.value("select count(*) from {lake}.lake_roster__normalized_artists") == 3


def test_an_import_tells_what_waited_apart_from_what_it_brought(laptop: Laptop) -> None:
    path = laptop.roster(*keys(3))
    laptop.drop(lines(artist(keys(1)[0])))
    said = laptop("import", "roster", path)
    assert "loaded 1 line left in landing/" in said.err
    assert "imported 3 artists, rejected 0, already known 0\nnext: " in said.err
    laptop.drop(lines(artist(keys(2)[1])))
    assert "imported 0 artists, rejected 0, already known 3\nnext: " in laptop("import", "roster", path).err
    assert "next: " not in laptop("import", "roster", path).err


def test_an_import_with_many_bad_lines_names_the_file_as_its_owner_does(laptop: Laptop) -> None:
    path = laptop.roster(*keys(3), "odd")
    said = laptop("import", "roster", path)
    assert (said.code, said.complaint.split(";")[0]) == (4, f"linernotes: ingest: more than 5 % bad lines in {path}")


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_quotation_mark_that_never_closes_costs_no_other_artist(delimiter: str) -> None:
    rows = [f"{key}{delimiter}{name}" for key, name in zip(keys(4), ["ABBA", '"Foo', "Bar", "Baz"], strict=True)]
    imported = roster("\n".join([f"artistId{delimiter}artistName", *rows]) + "\n")
    assert {keys(4)[0], keys(4)[2], keys(4)[3]} <= {line.get("artistId") for line in imported}
    assert len(imported) == 4


@pytest.mark.parametrize("blanks", [0, 1, 3])
def test_lines_are_counted_as_they_stand_in_the_file(blanks: int) -> None:
    imported = roster("\n" * blanks + f"artistId\n{ID}\n\nodd\n")
    assert [line for line, _ in refused(imported)] == [blanks + 4]


def test_a_field_of_any_length_stops_nothing() -> None:
    imported = roster(f'artistId,artistName\n{ID},"{"x" * 200_000}"\n{ID},ABBA\n')
    assert imported[-1]["artistName"] == "ABBA"
    assert len(imported) == 2
