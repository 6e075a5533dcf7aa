"""The dashboard: six pages over the published tables, whose views can be linked, on this machine alone."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from streamlit.testing.v1 import AppTest

import linernotes.dashboard
from tests.laptop import Laptop
from tests.samples import artist, keys, lines
from tests.sources.test_drops import AUDIENCE, META, table

APP = Path(linernotes.dashboard.__file__).with_name("app.py")
FIRST, SECOND, NEW = keys(3)
MARKUP = "![x](http://example.org/x.png)<script>alert(1)</script>"
DAY = datetime.now(UTC).date() - timedelta(days=4)
PAGES = ("Listening", "Artists", "Scouting", "Catalogue", "Streams", "Operations")
View = Callable[..., AppTest]


@pytest.fixture(scope="module")
def home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """Two artists with plays in two years, one of them with a name that wants to be more."""
    laptop = Laptop(Path(shutil.copytree(built_home, tmp_path_factory.mktemp("seen") / "home")))
    laptop.drop(
        lines(
            artist(FIRST, artistName="Gims", genres=["rap"], followerCount=1_000, popularity=69),
            artist(SECOND, artistName=MARKUP, genres=["pop"], followerCount=2_000, popularity=10),
        )
    )
    plays = [
        {
            "playedAt": f"{year}-03-0{number}T12:00:00Z", "trackName": "Bella", "artistName": name,
            "artistIds": [key], "msPlayed": 200_000, "source": "listenbrainz", "sourceKey": f"{key}{year}{number}",
        }
        for key, name, year, times in ((FIRST, "Gims", 2024, 3), (FIRST, "Gims", 2025, 1), (SECOND, MARKUP, 2025, 2))
        for number in range(1, times + 1)
    ]  # fmt: skip
    laptop.drop(lines(*plays), "mine_plays.jsonl", provider="plays")
    days = table(AUDIENCE, f"{DAY - timedelta(days=1)},90,,,,400,,,900", f"{DAY},90,,,,450,,,900")
    spent = table(f"{META},Ad name", f"Night,{DAY},1.50,3,100,a", f"Night,{DAY},2.50,5,200,b")
    assert laptop("import", "streams", laptop.write("Gims-audience-timeline.csv", days)).code == 0
    assert laptop("import", "campaigns", laptop.write("meta.csv", spent), "--time-zone", "UTC").code == 0
    assert laptop("transform").code == 0
    return laptop


@pytest.fixture
def view(home: Laptop) -> View:
    """Looks at the page of an address."""

    def look(laptop: Laptop = home, *, password: str = "", **address: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        with mock.patch.dict(os.environ, laptop.environment(LINERNOTES_DASHBOARD_PASSWORD=password), clear=True):
            app.run()
        assert not app.exception
        return app

    return look


def rows(app: AppTest, number: int = 0) -> list[dict[str, object]]:
    found: list[dict[str, object]] = app.dataframe[number].value.to_dict("records")
    return found


@pytest.mark.parametrize("page", PAGES)
def test_each_page_has_something_to_look_at(view: View, page: str) -> None:
    app = view(page=page)
    assert app.title[0].value == page
    assert app.dataframe
    assert not app.error


def test_the_most_played_are_those_of_the_command(view: View, home: Laptop) -> None:
    app = view(year="2025", what="artists")
    said = home("top", "artists", "--year", "2025", "--format", "json", "--time-zone", "UTC").rows
    assert [(row["artistName"], row["plays"]) for row in rows(app)] == [(r["artistName"], r["plays"]) for r in said]


def test_the_address_says_what_is_shown_and_follows_what_is_chosen(view: View, home: Laptop) -> None:
    app = view(year="2024")
    assert [row["plays"] for row in rows(app)] == [3]
    with mock.patch.dict(os.environ, home.environment(), clear=True):
        app.selectbox(key="what").set_value("genres").run()
    assert app.query_params["year"] == "2024"
    assert app.query_params["what"] == "genres"
    assert [row["genre"] for row in rows(app)] == ["rap"]


def test_an_artist_is_found_and_shown_with_who_said_so(view: View) -> None:
    app = view(page="Artists", q="gim", artist="Gims")
    assert [row["artistName"] for row in rows(app)] == ["Gims"]
    facts = next(table.value for table in app.dataframe if "licence" in table.value and "evidence" in table.value)
    assert set(facts["provider"]) == {"spotify"}
    years = app.dataframe[-1].value
    assert dict(zip(years["year"], years["plays"], strict=True)) == {2024: 3, 2025: 1}


def test_a_name_that_wants_to_be_more_is_shown_as_text(view: View) -> None:
    app = view(page="Artists", artist=MARKUP)
    assert MARKUP in {row["artistName"] for row in rows(app)}
    assert not [each.value for each in app.markdown if "example.org" in each.value]


def test_streams_are_shown_with_what_campaigns_cost_and_a_forecast_or_why_there_is_none(view: View) -> None:
    app = view(page="Streams", artist="gims")
    series, forecast, campaigns = (rows(app, number) for number in range(3))
    assert [(row["artistName"], row["streams"]) for row in series] == [("Gims", 850)]
    assert "2 settled days known" in str(forecast[0]["reason"])
    assert [(row["campaignName"], float(str(row["spend"])), float(str(row["cpr"]))) for row in campaigns] == [
        ("Night", 4, 0.5)
    ]
    assert len(view(page="Streams", artist="nobody of that name").dataframe) == 1  # the campaigns


def test_scouting_keeps_to_its_filters(view: View) -> None:
    assert {row["artistName"] for row in rows(view(page="Scouting"))} == {"Gims", MARKUP}
    assert {row["artistName"] for row in rows(view(page="Scouting", genre="rap"))} == {"Gims"}
    assert view(page="Scouting", min_listeners="5").info


@pytest.mark.parametrize("address", [{"page": "no"}, {"year": "soon"}, {"page": "Scouting", "min_listeners": "-9e99"}])
def test_an_address_that_makes_no_sense_shows_the_usual(view: View, address: dict[str, str]) -> None:
    assert view(**address).dataframe


def test_an_unknown_artist_is_told_of(view: View) -> None:
    assert "no artist found for 'Nobody'" in view(page="Artists", artist="Nobody").error[0].value


def test_what_is_published_since_is_shown_without_a_restart(view: View, home: Laptop, tmp_path: Path) -> None:
    other = Laptop(Path(shutil.copytree(home.home, tmp_path / "home")))
    app = view(other, page="Artists", q="nina")
    assert not app.dataframe
    other.drop(lines(artist(NEW, artistName="Nina Simone")), "more_artist_enrichment.jsonl")
    assert other("transform").code == 0
    with mock.patch.dict(os.environ, other.environment(), clear=True):
        app.run()
    assert [row["artistName"] for row in rows(app)] == ["Nina Simone"]
    (other.home / "published.duckdb").unlink()
    with mock.patch.dict(os.environ, other.environment(), clear=True):
        app.run()
    assert "nothing is published" in app.error[0].value


def test_nobody_comes_in_without_the_password(view: View, home: Laptop) -> None:
    app = view(password="open sesame")
    assert not app.dataframe
    with mock.patch.dict(os.environ, home.environment(LINERNOTES_DASHBOARD_PASSWORD="open sesame"), clear=True):
        app.text_input[0].set_value("guess").run()
        assert app.error
        assert not app.dataframe
        app.text_input[0].set_value("open sesame").run()
        assert app.dataframe


def test_other_machines_are_let_in_only_where_somebody_wants_it_and_with_a_password(home: Laptop) -> None:
    said = home("dashboard", "--host", "0.0.0.0")
    assert (said.code, "open to other machines" in said.complaint) == (2, True)
    said = home("dashboard", "--host", "0.0.0.0", "--allow-remote")
    assert (said.code, "LINERNOTES_DASHBOARD_PASSWORD" in said.complaint) == (2, True)
