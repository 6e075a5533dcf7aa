"""Spotify's extended streaming history, as it is today and as it was."""

import json
from typing import Any

import pytest

from tests.sources.found import NOTHING, Found, entry, old_entry


def test_an_entry_becomes_a_play_that_ended_then() -> None:
    found = Found([entry()])
    assert found.source == "spotify_extended"
    assert found.plays == [
        {
            "playedAt": "2019-03-01T12:00:00Z",
            "playedAtMeans": "end",
            "source": "spotify_extended",
            "sourceKey": "2019-03-01T12:00:00Z|spotify:track:2zSSi0DkmFKM2vwXJnB8nV|215000",
            "msPlayed": 215_000,
            "trackName": "Roads",
            "artistName": "Portishead",
            "albumName": "Dummy",
            "trackUri": "spotify:track:2zSSi0DkmFKM2vwXJnB8nV",
            "reasonStart": "clickrow",
            "reasonEnd": "trackdone",
            "skipped": False,
            "offline": False,
            "incognito": False,
        }
    ]


def test_old_and_new_exports_have_the_same_key_for_the_same_play() -> None:
    found = Found([entry(), old_entry(), old_entry(ts="2019-03-01 12:00:00 UTC")])
    assert len(found.plays) == 3
    assert len({play["sourceKey"] for play in found.plays}) == 1


def test_two_plays_that_end_in_the_same_second_have_keys_of_their_own() -> None:
    other = entry(spotify_track_uri="spotify:track:0000000000000000000000")
    found = Found([entry(), other, entry(ms_played=1)])
    assert len({play["sourceKey"] for play in found.plays}) == 3


def test_nothing_private_comes_out_of_it() -> None:
    bad = [maker(ms_played=-1) for maker in (entry, old_entry)]
    found = Found([entry(), old_entry(), *bad])
    assert (len(found.plays), len(found.rejects)) == (2, 2)
    assert found.tells() == set()


def test_nothing_private_comes_out_of_half_an_entry_either() -> None:
    text = json.dumps([entry(), old_entry()])
    for cut in range(len(json.dumps([entry()])), len(text), 7):
        assert Found(text[:cut]).tells() == set()


def test_podcasts_audiobooks_and_films_are_counted_and_are_no_plays() -> None:
    podcast = entry(**NOTHING, spotify_episode_uri="spotify:episode:1", episode_name="Why")
    book = entry(**NOTHING, audiobook_uri="spotify:show:1", audiobook_title="Emma")
    assert Found([entry(), podcast, book, podcast]).passed_over == {"podcast": 2, "audiobook": 1}
    film = Found([entry(), podcast], name="my.zip/Streaming_History_Video_2019.json")
    assert (film.plays, film.passed_over) == ([], {"video": 1, "podcast": 1})


def test_an_entry_without_names_is_a_play_as_long_as_it_has_a_uri() -> None:
    found = Found([entry(**NOTHING), entry(**NOTHING | {"spotify_track_uri": "spotify:track:1"})])
    assert (found.refused, found.passed_over) == ([], {"play without a name in the export": 1})
    assert [play["trackUri"] for play in found.plays] == ["spotify:track:1"]


@pytest.mark.parametrize(
    ("more", "field", "reason"),
    [
        ({"ts": "1970-01-01T00:00:00Z"}, "ts", "is before 2002"),
        ({"ts": "2126-01-01T00:00:00Z"}, "ts", "is in the future"),
        ({"ts": "yesterday"}, "ts", "unknown date format: use 2024-11-22T11:55:00Z or seconds since 1970"),
        ({"ms_played": -5}, "ms_played", "Expected `int` >= 0"),
    ],
)
def test_a_bad_entry_costs_no_good_one(more: dict[str, Any], field: str, reason: str) -> None:
    found = Found([entry(), entry(**more), entry()])
    assert found.refused == [(2, field, reason)]
    assert len(found.plays) == 2


@pytest.mark.parametrize("at", [1_551_441_600, 1_551_441_600_123, 0, None, "?"])
def test_when_it_was_offline_is_not_when_it_was_played(at: Any) -> None:
    assert Found([entry(offline=True, offline_timestamp=at)]).plays[0]["playedAt"] == "2019-03-01T12:00:00Z"


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_it_may_be_written_in_any_of_the_usual_ways(indent: int | None, encoding: str) -> None:
    named = entry(master_metadata_track_name="Svefn-g-englar 🎷", master_metadata_album_artist_name="Sigur Rós")
    text = json.dumps([named, named], indent=indent, ensure_ascii=False)
    assert [play["artistName"] for play in Found(text.encode(encoding)).plays] == ["Sigur Rós"] * 2


def test_an_entry_in_another_encoding_than_its_file_is_rejected_alone() -> None:
    named = [entry(master_metadata_track_name=name) for name in ("J\xf3ga", "H\xe1t\xed\xf0", "Bachelorette")]
    text = json.dumps(named, ensure_ascii=False).encode().replace("J\xf3ga".encode(), b"J\xf3ga")
    found = Found(text)
    assert found.refused == [(1, None, "not UTF-8: save the file as UTF-8")]
    assert "J\\xf3ga" in found.rejects[0]["raw"]


def test_a_file_saved_as_windows_1252_is_read_and_its_owner_told() -> None:
    named = [entry(), entry(master_metadata_track_name="J\xf3ga"), entry()]
    found = Found(json.dumps(named, ensure_ascii=False).encode("cp1252"))
    assert [play["trackName"] for play in found.plays] == ["Roads", "J\xf3ga", "Roads"]
    assert found.summary.notes == ["read as Windows-1252, since it is not UTF-8; if names look wrong, save it as UTF-8"]


def test_what_other_tools_did_to_an_entry_costs_no_play() -> None:
    saved: list[dict[str, Any]] = [
        {"ts": "2019-03-01T12:00:00+01:00"},
        {"ts": "2019-03-01T11:00:00.000Z"},
        {"ms_played": "215000"},
        {"ms_played": 215000.0},
        {"skipped": "maybe", "offline": 2, "reason_start": 5},
        {"master_metadata_track_name": 1979},
        {"offline_timestamp": float("nan")},
        {"skipped": float("nan")},
    ]
    found = Found([entry(**more) for more in saved])
    assert found.refused == []
    assert [play["playedAt"] for play in found.plays[:2]] == ["2019-03-01T11:00:00Z"] * 2
    assert {play["msPlayed"] for play in found.plays} == {215_000}
    assert found.plays[5]["trackName"] == "1979"


def test_an_export_saved_as_a_table_is_the_same_export() -> None:
    given = {name: value for name, value in entry().items() if value is not None}
    table = ",".join(given) + "\n" + ",".join(map(str, given.values())) + "\n"
    (play,), (again,) = Found([given]).plays, Found(table, "mine.csv").plays
    assert (again["source"], again["sourceKey"]) == (play["source"], play["sourceKey"])


def test_half_a_file_gives_all_its_entries_but_the_last() -> None:
    text = json.dumps([entry(), entry(ts="2019-03-01T13:00:00Z"), entry(ts="2019-03-01T14:00:00Z")])
    found = Found(text[:-40])
    assert [play["playedAt"][11:13] for play in found.plays] == ["12", "13"]
    assert [(line, reason) for line, _, reason in found.refused] == [(3, "not JSON: Input data was truncated")]
