"""What services answer becomes values, ids, tags, neighbours and history, each of the artist it is surely about.

One home, with files that somebody copied into landing/, and one service more than are shipped: ``SHOP``, which is
configured by its YAML alone.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.laptop import Laptop
from tests.test_generate import SHOP, copy_to, generate

Rows = list[dict[str, Any]]
# Artists by what is true of them.
KNOWN, OLD_ID, DOUBTFUL, OTHER_NAME, SIGNS = (letter * 22 for letter in "KOXNS")
MBID = "0" * 36
MONDAY, TUESDAY = "2026-11-02T07:00:00Z", "2026-11-03T07:00:00Z"
SPOTIFY: Rows = [
    {
        "artistId": KNOWN,
        "artistName": "Beyoncé & Co.",
        "genres": ["Pop Urbaine", "alt z"],
        "popularity": 0,
        "followerCount": 7,
        "externalUrls": {"spotify": "page"},
    },
    {"artistId": OLD_ID, "artistName": "Beyoncé & Co.", "canonicalArtistId": KNOWN},
    {"artistId": DOUBTFUL, "artistName": "", "genres": []},
    {"artistId": OTHER_NAME, "artistName": "Somebody"},
    {"artistId": SIGNS, "artistName": "!!!"},
]
WIKIDATA: Rows = [
    {
        "artistId": KNOWN,
        "wikidataId": "Q1",
        "artistLabel": "Beyoncé and Co",
        "ambiguous": False,
        "countries": [{"id": "Q7", "name": "France"}, {"id": "Q8", "name": "Mali"}],
        "labels": [{"id": "Q2", "name": "Still", "ended": False}, {"id": "Q3", "name": "Over", "ended": True}],
        "management": [{"id": "Q4", "name": "Gone", "ended": True}],
        "genres": [{"id": "Q5", "name": "soul"}, {"id": "Q6", "name": None}],
        "mbids": [MBID],
        "deezerIds": ["1"],
        "discogsIds": ["101"],
    },
    {"artistId": DOUBTFUL, "ambiguous": True, "countries": [{"id": "Q7", "name": "France"}], "deezerIds": ["9"]},
    {
        "artistId": OTHER_NAME,
        "wikidataId": "Q10",
        "artistLabel": "Somebody",
        "deezerIds": ["2"],
        "discogsIds": ["201", "202"],
    },
    {"artistId": SIGNS, "wikidataId": "Q11", "artistLabel": "!!!", "deezerIds": ["3"]},
]
MUSICBRAINZ: Rows = [{"artistId": artist, "mbid": MBID, "ambiguous": False} for artist in (KNOWN, OLD_ID)]
LISTENBRAINZ: Rows = [
    {
        "mbid": MBID,
        "beginYear": 1990,
        "area": "Paris",
        "listenerCount": 9,
        "wikidata": "Q99",
        "tags": [{"tag": "live", "count": 9, "isGenre": False}, {"tag": "pop", "count": 1, "isGenre": True}],
    }
]
LASTFM: Rows = [
    {
        "artistId": KNOWN,
        "matchedBy": "mbid",
        "askedMbid": MBID,
        "matchedMbid": MBID,
        "lastfmUrl": "of the artist",
        "listeners": 5,
        "tags": [{"tag": "seen live"}, {"tag": "soul", "weight": 60}, {"tag": "pop", "weight": 100}, {"weight": 3}],
        "similar": [{"name": "Twice", "match": 0.5}, {"name": "Twice", "match": 0.9}, {"name": "!!!", "match": 0.1}],
    },
    {"artistId": OTHER_NAME, "matchedBy": "name", "nameMatches": False, "lastfmUrl": "of a namesake", "listeners": 1},
]
DEEZER: Rows = [
    {"deezerId": "1", "name": "beyonce & CO", "fans": 4, "link": "link"},
    {"deezerId": "2", "name": "Somebody Else", "fans": 6},
    {"deezerId": "3", "name": "!!!", "fans": 0},
    {"deezerId": "9", "name": "", "fans": 8},
]
LATER: Rows = [{"deezerId": "1", "name": "beyonce & CO", "fans": 5, "link": "link"}]
APIFY: Rows = [{"artistId": KNOWN, "monthlyListeners": 18500000, "evidence": "run"}, {"artistId": DOUBTFUL}]
IN_THE_SHOP: Rows = [
    {
        "discogsId": "101",
        "name": "Beyonce & Co",
        "stars": 3,
        "country": "R&B",
        "styles": ["r&b"],
        "related": [{"name": "Known by its id", "deezer": "2"}, {"name": "Unknown", "deezer": "77"}],
    }
]
FILES: dict[tuple[str, str], tuple[Rows, str, str]] = {
    ("spotify", "mine_artist_enrichment.jsonl"): (SPOTIFY, "enrichedAt", TUESDAY),
    ("wikidata", "mine_artist_facts.jsonl"): (WIKIDATA, "retrievedAt", TUESDAY),
    ("musicbrainz", "mine_artist_links.jsonl"): (MUSICBRAINZ, "retrievedAt", TUESDAY),
    ("listenbrainz", "mine_artist_metadata.jsonl"): (LISTENBRAINZ, "retrievedAt", TUESDAY),
    ("lastfm", "mine_artist_info.jsonl"): (LASTFM, "retrievedAt", TUESDAY),
    ("deezer", "monday_artists.jsonl"): (DEEZER, "retrievedAt", MONDAY),
    ("deezer", "tuesday_artists.jsonl"): (LATER, "retrievedAt", TUESDAY),
    ("deezer", "again_artists.jsonl"): (LATER, "retrievedAt", TUESDAY),
    ("apify", "mine_monthly_listeners.jsonl"): (APIFY, "retrievedAt", TUESDAY),
    ("shop", "mine_pages.jsonl"): (IN_THE_SHOP, "retrievedAt", TUESDAY),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """Everything loaded and built, the shop's too."""
    copy = copy_to(tmp_path_factory.mktemp("copy"))
    (copy / "configs" / "providers" / "shop.yaml").write_text(SHOP)
    assert generate(copy).returncode == 0
    laptop = Laptop(tmp_path_factory.mktemp("values") / "home", {"LINERNOTES_CONFIGS": str(copy / "configs")})
    laptop.environ["LINERNOTES_HOME"] = str(laptop.home)
    said = laptop("import", "roster", laptop.roster(KNOWN, OLD_ID, DOUBTFUL, OTHER_NAME, SIGNS))
    assert said.code == 0, said.err
    for (provider, name), (rows, instant, at) in FILES.items():
        lines = [json.dumps({**row, instant: at}) + " " * (name == "again_artists.jsonl") for row in rows]
        laptop.drop("".join(f"{line}\n" for line in lines).encode(), name, provider)
    said = laptop("ingest")
    assert said.code == 0, said.err
    _build(copy / "dbt_dataplatform", laptop.home)
    return laptop


def _build(project: Path, home: Path) -> None:
    options = {"project-dir": project, "profiles-dir": project, "target-path": home / "dbt", "log-path": home / "dbt"}
    command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "build", "--resource-type", "model"]
    command += ["--resource-type", "seed", "--resource-type", "test"]
    command += [word for option, place in options.items() for word in (f"--{option}", str(place))]
    environ = {**os.environ, "LINERNOTES_HOME": str(home)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def said_by(home: Laptop, provider: str) -> dict[tuple[str, str], Any]:
    """What a provider says, by artist and field: a number, a list, or a word."""
    rows = home.rows("select * from {hub}.hub_music__svc_artist_facts where provider = $provider", provider=provider)
    return {(row["artistId"], row["field"]): row["items"] or row["number"] or row["value"] for row in rows}


def test_an_empty_name_is_none_an_empty_list_is_none_and_0_is_a_number(home: Laptop) -> None:
    said = said_by(home, "spotify")
    assert {field: value for (artist, field), value in said.items() if artist == KNOWN} == {
        "name": "Beyoncé & Co.",
        "genres": ["Pop Urbaine", "alt z"],
        "popularity": "0",
        "followerCount": 7,
    }
    assert not any(artist == DOUBTFUL for artist, _ in said)
    (row,) = home.rows(
        "select number, value, items, confidence, evidence, licence from {hub}.hub_music__svc_artist_facts"
        " where provider = 'spotify' and field = 'popularity'"
    )
    assert row == {
        "number": 0,
        "value": "0",
        "items": [],
        "confidence": 1,
        "evidence": "page",
        "licence": "Spotify Developer Terms",
    }


def test_a_label_that_has_ended_counts_for_nothing_and_of_several_items_nothing_is_told(home: Laptop) -> None:
    assert said_by(home, "wikidata") == {
        (KNOWN, "country"): "France",
        (KNOWN, "principalLabel"): "Still",
        (KNOWN, "genres"): ["soul"],
    }


def test_fans_of_another_name_are_nobodys(home: Laptop) -> None:
    assert said_by(home, "deezer") == {(KNOWN, "fans"): 5, (SIGNS, "fans"): "0"}
    rows = home.rows(
        "select confidence, evidence from {hub}.hub_music__svc_artist_facts where field = 'fans' and number = 5"
    )
    assert rows == [{"confidence": 0.9, "evidence": "link"}]


def test_an_answer_by_mbid_speaks_of_both_ids_of_one_artist(home: Laptop) -> None:
    said = said_by(home, "listenbrainz")
    for artist in (KNOWN, OLD_ID):
        own = {field: value for (whose, field), value in said.items() if whose == artist}
        assert own == {
            "beginYear": 1990,
            "country": "Paris",
            "listenerCount": 9,
            "tags": ["live", "pop"],
            "genres": ["pop"],
        }


def test_tags_stand_by_weight_and_a_page_of_a_namesake_says_nothing(home: Laptop) -> None:
    assert said_by(home, "lastfm") == {
        (KNOWN, "lastfmUrl"): "of the artist",
        (KNOWN, "lastfmListeners"): 5,
        (KNOWN, "tags"): ["pop", "soul", "seen live"],
        (KNOWN, "genres"): ["pop", "soul"],
    }


def test_a_missing_number_is_no_value(home: Laptop) -> None:
    assert said_by(home, "apify") == {(KNOWN, "monthlyListeners"): 18500000}


def test_the_first_in_line_fills_the_dimension(home: Laptop) -> None:
    artist = home.dimension()[KNOWN]
    assert (artist["country"], artist["countrySource"]) == ("France", "wikidata")
    assert (artist["tags"], artist["tagsSource"]) == (["live", "pop"], "listenbrainz")
    assert (home.dimension()[OLD_ID]["country"], home.dimension()[OLD_ID]["countrySource"]) == ("Paris", "listenbrainz")


def test_every_retrieval_is_history_once(home: Laptop) -> None:
    rows = home.rows(
        "select metric, value from {hub}.hub_music__svc_fact_artist_popularity where artistId = $artist order by all",
        artist=KNOWN,
    )
    assert [(row["metric"], row["value"]) for row in rows] == [
        ("fans", 4),
        ("fans", 5),
        ("followers", 7),
        ("lastfmListeners", 5),
        ("listenerCount", 9),
        ("monthlyListeners", 18500000),
        ("popularity", 0),
        ("stars", 3),
    ]


def test_what_is_about_a_namesake_has_no_history(home: Laptop) -> None:
    sql = "select count(*) from {hub}.hub_music__svc_fact_artist_popularity where artistId = $artist"
    assert home.value(sql, artist=OTHER_NAME) == 0


def test_every_retrieval_counts_towards_the_coverage_of_its_day(home: Laptop) -> None:
    rows = home.rows(
        "select day, answers, filled from {hub}.hub_music__svc_field_coverage where field = 'fans' order by day"
    )
    assert [(str(row["day"]), row["answers"], row["filled"]) for row in rows] == [
        ("2026-11-02", 4, 4),
        ("2026-11-03", 2, 2),
    ]
    filled = home.rows("select provider, field, filled from {hub}.hub_music__svc_field_coverage where answers > filled")
    assert {(row["provider"], row["field"]): row["filled"] for row in filled} == {
        ("spotify", "name"): 4,
        ("spotify", "genres"): 1,
        ("spotify", "popularity"): 1,
        ("spotify", "followerCount"): 1,
        ("wikidata", "mbid"): 1,
        ("wikidata", "country"): 2,
        ("wikidata", "genres"): 1,
        ("wikidata", "principalLabel"): 1,
        ("wikidata", "management"): 1,
        ("listenbrainz", "type"): 0,
        ("listenbrainz", "listenCount"): 0,
        ("lastfm", "lastfmPlaycount"): 0,
        ("lastfm", "tags"): 1,
        ("apify", "monthlyListeners"): 1,
    }


def test_an_id_is_told_where_there_is_exactly_one_and_by_whom(home: Laptop) -> None:
    rows = home.rows(
        "select artistId, scheme, id, provider from {hub}.hub_music__svc_artist_ids where scheme != 'artistId'"
    )
    assert {(row["artistId"], row["scheme"]): (row["id"], row["provider"]) for row in rows} == {
        (KNOWN, "mbid"): (MBID, "musicbrainz"),
        (OLD_ID, "mbid"): (MBID, "musicbrainz"),
        (KNOWN, "wikidataId"): ("Q1", "wikidata"),
        (OLD_ID, "wikidataId"): ("Q99", "listenbrainz"),
        (OTHER_NAME, "wikidataId"): ("Q10", "wikidata"),
        (SIGNS, "wikidataId"): ("Q11", "wikidata"),
        (KNOWN, "deezerId"): ("1", "wikidata"),
        (OTHER_NAME, "deezerId"): ("2", "wikidata"),
        (SIGNS, "deezerId"): ("3", "wikidata"),
        (KNOWN, "discogsId"): ("101", "wikidata"),
    }
    (wide,) = home.rows(
        "select wikidataId, discogsId, deezerId from {hub}.hub_music__svc_artist_identities where artistId = $artist",
        artist=KNOWN,
    )
    assert wide == {"wikidataId": "Q1", "discogsId": "101", "deezerId": "1"}


def test_a_provider_is_asked_by_any_scheme_that_another_one_tells(home: Laptop) -> None:
    rows = home.rows("select key, artistId from {hub}.hub_music__svc_enrichment_items where provider = 'shop'")
    assert rows == [{"key": "101", "artistId": KNOWN}]


def test_a_provider_is_its_yaml(home: Laptop) -> None:
    assert said_by(home, "shop") == {(KNOWN, "stars"): 3, (KNOWN, "country"): "R&B", (KNOWN, "genres"): ["r&b"]}
    artist = home.dimension()[KNOWN]
    assert (artist["stars"], artist["starsSource"]) == (3, "shop")
    (fact,) = home.rows("select confidence, evidence from {hub}.hub_music__svc_artist_facts where field = 'stars'")
    assert fact == {"confidence": 0.9, "evidence": "https://shop.example.org/101"}
    assert home.value("select stars from {lake}.lake_shop__svc_pages") == 3
    tags = home.rows("select tag, isGenre from {hub}.hub_music__svc_artist_tags where provider = 'shop'")
    assert tags == [{"tag": "r&b", "isGenre": True}]


def test_neighbours_of_every_provider_stand_together(home: Laptop) -> None:
    rows = home.rows("select * from {hub}.hub_music__svc_bridge_artist_similar where artistId = $artist", artist=KNOWN)
    assert {(row["provider"], row["similarName"]): (row["similarArtistId"], row["weight"]) for row in rows} == {
        ("lastfm", "Twice"): (None, 0.9),
        ("lastfm", "!!!"): (None, 0.1),
        ("shop", "Known by its id"): (OTHER_NAME, None),
        ("shop", "Unknown"): (None, None),
    }
