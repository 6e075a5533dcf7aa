"""Rosters as people have them: every way to write one gives the same artists, and what is wrong is told apart."""

import gzip
from io import BufferedReader, BytesIO
from typing import Any

import msgspec
import pytest

from linernotes.core.errors import BelowExpectations, ConfigurationError
from linernotes.landing.lines import LineReader
from linernotes.sources.roster import Roster, read_roster
from tests.samples import ID, dataset, keys

MBID = "5441c29d-3602-4898-b1a1-b77fa23b8e50"
PAGE = "https://open.spotify.com/artist"


def read(content: bytes | str) -> Roster:
    raw: Any = BytesIO(content.encode() if isinstance(content, str) else content)
    return read_roster(BufferedReader(raw), "mine.csv", "mine", LineReader(dataset("roster/rows")))


def artists(content: bytes | str) -> list[tuple[str | None, str | None]]:
    """Id (of Spotify, else of MusicBrainz) and name of each artist."""
    return [(line["artistId"] or line["mbid"], line["givenName"]) for line in read(content).artists.values()]


def refused(content: bytes | str) -> list[tuple[int, str]]:
    """Line and reason of each row that cannot be taken."""
    return [(line["_reject"]["line"], line["_reject"]["reason"]) for line in read(content).rejects]


def own(content: bytes | str) -> list[Any]:
    """The person's own columns of each artist."""
    return [msgspec.json.decode(line["ownColumns"] or "null") for line in read(content).artists.values()]


@pytest.mark.parametrize(
    "heading",
    ["artistId", "artist_id", "id", "spotify_url", "ARTISTID", " artistId ", "Spotify Link", "Spotify URL", "URI",
     "Spotify Artist ID", "spotify-uri", "Artist URL", "Spotify", "SpotifyLink", "Link (Spotify)", "link"],
)  # fmt: skip
@pytest.mark.parametrize(
    "value",
    [
        ID,
        f" {ID} ",
        f"spotify:artist:{ID}",
        f"{PAGE}/{ID}",
        f"http://open.spotify.com/intl-de/artist/{ID}?si=abc",
        f"open.spotify.com/artist/{ID}",
        f"{PAGE}/{ID}/discography/all",
        f"<{PAGE}/{ID}>",
        f"\u200b{PAGE}/{ID}\u00a0",
    ],
)
def test_an_artist_may_be_an_id_a_link_or_a_uri_under_any_of_the_usual_headings(heading: str, value: str) -> None:
    assert artists(f"{heading}\n{value}\n") == [(ID, None)]


@pytest.mark.parametrize(
    "heading", ["MBID", "MusicBrainz", "musicbrainz_id", "MusicBrainz Artist ID", "artistId", "Link"]
)
@pytest.mark.parametrize(
    "value", [MBID, MBID.upper(), f"https://musicbrainz.org/artist/{MBID}", f"musicbrainz.org/artist/{MBID}/releases"]
)
def test_an_artist_may_be_one_of_musicbrainz(heading: str, value: str) -> None:
    assert artists(f"{heading}\n{value}\n") == [(MBID, None)]


@pytest.mark.parametrize(
    "content",
    [
        f"artistId,artistName\n{ID},ABBA\n",
        f"artistId;artistName\n{ID};ABBA\n",
        f"Artist\tSpotify Link\nABBA\t{ID}\n",
        f"Artist|Link\nABBA|{PAGE}/{ID}\n",
        f"Name,ID,Followers\nABBA,{ID},5\n",
        f"BAND , SPOTIFY URL\nABBA , {ID}\n",
        f'\ufeffartistId,artistName\r\n{ID},"ABBA"\r\n',
        f'sep=;\r\n"Artist";"Link"\r\n"ABBA";"{ID}"\r\n',
        f"artist,link\rABBA,{ID}\r",
        f'{{"artistId": "{ID}", "name": "ABBA"}}\n',
        f'{{"spotify_url": "{PAGE}/{ID}", "artist_name": "ABBA"}}',
        f'[{{"uri": "spotify:artist:{ID}",\n "Artist": "ABBA"}}]',
        f"\n\nartistId,artistName\n{ID},ABBA\n\n",
        f"Spring 2027,,\n\nNo,Artist,Link\n1,ABBA,{ID}\n",
        f"Artist\tLink\nABBA\t{ID}\n".encode("utf-16"),
        f"Artist\tLink\nABBA\t{ID}\n".encode("utf-16-le"),
        gzip.compress(f"Artist,Link\nABBA,{ID}\n".encode()),
        f"ABBA,{PAGE}/{ID}\n",
        f"{ID};ABBA\n",
        f'Link,Artist\n"=HYPERLINK(""{PAGE}/{ID}"";""Spotify"")",ABBA\n',
        f"Artist,Contact Name,Spotify\nABBA,Jo,{ID}\n",
    ],
    ids=["CSV", "semicolons", "TSV", "bars", "another id", "spaces", "BOM and CRLF", "sep=", "CR", "JSONL",
         "no final newline", "JSON", "blank lines", "titles", "UTF-16", "UTF-16 without BOM", "gzip", "no heading",
         "id first", "formula", "another name"],
)  # fmt: skip
def test_a_roster_may_be_written_in_any_of_the_usual_ways(content: bytes | str) -> None:
    assert artists(content) == [(ID, "ABBA")]


def test_rows_with_links_stand_beside_rows_with_names() -> None:
    content = f"Artist;Spotify\nABBA;{PAGE}/{ID}\nBjörk;\nSade;n/a\n"
    assert artists(content) == [(ID, "ABBA"), (None, "Björk"), (None, "Sade")]


@pytest.mark.parametrize(
    "names",
    [
        ["ABBA", "Earth, Wind & Fire", "Tyler, The Creator", '"Weird Al" Yankovic', "will.i.am", "P!nk", "日本語 🎷"],
        ["Tyler, The Creator", "Earth, Wind & Fire"],
        ["Portishead"],
    ],
)
def test_a_plain_list_of_names_is_not_cut_at_commas(names: list[str]) -> None:
    roster = read("\n".join(names))
    assert [line["givenName"] for line in roster.artists.values()] == names
    assert ["no heading was recognized" in note for note in roster.notes] == [True]


def test_a_plain_list_may_mix_links_ids_and_names() -> None:
    content = f"{PAGE}/{ID}?si=1\nspotify:artist:{keys(2)[1]}\n{MBID}\nPortishead\n"
    assert artists(content) == [(ID, None), (keys(2)[1], None), (MBID, None), (None, "Portishead")]


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        (f"https://open.spotify.com/track/{ID}", "a track, not an artist"),
        (f"spotify:track:{ID}", "a track, not an artist"),
        (f"open.spotify.com/intl-fr/album/{ID}?si=2", "an album, not an artist"),
        (f"https://open.spotify.com/playlist/{ID}", "a playlist, not an artist"),
        (f"https://open.spotify.com/show/{ID}", "a podcast, not an artist"),
        ("https://open.spotify.com/user/somebody", "a user's profile, not an artist"),
        (f"https://open.spotify.com/user/somebody/playlist/{ID}", "a playlist, not an artist"),
        ("https://open.spotify.com/artist/abc", "a Spotify link whose artist id is not 22 letters and digits"),
        ("https://spotify.link/aBcD", "a short link: open it and copy the address"),
        ("https://spotify.app.link/aBcD", "a short link: open it and copy the address"),
        ("https://www.deezer.com/artist/27", "another site's link (deezer.com)"),
        ("music.apple.com/us/artist/abba/372976", "another site's link (music.apple.com)"),
        (f"https://musicbrainz.org/recording/{MBID}", "a MusicBrainz recording, not an artist"),
        ("https://musicbrainz.org/artist/abba", "a MusicBrainz link without a valid id"),
    ],
)
def test_every_link_that_is_no_artists_gets_a_reason_of_its_own(link: str, reason: str) -> None:
    ((line, told),) = refused(f"Artist,Spotify Link\nABBA,{ID}\n,{link}\n")
    assert line == 3
    assert told.startswith(reason)


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        (f"https://open.spotify.com/track/{ID}", "a track, not an artist"),
        (f"spotify:album:{ID}", "an album, not an artist"),
        ("https://www.deezer.com/artist/27", "another site's link (deezer.com)"),
        ("https://spotify.link/aBcD", "a short link"),
        ("https://open.spotify.com/artist/abc", "a Spotify link whose artist id is not 22 letters and digits"),
        ("https://musicbrainz.org/artist/abba", "a MusicBrainz link without a valid id"),
    ],
)
def test_beside_a_link_that_is_no_artists_the_name_is_taken_and_it_is_said_why_the_link_was_not(
    link: str, reason: str
) -> None:
    content = f"Artist,Spotify Link,Fee\nABBA,{ID},1\nBlur,{link},2\n"
    roster = read(content)
    assert (artists(content), refused(content)) == ([(ID, "ABBA"), (None, "Blur")], [])
    assert own(content)[1] == {"Spotify Link": link, "Fee": "2"}
    assert roster.passed_over == 1
    (note,) = roster.notes
    assert note.startswith(f"import mine.csv: 1 link passed over, and only the name beside it taken (row 3): {reason}")


def test_what_is_neither_a_link_nor_an_id_in_a_column_of_links_is_not_passed_over() -> None:
    content = f"Artist,Spotify Link\nABBA,odd\nBlur,{ID}\n"
    assert refused(content) == [(2, "neither a link nor an id of an artist")]


def test_links_that_were_passed_over_are_counted_by_reason() -> None:
    notes = read("Artist,Link\n" + "".join(f"Band {n},deezer.com/artist/{n}\n" for n in range(7))).notes
    assert [note.partition(": ")[2].rpartition(": ")[0] for note in notes] == [
        "7 links passed over, and only the names beside them taken (rows 2, 3, 4, 5, 6 and 2 more):"
        " another site's link (deezer.com)"
    ]


def test_a_title_beside_a_link_to_a_track_is_the_tracks() -> None:
    content = f"Title;Link\nTimber;spotify:track:{ID}\n"
    assert [reason[:22] for _, reason in refused(content)] == ["a track, not an artist"]


@pytest.mark.parametrize(
    "heading",
    ["Nom du groupe", "Gruppe", "Groupe", "Name der Band", "Nombre del grupo", "Grupo", "Nome dell'artista", "Gruppo",
     "Naam van de band", "Groep", "Nome da banda", "Banda", "Band / Künstler", "Nom de l'artiste", "Interpretin"],
)  # fmt: skip
def test_names_stand_under_the_headings_of_six_languages(heading: str) -> None:
    assert artists(f"{heading};Notiz\nABBA;x\nBlur;\n") == [(None, "ABBA"), (None, "Blur")]
    assert artists(f"Notiz;{heading};Link\nx;ABBA;\n") == [(None, "ABBA")]


def test_a_band_that_is_called_like_a_heading_is_still_a_band() -> None:
    assert artists("The Band\nThe Group\nLes Musiciens\n") == [
        (None, "The Band"), (None, "The Group"), (None, "Les Musiciens")
    ]  # fmt: skip


def test_a_row_without_a_known_heading_for_its_name_says_which_headings_are_unknown_and_what_to_do() -> None:
    ((line, reason),) = refused(f"Kapelle;Gage;Link\nABBA;100;{ID}\nBlur;100;\n")
    assert (line, reason) == (
        3,
        "no artist: neither a link nor a name; headings not recognized: 'Kapelle'; call the one with the names Artist",
    )


def test_a_bad_row_keeps_its_line_and_its_text_and_costs_no_good_one() -> None:
    roster = read(f"artistId,artistName\n{ID},ABBA\nodd,Nobody\n,\n{keys(1)[0]},Blur\n")
    assert list(roster.artists) == [ID, keys(1)[0]]
    mark = roster.rejects[0]["_reject"]
    assert (mark["file"], mark["line"], mark["field"], mark["raw"]) == ("mine.csv", 3, "artistId", "odd,Nobody")


def test_links_that_lead_to_different_artists_are_not_chosen_from() -> None:
    ((_, reason),) = refused(f"id,spotify_url\n{ID},{PAGE}/{keys(1)[0]}\n")
    assert "different artists" in reason


@pytest.mark.parametrize("bad", ["{", "[]", "5", '"text"', "null", '{"artistId": 5}', '{"artistId": [1]}', "{}"])
def test_a_bad_line_of_json_costs_no_good_one(bad: str) -> None:
    content = f'{{"artistId": "{ID}"}}\n{bad}\n{{"artistId": "{keys(1)[0]}"}}\n'
    assert [key for key, _ in artists(content)] == [ID, keys(1)[0]]
    assert [line for line, _ in refused(content)] == [2]


def test_an_artist_counts_once_and_later_rows_only_add_to_what_the_first_says() -> None:
    roster = read(f"Artist,Link,Notes,Fee\nABBA,{ID},call,\nAbba,{PAGE}/{ID},later,9\nBjörk,,,\nbjork,,,\n")
    assert (len(roster.artists), len(roster.repeats), roster.rows) == (2, 2, 4)
    assert msgspec.json.decode(roster.artists[ID]["ownColumns"]) == {"Notes": "call", "Fee": "9"}
    assert roster.artists[ID]["rowNumber"] == 2


def test_the_persons_own_columns_are_kept_as_they_are_called() -> None:
    content = f'No,Artist,Link,Manager,"Fee, EUR"\n7,ABBA,{ID},Jo,"1,000"\n8,Blur,,,\n'
    assert own(content) == [{"No": "7", "Manager": "Jo", "Fee, EUR": "1,000"}, {"No": "8"}]
    assert own(f"id,Name,Spotify\n1,ABBA,{ID}\n") == [{"id": "1"}]


def test_bytes_that_are_not_utf_8_are_read_as_windows_1252_and_it_is_said() -> None:
    roster = read("Artist,Note\nBeyoncé,x\nSigur Rós,y\n".encode("cp1252"))
    assert [line["givenName"] for line in roster.artists.values()] == ["Beyoncé", "Sigur Rós"]
    assert ["Windows-1252" in note for note in roster.notes] == [True]


def test_a_name_may_hold_commas_quotes_and_line_breaks() -> None:
    names = ["Earth, Wind & Fire", '"Weird Al" Yankovic', "two\nlines", "日本語 🎷", "=1+1"]
    rows = "".join(f'{key},"{name.replace(chr(34), chr(34) * 2)}"\n' for key, name in zip(keys(5), names, strict=True))
    assert [name for _, name in artists("artistId,artistName\n" + rows)] == names


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_quotation_mark_that_never_closes_costs_no_other_artist(delimiter: str) -> None:
    rows = [f"{key}{delimiter}{name}" for key, name in zip(keys(4), ["ABBA", '"Foo', "Bar", "Baz"], strict=True)]
    roster = read("\n".join([f"artistId{delimiter}artistName", *rows]) + "\n")
    assert {keys(4)[0], keys(4)[2], keys(4)[3]} <= set(roster.artists)
    assert roster.rows == 4


@pytest.mark.parametrize("blanks", [0, 1, 3])
def test_lines_are_counted_as_they_stand_in_the_file(blanks: int) -> None:
    assert [line for line, _ in refused("\n" * blanks + f"artistId\n{ID}\n\nodd\n")] == [blanks + 4]


def test_a_field_of_any_length_stops_nothing() -> None:
    assert read(f'artistId,artistName\n{ID},"{"x" * 200_000}"\n{keys(1)[0]},ABBA\n').rows == 2


def test_every_line_can_be_written_and_read_again() -> None:
    roster = read(b"artistId,artistName\nx\xff,\xfe\n" + ID.encode() + b",a\xc3\xa9b\n")
    for line in [*roster.artists.values(), *roster.rejects]:
        assert msgspec.json.decode(msgspec.json.encode(line)) == line


def test_a_roster_that_has_only_a_heading_brings_nothing() -> None:
    assert read("artistId,artistName\n").rows == 0


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_is_refused(content: str) -> None:
    with pytest.raises(BelowExpectations, match=r"import mine\.csv: the file is empty"):
        read(content)


def test_a_table_that_names_no_artists_is_refused_with_the_columns_it_has() -> None:
    with pytest.raises(ConfigurationError, match="no column names artists") as none:
        read("size,city\n4,Oslo\n")
    assert none.value.remedy.startswith("found: size, city; ")


@pytest.mark.parametrize(
    "content",
    [
        '[{"ts": "2019-03-01T12:00:00Z", "ip_addr": "84.12.7.99"}]',
        '{"listened_at": 1, "track_metadata": {"artist_name": "84.12"}}',
        "84.12,Dummy,Roads,22 Nov 2024 11:55",
        "<html>84.12</html>",
    ],
    ids=["Spotify", "ListenBrainz", "scrobbles", "a web page"],
)
def test_a_history_given_as_a_roster_is_not_quoted(content: str) -> None:
    with pytest.raises(ConfigurationError, match="not a list of artists") as refusal:
        read(content)
    assert "84.12" not in f"{refusal.value.message}{refusal.value.remedy}"
    assert "import plays" in refusal.value.remedy


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04\0\0\n", "workbook cannot be read"),
        (b"\xd0\xcf\x11\xe0\0\0", "old Excel"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x00\x01\x02\x03", "binary"),
        (gzip.compress(b"Artist\n" * 5000, mtime=0)[:-30], "gzip is damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_holds_no_table_is_refused_by_its_kind(content: bytes, what: str) -> None:
    with pytest.raises(BelowExpectations, match=what):
        read(content)


def test_a_workbook_is_read_with_its_links_and_from_the_sheet_that_has_a_heading() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book, packed = openpyxl.Workbook(), BytesIO()
    book.active.append(["Read me"])
    sheet = book.create_sheet("Roster")
    for row in (["No", "Artist", "Fee"], [1, "ABBA", 2.0], [2, "Björk", None]):
        sheet.append(row)
    sheet["B2"].hyperlink = f"{PAGE}/{ID}"
    book.save(packed)
    assert artists(packed.getvalue()) == [(ID, "ABBA"), (None, "Björk")]
    assert own(packed.getvalue()) == [{"No": "1", "Fee": "2"}, {"No": "2"}]


@pytest.mark.parametrize(
    "content",
    [
        "id,Name\nA-17,Blur\n",
        "Artist,On Spotify?\nBlur,yes\n",
        "Artist,Spotify\nBlur,no\n",
        "Artist,Spotify followers,Spotify Monthly Listeners\nBlur,7,8\n",
        "Künstler;Spotify\nBlur;ja\n",
    ],
)
def test_what_only_looks_like_a_column_of_links_is_the_persons_own(content: str) -> None:
    assert artists(content) == [(None, "Blur")]
    assert len(own(content)[0]) >= 1


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Streaming-Adresse", ID),
        ("Wo zu hören", ID),
        ("Klingt ähnlich wie", None),
        ("Recommended by fans of", None),
    ],
)
def test_a_column_of_links_beside_names_is_theirs_unless_it_is_about_others(heading: str, expected: str | None) -> None:
    content = f"Interpret;{heading};Notiz\nABBA;{PAGE}/{ID};gut\nBlur;;\n"
    assert artists(content) == [(expected, "ABBA"), (None, "Blur")]
    assert list(own(content)[0]) == (["Notiz"] if expected else [heading, "Notiz"])


def test_a_name_that_lost_its_letters_is_nobodys() -> None:
    roster = read("Artist\n?????\n? and the Mysterians\n?????\n")
    assert [line["givenName"] for line in roster.artists.values()] == ["? and the Mysterians"]
    assert [mark["_reject"]["reason"][:27] for mark in roster.rejects] == ["its letters were lost when "] * 2


def test_under_a_heading_that_nobody_knows_links_are_the_artists() -> None:
    content = f"size,page\n7,{PAGE}/{ID}\n8,{PAGE}/{keys(2)[1]}\n"
    assert artists(content) == [(ID, None), (keys(2)[1], None)]
    assert own(content)[0] == {"size": "7"}
