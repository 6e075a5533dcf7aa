"""What the hub makes of exports: which version counts, whose each series is, and what is never added up."""

import os
import re
import shlex
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.laptop import WITH_DATA_TESTS, Laptop, Said
from tests.programs import ROOT
from tests.sources.test_drops import AUDIENCE, DISTROKID, LINKS, LISTS, META, SONGS, song, table

PLAYS = """artist,track,time
Mara Ellis,Night Drive?,2026-11-01 10:00:00
Mara Ellis,Tide,2026-11-01 11:00:00
Somebody Else,Tide,2026-11-01 12:00:00
"""
FILES = {
    "streams": {
        "Mara Ellis-audience-timeline.csv": table(
            AUDIENCE, "2026-11-24,210,4120,1530,61,388,14,21,902", "2026-11-25,198,,,,351,9,,903"
        ),
        "Night Drive_-timeline.csv": song("2026-11-24,120", "2026-11-25,131"),
        "Night Drive_ (K Remix)-timeline.csv": song("2026-11-24,7"),
        "Mara Ellis-songs-28day.csv": table(SONGS, "Tide,28,74,6,2026-06-05", "Unheard,1,2,0,"),
        "Mara Ellis-playlists-28day.csv": table(LISTS, "Release Radar,Spotify,301,377,-"),
        "bank.tsv": table(
            DISTROKID,
            *["2026-10-25\t2026-08\tSpotify\tMara Ellis\tTide\tNLXX02600042\t\t100\t0.31"] * 2,
            "2026-10-25\t2026-08\tSpotify\tMara Ellis\tTide\tNLXX02600042\t\t-10\t-0.05",
        ),
    },
    "campaigns": {
        "meta.csv": table(
            f"{META},Ad name", "Night,2026-10-31,1.50,3,100,a", "Night,2026-10-31,2.50,5,200,b", "Night,All,4.00,8,300,"
        ),
        "links.csv": table(LINKS, "Night,2026-11-24,10,7,https://example.org/night"),
    },
}
DAILY = "select * from {hub}.hub_music__svc_fact_streams_daily order by level, trackName, date"
FACTS = {
    name: f"select * from {{hub}}.hub_music__svc_{name} order by all"
    for name in (
        *("stream_matches", "fact_streams_daily", "fact_campaign_days"),
        *("fact_smart_link_days", "fact_playlist_periods", "fact_sales_months"),
    )
}


def bring(laptop: Laptop, folder: Path, command: str, files: dict[str, str], *options: str) -> None:
    """Import some files, exported on one evening."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        os.utime(folder / name, (1_764_705_600 + 31_536_000 - 86_400 * 5,) * 2)  # 2026-11-27T20:00Z
    said = laptop("import", command, folder, *options)
    assert said.code == 0, said.err


@pytest.fixture(scope="module")
def built(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A home with all kinds of exports, built once with the tests of its data."""
    place = tmp_path_factory.mktemp("streams")
    shutil.copytree(built_home, place / "home")
    laptop = Laptop(place / "home")
    assert laptop("import", "plays", laptop.write("plays.csv", PLAYS)).code == 0
    bring(laptop, place / "streams", "streams", FILES["streams"], "--artist", "Mara Ellis")
    bring(laptop, place / "campaigns", "campaigns", FILES["campaigns"], "--time-zone", "Europe/Paris")
    said = laptop("transform", **WITH_DATA_TESTS)
    assert said.code == 0, said.err
    return laptop


def rows(laptop: Laptop, name: str) -> list[dict[str, Any]]:
    return laptop.rows(FACTS[name])


def test_a_day_has_what_its_export_has_and_null_for_the_rest(built: Laptop) -> None:
    days = [row for row in built.rows(DAILY) if row["level"] == "artist"]
    assert [(row["streams"], row["saves"], row["monthlyListeners"], row["followers"]) for row in days] == [
        (388, 21, 4120, 902),
        (351, None, None, 903),
    ]
    tracks = [row for row in built.rows(DAILY) if row["level"] == "track"]
    assert {(row["streams"], row["listeners"], row["saves"]) for row in tracks} == {
        (120, None, None),
        (131, None, None),
        (7, None, None),
    }


def test_a_day_settles_two_days_later(built: Laptop) -> None:
    days = {str(row["date"]): row["settled"] for row in built.rows(DAILY) if row["level"] == "artist"}
    assert days == {"2026-11-24": True, "2026-11-25": True}
    (period,) = rows(built, "fact_playlist_periods")
    assert (period["playlistName"], period["streams"], period["settled"]) == ("Release Radar", 377, False)


def test_names_of_artist_and_title_match_a_track_and_a_remix_is_not_the_original(built: Laptop) -> None:
    found = {row["title"]: (row["matchedBy"], row["why"]) for row in rows(built, "stream_matches") if row["title"]}
    assert found["Night Drive_"] == ("names", None)
    assert found["Night Drive_ (K Remix)"] == (None, "unknown_track")
    assert found["Unheard"] == (None, "unknown_track")
    assert found["Night"] == (None, "not_confirmed")
    tracks = {row["trackName"]: row["trackId"] for row in built.rows(DAILY) if row["trackName"]}
    names = {row["trackId"]: row["trackName"] for row in built.rows("select * from {hub}.hub_music__svc_dim_tracks")}
    assert {title: names.get(track) for title, track in tracks.items()} == {
        "Night Drive_": "Night Drive?",
        "Night Drive_ (K Remix)": None,
    }


def test_a_campaigns_day_adds_its_ads_and_no_sum_and_its_cost_per_result_is_that_of_the_sums(built: Laptop) -> None:
    (row,) = rows(built, "fact_campaign_days")
    assert (row["spend"], row["conversions"], row["cpr"], row["currency"]) == (4, 8, Decimal("0.5"), "EUR")
    assert (row["impressions"], row["clicks"], row["timeZone"], row["settled"]) == (300, None, "Europe/Paris", False)
    (link,) = rows(built, "fact_smart_link_days")
    assert (link["visits"], link["clicks"], link["landingUrl"]) == (10, 7, "https://example.org/night")


def test_sales_that_are_alike_all_count_and_refunds_are_taken_off(built: Laptop) -> None:
    (row,) = rows(built, "fact_sales_months")
    assert (row["quantity"], row["earnings"], row["currency"]) == (190, Decimal("0.57"), "USD")
    assert (str(row["saleMonth"]), row["trackName"], row["isrc"]) == ("2026-08-01", "Tide", "NLXX02600042")
    assert row["trackId"] is not None


@pytest.fixture(scope="module")
def corrected(built: Laptop, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """The same home after a newer export, an older one, a campaign's export without ads, and a confirmed match."""
    laptop = Laptop(tmp_path_factory.mktemp("corrected") / "home").take_over(built.home)
    place = laptop.home.parent
    newer, older = song("2026-11-24,125"), song("2026-11-24,1", "2026-11-23,9")
    bring(laptop, place / "a", "streams", {"Night Drive_-timeline.csv": newer}, "--as-of", "2026-11-29")
    bring(laptop, place / "b", "streams", {"Night Drive_-timeline.csv": older}, "--as-of", "2026-11-25")
    whole = {"meta.csv": table(META, "Night,2026-10-31,4.50,9,310")}
    bring(laptop, place / "c", "campaigns", whole, "--as-of", "2026-11-29")
    subject = laptop.value(
        "select subjectId from {hub}.hub_music__svc_stream_matches where kind = 'campaign' and source = 'meta_ads'"
    )
    said = laptop("match", "confirm", subject, "--track", "Night Drive?", "--note", "its ads")
    assert (said.code, "Night means Mara Ellis, Night Drive?" in said.err) == (0, True)
    assert laptop.make_tables().code == 0
    return laptop


def test_the_newest_export_of_a_day_counts_and_what_it_replaced_is_told(corrected: Laptop) -> None:
    found = [
        (str(row["date"]), row["streams"], row["restatedFrom"], row["versions"])
        for row in corrected.rows(DAILY)
        if row["trackName"] == "Night Drive_"
    ]
    assert found == [("2026-11-23", 9, None, 1), ("2026-11-24", 125, 120, 3), ("2026-11-25", 131, None, 1)]


def test_an_export_of_a_campaign_replaces_that_of_its_ads(corrected: Laptop) -> None:
    (row,) = rows(corrected, "fact_campaign_days")
    assert (row["spend"], row["conversions"], row["cpr"], row["settled"]) == (Decimal("4.5"), 9, Decimal("0.5"), True)


def test_a_confirmed_match_counts_and_can_be_taken_back(corrected: Laptop) -> None:
    (row,) = rows(corrected, "fact_campaign_days")
    name = "select trackName from {hub}.hub_music__svc_dim_tracks where trackId = $track"
    assert corrected.value(name, track=row["trackId"]) == "Night Drive?"
    listed = corrected("match", "list", "--format", "json").rows
    assert {each["title"] for each in listed} == {"Night Drive_ (K Remix)", "Unheard", "Night"}
    everything = corrected("match", "list", "--all", "--format", "json").rows
    assert {each["matchedBy"] for each in everything} == {"names", "confirmed", None}


def test_what_cannot_be_matched_is_told_in_one_line(built: Laptop) -> None:
    (artist,) = [row["subjectId"] for row in rows(built, "stream_matches") if row["kind"] == "artist"]
    campaign = next(row["subjectId"] for row in rows(built, "stream_matches") if row["kind"] == "campaign")
    assert "no imported file has 'x'" in built("match", "confirm", "x", "--artist", "Mara Ellis").complaint
    assert "is an artist, which cannot be a track" in built("match", "confirm", artist, "--track", "Tide").complaint
    assert "'Tide' may be several tracks" in built("match", "confirm", campaign, "--track", "Tide").complaint
    assert "unknown track 'Nothing'" in built("match", "confirm", campaign, "--track", "Nothing").complaint


def test_the_walk_of_the_docs_prints_what_the_docs_say(laptop: Laptop) -> None:
    walk = (ROOT / "docs/streams.md").read_text(encoding="utf-8").partition("## A walk")[2].partition("\n## ")[0]
    content, commands, printed = re.findall(r"```(?:sh)?\n(.*?)```", walk, re.DOTALL)
    Path("Tide-timeline.csv").write_text(content, encoding="utf-8")
    said = [laptop(*shlex.split(line)[1:]) for line in commands.splitlines()]
    assert [each.code for each in said] == [0] * len(said), [each.err for each in said]
    assert "".join(each.out for each in said).splitlines() == printed.splitlines()


def test_a_rebuild_picks_the_same_versions(corrected: Laptop) -> None:
    before = {name: rows(corrected, name) for name in FACTS}
    assert corrected("rebuild").code == 0
    assert {name: rows(corrected, name) for name in FACTS} == before


def test_a_purge_of_an_artist_reaches_exports(corrected: Laptop) -> None:
    artist = next(row["artistId"] for row in rows(corrected, "stream_matches") if row["artistId"])
    assert corrected("purge", "--artist", artist, "--forget", "--yes").code == 0
    left = {row["source"] for row in corrected.rows("select source from {lake}.lake_streams__normalized_campaigns")}
    assert left == {"smart_links"}
    assert corrected.rows("select * from {lake}.lake_streams__normalized_sales") == []
    assert rows(corrected, "fact_streams_daily") == rows(corrected, "fact_sales_months") == []


def models_made(said: Said) -> int:
    """How many models a run has made, as its log says."""
    return int(re.findall(r"(\d+) models, \d+ tests", said.err)[-1])


def test_whoever_has_no_such_files_builds_none_of_their_tables(laptop: Laptop) -> None:
    laptop("import", "plays", laptop.write("plays.csv", PLAYS))
    without = models_made(laptop("-v", "run"))
    path = laptop.write("Mara Ellis-audience-timeline.csv", FILES["streams"]["Mara Ellis-audience-timeline.csv"])
    assert laptop("import", "streams", path).code == 0
    laptop("import", "plays", laptop.write("more.csv", PLAYS.replace("2026-11-01", "2026-11-02")))  # as much as before
    assert models_made(laptop("-v", "run")) == without + len(FACTS)
    assert len(rows(laptop, "fact_streams_daily")) == 2
