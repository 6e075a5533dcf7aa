"""What the hub makes of landed files: genres of tags, the list of the top, and alarms about fields that go dark."""

import csv
from typing import Any

import pytest

from linernotes.config.settings import shipped_folder
from linernotes.core.values import Json
from tests.laptop import Laptop, Said
from tests.samples import keys, lines

ARTISTS = keys(30)
TAGS = [{"tag": "Hip-Hop", "weight": 100}, {"tag": "seen live", "weight": 90}, {"tag": "soul", "weight": 9}]


def page(key: str, day: str, **columns: Any) -> Json:
    """A landed answer of Last.fm about an artist whose page it surely is."""
    sure = {"matchedBy": "name", "nameMatches": True, "lastfmUrl": f"https://www.last.fm/music/{key}"}
    return {"artistId": key, "retrievedAt": f"{day}T07:00:00Z", "listeners": 5, "tags": TAGS, **sure, **columns}


def drop(laptop: Laptop, day: str, **columns: Any) -> None:
    content = lines(*(page(key, day, **columns) for key in ARTISTS))
    laptop.drop(content, f"{day}_artist_info.jsonl", provider="lastfm")


def run(laptop: Laptop) -> Said:
    """Load what lies in landing/ and build; nobody has credentials, so nobody is asked."""
    assert laptop("ingest").code == 0
    said = laptop("run", "--provider", "lastfm")
    assert said.code == 0, said.err
    return said


def alarms(said: Said) -> list[str]:
    return [line for line in said.err.splitlines() if line.startswith("alarm: ")]


@pytest.fixture
def known(laptop: Laptop) -> Laptop:
    """Somebody to whom Last.fm has told tags of thirty artists."""
    roster = "artistId,artistName\n" + "".join(f"{key},Artist {key}\n" for key in ARTISTS)
    assert laptop("import", "roster", laptop.write("roster.csv", roster)).code == 0
    drop(laptop, "2026-11-01")
    return laptop


def test_a_field_that_goes_dark_is_an_alarm_until_it_comes_back(known: Laptop) -> None:
    assert alarms(run(known)) == []
    drop(known, "2026-11-08", tags=[])
    expected = ["alarm: lastfm no longer returns tags: filled in 0 % of 30 responses since 2026-11-08, 100 % before"]
    assert alarms(run(known)) == expected
    drop(known, "2026-11-15", listeners=None)
    expected = [
        "alarm: lastfm no longer returns lastfmListeners: filled in 0 % of 30 responses since 2026-11-15, 100 % before"
    ]
    assert alarms(run(known)) == expected


def test_a_field_that_is_filled_seldom_all_at_once_is_an_alarm_too(known: Laptop) -> None:
    few = [page(key, "2026-11-08", **({} if key in ARTISTS[:3] else {"tags": []})) for key in ARTISTS]
    known.drop(lines(*few), "few_artist_info.jsonl", provider="lastfm")
    expected = ["alarm: lastfm rarely returns tags: filled in 10 % of 30 responses since 2026-11-08, 100 % before"]
    assert alarms(run(known)) == expected
    rows = {row["field"]: row for row in known("coverage", "--fields", "--format", "json").rows}
    tags = {"day": "2026-11-08", "answers": 30, "filled": 3, "filledShare": 0.1, "previousShare": 1.0, "trend": -0.9}
    assert rows["tags"] == {"provider": "lastfm", "field": "tags", "dark": False, **tags}
    assert rows["lastfmListeners"]["trend"] == 0


def test_genres_pass_the_allow_list_and_every_tag_stays(known: Laptop) -> None:
    run(known)
    row = known.dimension()[ARTISTS[0]]
    assert (row["genres"], row["genresSource"]) == (["hip hop", "soul"], "lastfm")
    assert row["tags"] == ["Hip-Hop", "seen live", "soul"]
    tags = known.rows("select * from {hub}.hub_music__svc_artist_tags where artistId = $id", id=ARTISTS[0])
    assert {row["tag"]: (row["canonicalGenre"], row["kept"]) for row in tags} == {
        "Hip-Hop": ("hip hop", True),
        "seen live": (None, False),
        "soul": ("soul", True),
    }


def test_everybody_is_ranked_and_those_with_a_score_come_first(known: Laptop) -> None:
    rising = page(ARTISTS[7], "2026-11-02", listeners=31_623)
    known.drop(lines(rising), "rising_artist_info.jsonl", provider="lastfm")
    known("import", "roster", known.roster(key := "z" * 22, name="more.csv"))
    run(known)
    ranked = known.rows("select * from {hub}.hub_music__svc_top_artists order by rank")
    assert [row["rank"] for row in ranked] == list(range(1, len(ARTISTS) + 2))
    assert (ranked[0]["artistId"], ranked[0]["opportunityScore"]) == (ARTISTS[7], 25.0)
    assert (ranked[-1]["artistId"], ranked[-1]["opportunityScore"]) == (key, None)
    score = known.rows("select * from {hub}.hub_music__svc_artist_scores where artistId = $id", id=ARTISTS[7])
    assert [(row["reach"], row["fame"], row["scoreInputs"]) for row in score] == [(50.0, None, ["lastfmListeners"])]


def test_every_genre_of_the_tree_hangs_on_a_root() -> None:
    with (shipped_folder("dbt_dataplatform") / "seeds" / "genre_tree.csv").open(encoding="utf-8") as file:
        parents = {row["genre"]: row["parent"] for row in csv.DictReader(file)}
    for genre in parents:
        above = [genre]
        while (parent := parents[above[-1]]) and parent not in above:
            above.append(parent)
        assert not parent, f"{genre} is its own ancestor"
