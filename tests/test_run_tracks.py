"""``run --entity track``: tracks are asked about by themselves, the important ones first, and again on request."""

from itertools import islice

import pytest

from linernotes.sandbox import Sandbox
from linernotes.sandbox.world.listening import Listener, Track
from tests.conftest import HURRIED, QUICK
from tests.laptop import Laptop

LIBRARY = 40_000
DEVELOPMENT = {"LINERNOTES_SPOTIFY_TRACKS__MODE": "development", "LINERNOTES_SPOTIFY_TRACKS__DAILY_CALLS": "600"}
ASKED = "select key from {lake}.lake_ops__attempts where provider = 'spotify_tracks' order by attemptedAt, _line"


def tracks(sandbox: Sandbox, number: int) -> list[Track]:
    """The first tracks that the sandbox knows."""
    known = (each for several in Listener(sandbox.catalogue).repertoire() for each in several if each.id)
    return list(islice(known, number))


@pytest.fixture
def listed(laptop: Laptop, sandbox: Sandbox) -> tuple[Laptop, list[str]]:
    """A machine with a list of three tracks, the last of which matters most, and an artist of a roster."""
    laptop.environ.update(sandbox.environment() | QUICK | HURRIED | {"RECCOBEATS_ENABLED": ""})
    ids = [str(track.id) for track in tracks(sandbox, 3)]
    rows = "".join(f"{key},{priority}\n" for key, priority in zip(ids, ("", 5, 9), strict=True))
    assert laptop("import", "tracks", laptop.write("wanted.csv", "track_id,priority\n" + rows)).code == 0
    laptop("import", "roster", laptop.roster(sandbox.catalogue.id_at(1)))
    return laptop, ids


def test_tracks_alone_are_asked_about_the_most_important_first(listed: tuple[Laptop, list[str]]) -> None:
    laptop, ids = listed
    assert laptop("run", "--entity", "track", "--limit", "1").code == 0
    assert [row["key"] for row in laptop.rows(ASKED)] == [ids[2]]
    assert laptop("run", "--entity", "track").code == 0
    assert {row["key"] for row in laptop.rows(ASKED)} == set(ids)
    called = laptop.called()
    assert {name for name, calls in called.items() if calls} <= {
        "spotify_tracks", "musicbrainz_recordings", "listenbrainz_lookup", "listenbrainz_recordings",
    }  # fmt: skip
    named = laptop.rows("select trackName, artistName, isrc from {hub}.hub_music__svc_dim_tracks")
    assert all(row["trackName"] and row["artistName"] and row["isrc"] for row in named)
    stats = {(row["part"], row["what"]): row["tracks"] for row in laptop("stats", "--format", "json").rows}
    assert {what: stats["known", what] for what in ("Spotify id", "ISRC", "BPM", "key")} == {
        "Spotify id": 3, "ISRC": 3, "BPM": 0, "key": 0,
    }  # fmt: skip
    assert (stats["library", "tracks"], stats["source", "spotify_tracks"]) == (3, 3)
    told = laptop.rows(
        "select status, due, enrichmentSources, enrichedAt from {hub}.hub_music__svc_enrichment_status"
        " inner join {hub}.hub_music__svc_dim_tracks using (trackId)"
    )
    assert {row["status"] for row in told} == {"completed"}
    assert not any(row["due"] for row in told)
    assert all("spotify_tracks" in row["enrichmentSources"] and row["enrichedAt"] for row in told)


def test_a_track_is_asked_about_again_only_where_somebody_wants_it(listed: tuple[Laptop, list[str]]) -> None:
    laptop, ids = listed
    laptop("run", "--entity", "track")
    assert "nothing to enrich: all tracks are up to date" in laptop("run", "--entity", "track").err
    again = laptop.write("again.csv", f"track_id,force_refresh\n{ids[0]},true\n{ids[1]},false\n")
    for times in (2, 3):  # each import asks once
        assert laptop("import", "tracks", again).code == 0
        assert laptop("run", "--entity", "track").code == 0
        laptop("run", "--entity", "track")
        asked = [row["key"] for row in laptop.rows(ASKED)]
        assert [asked.count(key) for key in ids] == [times, 1, 1]


def test_a_provider_that_is_not_asked_about_tracks_cannot_be_named_with_them(listed: tuple[Laptop, list[str]]) -> None:
    laptop, _ = listed
    said = laptop("plan", "--entity", "track", "--provider", "wikidata")
    assert (said.code, said.complaint) == (
        2,
        "linernotes: wikidata: not asked about tracks; leave out --provider or --entity",
    )


def test_a_library_of_40000_tracks_is_planned_in_calls_and_days_before_anything_is_asked(laptop: Laptop) -> None:
    credentials = {"SPOTIFY_CLIENT_ID": "x", "SPOTIFY_CLIENT_SECRET": "y", "LINERNOTES_CONTACT": "me@example.org"}
    laptop.environ.update(credentials)
    ids = "".join(f"{number:022d},GBAAA{number:07d}\n" for number in range(LIBRARY))
    assert laptop("import", "tracks", laptop.write("crate.csv", "spotify_id,isrc\n" + ids)).code == 0
    planned = laptop.planned("--entity", "track", **DEVELOPMENT)
    assert set(planned) >= {"spotify_tracks", "musicbrainz_recordings", "all"}
    assert "wikidata" not in planned
    one_by_one, searched = planned["spotify_tracks"], planned["musicbrainz_recordings"]
    assert (one_by_one["items"], one_by_one["calls"]) == (LIBRARY, LIBRARY)
    assert (searched["items"], searched["calls"]) == (LIBRARY, 2 * LIBRARY / 50)
    assert one_by_one["days"] == -(-LIBRARY // 600)
    assert laptop.planned("--entity", "track", "--min-plays", "1")["spotify_tracks"]["items"] == 0
