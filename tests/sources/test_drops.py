# ruff: noqa: E501 - a trap is easiest to read on one line
"""Exports as services, spreadsheets and people really write them: what each trap comes to, row by row."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from linernotes.core.errors import LinernotesError
from linernotes.core.values import Json
from linernotes.sources.archives import open_histories
from linernotes.sources.drops.given import Given
from linernotes.sources.drops.reading import DropFile, DropReader, Remembered
from tests.samples import configs

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SHIPPED = configs()
FORMATS = Path(__file__).parents[2] / "docs" / "streams.md"
GIVEN: dict[str, Any] = {"artist": "Mara Ellis", "as_of": NOW, "time_zone": "Europe/Paris"}

AUDIENCE = (
    "date,listeners,monthly listeners,monthly active listeners,super listeners,streams,playlist adds,saves,followers"
)
SONGS = "song,listeners,streams,saves,release_date"
LISTS = "title,author,listeners,streams,date_added"
META = "Campaign name,Day,Amount spent (EUR),Results,Impressions"
FRENCH = "Nom de la campagne;Jour;Montant dépensé (EUR);Résultats;Clics sur un lien"
GOOGLE = "Day,Campaign,Campaign ID,Currency code,Cost,Impr.,Clicks,Conversions"
TIKTOK = "Date,Campaign name,Cost,Currency,Clicks (destination),Impressions"
DISTROKID = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tEarnings (USD)"
TUNECORE = "Sales Period,Posted Date,Store Name,Artist,Release Title,Song Title,UPC,Optional ISRC,# Units Sold,Total Earned,Currency"
BELIEVE = (
    "Reporting Month;Sales Month;Platform;Artist Name;Track title;ISRC;Quantity;Client Payment Currency;Net Revenue"
)
YOUTUBE = "Content,Video title,Video publish time,Views,Watch time (hours)"
APPLE = "Morceau,Écoutes,Moy. d'auditeurs,Shazam,Achats"
LINKS = "campaign,date,visits,clicks,landing_url"
LABELS = "artist,song,playlist,from,to,streams"
SONG, LIST = "Night Drive-timeline.csv", "Mara Ellis-playlists-28day.csv"
D = Decimal


def day(number: int) -> date:
    return date(2026, 11, number)


def song(*rows: str) -> str:
    return "date,streams\n" + "".join(f"{row}\n" for row in rows)


def table(heading: str, *rows: str) -> str:
    return "".join(f"{line}\n" for line in (heading, *rows))


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(f"{name.replace('_', ' ')}.csv", (2026, 11, 20, 8, 0, 0)), text)
    return out.getvalue()


META_SHEETS = workbook(
    Formatted_Report=[[None, "Campaign name", "Day", "Amount spent (EUR)"], [None, None, "2026-11-24", 5]],
    Raw_Data_Report=[
        [None, "Mara Ellis, campaigns", "This is raw data.", "Report Period: Nov 24, 2026 - Nov 25, 2026"],
        [],
        [None, "Campaign name", "Day", "Amount spent (EUR)"],
        [None, "Night", "All", 8],
        [None, "Night", "2026-11-24", 5],
        [None, "Night", datetime(2026, 11, 25), 3.0000000000000004],  # noqa: DTZ001 - as a sheet has it
    ],
)
ROWS = "2026-11-24,120", "2026-11-25,131"
META_DAY = "Night,2026-11-24,1.50,3,100"
A_LINK = "Night,2026-11-24,10,7,https://example.org/night"

# What is wrong, the file's name, its content, options, and what comes of it: values of a column, row by row; the reasons
# of rejected rows under "rejects"; the words of the error under "refused"; a count of rows left out under "totals".
TRAPS: list[tuple[str, str, str | bytes, dict[str, Any], dict[str, Any]]] = [
    ("a byte order mark before the heading", SONG, "\ufeff" + song(*ROWS), {}, {"streams": [120, 131]}),
    ("UTF-16 with tabs, as Excel saves it", SONG, song(*ROWS).replace(",", "\t").encode("utf-16"), {}, {"streams": [120, 131]}),
    ("UTF-16 without a byte order mark", SONG, song(*ROWS).encode("utf-16-le"), {}, {"streams": [120, 131]}),
    ("Windows-1252 instead of UTF-8", "a.csv", table(FRENCH, "Été;2026-11-24;1,50;3;4").encode("cp1252"), {}, {"campaignName": ["Été"], "spend": [D("1.5")]}),
    ("UTF-8 that another program took for Windows-1252", "a.csv", table(FRENCH, "Été;2026-11-24;1,50;3;4").encode().decode("cp1252"), {}, {"campaignName": ["Été"], "spend": [D("1.5")]}),
    ("line ends of an old Mac", SONG, song(*ROWS).replace("\n", "\r"), {}, {"streams": [120, 131]}),
    ("line ends of Windows", SONG, song(*ROWS).replace("\n", "\r\n"), {}, {"streams": [120, 131]}),
    ("no line end behind the last row", SONG, song(*ROWS).rstrip(), {}, {"streams": [120, 131]}),
    ("Excel's sep= line", SONG, "sep=;\n" + song(*ROWS).replace(",", ";"), {}, {"streams": [120, 131]}),
    ("semicolons after a round through Excel", SONG, song(*ROWS).replace(",", ";"), {}, {"streams": [120, 131]}),
    ("blank rows between rows", SONG, song(ROWS[0], "", ",", ROWS[1]), {}, {"streams": [120, 131], "rejects": []}),
    ("no-break spaces and curly apostrophes in headings", "a.csv", table("Morceau,Écoutes,Moy.\xa0d\N{RIGHT SINGLE QUOTATION MARK}auditeurs", "Night Drive,200,12.5"), {"period": "28d"}, {"streams": [200], "averageListeners": [12.5]}),
    ("headings in other case and order", SONG, "STREAMS,Date\n120,2026-11-24\n", {}, {"streams": [120]}),
    ("a workbook that is named .csv", SONG, workbook(Sheet1=[["date", "streams"], ["2026-11-24", 120]]), {}, {"streams": [120]}),
    ("a real date in a workbook", "Night Drive-timeline.xlsx", workbook(Sheet1=[["date", "streams"], [date(2026, 11, 24), 120]]), {}, {"toDay": [day(24)]}),
    ("a zip of several tables", "youtube.zip", zipped(Table_data=table(YOUTUBE, 'abc,Night,"Nov 2, 2026",7,0.5'), Totals="Date,Views\n2026-11-02,7\n"), {"period": "28d"}, {"views": [7]}),
    ("a title of an audience file with a copy's number", "Mara Ellis-audience-timeline (1).csv", table(AUDIENCE, "2026-11-24,210,4120,1530,61,388,14,21,902"), {"artist": None}, {"artistName": ["Mara Ellis"], "saves": [21]}),
    ("an older audience file without super listeners and saves", "Mara Ellis-audience-timeline.csv", "date,listeners,streams,followers\n2026-11-24,210,388,902\n", {}, {"streams": [388], "saves": [None], "playlistAdds": [None]}),
    ("a title with a sign that file names cannot have", "Night Drive_-timeline.csv", song(ROWS[0]), {}, {"trackName": ["Night Drive_"], "titleKey": ["nightdrive"]}),
    ("a title that ends in a number in brackets, given", SONG, song(ROWS[0]), {"song": "Night Drive (2)"}, {"trackName": ["Night Drive (2)"]}),
    ("a song's file that names no artist", SONG, song(ROWS[0]), {"artist": None}, {"refused": "does not say its artist; add --artist NAME"}),
    ("a song's file that was renamed", "mine.csv", song(ROWS[0]), {}, {"refused": "does not say its song; add --song TITLE"}),
    ("a day with no row beside a day of zeros", SONG, song("2026-11-24,5", "2026-11-26,0"), {}, {"streams": [5, 0], "toDay": [day(24), day(26)]}),
    ("an empty cell, which is not 0", "Mara Ellis-audience-timeline.csv", table(AUDIENCE, "2026-11-24,210,,,,388,,0,902"), {}, {"monthlyListeners": [None], "playlistAdds": [None], "saves": [0]}),
    ("a day twice with the same number", SONG, song(ROWS[0], ROWS[0]), {}, {"streams": [120], "rejects": []}),
    ("a day twice with different numbers", SONG, song(ROWS[0], "2026-11-24,121", ROWS[1]), {}, {"streams": [131], "rejects": ["the file has this day twice"] * 2}),
    ("a day that is in no calendar", SONG, song("2026-02-30,5", ROWS[0]), {}, {"streams": [120], "rejects": ["not a day of the calendar"]}),
    ("a negative number of streams", SONG, song("2026-11-24,-5"), {}, {"rejects": ["Expected `int` >= 0"]}),
    ("a number with a fraction where things are counted", SONG, song("2026-11-24,5.5"), {}, {"rejects": ["not a whole number"]}),
    ("thousands in a count", SONG, song('2026-11-24,"1,204"', "2026-11-25,1 305"), {}, {"streams": [1204, 1305]}),
    ("a cell with the separator and no quotation marks", SONG, song("2026-11-24,1,204"), {}, {"rejects": ["more cells than the heading has"]}),
    ("a hidden small number", SONG, song("2026-11-24,<1000"), {}, {"streams": [None], "masked": [["streams"]]}),
    ("words for nothing", LIST, table(LISTS, "Radio,Spotify,14,23,n/a", "Mix,me,--,-,-"), {}, {"streams": [23, None], "listeners": [14, None], "addedAt": [None, None]}),
    ("slashed dates whose order one of them shows", SONG, song("3/11/2026,5", "24/11/2026,6"), {}, {"toDay": [day(3), day(24)]}),
    ("slashed dates, month first", SONG, song("11/3/2026,5", "11/24/2026,6"), {}, {"toDay": [day(3), day(24)]}),
    ("slashed dates of which none shows the order", SONG, song("3/11/2026,5"), {}, {"rejects": ["may be in either order"]}),
    ("the same with --day-first", SONG, song("3/11/2026,5"), {"day_first": True}, {"toDay": [day(3)]}),
    ("dotted dates", SONG, song("3.11.2026,5"), {}, {"toDay": [day(3)]}),
    ("a period in the file's name alone", "Mara Ellis-songs-28day.csv", table(SONGS, "Night,28,74,6,2026-06-05"), {}, {"fromDay": [day(3)], "toDay": [day(30)]}),
    ("no period anywhere", "songs.csv", table(SONGS, "Night,28,74,6,2026-06-05"), {}, {"refused": "does not say its period; add --period 28d"}),
    ("songs of all time, with zeros for what is not counted", "Mara Ellis-songs-all.csv", table(SONGS, "Night,0,74,0,", "Tide,0,15,0,"), {}, {"listeners": [None, None], "streams": [74, 15], "fromDay": [None, None]}),
    ("a row of the artist that adds up the songs", "Mara Ellis-songs-28day.csv", table(SONGS, "Mara Ellis,30,89,9,", "Night,28,74,6,", "Tide,9,15,3,"), {}, {"streams": [74, 15], "totals": 1}),
    ("a song named after its artist", "Mara Ellis-songs-28day.csv", table(SONGS, "Mara Ellis,30,80,9,", "Night,28,74,6,", "Tide,9,15,3,"), {}, {"streams": [80, 74, 15], "totals": 0}),
    ("quotation marks and commas in a title", "Mara Ellis-songs-28day.csv", table(SONGS, '"Tide (Live, ""Oslo"")",9,15,1,'), {}, {"trackName": ['Tide (Live, "Oslo")']}),
    ("a remix, which is not the original", "Mara Ellis-songs-28day.csv", table(SONGS, "Night,9,15,1,", "Night - K Remix,9,16,1,"), {}, {"titleKey": ["night", "nightkremix"]}),
    ("Spotify's own playlists among people's", LIST, table(LISTS, "Release Radar,Spotify,301,377,-", "Late,somebody,12,31,2026-11-02"), {}, {"playlistAuthor": ["Spotify", "somebody"], "addedAt": [None, day(2)]}),
    ("an empty file", SONG, "", {}, {"refused": "the file is empty"}),
    ("a table that is no export", SONG, "a,b\n1,2\n", {}, {"refused": "no export that is known"}),
    ("an export that lacks a column", "a.csv", "Campaign name,Day,Results\nNight,2026-11-24,3\n", {}, {"refused": "looks like Meta Ads Manager and Ads Reporting, but lacks amount spent"}),
    ("half of a workbook", "a.xlsx", META_SHEETS[:900], {}, {"refused": "damaged"}),
    ("two sheets, of which one is for people", "report.xlsx", META_SHEETS, {}, {"toDay": [day(24), day(25)], "spend": [D(5), D(3)], "totals": 1}),
    ("sums named All between the days", "a.csv", table(META, "Night,All,2.50,5,150", META_DAY, "Night,2026-11-25,1.00,2,50"), {}, {"spend": [D("1.5"), D(1)], "totals": 1}),
    ("sums of placements inside a platform", "a.csv", table(META + ",Platform,Placement", f"{META_DAY},facebook,All", f"{META_DAY},facebook,feed"), {}, {"spend": [D("1.5")], "totals": 1}),
    ("a total row at the bottom, without a campaign", "a.csv", table(META, META_DAY, ",,1.50,3,100"), {}, {"spend": [D("1.5")], "totals": 1}),
    ("a total row at the top, in Spanish", "a.csv", table("Nombre de la campaña;Día;Importe gastado (EUR)", "Resultados totales;;1,50", "Noche;2026-11-24;1,50"), {}, {"spend": [D("1.5")], "totals": 1}),
    ("an empty result, which is not 0", "a.csv", table(META, "Night,2026-11-24,3.50,,210"), {}, {"conversions": [None]}),
    ("a campaign that is named All", "a.csv", table(META, "All,2026-11-24,1.50,3,100"), {}, {"spend": [D("1.5")], "totals": 0}),
    ("decimal commas and dots for thousands", "a.csv", table(FRENCH, "Nuit;2026-11-24;1.204,50;3;4", "Nuit;2026-11-25;1.204;3;4"), {}, {"spend": [D("1204.5"), D(1204)]}),
    ("decimal dots and commas for thousands", "a.csv", table(META, 'Night,2026-11-24,"1,204.50",3,100', 'Night,2026-11-25,"1,204",3,100'), {}, {"spend": [D("1204.5"), D(1204)]}),
    ("an amount that may be a thousand or a fraction", "a.csv", table(META, 'Night,2026-11-24,"1,204",3,100'), {}, {"rejects": ["may be a thousand or a fraction"]}),
    ("the same with --decimal", "a.csv", table(META, 'Night,2026-11-24,"1,204",3,100'), {"decimal": ","}, {"spend": [D("1.204")]}),
    ("amounts of more than cents", "a.csv", table(META, "Night,2026-11-24,1.23456789,3,100"), {}, {"spend": [D("1.23456789")]}),
    ("a currency in the heading", "a.csv", table(META.replace("EUR", "PLN"), META_DAY), {}, {"currency": ["PLN"]}),
    ("a currency nowhere", "a.csv", table(META.replace(" (EUR)", ""), META_DAY), {}, {"refused": "does not say its currency; add --currency"}),
    ("a sign of another currency", "a.csv", table(META, "Night,2026-11-24,$1.50,3,100"), {}, {"rejects": ["the sign $ does not go with EUR"]}),
    ("a time zone nowhere", "a.csv", table(META, META_DAY), {"time_zone": None}, {"refused": "does not say its time zone; add --time-zone"}),
    ("one period instead of days", "a.csv", table("Campaign name,Reporting starts,Reporting ends,Amount spent (EUR)", "Night,2026-11-01,2026-11-28,20"), {}, {"fromDay": [day(1)], "toDay": [day(28)]}),
    ("titles above the heading, total rows below", "a.csv", 'Campaign report\n"November 24, 2026 - November 25, 2026"\n' + table(GOOGLE, '2026-11-24,Night,2000,EUR,"1,240.20","20,340",71,--', 'Total: Account,--,--,EUR,"1,240.20","20,340",71,1.00'), {}, {"spend": [D("1240.2")], "conversions": [None], "impressions": [20340], "totals": 1}),
    ("the same in German", "a.csv", table("Tag;Kampagne;Währungscode;Kosten;Klicks", "24.11.2026;Nacht;EUR;12,50;7", "Gesamt: Konto;;EUR;12,50;7"), {}, {"spend": [D("12.5")], "clicks": [7], "totals": 1}),
    ("hidden cells of TikTok", "a.csv", table(TIKTOK, "2026-11-24,Night,3.20,EUR,<5,900"), {}, {"linkClicks": [None], "masked": [["linkClicks"]], "spend": [D("3.2")]}),
    ("a campaign table of TikTok without days", "a.csv", table(TIKTOK.removeprefix("Date,"), "Night,3.20,EUR,5,900"), {}, {"refused": "does not say its period"}),
    ("a refund", "a.tsv", table(DISTROKID, "2026-10-25\t2026-07\tiTunes\tMara Ellis\tNight\tNLXX02600042\t0000000000017\t-2\t-1.38"), {}, {"quantity": [-2], "earnings": [D("-1.38")], "saleMonth": [date(2026, 7, 1)]}),
    ("leading zeros of a UPC", "a.tsv", table(DISTROKID, "2026-10-25\t2026-07\tiTunes\tMara Ellis\tNight\t\t0000000000017\t1\t0.50"), {}, {"upc": ["0000000000017"], "isrc": [None]}),
    ("an ISRC with dashes", "a.tsv", table(DISTROKID, "2026-10-25\t2026-07\tiTunes\tMara Ellis\tNight\tnl-xx0-26-00042\t\t1\t0.50"), {}, {"isrc": ["NLXX02600042"]}),
    ("identical rows of sales, which both count", "a.tsv", table(DISTROKID, *["2026-10-25\t2026-07\tiTunes\tMara Ellis\tNight\t\t\t1\t0.50"] * 2), {}, {"quantity": [1, 1]}),
    ("a whole release that was sold", "a.csv", table(TUNECORE, "2026-08-01,2026-10-02,iTunes,Mara Ellis,Tide EP,,0000000000017,,1,3.50,USD"), {}, {"trackName": [None], "releaseName": ["Tide EP"], "earnings": [D("3.5")]}),
    ("older files with a decimal comma", "a.csv", table(BELIEVE, "2026-10;2026-08;Deezer;Mara Ellis;Night;NLXX02600042;12;EUR;0,0412"), {}, {"earnings": [D("0.0412")], "currency": ["EUR"]}),
    ("a total row first", "Table data.csv", table(YOUTUBE, "Total,,,8,1.5", 'abc,Night,"Sep 14, 2026",7,1.0', "-zz,Tide,,1,0.5"), {"period": "28d"}, {"videoId": ["abc", "-zz"], "releaseDate": [date(2026, 9, 14), None], "totals": 1}),
    ("visits, clicks and an address of a smart link", "links.csv", table(LINKS, A_LINK), {}, {"visits": [10], "clicks": [7], "landingUrl": ["https://example.org/night"]}),
    ("figures that were typed in", "labels.csv", table(LABELS, "Mara Ellis,Night,Release Radar,2026-11-01,2026-11-28,150"), {}, {"streams": [150], "playlistAuthor": ["Spotify"], "grain": ["playlist_period"]}),
    ("an unclosed quotation mark", SONG, song('2026-11-24,"5', ROWS[1]), {}, {"rejects": ["invalid CSV"], "streams": [131]}),
    ("a day that is not over", SONG, song("2026-11-30,5", "2026-11-20,6"), {}, {"settled": [False, True]}),
]  # fmt: skip


def read(path: Path, **options: Any) -> tuple[list[Json], DropFile]:
    """The lines of the files behind a path, and the last of these files."""
    reader = DropReader(list(SHIPPED.drops.values()), SHIPPED.datasets, Given(**GIVEN | options), Remembered(), NOW)
    beside = {sheet for drop in SHIPPED.drops.values() for sheet in drop.other_sheets}
    with open_histories([str(path)]) as files:
        for file in files:
            if file.refused:
                raise LinernotesError(file.refused.reason)
            if file.name.rpartition("/")[2] not in beside | {"Totals.csv"}:
                found = reader.read(file)
                lines = list(found.lines)
    return lines, found


@pytest.mark.parametrize(("name", "content", "options", "expected"), [t[1:] for t in TRAPS], ids=[t[0] for t in TRAPS])
def test_a_trap_comes_to(
    name: str, content: str | bytes, options: dict[str, Any], expected: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    if "refused" in expected:
        with pytest.raises(LinernotesError) as refused:
            read(path, **options)
        assert expected["refused"] in f"{refused.value.message}; {refused.value.remedy}"
        return
    lines, found = read(path, **options)
    good, bad = ([line for line in lines if ("_reject" in line) == is_bad] for is_bad in (False, True))
    assert (len(good), len(bad)) == (found.tally.rows, found.tally.rejected)
    for column, values in expected.items():
        if column == "rejects":
            reasons = [line["_reject"]["reason"] for line in bad]
            assert len(reasons) == len(values)
            assert all(value in reason for value, reason in zip(values, reasons, strict=True)), reasons
        elif column == "totals":
            assert found.tally.totals == values
        elif column == "titleKey":
            keys = [found_keys(line) for line in good]
            assert list(dict.fromkeys(keys)) == values
        else:
            assert [line.get(column) for line in good] == values


def found_keys(line: Json) -> str:
    from linernotes.core.recordings import recording_key  # noqa: PLC0415

    return recording_key(line["trackName"])


def test_every_trap_is_written_about_and_every_one_that_is_written_about_is_here() -> None:
    text = FORMATS.read_text(encoding="utf-8").partition("## What files get wrong")[2].partition("\n## ")[0]
    written = re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE)[1:]
    assert written == [trap[0] for trap in TRAPS]
    assert len(TRAPS) >= 60


@pytest.mark.parametrize("name", sorted(SHIPPED.drops))
def test_an_export_is_known_by_its_own_headings_and_no_other(name: str, tmp_path: Path) -> None:
    drop = SHIPPED.drops[name]
    path = tmp_path / "x.csv"
    path.write_text(",".join(f'"{heading}"' for heading in drop.told_by) + "\n", encoding="utf-8")
    _, found = read(path, song="Night", period="28d", currency="EUR")
    assert found.drop.drop == name


@pytest.mark.parametrize("name", sorted(SHIPPED.drops))
def test_the_page_has_every_export_with_what_it_lacks(name: str) -> None:
    drop = SHIPPED.drops[name]
    assert f"| {drop.title} | `{drop.command}` |" in FORMATS.read_text(encoding="utf-8")
    assert drop.lacks in FORMATS.read_text(encoding="utf-8")


def test_columns_that_fit_two_exports_are_refused_as_ambiguous(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("date,streams,song,plays,shazam\n2026-11-24,5,Night,5,1\n", encoding="utf-8")
    drops = [drop.model_copy(update={"only": False}) for drop in SHIPPED.drops.values()]
    twin = SHIPPED.drops["spotify_song"].model_copy(update={"drop": "twin", "title": "Another", "only": False})
    reader = DropReader(
        [*(d for d in drops if d.drop == "spotify_song"), twin], SHIPPED.datasets, Given(**GIVEN), Remembered(), NOW
    )
    with open_histories([str(path)]) as (file,), pytest.raises(LinernotesError) as refused:
        reader.read(file)
    assert "may be Spotify for Artists, song timeline or Another" in refused.value.message


def test_the_time_of_a_zip_entry_says_when_the_export_was_made(tmp_path: Path) -> None:
    path = tmp_path / "youtube.zip"
    path.write_bytes(zipped(Table_data=table(YOUTUBE, "abc,Night,,7,0.5")))
    ((line,), _) = read(path, as_of=None, period="28d")
    made = datetime(2026, 11, 20, 8).astimezone(UTC)
    assert line["exportedAt"] == f"{made:%Y-%m-%dT%H:%M:%SZ}"
