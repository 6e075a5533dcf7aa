"""``linernotes import streams`` and ``import campaigns``: files of services, as people download them."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from tests.laptop import Laptop
from tests.sources.test_drops import AUDIENCE, META, META_DAY, SONGS, song, table

AUDIENCE_ROWS = "2026-11-24,210,4120,1530,61,388,14,21,902", "2026-11-25,198,4101,1524,60,351,9,17,903"
METRICS = "select * from {lake}.lake_streams__normalized_metrics order by _line"
CAMPAIGNS = "select * from {lake}.lake_streams__normalized_campaigns order by _line"


@pytest.fixture
def laptop(importer: Laptop) -> Laptop:
    """Nobody has built a hub on this machine: an import needs none."""
    return importer


def aged(path: Path, seconds: int = 1_764_000_000) -> Path:
    """A file of that time."""
    os.utime(path, (seconds, seconds))
    return path


@pytest.fixture
def audience(laptop: Laptop) -> Path:
    return aged(laptop.write("Mara Ellis-audience-timeline.csv", table(AUDIENCE, *AUDIENCE_ROWS)))


def test_a_folder_of_exports_lands_with_the_time_of_each_file(laptop: Laptop, audience: Path) -> None:
    folder = audience.parent / "exports"
    folder.mkdir()
    audience.rename(folder / audience.name)
    (folder / "notes.md").write_text("buy milk\n", encoding="utf-8")
    (folder / "Night-timeline.csv").write_text(song("2026-11-24,120"), encoding="utf-8")
    said = laptop("import", "streams", folder, "--artist", "Mara Ellis")
    assert said.code == 0
    assert "exports/notes.md: passed over: no export that is known" in said.err
    assert "Spotify for Artists, audience timeline, 2 rows, 2026-11-24 to 2026-11-25\n" in said.err
    assert "imported 3 new rows, already known 0, rejected 0" in said.err
    rows = laptop.rows(METRICS)
    assert [(row["grain"], row["streams"], row["followers"]) for row in rows] == [
        ("artist_day", 388, 902),
        ("artist_day", 351, 903),
        ("track_day", 120, None),
    ]
    assert rows[0]["exportedAt"].isoformat() == "2025-11-24T16:00:00"


def test_the_same_file_again_brings_nothing_and_with_another_time_a_version(laptop: Laptop, audience: Path) -> None:
    laptop("import", "streams", audience)
    again = laptop("import", "streams", audience)
    assert "already imported, and not read again: Mara Ellis-audience-timeline.csv" in again.err
    assert "imported 2 new rows" in laptop("import", "streams", audience, "--as-of", "2026-11-29").err
    assert "--as-of is in the future" in laptop("import", "streams", audience, "--as-of", "2999-01-01").complaint
    versions = laptop.rows("select distinct exportedAt from {lake}.lake_streams__normalized_metrics")
    assert len(versions) == 2


def test_the_artist_of_a_song_is_asked_once(laptop: Laptop) -> None:
    first = laptop.write("Night-timeline.csv", song("2026-11-24,120"))
    refused = laptop("import", "streams", first)
    assert (refused.code, "does not say its artist; add --artist NAME" in refused.complaint) == (2, True)
    assert laptop("import", "streams", first, "--artist", "Mara Ellis").code == 0
    second = laptop.write("Night-timeline (1).csv", song("2026-11-24,121", "2026-11-25,131"))
    assert laptop("import", "streams", second).code == 0
    assert {row["artistName"] for row in laptop.rows(METRICS)} == {"Mara Ellis"}


def test_the_time_zone_of_an_account_is_asked_once_and_each_account_has_its_own(laptop: Laptop) -> None:
    first = laptop.write("one.csv", table(META, META_DAY))
    assert "add --time-zone" in laptop("import", "campaigns", first).complaint
    assert laptop("import", "campaigns", first, "--time-zone", "Europe/Paris").code == 0
    second = laptop.write("two.csv", table(META, META_DAY.replace("24", "25")))
    assert laptop("import", "campaigns", second).code == 0
    assert "add --time-zone" in laptop("import", "campaigns", second, "--account", "Tide").complaint
    rows = laptop.rows(CAMPAIGNS)
    assert [(row["timeZone"], row["currency"], row["spend"]) for row in rows] == [
        ("Europe/Paris", "EUR", Decimal("1.5"))
    ] * 2
    assert "is not a time zone" in laptop("import", "campaigns", second, "--time-zone", "Mars").complaint


def test_a_bad_row_costs_itself_and_too_many_end_with_an_error(laptop: Laptop) -> None:
    days = [f"2026-10-{number:02},{number}" for number in range(1, 29)]
    good = laptop.write("Night-timeline.csv", song("2026-10-32,5", *days))
    said = laptop("import", "streams", good, "--artist", "Mara Ellis")
    assert (said.code, "imported 28 new rows, already known 0, rejected 1" in said.err) == (0, True)
    (reject,) = laptop.rejects()
    assert (reject["file"], reject["line"], reject["field"]) == ("Night-timeline.csv", 2, "day")
    assert (reject["reason"], reject["raw"]) == ("not a day of the calendar", "2026-10-32,5")
    bad = laptop.write("Tide-timeline.csv", song("soon,5", "2026-10-01,5"))
    said = laptop("import", "streams", bad, "--artist", "Mara Ellis")
    assert (said.code, "more than 5 % bad rows in Tide-timeline.csv" in said.complaint) == (4, True)


def test_a_refused_file_costs_no_other_and_names_the_command_it_needs(laptop: Laptop, audience: Path) -> None:
    other = laptop.write("meta.csv", table(META, META_DAY))
    said = laptop("import", "streams", audience, other)
    assert said.code == 2
    assert "Meta Ads Manager and Ads Reporting is not imported by this command" in said.complaint
    assert "use linernotes import campaigns for it" in said.complaint
    assert len(laptop.rows(METRICS)) == 2


def test_a_dry_run_shows_what_each_file_is_and_makes_nothing(laptop: Laptop, audience: Path) -> None:
    songs = laptop.write("songs.csv", table(SONGS, "Night,28,74,6,2026-06-05"))
    said = laptop("import", "streams", audience, songs, "--dry-run", "--format", "json")
    assert said.code == 2
    first, second = said.rows
    assert (first["export"], first["about"]) == ("Spotify for Artists, audience timeline", "Mara Ellis")
    assert (first["rows"], first["from"], first["to"]) == (2, "2026-11-24", "2026-11-25")
    assert "does not say its period" in second["what"]
    assert laptop.rows(METRICS) == []
    assert list((laptop.home / "lake" / "streams").rglob("*.jsonl")) == []


def test_a_rebuild_has_the_same_rows(laptop: Laptop, audience: Path) -> None:
    laptop("import", "streams", audience)
    before = laptop.rows(METRICS)
    assert laptop("rebuild").code == 0
    assert laptop.rows(METRICS) == before


def test_a_template_can_be_filled_in_and_imported(laptop: Laptop) -> None:
    assert laptop("template").out.splitlines()[0].startswith("labels: ")
    path = laptop.home.parent / "links.csv"
    assert "next: fill in its rows" in laptop("template", "smart_links", "--out", path).err
    with path.open("a", encoding="utf-8") as links:
        links.write("Night,2026-11-24,10,7,https://example.org/night\n")
    assert laptop("import", "campaigns", path, "--time-zone", "UTC").code == 0
    (row,) = laptop.rows(CAMPAIGNS)
    assert (row["source"], row["visits"], row["clicks"]) == ("smart_links", 10, 7)
    assert "is already there" in laptop("template", "smart_links", "--out", path).complaint
    assert "unknown template 'link'" in laptop("template", "link").complaint
