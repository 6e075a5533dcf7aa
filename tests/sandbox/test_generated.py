import math
import tracemalloc
from collections import Counter
from statistics import correlation, median

import pytest

from linernotes.sandbox import Artist, Generated
from linernotes.sandbox.world.names import vocabulary


@pytest.fixture(scope="module")
def artists(catalogue: Generated) -> list[Artist]:
    found = (catalogue.artist(catalogue.id_at(index)) for index in range(5000))
    return [artist for artist in found if artist]


def test_the_same_seed_makes_the_same_artists(catalogue: Generated) -> None:
    assert catalogue.artist(catalogue.id_at(7)) == Generated(seed=1).artist(catalogue.id_at(7))
    other = Generated(seed=2)
    assert {other.artist(other.id_at(n)) for n in range(9)}.isdisjoint(
        {catalogue.artist(catalogue.id_at(n)) for n in range(9)}
    )


def test_an_artist_never_changes() -> None:
    """The demo history and everybody's saved results depend on it."""
    artist = Generated().artist("7DPiiuOAP3dcMtheo8gxXD")
    assert artist is not None
    assert (artist.name, artist.genres, artist.popularity) == ("Tunnel Cinema", ("cool jazz", "free jazz"), 44)


def test_a_million_artists_take_little_memory() -> None:
    vocabulary()
    tracemalloc.start()
    catalogue = Generated(size=1_000_000)
    found = sum(catalogue.artist(catalogue.id_at(index)) is not None for index in range(0, 1_000_000, 500))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found > 1900
    assert peak < 500_000


def test_a_share_of_the_artists_is_deleted(catalogue: Generated) -> None:
    fates = Counter(catalogue.state(index) for index in range(20_000))
    assert 150 < fates["deleted"] < 250
    assert 15 < fates["merged"] < 80


def test_no_artist_is_deleted_if_none_is_missing() -> None:
    catalogue = Generated(size=500, missing=0)
    assert None not in map(catalogue.artist, catalogue.ids())
    assert len(list(catalogue.ids())) == len(catalogue) == 500


def test_a_deleted_artist_keeps_its_credit(catalogue: Generated, deleted: str) -> None:
    assert catalogue.artist(deleted) is None
    assert catalogue.credit(deleted)
    assert catalogue.credit("0" * 22) == ""


def test_a_merged_artist_is_answered_as_another_one_that_is_alive(catalogue: Generated, merged: str) -> None:
    artist = catalogue.artist(merged)
    assert artist is not None
    assert artist.id != merged
    assert artist == catalogue.artist(artist.id)


def test_the_genres_of_an_artist_go_together(artists: list[Artist]) -> None:
    families = [set(family.genres) for family in vocabulary().families]
    assert all(any(family.issuperset(artist.genres) for family in families) for artist in artists)
    assert {len(artist.genres) for artist in artists} == {0, 1, 2, 3, 4, 5}
    assert all(len(set(artist.genres)) == len(artist.genres) for artist in artists)
    assert 0.003 < sum(not artist.genres for artist in artists) / len(artists) < 0.02


def test_there_are_a_hundred_and_twenty_genres_each_in_one_family() -> None:
    genres = [genre for family in vocabulary().families for genre in family.genres]
    assert len(genres) == len(set(genres)) >= 120


def test_popularity_follows_the_followers(artists: list[Artist]) -> None:
    assert 1000 < median(artist.followers or 0 for artist in artists) < 6000
    assert max(artist.followers or 0 for artist in artists) > 1_000_000
    popularity = [artist.popularity or 0 for artist in artists]
    assert min(popularity) >= 0
    assert max(popularity) <= 100
    reach = [math.log10((artist.followers or 0) + 1) for artist in artists]
    assert correlation(reach, popularity) > 0.8


def test_images_come_in_three_sizes_or_one_or_none(artists: list[Artist]) -> None:
    widths = Counter(tuple(image.width for image in artist.images) for artist in artists)
    assert set(widths) == {(), (640,), (640, 320, 160)}
    assert widths[640, 320, 160] > widths[640,] > 0


def test_names_are_many_and_not_all_latin(artists: list[Artist]) -> None:
    names = {artist.name for artist in artists}
    assert len(names) > 0.7 * len(artists)
    assert any('"' in name for name in names)
    assert any("'" in name for name in names)
    assert any("\u3040" < letter < "\ud7a4" for name in names for letter in name)
    assert any(letter > "\U0001f000" for name in names for letter in name)
    assert not any("{" in name or name != name.strip() for name in names)
