"""Streams that fell, stores that went silent: found in imported figures, told once, and over once they are mended."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linernotes.config.alerts import StreamRules
from linernotes.reports.sales_findings import SalesMonth, of_statement
from tests.laptop import Laptop
from tests.mailbox import mailbox
from tests.sources.test_drops import AUDIENCE, song, table

TODAY = datetime.now(UTC).date()
DAYS = 70
FELL = 4  # days ago: one good day since, which is no recovery yet
Figure = Callable[[int], int]


def audience(figure: Figure, newest: int = 3) -> str:
    """An artist's days until so many days ago; the figure is that of a day so many days ago."""
    days = range(DAYS, newest - 1, -1)
    return table(AUDIENCE, *(f"{TODAY - timedelta(days=ago)},90,,,,{figure(ago)},,,900" for ago in days))


def track(figure: Figure) -> str:
    return song(*(f"{TODAY - timedelta(days=ago)},{figure(ago)}" for ago in range(DAYS, 2, -1)))


def steady(ago: int) -> int:
    return 400 + 3 * (ago % 5)


def fallen(ago: int) -> int:
    return 120 if ago == FELL else steady(ago)


FILES = {
    "Mara Ellis-audience-timeline.csv": audience(fallen),
    "Lone Pine-audience-timeline.csv": audience(steady),
    "Two Rivers-audience-timeline.csv": audience(steady),
    "The Attic-audience-timeline.csv": audience(lambda ago: 5),
    "Late Post-audience-timeline.csv": audience(steady, newest=14),
    "Long Gone-audience-timeline.csv": audience(steady, newest=65),
}


def bring(laptop: Laptop, files: dict[str, str], *options: str) -> None:
    """Import files that were exported now, and build the tables."""
    folder = laptop.home.parent / f"exports {len(list(laptop.home.parent.iterdir()))}"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert (said := laptop("import", "streams", folder, *options)).code == 0, said.err
    assert (said := laptop("run", "--limit", "0")).code == 0, said.err


@pytest.fixture(scope="module")
def built(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A home with ten weeks of streams of some artists."""
    laptop = Laptop(tmp_path_factory.mktemp("falls") / "home").take_over(built_home)
    bring(laptop, FILES)
    return laptop


@pytest.fixture
def laptop(built: Laptop, tmp_path: Path) -> Laptop:
    return Laptop(tmp_path / "home").take_over(built.home)


def found(laptop: Laptop, **environ: str) -> list[dict[str, Any]]:
    """The alerts about figures."""
    said = laptop("alert", "--format", "json", **environ)
    assert said.code == 0, said.err
    return [row for row in said.rows if "linernotes sql" in row["look"] and "hub_music" in row["look"]]


def texts(laptop: Laptop) -> list[str]:
    return [f"{row['severity']}: {row['finding']}" for row in found(laptop) if not row["closedAt"]]


def test_the_artist_that_fell_and_the_one_that_nobody_exports_are_found_and_no_other(built: Laptop) -> None:
    day = TODAY - timedelta(days=FELL)
    assert texts(built) == [
        f"critical: Mara Ellis: 120 streams on {day}, 70% fewer than the day before (400) and 70% fewer than a week "
        f"before (403); the median of the same weekday is 404",
        f"warning: Late Post: no figures of spotify_for_artists after {TODAY - timedelta(days=14)}, 14 days ago: "
        "export them again, then linernotes import streams FILE",
    ]


def test_what_was_not_judged_is_said(built: Laptop) -> None:
    said = built("alert")
    assert "not judged: streams of The Attic: never at 100 streams a day" in said.err
    assert "not judged: streams of Long Gone: without a new day for 60 days, taken to be over" in said.err


def test_a_look_leaves_the_share_of_odd_series_in_the_ledger(laptop: Laptop) -> None:
    found(laptop)
    row = laptop.rows("select * from {lake}.lake_ops__runs where command = 'alert'")[-1]
    assert (row["status"], row["anomaliesPct"], row["lastAlertDelaySeconds"]) == ("ok", 25, None)


def test_the_command_that_an_alert_names_shows_the_series(built: Laptop) -> None:
    look = next(row["look"] for row in found(built) if row["severity"] == "critical")
    query = look.removeprefix('linernotes sql "').removesuffix('"')
    assert f"{TODAY - timedelta(days=FELL)}" in built("sql", query).out


def test_a_fall_is_told_once_and_again_when_a_newer_export_has_mended_it(laptop: Laptop, tmp_path: Path) -> None:
    with mailbox(tmp_path) as box:
        found(laptop, **box.environ)
        found(laptop, **box.environ)
        (told,) = box.messages
        assert "Mara Ellis: 120 streams" in told["Subject"]
        bring(laptop, {"Mara Ellis-audience-timeline.csv": audience(steady)})
        found(laptop, **box.environ)
        found(laptop, **box.environ)
        assert [message["Subject"] for message in box.messages[1:]] == ["[linernotes local] 1 over, none new"]
    delays = laptop.rows(
        "select lastAlertDelaySeconds as delay from {lake}.lake_ops__runs where command = 'alert' order by endedAt"
    )[-4:]
    assert [row["delay"] is None for row in delays] == [False, True, False, True]
    assert all(0 <= row["delay"] < 60 for row in delays if row["delay"] is not None)


def test_a_day_that_is_not_settled_or_not_there_is_no_fall(laptop: Laptop) -> None:
    yesterday = audience(lambda ago: 1 if ago == 1 else steady(ago), newest=1)
    without = "\n".join(line for line in audience(steady).splitlines() if f"{TODAY - timedelta(days=8)}" not in line)
    bring(laptop, {"Two Rivers-audience-timeline.csv": yesterday, "Lone Pine-audience-timeline.csv": f"{without}\n"})
    assert [text.partition(":")[2] for text in texts(laptop) if "Rivers" in text or "Pine" in text] == []


def test_a_service_that_fell_everywhere_is_one_finding(laptop: Laptop) -> None:
    names = "Mara Ellis", "Lone Pine", "Two Rivers"
    bring(laptop, {f"{name}-audience-timeline.csv": audience(fallen) for name in names})
    fell = [row for row in found(laptop) if "fell on" in row["finding"]]
    assert [(row["severity"], row["finding"].partition(";")[0]) for row in fell] == [
        (
            "critical",
            f"3 of 3 series of spotify_for_artists fell on {TODAY - timedelta(days=FELL)}: "
            "Lone Pine, Mara Ellis, Two Rivers",
        )
    ]
    assert not [text for text in texts(laptop) if "120 streams" in text]


def test_a_surge_and_two_tracks_with_the_same_figures_are_found(laptop: Laptop) -> None:
    doubled = {
        "Night Drive-timeline.csv": track(lambda ago: 9000 if ago == FELL else steady(ago)),
        "Night Drive (Live)-timeline.csv": track(lambda ago: 9000 if ago == FELL else steady(ago)),
    }
    bring(laptop, doubled, "--artist", "Mara Ellis")
    assert sorted(text for text in texts(laptop) if "Night Drive" in text) == [
        f"warning: Mara Ellis, Night Drive (Live): 9,000 streams on {TODAY - timedelta(days=FELL)}, 22 times the mean "
        "of the week before (405): a double count, or good news",
        f"warning: Mara Ellis, Night Drive and Mara Ellis, Night Drive (Live) have the same figures on 68 days from "
        f"{TODAY - timedelta(days=DAYS)} to {TODAY - timedelta(days=3)}: one file under two titles?",
        f"warning: Mara Ellis, Night Drive: 9,000 streams on {TODAY - timedelta(days=FELL)}, 22 times the mean "
        "of the week before (405): a double count, or good news",
    ]


def statement(months: int, **places: Figure) -> list[SalesMonth]:
    """A distributor's months, 0 the newest; a store reports nothing in a month for which it has -1."""
    rows = list[SalesMonth]()
    for place, figure in places.items():
        for ago in range(months):
            month = date(2026, 10 - ago, 1)
            if (units := figure(ago)) >= 0:
                rows.append({"source": "distrokid", "kind": "store", "place": place, "month": month, "units": units})
    return rows


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (lambda ago: 900, None),
        (lambda ago: -1 if ago < 2 else 900, "store_silent"),
        (lambda ago: -1 if ago == 0 else 900, None),
        (lambda ago: -1 if ago == 1 else 900, None),
        (lambda ago: 300 if ago < 2 else 900 + ago, "sales_fell"),
        (lambda ago: 10 if ago < 2 else 40, None),
        (lambda ago: -1 if ago < 2 or ago == 4 else 900, "sales_fell"),
    ],
    ids=["as always", "silent", "late", "late by two", "fell", "too few", "comes and goes"],
)
def test_a_store_is_silent_or_fell_only_in_a_month_that_is_complete(figure: Figure, expected: str | None) -> None:
    rows = statement(8, Spotify=lambda ago: 5000, Deezer=figure, Tidal=lambda ago: 200)
    found = list(of_statement("distrokid", rows, StreamRules()))
    assert [(each.rule, each.day) for each in found] == ([(expected, date(2026, 9, 1))] if expected else [])


def test_a_statement_that_fell_everywhere_is_one_finding_and_a_short_one_none() -> None:
    def half(ago: int) -> int:
        return 100 if ago < 2 else 900

    rows = statement(8, Spotify=half, Deezer=half, Tidal=half, Amazon=lambda ago: 500)
    assert [each.rule for each in of_statement("distrokid", rows, StreamRules())] == ["source_fell"]
    assert list(of_statement("distrokid", statement(4, Spotify=half), StreamRules())) == []


def test_a_purge_of_an_artist_takes_its_name_from_alerts(laptop: Laptop) -> None:
    laptop("import", "plays", laptop.write("plays.csv", "artist,track,time\nMara Ellis,Tide,2026-11-01 10:00:00\n"))
    assert laptop("transform").code == 0
    assert any("Mara Ellis" in text for text in texts(laptop))
    artist = laptop.value("select artistId from {hub}.hub_music__svc_stream_matches where artistName = 'Mara Ellis'")
    assert laptop("purge", "--artist", artist, "--forget", "--yes").code == 0
    assert not any("Mara Ellis" in str(row) for row in laptop.rows("select * from {lake}.lake_ops__alerts"))
    assert not any("Mara Ellis" in text for text in texts(laptop))
