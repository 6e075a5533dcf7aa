"""Services are asked about tracks in few calls, and what they say counts only where it is about the same recording."""

from itertools import islice
from typing import Any

import pytest

from linernotes.sandbox import Sandbox
from linernotes.sandbox.services.musicbrainz_bodies import plain_title
from linernotes.sandbox.world.listening import LARGEST_CIRCLE, Listener, Track
from tests.conftest import HURRIED, QUICK
from tests.laptop import Laptop

FAST = QUICK | HURRIED | {"RECCOBEATS_ENABLED": "", "LINERNOTES_DEEZER_TRACKS__PER_SECOND": "100000"}


def tracks(sandbox: Sandbox, number: int) -> list[Track]:
    """The first tracks of the sandbox that have an address."""
    listener = Listener(sandbox.catalogue, circle=LARGEST_CIRCLE)
    known = (each for several in listener.repertoire() for each in several if each.id and listener.track(str(each.id)))
    return list(islice(known, number))


@pytest.mark.parametrize(("column", "most"), [("spotify_id", 70), ("isrc", 45)])
def test_a_thousand_tracks_take_few_calls(laptop: Laptop, sandbox: Sandbox, column: str, most: int) -> None:
    laptop.environ.update(sandbox.environment() | FAST)
    keys = {"spotify_id": lambda track: track.id, "isrc": lambda track: track.isrc}
    rows = dict.fromkeys(str(keys[column](track)) for track in tracks(sandbox, 1_100))
    wanted = list(rows)[:1_000]
    assert len(wanted) == 1_000
    laptop("import", "tracks", laptop.write("wanted.csv", f"{column}\n" + "\n".join(wanted) + "\n"))
    assert laptop("run", "--entity", "track").code == 0
    called = {name: calls for name, calls in laptop.called().items() if calls}
    assert sum(called.values()) <= most, called
    assert "musicbrainz_recordings" in called
    assert laptop.value("select count(recordingMbid) from {hub}.hub_music__svc_dim_tracks") > 500
    assert laptop.value("select count(listenbrainzListens) from {hub}.hub_music__svc_dim_tracks") > 300


def test_what_deezer_says_counts_for_the_same_recording_alone(laptop: Laptop, sandbox: Sandbox) -> None:
    laptop.environ.update(sandbox.environment() | FAST | {"DEEZER_TRACKS_ENABLED": "yes"})
    wanted = tracks(sandbox, 60)
    ids = "".join(f"{track.id}\n" for track in wanted)
    laptop("import", "tracks", laptop.write("wanted.csv", "spotify_id\n" + ids))
    assert laptop("run", "--entity", "track").code == 0
    told = laptop.rows(
        "select answers.isrc, answers.title like '%Karaoke%' as karaoke, answers.tempo, dims.tempo as counted,"
        " dims.tempoSource as source, dims.durationMs as lengthMs"
        " from {lake}.lake_deezer_tracks__normalized_tracks as answers"
        " inner join {hub}.hub_music__svc_dim_tracks as dims on dims.isrc = answers.isrc"
    )
    assert len(told) > 30
    assert any(row["karaoke"] for row in told)
    assert any(row["tempo"] is None for row in told)
    for row in told:
        expected: Any = (None, None) if row["karaoke"] or row["tempo"] is None else (row["tempo"], "deezer_tracks")
        assert (row["counted"], row["source"]) == expected, row
    lengths = {track.isrc: track.seconds * 1000 for track in wanted}
    assert all(row["lengthMs"] == lengths[row["isrc"]] for row in told)


def test_last_fm_is_asked_about_tracks_whose_recording_is_known_and_another_take_does_not_count(
    laptop: Laptop, sandbox: Sandbox
) -> None:
    hurried = {"LINERNOTES_LASTFM_TRACKS__PER_SECOND": "100000", "LASTFM_TRACKS_ENABLED": "yes"}
    laptop.environ.update(sandbox.environment() | FAST | hurried)
    ids = "".join(f"{track.id}\n" for track in tracks(sandbox, 150))
    laptop("import", "tracks", laptop.write("wanted.csv", "spotify_id\n" + ids))
    sandbox.reset()
    assert laptop("run", "--entity", "track").code == 0
    told = laptop.rows(
        "select answers.isOther, answers.listeners, answers.tags, dims.lastfmListeners as counted,"
        " dims.lastfmUrl as url, dims.trackTags as tags"
        " from {lake}.lake_lastfm_tracks__normalized_tracks as answers"
        " inner join {hub}.hub_music__svc_dim_tracks as dims on dims.recordingMbid = answers.recordingMbid"
    )
    asked = laptop.value("select count(*) from {lake}.lake_ops__attempts where provider = 'lastfm_tracks'")
    assert asked == laptop.value("select count(recordingMbid) from {hub}.hub_music__svc_dim_tracks")
    assert {row["isOther"] for row in told} == {True, False}
    for row in told:
        assert row["counted"] == (None if row["isOther"] else row["listeners"])
        assert row["isOther"] == (row["url"] is None)
    assert any("trip-hop" in row["tags"] for row in told if row["tags"])
    assert not any("seen live" in row["tags"] for row in told if row["tags"])


def test_a_remaster_is_the_recording_it_was_made_from_and_a_live_take_is_not(laptop: Laptop, sandbox: Sandbox) -> None:
    laptop.environ.update(sandbox.environment() | FAST)
    several = [track for track in tracks(sandbox, 3_000) if "2019 Remaster" in track.name][:30]
    assert len(several) == 30
    listed = "".join(f'{each.id},"{each.artists[0].name}","{each.name}"\n' for each in several)
    laptop("import", "tracks", laptop.write("ids.csv", "spotify_id,artist,title\n" + listed))
    assert laptop("run", "--entity", "track").code == 0
    matched = laptop.rows(
        "select trackName from {hub}.hub_music__svc_dim_tracks"
        " where recordingMbid is not null and trackName like '%2019 Remaster%'"
    )
    assert len(matched) > 10
    first = several[0]
    plain = plain_title(first.name)
    assert plain != first.name
    names = [plain, f"{plain} (Live)", f"{plain} (Live) - 2011 Remaster", f"{plain} (Mono)"]
    rows = "".join(f'"{first.artists[0].name}","{name}"\n' for name in names)
    laptop("import", "tracks", laptop.write("names.csv", "artist,title\n" + rows))
    assert laptop("run", "--limit", "0").code == 0
    found = [
        row["has_address"]
        for row in laptop.rows(
            "select trackName, trackUri is not null as has_address from {hub}.hub_music__svc_dim_tracks"
        )
        if row["trackName"].startswith(plain)
    ]
    assert sorted(found) == [False, True]


def test_a_track_listed_by_its_address_is_the_one_listed_by_its_names(laptop: Laptop, sandbox: Sandbox) -> None:
    laptop.environ.update(sandbox.environment() | FAST)
    plain = [each for each in tracks(sandbox, 300) if plain_title(each.name) == each.name]
    chosen = {(each.artists[0].name, each.name): each for each in plain}
    same, longer, remixed = islice(chosen.values(), 3)
    tellers = {name: each.seconds for name, each in (("same", same), ("longer", longer), ("remixed", remixed))}
    laptop("import", "tracks", laptop.write("ids.txt", f"{same.id}\n{longer.id}\n{remixed.id}\n"))
    lines = ["artist_name,track_title,duration_ms"]
    lines.append(f'"{same.artists[0].name}","{same.name}",{(tellers["same"] + 4) * 1000}')
    lines.append(f'"{longer.artists[0].name}","{longer.name}",{(tellers["longer"] + 6) * 1000}')
    lines.append(f'"{remixed.artists[0].name}","{remixed.name} (Remix)",')
    laptop("import", "tracks", laptop.write("names.csv", "\n".join(lines) + "\n"))
    listed = "select trackId, trackName, trackUri from {hub}.hub_music__svc_dim_tracks order by trackId"
    assert laptop.make_tables().code == 0
    assert len(laptop.rows(listed)) == 6
    assert laptop("run", "--entity", "track").code == 0
    rows = laptop.rows(listed)
    addresses: dict[str, list[str | None]] = {}
    for row in rows:
        addresses.setdefault(row["trackName"], []).append(row["trackUri"])
    assert addresses[same.name] == [f"spotify:track:{same.id}"]
    assert sorted(addresses[longer.name], key=str) == [None, f"spotify:track:{longer.id}"]
    assert addresses[f"{remixed.name} (Remix)"] == [None]
    shown = laptop("show", "track", f"{same.artists[0].name} - {same.name}").rows
    assert (shown["track"]["isrc"], shown["track"]["spotify_uri"]) == (same.isrc, f"spotify:track:{same.id}")
