"""A home that an older linernotes has left is upgraded by the next command that writes, and nobody is asked again."""

import tarfile
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pytest

from linernotes.core.names import credit_keys, name_key
from linernotes.core.recordings import recording_key
from linernotes.sandbox import Generated, Sandbox
from tests.conftest import HURRIED, QUICK
from tests.kills import Kill, killed, nursery
from tests.laptop import Laptop, Said

__all__ = ["nursery"]  # a fixture that stands elsewhere
Upgraded: TypeAlias = tuple[Laptop, Said, list[dict[str, Any]], int]
# Made before names had keys: a roster with a bad line, plays with and without ids, and answers of every service.
OLD_HOME = Path(__file__).parent / "data" / "home_of_version_1_contracts.tar.xz"
AGAIN = "loading 33 archived files again: their contract has changed"
# Where it is killed, one after the other: each time it has come a little further.
POINTS = [
    Kill("after", "linernotes.storage.warehouses.duckdb.completing", 9),
    Kill("after", "linernotes.storage.warehouses.duckdb.forget_sql", 2),
    Kill("after", "linernotes.storage.warehouses.duckdb.DuckDBWarehouse.forget", 2),
    Kill("after", "linernotes.storage.lakes.folder.FolderLake.restore", 3),
    Kill("after", "linernotes.storage.warehouses.duckdb.DuckDBWarehouse.load", 4),
    Kill("before", "linernotes.storage.lakes.folder.FolderLake.archive", 6),
    Kill("before", "linernotes.runs.hub.build", 1),
]
LAKE = (
    "select table_name as name from information_schema.tables where table_schema = 'dp_lake_local' "
    "and (table_name like '%__normalized_%' or table_name in ('lake_ops__attempts', 'lake_ops__rejects')) order by 1"
)
VERSIONS = (
    "select dataset, datasetVersion, count(*) as files from {lake}.lake_ops__loaded_files group by all order by all"
)
DIMENSION = "select * from {hub}.hub_music__svc_dim_artists order by artistId"
NAMED = (  # a table, a name in it, the key of that name, and how it is made
    ("select artistName as name, artistKey as key from {lake}.lake_plays__normalized_plays", name_key),
    ("select artistName as name, creditKeys as key from {lake}.lake_plays__normalized_plays", credit_keys),
    ("select trackName as name, trackKey as key from {lake}.lake_plays__normalized_plays", name_key),
    ("select trackName as name, titleKey as key from {lake}.lake_plays__normalized_plays", recording_key),
    ("select artistName as name, artistKey as key from {lake}.lake_roster__normalized_artists", name_key),
    ("select trackName as name, titleKey as key from {lake}.lake_spotify__normalized_recently_played", recording_key),
    ("select artistName as name, artistKey as key from {lake}.lake_spotify__normalized_artist_enrichment", name_key),
    ("select name, artistKey as key from {lake}.lake_listenbrainz__normalized_artist_metadata", name_key),
    ("select matchedName as name, matchedKey as key from {lake}.lake_lastfm__normalized_artist_info", name_key),
    ("select artistLabel as name, artistKey as key from {lake}.lake_wikidata__normalized_artist_facts", name_key),
    ("select name, nameKey as key from {lake}.lake_deezer__normalized_artists", name_key),
    (
        "select a.name, a.nameKey as key from {lake}.lake_deezer_related__normalized_neighbours, unnest(related) t(a)",
        name_key,
    ),
    (
        "select a.name, a.nameKey as key from {lake}.lake_musicbrainz__normalized_artist_links, unnest(artists) t(a)",
        name_key,
    ),
    (
        "select a.name, a.nameKey as key from {lake}.lake_spotify_tracks__normalized_tracks, unnest(artists) t(a)",
        name_key,
    ),
    (
        "select a.tag as name, a.tagKey as key from {lake}.lake_lastfm__normalized_artist_info, unnest(tags) t(a)",
        name_key,
    ),
    (
        "select a.name, a.nameKey as key from {lake}.lake_lastfm__normalized_artist_info as i, unnest(i.similar) t(a)",
        name_key,
    ),
    ("select a.name, a.nameKey as key from {lake}.lake_spotify__svc_recently_played, unnest(artists) t(a)", name_key),
)


def old_home(folder: Path) -> Laptop:
    """A machine with that home."""
    with tarfile.open(OLD_HOME) as packed:
        packed.extractall(folder / "home", filter="data")
    return Laptop(folder / "home")


def lake(laptop: Laptop) -> dict[str, list[dict[str, Any]]]:
    """Every table of landed rows."""
    names = [row["name"] for row in laptop.rows(LAKE)]
    rejected = "exclude (rejectedAt, runId) "  # a reject is of the run that loaded it
    return {
        name: laptop.rows(f"select * {rejected if 'rejects' in name else ''}from {{lake}}.{name} order by all")
        for name in names
    }


@pytest.fixture
def old(tmp_path: Path) -> Laptop:
    return old_home(tmp_path)


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory, catalogue: Generated) -> Upgraded:
    """That machine after one command; what the command said, the artists before it, and the calls it made."""
    laptop = old_home(tmp_path_factory.mktemp("old"))
    with Sandbox(catalogue) as sandbox:
        laptop.environ |= sandbox.environment() | QUICK | HURRIED
        before = laptop.rows(DIMENSION)
        said = laptop("ingest")
        return laptop, said, before, sandbox.calls()["total"]


def test_every_file_is_read_again_by_todays_contracts_and_nobody_is_asked(
    upgraded: Upgraded,
) -> None:
    laptop, said, _, calls = upgraded
    assert (said.code, calls) == (0, 0), said.err
    assert said.err.count(AGAIN) == 1
    today = {row["dataset"]: row["datasetVersion"] for row in laptop.rows(VERSIONS)}
    assert {name for name, version in today.items() if version == 1} == {
        "apify/monthly_listeners",
        "plays/imported_files",
    }
    assert laptop.lake("spotify/landing") == []


@pytest.mark.parametrize(
    ("query", "fold"), NAMED, ids=[query.partition(" from ")[2] + query[7:40] for query, _ in NAMED]
)
def test_names_have_their_keys(upgraded: Upgraded, query: str, fold: Any) -> None:
    named = [row for row in upgraded[0].rows(query) if row["name"]]
    assert named
    assert [row["key"] for row in named] == [
        list(k) if isinstance(k := fold(row["name"]), tuple) else k for row in named
    ]


def test_the_dimension_has_the_same_artists(upgraded: Upgraded) -> None:
    laptop, _, before, _ = upgraded
    now = laptop.dimension()
    listed = [row for row in before if ":" not in row["artistId"]]  # of others today's models know more
    assert len(listed) > 50
    for column in ("artistName", "followerCount", "genres", "mbid", "enrichmentStatus"):
        assert {row["artistId"]: row[column] for row in listed} == {
            row["artistId"]: now[row["artistId"]][column] for row in listed
        }


def test_it_is_done_once(upgraded: Upgraded, tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "home").take_over(upgraded[0].home)
    said = laptop("ingest")
    assert (said.code, said.err) == (0, "loaded 0 of 0 lines in 0 files; rejected 0, already known 0\n")


def test_killed_anywhere_and_repeated_it_leaves_the_same_tables(
    upgraded: Upgraded, old: Laptop, nursery: ForkServerContext
) -> None:
    for point in POINTS:
        assert killed(nursery, old, ["ingest"], point), point
    said = old("ingest")
    assert said.code == 0, said.err
    assert lake(old) == lake(upgraded[0])
    assert old.rows(DIMENSION) == upgraded[0].rows(DIMENSION)


def test_a_file_that_is_gone_is_left_as_it_was_loaded(old: Laptop) -> None:
    (roster,) = (old.home / "lake/roster/archive").iterdir()
    roster.unlink()
    said = old("ingest")
    assert said.code == 0, said.err
    assert "roster/artists: 1 file of an older contract no longer in archive/ and left as loaded" in said.err
    rows = old.rows("select artistName, artistKey from {lake}.lake_roster__normalized_artists")
    assert len(rows) == 10
    assert {row["artistKey"] for row in rows} == {None}


def test_an_older_program_leaves_a_newer_home_alone(laptop: Laptop) -> None:
    laptop("import", "roster", laptop.roster("0TnOYISbd1XYRBk9myaseg"))
    with duckdb.connect(str(laptop.home / "warehouse.duckdb")) as connection:
        connection.execute("update dp_lake_local.lake_ops__loaded_files set datasetVersion = 99")
    said = laptop("ingest")
    assert said.code == 2
    assert (
        "roster/artists was loaded by version 99 of its contract, newer than ours; upgrade linernotes" in said.complaint
    )
