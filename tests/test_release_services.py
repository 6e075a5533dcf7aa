"""What MusicBrainz knows no label of, others are asked about; what they say counts where it is about that release."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linernotes.sandbox import Generated, Sandbox
from linernotes.sandbox.services.discogs import label_of
from linernotes.sandbox.world.discographies import Discographies
from linernotes.sandbox.world.facts import Knowledge
from tests.conftest import HURRIED
from tests.laptop import WITH_DATA_TESTS, Laptop

SEARCH, ALBUM = "GET /discogs/database/search", "GET /deezer/album/upc:<id>"
ARTISTS = 400
ALL = ("musicbrainz", "listenbrainz_releases", "musicbrainz_releases", "discogs", "deezer_albums")
ONLY = [word for name in ALL for word in ("--provider", name)]
FAST = {f"LINERNOTES_{name}__PER_SECOND": "100000" for name in ("DISCOGS", "DEEZER_ALBUMS")}


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    """The services, shared by the tests that only look."""
    with Sandbox(Generated()) as running:
        yield running


@pytest.fixture(scope="module")
def walked(built_home: Path, world: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A library with the labels of the latest releases, by everybody who can tell them."""
    laptop = Laptop(tmp_path_factory.mktemp("services") / "home").take_over(built_home)
    laptop.environ.update(world.environment() | HURRIED | FAST | {"DEEZER_ALBUMS_ENABLED": "yes"})
    catalogue = Generated()
    live = (index for index in range(len(catalogue)) if catalogue.state(index) == "live")
    ids = [catalogue.id_at(next(live)) for _ in range(ARTISTS)]
    assert laptop("import", "roster", laptop.write("roster.csv", "artistId\n" + "\n".join(ids) + "\n")).code == 0
    said = laptop("run", *ONLY, **WITH_DATA_TESTS)
    assert said.code == 0, said.err
    return laptop


def test_discogs_is_asked_about_releases_without_a_label_alone(walked: Laptop, world: Sandbox) -> None:
    asked = walked.rows("select key from {lake}.lake_ops__attempts where provider = 'discogs'")
    known = Discographies(Knowledge(Generated()))
    assert len(asked) > 20
    for row in asked:
        assert next(known.editions(known.group(row["key"]))).label is None  # type: ignore[arg-type]
    assert len(asked) <= world.calls()["calls"][SEARCH] <= 2 * len(asked)


def test_a_label_that_only_discogs_knows_is_that_of_the_release(walked: Laptop) -> None:
    rows = walked.rows(
        "select releaseId, label, labelId, labelKind, styles, stylesSource from {hub}.hub_music__svc_dim_releases"
        " where labelSource = 'discogs'"
    )
    known = Discographies(Knowledge(Generated()))
    assert len(rows) > 10
    for row in rows:
        group: Any = known.group(row["releaseId"])
        assert row["label"] == label_of(1, group, next(known.editions(group)))
        assert (row["labelKind"], row["stylesSource"], bool(row["styles"])) == ("label", "discogs", True)
    labels = {row["labelId"]: row for row in walked.rows("select * from {hub}.hub_music__svc_dim_labels")}
    assert {row["labelId"] for row in rows} <= labels.keys()
    names = [row["labelName"] for row in labels.values()]
    assert len(names) == len(set(names))  # a label that both know is one label


def test_a_release_is_explained_by_all_who_tell_of_it(walked: Laptop) -> None:
    (row,) = walked.rows(
        "select dims.releaseId, dims.labelId from {hub}.hub_music__svc_dim_releases as dims"
        " inner join {hub}.hub_music__svc_release_values as told on told.releaseId = dims.releaseId"
        " where labelSource = 'musicbrainz_releases' and labelKind = 'label' and told.provider = 'deezer_albums'"
        " and told.field = 'labelId' order by dims.releaseId limit 1"
    )
    released, label = row["releaseId"], row["labelId"]
    rows = walked("explain", "release", released, "label", "--format", "json").rows
    assert [(row["provider"], row["counts"]) for row in rows] == [
        ("musicbrainz_releases", True),
        ("deezer_albums", False),
    ]
    assert [row["licence"] for row in rows] == ["CC0", "Deezer API terms, non-commercial"]
    explained = walked("explain", "label", label, "--format", "json").rows
    (ours,) = [row for row in explained if row["releaseId"] == released and row["provider"] == "musicbrainz_releases"]
    assert (ours["counts"], ours["reason"]) == (True, None)


def test_an_artist_has_the_label_that_discogs_tells_with_it_as_the_evidence(walked: Laptop) -> None:
    rows = walked.rows(
        "select artistId, principalLabel, releaseId from {hub}.hub_music__svc_artist_labels"
        " where provider = 'discogs' and place = 1 order by artistId"
    )
    assert rows
    row = rows[0]
    shown = json.loads(walked("show", row["artistId"]).out)["labels"]
    assert (shown["principal"], shown["method"]) == (row["principalLabel"], "latest_release")
    assert [(each["release_id"], each["source"]) for each in shown["evidence"]] == [(row["releaseId"], "discogs")]
    licence = walked.value(
        "select licence from {hub}.hub_music__svc_artist_facts where field = 'principalLabel'"
        f" and artistId = '{row['artistId']}' and provider = 'discogs'"
    )
    assert licence == "Discogs API terms"


def test_deezer_is_asked_once_for_each_barcode_and_tells_the_number_of_tracks(walked: Laptop, world: Sandbox) -> None:
    asked = walked.rows("select key from {lake}.lake_ops__attempts where provider = 'deezer_albums'")
    assert len(asked) == len({row["key"] for row in asked}) == world.calls()["calls"][ALBUM] > 100
    told = walked.rows(
        "select trackCount, trackCountSource as source from {hub}.hub_music__svc_dim_releases"
        " where trackCount is not null"
    )
    assert len(told) > 100
    assert {row["source"] for row in told} == {"deezer_albums"}


def test_an_album_is_about_the_works_with_its_title_alone(walked: Laptop) -> None:
    rows = walked.rows(
        "select distinct releaseId, title from {hub}.hub_music__svc_bridge_release_labels where upc in"
        " (select key from {lake}.lake_ops__attempts where provider = 'deezer_albums' and outcome = 'found')"
    )
    told = walked.rows(
        "select counted.releaseId, albums.title from {hub}.hub_music__svc_release_values as counted"
        " inner join {lake}.lake_deezer_albums__normalized_albums as albums on albums.upc = counted.value"
        " where counted.provider = 'deezer_albums' and counted.field = 'barcode'"
    )
    titles = {row["releaseId"]: row["title"] for row in rows}
    assert len(told) > 100
    for row in told:
        assert row["title"].removesuffix(" (Deluxe Edition)") == titles[row["releaseId"]].removesuffix(
            " (Deluxe Edition)"
        )


def test_a_second_run_asks_nobody(walked: Laptop, world: Sandbox) -> None:
    world.reset()
    assert walked("run", *ONLY).code == 0
    assert world.calls()["total"] == 0


def test_a_plan_counts_a_second_call_only_for_releases_with_a_barcode(
    walked: Laptop, world: Sandbox, tmp_path: Path
) -> None:
    machine = Laptop(tmp_path / "home", walked.environ).take_over(walked.home)
    assert machine("cache", "invalidate", "--provider", "discogs", "--yes").code == 0
    rows = machine.rows("select barcode from {hub}.hub_music__svc_enrichment_items where provider = 'discogs'")
    barcodes = sum(row["barcode"] is not None for row in rows)
    assert 0 < barcodes < len(rows)
    plan = machine.planned("--provider", "discogs")["discogs"]
    assert (plan["items"], plan["calls"]) == (len(rows), len(rows) + barcodes)
    assert plan["note"] == f"{barcodes:,} of these calls only where it does not know the barcode"
    few = machine.planned("--provider", "discogs", "--limit", "1")["discogs"]
    assert (few["items"], few["calls"]) == (1, 2)
    world.reset()
    assert machine("run", "--provider", "discogs").code == 0
    assert len(rows) <= world.calls()["calls"][SEARCH] <= plan["calls"]


def test_a_purged_artist_leaves_no_answer_about_its_releases(walked: Laptop, tmp_path: Path) -> None:
    machine = Laptop(tmp_path / "home", walked.environ).take_over(walked.home)
    artist = machine.value(
        "select artistId from {hub}.hub_music__int_release_groups where upc in"
        " (select upc from {lake}.lake_deezer_albums__normalized_albums) order by artistId limit 1"
    )
    about = (
        "from {lake}.lake_ops__attempts where key in (select unnest([releaseId, upc])"
        f" from {{hub}}.hub_music__int_release_groups where artistId = '{artist}')"
    )
    asked = machine.rows(f"select provider, key {about}")
    assert "deezer_albums" in {row["provider"] for row in asked}
    keys = ", ".join(f"'{row['key']}'" for row in asked)
    said = machine("purge", "--artist", artist, "--yes")
    assert said.code == 0, said.err
    assert machine.rows(f"from {{lake}}.lake_ops__attempts where key in ({keys})") == []
    assert machine.rows(f"from {{lake}}.lake_deezer_albums__normalized_albums where upc in ({keys})") == []
