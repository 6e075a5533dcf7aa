"""From exports to forecasts of pick-ups: silent without labels, right with them, and of nothing that was not known."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from linernotes.runs.triggers.model import model_of, owner_hash
from linernotes.sandbox.exports import ARTISTS, Song, invented_songs, write_exports
from tests.laptop import Laptop
from tests.sources.test_drops import LISTS, table
from tests.sources.test_drops import song as song_file

DAY = timedelta(days=1)
PREDICTIONS = "select * from {hub}.hub_music__svc_ml_predictions order by date, seriesId"
FEATURES = "select * from {hub}.hub_music__svc_release_features order by date, seriesId"
PLAYED = "Saltmarsh"


@pytest.fixture(scope="module")
def today() -> date:
    return datetime.now(UTC).date()


@pytest.fixture(scope="module")
def songs(today: date) -> list[Song]:
    return invented_songs(today)


@pytest.fixture(scope="module")
def exported(built_home: Path, tmp_path_factory: pytest.TempPathFactory, songs: list[Song]) -> Laptop:
    """A home with two years of exports of six artists and no labels; one of the artists is played as well."""
    place = tmp_path_factory.mktemp("triggers")
    laptop = Laptop(place / "home").take_over(built_home)
    write_exports(place / "exports", songs)
    played = f"artist,track,time\n{PLAYED},Silver Rain,2026-11-01 10:00:00\n"
    assert laptop("import", "plays", laptop.write("plays.csv", played)).code == 0
    for artist in ARTISTS:
        said = laptop("import", "streams", place / "exports" / artist, "--artist", artist)
        assert said.code == 0, said.err
    assert laptop.make_tables().code == 0
    return laptop


@pytest.fixture(scope="module")
def silent(exported: Laptop) -> list[dict[str, Any]]:
    """What is forecast before there are any labels."""
    said = exported("ml", "predict", "--format", "json")
    assert said.code == 0, said.err
    rows: list[dict[str, Any]] = said.rows
    return rows


@pytest.fixture(scope="module")
def trained(exported: Laptop, silent: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """The same home with labels and models."""
    assert silent
    laptop = Laptop(tmp_path_factory.mktemp("trained") / "home").take_over(exported.home)
    said = laptop("import", "streams", exported.home.parent / "exports" / "labels.csv")
    assert said.code == 0, said.err
    assert laptop.make_tables().code == 0
    assert {row["reason"] for row in laptop("ml", "predict", "--format", "json").rows} == {"not_trained"}
    said = laptop("ml", "train", "--format", "json")
    assert said.code == 0, said.err
    assert [(row["target"], row["reason"]) for row in said.rows] == [("rr", None), ("dw", None)]
    assert laptop("ml", "predict").code == 0
    return laptop


def test_without_labels_there_is_a_row_for_each_song_and_the_reason(
    exported: Laptop, silent: list[dict[str, Any]]
) -> None:
    assert len(silent) > len(ARTISTS)
    assert {(row["predTriggerRr"], row["predTriggerDw"], row["reason"]) for row in silent} == {
        (None, None, "no_labels")
    }
    stored = exported.rows(PREDICTIONS)
    assert sorted(row["seriesId"] for row in stored) == sorted(row["seriesId"] for row in silent)
    said = exported("ml", "train", "--format", "json")
    assert [row["reason"] for row in said.rows] == ["no_labels", "no_labels"]
    assert "**No forecasts**: no_labels" in exported("ml", "card").out


def test_the_newest_song_of_each_artist_has_a_chance_with_what_moved_it(
    trained: Laptop, songs: list[Song], today: date
) -> None:
    rows = trained.rows(PREDICTIONS)
    assert len({(row["seriesId"], row["date"]) for row in rows}) == len(rows)  # of two forecasts for a day the newer
    made = [row for row in rows if row["reason"] is None]
    newest = {(song.artist, song.title): song for song in songs if song.exported == today - DAY}
    assert {(row["artistName"], row["trackName"]) for row in made} == set(newest)
    for row in made:
        assert 0 < row["predTriggerRr"] < 1
        told = json.loads(row["explainability"])
        for target in ("rr", "dw"):
            total = told[target]["base"] + sum(each["contribution"] for each in told[target]["top"])
            assert total + told[target]["rest"] == pytest.approx(told[target]["logOdds"], abs=1e-9)
    others = {row["reason"] for row in trained.rows(PREDICTIONS) if row["reason"]}
    assert others == {"figures_too_old"}


def test_forecasts_follow_the_true_chances(trained: Laptop, songs: list[Song]) -> None:
    (rr, dw) = trained("ml", "train", "--format", "json").rows  # again: the same models, which are not kept twice
    assert trained.value("select count(*) from {lake}.lake_ml__normalized_models") == 4  # two refusals, two models
    assert (rr["labelledDays"], dw["labelledDays"]) == (540, 540)
    assert rr["positives"] == sum(song.picked.get("Release Radar", 0) > 130 for song in songs)
    artefacts = trained.rows("select target, artefact from {lake}.lake_ml__normalized_models where reason is null")
    for artefact in artefacts:
        evidence = model_of(artefact["artefact"]).evidence
        assert evidence.measures[0].auc.value > 0.75
        assert evidence.calibration_error is not None
        assert evidence.calibration_error < 0.12


def test_what_is_trained_on_is_what_is_forecast_from(trained: Laptop, songs: list[Song]) -> None:
    """A day of the past, asked for today, has the figures that it had: those of its own export, and of no later one."""
    old = next(song for song in songs if song.artist == PLAYED and song.title == "Hollow Streets")
    rows = trained("ml", "predict", "--date", str(old.exported), "--format", "json").rows
    row = next(row for row in rows if row["trackName"] == old.title and row["artistName"] == PLAYED)
    assert row["newestDay"] == str(old.exported - 2 * DAY)
    assert row["daysSinceRelease"] == (old.exported - old.released).days
    before = trained("ml", "predict", "--date", str(old.exported - DAY), "--format", "json").rows
    assert [each for each in before if each["trackName"] == old.title and each["artistName"] == PLAYED] == []


def test_an_export_of_later_changes_nothing_about_a_day_of_the_past(
    trained: Laptop, songs: list[Song], today: date
) -> None:
    old = next(song for song in songs if (song.artist, song.title) == (PLAYED, "Silver Garden"))
    before = trained("ml", "predict", "--date", str(old.exported), "--format", "json").rows
    corrected = [f"{old.released + n * DAY},999999" for n in range((old.exported - old.released).days)]
    newest = [f"{today - n * DAY},999999" for n in range(2, 9)]
    for name, days in {old.title: corrected, "Second Rain II": newest}.items():
        path = trained.write(f"{name}-timeline.csv", song_file(*days))
        assert trained("import", "streams", path, "--artist", PLAYED, "--as-of", "0d").code == 0
    assert trained.make_tables().code == 0
    assert trained("ml", "predict", "--date", str(old.exported), "--format", "json").rows == before
    now = trained("ml", "predict", "--format", "json").rows
    row = next(row for row in now if (row["artistName"], row["trackName"]) == (PLAYED, "Second Rain II"))
    assert row["songStreams7"] >= 5 * 999_999
    assert row["reason"].startswith("unlike_training: songStreams7")


def test_a_song_that_the_playlist_had_already_gets_no_forecast(trained: Laptop, today: date) -> None:
    name = "Second Rain II"
    lists = trained.write("own.csv", table(LISTS, "Release Radar,Spotify,301,377,-", "A friend's list,Somebody,3,4,-"))
    given = ("--artist", "Nora Quill", "--song", name, "--period", f"{today - 10 * DAY}..{today - DAY}")
    said = trained("import", "streams", lists, *given)
    assert said.code == 0, said.err
    assert trained.make_tables().code == 0
    rows = trained("ml", "predict", "--format", "json").rows
    row = next(row for row in rows if (row["artistName"], row["trackName"]) == ("Nora Quill", name))
    assert (row["predTriggerRr"], row["reason"]) == (None, "rr: picked_up_before")
    assert row["predTriggerDw"] is not None


def test_a_rebuild_from_the_archive_has_the_same_models_and_forecasts(trained: Laptop) -> None:
    before = trained.rows(PREDICTIONS), trained.rows(FEATURES)
    assert trained("rebuild").code == 0
    assert (trained.rows(PREDICTIONS), trained.rows(FEATURES)) == before


def test_a_model_of_the_demo_is_of_no_use_for_others(trained: Laptop) -> None:
    text = trained.value("select max(artefact) from {lake}.lake_ml__normalized_models where reason is null")
    model = model_of(text)
    assert model.may_score("anybody")
    demo = structs.replace(model, owners=[owner_hash("one of the demo")])
    assert demo.version.startswith("demo-")
    assert demo.may_score("one of the demo")
    assert not demo.may_score("anybody")


def test_with_an_artist_go_its_forecasts(trained: Laptop, tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "home").take_over(trained.home)
    mine = "select count(*) from {hub}.hub_music__svc_ml_predictions where artistName = $name"
    assert laptop.value(mine, name=PLAYED) > 0
    others = laptop.value(mine, name="Okapi Club")
    said = laptop("purge", "--artist", PLAYED, "--forget", "--yes")
    assert said.code == 0, said.err
    assert laptop.value(mine, name=PLAYED) == 0
    assert laptop.value(mine, name="Okapi Club") == others


def test_a_card_is_written_to_a_file_and_an_unknown_version_is_named(trained: Laptop) -> None:
    path = trained.home.parent / "card.md"
    assert trained("ml", "card", "--out", path).code == 0
    assert path.read_text(encoding="utf-8").count("\n# ") + 1 == 2
    assert trained("ml", "card", "rr-lr-20200101-00000000").complaint == (
        "linernotes: ml card: no model 'rr-lr-20200101-00000000'; linernotes ml train makes one"
    )


def test_without_any_streams_it_says_where_they_come_from(laptop: Laptop) -> None:
    said = laptop("ml", "predict")
    assert said.code == 0
    assert "linernotes import streams FILE brings them" in said.err
    assert laptop("ml", "card").complaint == "linernotes: ml card: there is no model yet; linernotes ml train makes one"
