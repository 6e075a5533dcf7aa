"""What people ask of their own plays: most played, discoveries, one artist's history; days are those of their zone."""

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.laptop import Laptop
from tests.samples import artist, keys, lines

ABBA, GIMS, NINA = keys(3)
NAMES = {ABBA: "ABBA", GIMS: "Gims", NINA: "Nina Simone"}
HOUR = 3_600_000


def play(number: int, at: str, title: str, *ids: str, ms: int | None = HOUR, name: str | None = None) -> dict[str, Any]:
    """A play of a history; without ids and name it is of nobody who is known."""
    return {
        "playedAt": at,
        "playedAtMeans": "start",
        "msPlayed": ms,
        "trackName": title,
        "artistName": name or (NAMES[ids[0]] if ids else "Various Artists"),
        "albumName": f"Best of {title}",
        "artistIds": list(ids),
        "source": "listenbrainz",
        "sourceKey": str(number),
    }


@pytest.fixture(scope="module")
def heard(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A home of which nothing is changed: eight plays over two years, one of them with a guest and one of nobody."""
    laptop = Laptop(Path(shutil.copytree(built_home, tmp_path_factory.mktemp("heard") / "home")))
    genres = {ABBA: ["pop", "disco"], GIMS: ["rap", "pop"], NINA: []}
    laptop.drop(lines(*(artist(key, artistName=name, genres=genres[key]) for key, name in NAMES.items())))
    plays = [
        play(1, "2024-06-01T12:00:00Z", "Waterloo", ABBA),
        play(2, "2024-12-31T23:30:00Z", "Waterloo", ABBA),  # in Berlin it is 2025 already
        play(3, "2025-03-01T12:00:00Z", "Waterloo", ABBA),
        play(4, "2025-03-02T12:00:00Z", "Bella", GIMS),
        play(5, "2025-03-03T12:00:00Z", "Together", ABBA, GIMS),
        play(6, "2025-03-04T12:00:00Z", "Sinnerman", NINA, ms=9 * HOUR),
        play(7, "2025-03-05T12:00:00Z", "Sinnerman", NINA, ms=None),
        play(8, "2025-03-06T12:00:00Z", "Unheard Of"),
    ]
    laptop.drop(lines(*plays), "mine_plays.jsonl", provider="plays")
    facts = [
        {
            "artistId": key,
            "wikidataId": item,
            "artistLabel": NAMES[key],
            "countries": [{"id": "Q9", "name": country}],
            "labels": [{"id": "Q1", "name": label, "ended": False}],
            "retrievedAt": "2026-11-03T07:00:00Z",
        }
        for key, item, country, label in ((ABBA, "Q2", "Sweden", "Polar"), (GIMS, "Q3", "France", "Play Two"))
    ]
    laptop.drop(lines(*facts), "mine_artist_facts.jsonl", "wikidata")
    said = laptop.make_tables()
    assert said.code == 0, said.err
    return laptop


def rows(laptop: Laptop, *command: str) -> list[dict[str, Any]]:
    said = laptop(*command, "--time-zone", "UTC", "--format", "json")
    assert said.code == 0, said.err
    found: list[dict[str, Any]] = said.rows
    return found


def test_artists_are_ranked_by_every_play_they_are_credited_on(heard: Laptop) -> None:
    found = rows(heard, "top", "artists")
    assert [(row["rank"], row["artistName"], row["plays"]) for row in found] == [
        (1, "ABBA", 4),
        (2, "Gims", 2),
        (3, "Nina Simone", 2),
    ]
    assert found[0] == {
        "rank": 1,
        "artistName": "ABBA",
        "plays": 4,
        "hours": 4.0,
        "sharePct": 50.0,
        "firstHeard": "2024-06-01",
        "lastHeard": "2025-03-03",
        "artistId": ABBA,
    }


def test_plays_of_nobody_known_are_counted_and_so_are_those_without_a_length(heard: Laptop) -> None:
    said = heard("top", "artists", "--time-zone", "UTC")
    assert "1 of 8 plays belong to no known artist" in said.err
    assert "hours leave out 1 of 8 plays, whose length is unknown" in said.err
    assert "3 of 8 plays are of artists without a known genre" in heard("top", "genres").err


def test_genres_are_ranked_by_plays_and_a_play_of_two_artists_counts_once(heard: Laptop) -> None:
    assert {row["genre"]: row["plays"] for row in rows(heard, "top", "genres")} == {"pop": 5, "disco": 4, "rap": 2}


@pytest.mark.parametrize(
    ("kind", "column", "plays"),
    [("labels", "principalLabel", {"Polar": 4, "Play Two": 2}), ("countries", "country", {"Sweden": 4, "France": 2})],
)
def test_a_play_counts_for_the_label_and_the_country_of_each_of_its_artists(
    heard: Laptop, kind: str, column: str, plays: dict[str, int]
) -> None:
    assert {row[column]: row["plays"] for row in rows(heard, "top", kind)} == plays
    assert "3 of 8 plays are of artists without a known" in heard("top", kind).err


def test_by_hours_the_longest_come_first(heard: Laptop) -> None:
    found = rows(heard, "top", "tracks", "--by", "hours", "--limit", "2")
    assert [(row["trackName"], row["artistName"], row["hours"]) for row in found] == [
        ("Sinnerman", "Nina Simone", 9.0),
        ("Waterloo", "ABBA", 3.0),
    ]
    assert found[0]["sharePct"] == pytest.approx(60.0)


@pytest.mark.parametrize(("zone", "plays"), [("UTC", 6), ("Europe/Berlin", 7), ("Pacific/Auckland", 7)])
def test_a_year_is_that_of_the_zone_of_the_listener(heard: Laptop, zone: str, plays: int) -> None:
    for chosen in (("--year", "2025"), ("--from", "2025-01-01", "--to", "2025-12-31")):
        found = heard("top", "albums", *chosen, "--time-zone", zone, "--format", "json").rows
        assert sum(row["plays"] for row in found) == plays
    found = heard("top", "albums", "--year", "2025", "--format", "json", LINERNOTES_TIME_ZONE=zone).rows
    assert sum(row["plays"] for row in found) == plays


def test_the_first_day_heard_is_not_that_of_the_period(heard: Laptop) -> None:
    (row, *_) = rows(heard, "top", "artists", "--year", "2025")
    assert (row["artistName"], row["plays"], row["firstHeard"]) == ("ABBA", 2, "2024-06-01")


def test_a_period_without_plays_says_which_one_there_is(heard: Laptop) -> None:
    said = heard("top", "labels", "--year", "2031", "--time-zone", "UTC")
    assert (said.code, said.out) == (0, "")
    assert "no plays in 2031: the history runs from 2024-06-01 to 2025-03-06" in said.err


def test_discoveries_are_of_the_latest_year_unless_another_is_asked_for(heard: Laptop) -> None:
    latest = rows(heard, "discoveries")
    assert {(row["artistName"], row["plays"], row["firstHeard"]) for row in latest} == {
        ("Gims", 2, "2025-03-02"),
        ("Nina Simone", 2, "2025-03-04"),
    }
    said = heard("discoveries", "--year", "2024", "--time-zone", "UTC", "--format", "csv")
    (first,) = csv.DictReader(io.StringIO(said.out, newline=""))
    assert (first["artistName"], first["plays"]) == ("ABBA", "4")
    assert "the history begins on 2024-06-01" in said.err


def test_a_history_counts_each_year_and_the_tracks(heard: Laptop) -> None:
    found = heard("history", "abba", "--time-zone", "Europe/Berlin", "--format", "json").rows
    assert (found["artistId"], found["plays"], found["firstHeard"], found["lastHeard"]) == (
        ABBA,
        4,
        "2024-06-01",
        "2025-03-03",
    )
    assert found["years"] == [{"year": 2024, "plays": 1, "hours": 1.0}, {"year": 2025, "plays": 3, "hours": 3.0}]
    assert [(row["trackName"], row["plays"]) for row in found["topTracks"]] == [("Waterloo", 3), ("Together", 1)]
    lines = heard("history", ABBA, "--time-zone", "UTC").out.splitlines()
    assert [line.split("\t")[:3] for line in lines] == [
        ["part", "name", "plays"],
        ["all", "ABBA", "4"],
        ["year", "2024", "2"],
        ["year", "2025", "2"],
        ["track", "Waterloo", "3"],
        ["track", "Together", "1"],
    ]


def test_a_history_may_be_that_of_a_period(heard: Laptop) -> None:
    asked = ("history", ABBA, "--time-zone", "UTC", "--format", "json")
    found = heard(*asked, "--year", "2024").rows
    assert (found["plays"], found["lastHeard"][:4], [row["year"] for row in found["years"]]) == (2, "2024", [2024])
    assert sum(row["plays"] for row in found["topTracks"]) == 2
    assert heard(*asked, "--from", "2025-01-01", "--to", "2025-12-31").rows["plays"] == 2
    assert "no plays in 2001 in the tables" in heard(*asked, "--year", "2001").err


def test_a_length_that_is_unknown_is_not_an_hour_of_nothing(heard: Laptop) -> None:
    (track,) = heard("history", "Nina Simone", "--format", "json").rows["topTracks"]
    assert (track["plays"], track["hours"]) == (2, 9.0)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("top", "artists", "--year", "2025", "--to", "2025-02-01"), "--year cannot be combined with --from or --to"),
        (
            ("top", "artists", "--from", "2025-02-02", "--to", "2025-02-01"),
            "--to 2025-02-01 is before --from 2025-02-02",
        ),
        (("top", "artists", "--time-zone", "Mars/Olympus"), "'Mars/Olympus' is not a time zone"),
        (("top", "artists", "--time-zone", "../etc/passwd"), "is not a time zone"),
        (("top", "composers"), "'composers' is not one of 'artists'"),
        (("top", "artists", "--year", "25"), "25 is not in the range"),
        (("top", "artists", "--from", "1.2.2025"), "does not match the format"),
        (("history", "Nobody at All"), "no artist found for 'Nobody at All'"),
    ],
)
def test_a_wrong_question_is_answered_in_one_line(heard: Laptop, command: tuple[str, ...], said: str) -> None:
    answer = heard(*command)
    assert answer.code == 2
    assert said in answer.complaint
