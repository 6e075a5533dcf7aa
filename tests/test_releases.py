"""What artists have released, and on which labels: asked about in batches, with editions folded into one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linernotes.sandbox import Generated, Sandbox
from linernotes.sandbox.world.discographies import NO_LABEL, Discographies, Group
from linernotes.sandbox.world.facts import Knowledge
from tests.conftest import HURRIED
from tests.laptop import WITH_DATA_TESTS, Laptop

PROVIDERS = ("musicbrainz", "listenbrainz_releases", "musicbrainz_releases")
GROUPS, RELEASES = "GET /listenbrainz/1/metadata/artist/", "GET /musicbrainz/ws/2/release"
ARTISTS = 1_000
LATEST, MOST_FREQUENT = 60, 500
"""The calls that the labels of 1,000 artists may take."""

ONLY = [word for name in PROVIDERS for word in ("--provider", name)]


def calls(sandbox: Sandbox) -> dict[str, int]:
    """Calls about release groups and about releases since the last look."""
    made = sandbox.calls()["calls"]
    sandbox.reset()
    return {route: made.get(route, 0) for route in (GROUPS, RELEASES)}


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    """The services, shared by the tests that only look."""
    with Sandbox(Generated()) as running:
        yield running


@pytest.fixture(scope="module")
def walked(built_home: Path, world: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A library whose releases are known, by the latest of each artist."""
    laptop = Laptop(tmp_path_factory.mktemp("releases") / "home").take_over(built_home)
    laptop.environ.update(world.environment() | HURRIED)
    catalogue = Generated()
    live = (index for index in range(len(catalogue)) if catalogue.state(index) == "live")
    ids = [catalogue.id_at(next(live)) for _ in range(ARTISTS)]
    roster = laptop.home.parent / "roster.csv"
    roster.write_text("artistId\n" + "\n".join(ids) + "\n")
    assert laptop("import", "roster", roster).code == 0
    world.reset()
    said = laptop("run", *ONLY, **WITH_DATA_TESTS)
    assert said.code == 0, said.err
    made = calls(world)
    assert made[GROUPS] + made[RELEASES] <= LATEST, made
    return laptop


def groups_of(laptop: Laptop) -> dict[str, list[Group]]:
    """The release groups of each artist, as the sandbox has them."""
    knowledge = Knowledge(Generated())
    known = Discographies(knowledge)
    rows = laptop.rows(
        "select distinct artistId, mbid from {hub}.hub_music__svc_artist_identities where mbid is not null"
    )
    return {row["artistId"]: list(known.of(facts)) for row in rows if (facts := knowledge.by_mbid(row["mbid"]))}


def test_every_release_of_every_artist_is_in_the_table_once(walked: Laptop) -> None:
    rows = walked.rows("select releaseId, artistId, title, releaseType from {hub}.hub_music__svc_dim_releases")
    expected = {group.mbid for groups in groups_of(walked).values() for group in groups}
    assert {row["releaseId"] for row in rows} <= expected
    assert len(rows) > 0.9 * len(expected)
    assert len(rows) == len({row["releaseId"] for row in rows})
    assert all(row["title"] and row["artistId"] for row in rows)


def test_the_label_of_a_release_is_that_of_its_first_official_edition(walked: Laptop) -> None:
    known = Discographies(Knowledge(Generated()))
    rows = walked.rows(
        "select releaseId, label, labelKind, labelSource from {hub}.hub_music__svc_dim_releases where editionCount > 0"
    )
    assert len(rows) >= 800
    for row in rows:
        group: Any = known.group(row["releaseId"])
        first = next(known.editions(group))
        if first.label is None:
            assert (row["label"], row["labelKind"]) == (None, "unknown")
        elif first.label == NO_LABEL:
            assert (row["label"], row["labelKind"]) == ("Self-released", "self_released")
        else:
            assert (row["label"], row["labelKind"]) == (first.label[1], "label")
            assert row["labelSource"] == "musicbrainz_releases"


def test_only_the_latest_release_of_an_artist_is_asked_about_and_the_one_before_where_it_has_no_label(
    walked: Laptop,
) -> None:
    rows = walked.rows(
        "select artistId, labelPlace as place, label from {hub}.hub_music__svc_dim_releases where editionCount > 0"
    )
    by_artist: dict[str, dict[int, str | None]] = {}
    for row in rows:
        by_artist.setdefault(row["artistId"], {})[row["place"]] = row["label"]
    assert len(by_artist) > 800
    assert any(len(places) > 1 for places in by_artist.values())
    for places in by_artist.values():
        assert sorted(places) == list(range(1, len(places) + 1))
        assert [places[place] for place in sorted(places)][:-1] == [None] * (len(places) - 1)


def test_by_products_editions_and_announcements_do_not_decide_a_label(walked: Laptop) -> None:
    rows = walked.rows(
        "select releaseId, title, labelPlace as place, firstReleaseDate from {hub}.hub_music__svc_dim_releases"
    )
    known = Discographies(Knowledge(Generated()))
    placed = {row["releaseId"]: row["place"] for row in rows}
    groups = {key: group for key in placed if (group := known.group(key))}
    assert {placed[key] for key, group in groups.items() if group.secondary or not group.date} == {None}
    deluxe = [key for key, group in groups.items() if group.title.endswith("(Deluxe Edition)")]
    assert deluxe
    dated = {(each.artist.mbid, each.title) for each in groups.values() if each.date and not each.secondary}
    again = {key for key in deluxe if (groups[key].artist.mbid, groups[key].title.partition(" (Deluxe")[0]) in dated}
    assert again
    assert {placed[key] for key in again} == {None}
    assert any(placed[key] for key in deluxe)  # the only edition with a date


def test_the_label_of_an_artist_is_that_of_its_latest_release_that_tells_one(walked: Laptop) -> None:
    known = Discographies(Knowledge(Generated()))
    rows = walked.rows("select * from {hub}.hub_music__svc_artist_labels")
    assert len(rows) > 700
    assert {row["method"] for row in rows} == {"latest_release"}
    for row in rows:
        group: Any = known.group(row["releaseId"])
        label: Any = next(known.editions(group)).label
        assert row["principalLabel"] == ("Self-released" if label == NO_LABEL else label[1])
        assert row["confidence"] <= (0.9 if row["place"] == 1 else 0.7)
    told = walked.rows(
        "select artistId, principalLabel, principalLabelSource as source from {hub}.hub_music__svc_dim_artists"
    )
    dimension = {row["artistId"]: (row["principalLabel"], row["source"]) for row in told}
    assert all(dimension[row["artistId"]] == (row["principalLabel"], "musicbrainz_releases") for row in rows)


def test_an_artist_whose_latest_release_has_no_label_for_certain_releases_its_music_itself(walked: Laptop) -> None:
    rows = walked.rows(
        "select principalLabel, labelStatus from {hub}.hub_music__svc_top_artists where labelStatus = 'self_released'"
    )
    assert rows
    assert {row["principalLabel"] for row in rows} == {"Self-released"}


def test_an_artist_is_shown_with_the_release_that_decides_its_label(walked: Laptop) -> None:
    (row,) = walked.rows("select * from {hub}.hub_music__svc_artist_labels order by artistId limit 1")
    shown = json.loads(walked("show", row["artistId"]).out)["labels"]
    assert (shown["principal"], shown["method"]) == (row["principalLabel"], "latest_release")
    assert shown["evidence"] == [
        {
            "release_id": row["releaseId"],
            "release_name": row["title"],
            "release_date": row["firstReleaseDate"],
            "label": row["principalLabel"],
            "source": "musicbrainz_releases",
        }
    ]


def test_a_release_is_shown_with_its_editions_and_who_said_what(walked: Laptop) -> None:
    (row,) = walked.rows(
        "select releaseId, label, editionCount as editions from {hub}.hub_music__svc_dim_releases"
        " where labelKind = 'label' and editionCount > 1 order by releaseId limit 1"
    )
    shown = json.loads(walked("show", "release", f"https://musicbrainz.org/release-group/{row['releaseId']}").out)
    assert shown["release"]["label"] == row["label"]
    assert len({edition["editionId"] for edition in shown["editions"]}) == row["editions"]
    assert shown["editions"][0]["labelName"] == row["label"]
    (label,) = [value for value in shown["values"] if value["field"] == "label"]
    assert (label["provider"], label["licence"], label["counts"]) == ("musicbrainz_releases", "CC0", True)
    assert walked("show", "release", "Nothing of that title").complaint.startswith("linernotes: no release found for")


def test_a_label_is_shown_with_its_releases_and_labels_are_listed_by_artists(walked: Laptop) -> None:
    listed = walked("report", "labels", "--format", "json").rows
    assert [row["artistCount"] for row in listed] == sorted((row["artistCount"] for row in listed), reverse=True)
    assert "Second Spring Reissues" in {row["labelName"] for row in listed if not row["releaseCount"]}
    first = listed[0]
    shown = json.loads(walked("show", "label", f"{first['labelName']} Records").out)
    assert shown["label"]["labelId"] == first["labelId"]
    assert len(shown["releases"]) == first["releaseCount"]
    assert {release["label"] for release in shown["releases"]} == {first["labelName"]}
    assert walked("show", "label", "Nobody's").complaint.startswith("linernotes: no label found for")
    assert walked("show", "two", "words").code == 2


def test_a_release_is_explained_by_its_values_and_each_edition_says_why_it_does_not_decide(walked: Laptop) -> None:
    (row,) = walked.rows(
        "select releaseId, label from {hub}.hub_music__svc_dim_releases where releaseId in"
        " (select releaseId from {hub}.hub_music__svc_bridge_release_labels where status = 'Official' and not decides"
        " and labelKind = 'label' and releaseDate is not null) and labelKind = 'label' order by releaseId limit 1"
    )
    values = walked("explain", "release", row["releaseId"], "--format", "json").rows
    assert {value["field"] for value in values} >= {"label", "labelKind", "releaseDate"}
    assert all(value["evidence"].startswith("https://musicbrainz.org/release/") for value in values)
    (label,) = walked("explain", "release", row["releaseId"], "Label", "--format", "json").rows
    assert (label["value"], label["licence"], label["counts"]) == (row["label"], "CC0", True)
    editions = walked("explain", "release", row["releaseId"], "editions", "--format", "json").rows
    assert (editions[0]["labelName"], editions[0]["reason"]) == (row["label"], None)
    assert all(edition["reason"] for edition in editions[1:])
    for edition in editions[1:]:
        reissue = edition["reason"].startswith("came more than half a year after the first edition")
        assert reissue == (not edition["decides"] and edition["status"] == "Official")
    assert any(edition["reason"].startswith("came more") for edition in editions[1:])
    seen = walked("explain", "release", row["releaseId"]).out
    assert "\neditions\n" in seen
    assert editions[0]["editionId"] in seen
    said = walked("explain", "release", row["releaseId"], "mood")
    assert (said.code, "no provider has 'mood' here; available: " in said.complaint) == (2, True)


def test_a_label_is_explained_by_who_says_which_release_is_on_it(walked: Laptop) -> None:
    first = walked("report", "labels", "--format", "json").rows[0]
    rows = walked("explain", "label", first["labelName"], "--format", "json").rows
    counted = [row for row in rows if row["counts"]]
    assert len(counted) == first["releaseCount"]
    assert {(row["provider"], row["reason"], row["licence"]) for row in counted} == {
        ("musicbrainz_releases", None, "CC0")
    }
    reissues = walked("explain", "label", "Second Spring Reissues", "--format", "json").rows
    assert reissues
    assert not any(row["counts"] for row in reissues)
    assert all(row["reason"].startswith("the label of an edition that does not decide; ") for row in reissues)


def test_a_second_run_asks_nothing_and_another_method_only_about_what_is_new_to_it(
    walked: Laptop, world: Sandbox
) -> None:
    calls(world)
    said = walked("run", *ONLY)
    assert said.code == 0, said.err
    assert calls(world) == {GROUPS: 0, RELEASES: 0}
    said = walked("run", *ONLY, LABEL_RESOLUTION_METHOD="most_frequent")
    assert said.code == 0, said.err
    made = calls(world)
    assert made[GROUPS] == 0
    assert 100 < made[RELEASES] <= MOST_FREQUENT
    rows = walked.rows("select * from {hub}.hub_music__svc_artist_labels where method = 'most_frequent'")
    assert max(row["releases"] for row in rows) > 10
    assert any(1 < row["votes"] < row["releases"] for row in rows)
    several = [row for row in rows if row["releases"] >= 3]
    assert all(row["confidence"] <= round(row["votes"] / row["releases"], 4) for row in several)
