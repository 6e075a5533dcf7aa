from pathlib import Path

import pytest

from linernotes.core.errors import ConfigurationError
from linernotes.sandbox import FromFile, Image, Sandbox

from .callers import Caller

HEADER = "artist_id\tname\tfollowers\tpopularity\tgenres\timage_url"
MARROW = "1aaaaaaaaaaaaaaaaaaaaa\t\"Marrow\" O'Dowd\t120\t33\t['dub', \"rock'n'roll\"]\thttps://img.example/1.jpg"
KESTREL = "2bbbbbbbbbbbbbbbbbbbbb\tKestrel\t0\t0\t[]\t-"


def table(folder: Path, *lines: str, name: str = "artists.tsv") -> Path:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_a_table_with_tabs_is_read_as_it_is(tmp_path: Path) -> None:
    catalogue = FromFile(table(tmp_path, HEADER, MARROW, KESTREL))
    assert list(catalogue.ids()) == ["1" + "a" * 21, "2" + "b" * 21]
    assert catalogue.id_at(1) == "2" + "b" * 21
    marrow = catalogue.artist("1" + "a" * 21)
    assert marrow is not None
    assert marrow.name == '"Marrow" O\'Dowd' == catalogue.credit(marrow.id)
    assert marrow.genres == ("dub", "rock'n'roll")
    assert (marrow.followers, marrow.popularity) == (120, 33)
    assert marrow.images == (Image("https://img.example/1.jpg", 640, 640),)


def test_a_hyphen_means_no_image(tmp_path: Path) -> None:
    kestrel = FromFile(table(tmp_path, HEADER, KESTREL)).artist("2" + "b" * 21)
    assert kestrel is not None
    assert kestrel.images == ()
    assert kestrel.genres == ()


def test_a_number_that_nobody_knows_is_null(tmp_path: Path) -> None:
    path = table(tmp_path, HEADER, KESTREL.replace("\t0\t0", "\tNone\t-"))
    with Sandbox(FromFile(path)) as sandbox:
        body = Caller(sandbox).artist("2" + "b" * 21).json()
    assert (body["followers"]["total"], body["popularity"]) == (None, None)


def test_a_table_with_commas_may_quote_and_order_its_columns(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "name,artist_id,popularity,followers,image_url,genres,label",
        "\"Sato, Kaur & Iyer\",1aaaaaaaaaaaaaaaaaaaaa,40,9000,-,\"['jazz', 'bebop']\",Ferry",
        name="artists.csv",
    )
    artist = FromFile(path).artist("1" + "a" * 21)
    assert artist is not None
    assert (artist.name, artist.genres) == ("Sato, Kaur & Iyer", ("jazz", "bebop"))


def test_the_last_line_of_an_artist_wins(tmp_path: Path) -> None:
    catalogue = FromFile(table(tmp_path, HEADER, KESTREL, KESTREL.replace("Kestrel", "Sable")))
    assert len(catalogue) == 1
    assert catalogue.credit("2" + "b" * 21) == "Sable"


def test_a_sandbox_serves_the_artists_of_a_file(tmp_path: Path) -> None:
    with Sandbox(FromFile(table(tmp_path, HEADER, MARROW, KESTREL))) as sandbox:
        found, unknown = Caller(sandbox).artists("2" + "b" * 21, "3" + "c" * 21).json()["artists"]
    assert found["name"] == "Kestrel"
    assert unknown is None


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((HEADER.replace("\tgenres", ""), MARROW), "no column genres"),
        (("",), "no column artist_id"),
        ((HEADER, MARROW, KESTREL.replace("\t0\t0", "\tmany\t0")), "line 3"),
        ((HEADER, KESTREL.replace("[]", "[dub")), "line 2"),
        ((HEADER, KESTREL.replace("[]", "'dub'")), "not a list"),
        ((HEADER, KESTREL[1:]), "is not an id"),
        ((HEADER, "2bbbbbbbbbbbbbbbbbbbbb\tKestrel"), "line 2"),
    ],
)
def test_a_malformed_file_is_named_in_one_line(tmp_path: Path, lines: tuple[str, ...], said: str) -> None:
    path = table(tmp_path, *lines)
    with pytest.raises(ConfigurationError, match=said) as caught:
        FromFile(path)
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.remedy


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.tsv: No such file"):
        FromFile(tmp_path / "none.tsv")


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "image.tsv").write_bytes(HEADER.encode() + b"\n\xff\xd8\xff")
    with pytest.raises(ConfigurationError, match="not a text table"):
        FromFile(tmp_path / "image.tsv")
