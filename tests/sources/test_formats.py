"""Every format of histories: an example of each, the page that lists them, and lists that are no plays."""

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner

from linernotes.cli.app import cli
from linernotes.sources.histories.columns import MEANINGS, plain
from linernotes.sources.histories.formats import RECENT_TITLE, Format, Refusal, formats, titles
from tests.programs import ROOT
from tests.sources.found import SECRETS, Found, entry
from tests.sources.test_lastfm import TRACK, page
from tests.sources.test_listenbrainz import LISTEN

AT, SECOND = "2024-11-22T11:55:00Z", 1_732_276_500
WHO = {"artist": "Portishead", "track": "Roads", "album": "Dummy"}
ALIASES = {name: {"aliases": [{"alias": value, "is_primary": True}]} for name, value in WHO.items()}
APPLE = (
    "Song Name,Album Name,Artist Name,Event Start Timestamp,Event End Timestamp,Event Type,Play Duration Milliseconds\n"
)
DEEZER = "Song Title,Artist,ISRC,Album Title,IP Address,Listening Time,Platform Name,Platform Model,Date\n"
XML = (
    '<?xml version="1.0"?><lfm status="ok"><recenttracks user="secretname"><track nowplaying="true"><artist>Portishead'
    '</artist><name>Now</name></track><track><artist mbid="">Portishead</artist><name>Roads</name><album>Dummy</album>'
    f'<date uts="{SECOND}">22 Nov 2024, 11:55</date></track></recenttracks></lfm>'
)
WATCHED = {
    "header": "YouTube Music",
    "title": "Watched Roads",
    "titleUrl": "https://music.youtube.com/watch?v=x",
    "time": AT,
}
# A play of Roads by Portishead in each format, at AT unless the example is one that other tests use.
EXAMPLES: dict[str, Any] = {
    "Apple Music play activity": f"{APPLE}Roads,Dummy,Portishead,{AT},2024-11-22T12:00:00Z,PLAY_END,215000\n",
    "Audioscrobbler log of a player (.scrobbler.log)": (
        f"#AUDIOSCROBBLER/1.1\n#TZ/UTC\n#CLIENT/Ada's iPhone\nPortishead\tDummy\tRoads\t1\t305\tL\t{SECOND}\t\n"
    ),
    "Deezer listening history": (
        f"{DEEZER}Roads,Portishead,GBAAN9400001,Dummy,84.12.7.99,215,web,Ada's iPhone,2024-11-22 11:55:00\n"
    ),
    "Koito listens": {
        "version": "1",
        "user": "secretname",
        "listens": [
            {
                "listened_at": AT,
                "client": "x",
                "track": ALIASES["track"],
                "album": ALIASES["album"],
                "artists": [ALIASES["artist"]],
            }
        ],
    },
    "Last.fm scrobbles": page([TRACK]),
    "Last.fm scrobbles as XML": XML,
    "Last.fm scrobbles from lastexport.py": f"{SECOND}\tRoads\tPortishead\tDummy\t\t\t\n",
    "Last.fm scrobbles from lastfm-backup-cli": "2024-11-22,11:55:00,Portishead,Roads\n",
    "Last.fm scrobbles from lastfm-to-csv": 'Portishead,Dummy,Roads,"22 Nov 2024, 11:55"\n',
    "Last.fm scrobbles from lastfmstats.com": {
        "username": "secretname",
        "scrobbles": [{**WHO, "albumId": "", "date": SECOND * 1000}],
    },
    "Libre.fm scrobbles": (
        f"+ACM- Data export from Libre.fm,,,\nArtist,Track,Album,Time\nPortishead,Roads,Dummy,{SECOND}\n"
    ),
    "ListenBrainz listens": [LISTEN],
    "Maloja scrobbles": {
        "maloja": {"export_time": SECOND},
        "scrobbles": [
            {
                "time": SECOND,
                "track": {"artists": ["Portishead"], "title": "Roads", "album": {"albumtitle": "Dummy"}, "length": 305},
                "duration": None,
                "origin": "client:secretname",
            }
        ],
    },
    "Pano Scrobbler scrobbles": json.dumps(
        {"timeMs": SECOND * 1000 + 933, **WHO, "durationMs": 1, "event": "scrobble"}
    ),
    "plays in JSON": [{**WHO, "playedAt": "2024-11-22 11:55:00 UTC"}],
    "scrobbles for Universal Scrobbler or from Scrubbler": "Portishead,Dummy,Roads,2024-11-22 11:55:00 +00:00,,\n" * 2,
    "scrobbles in a table": f"artist;track;album;timestamp\nPortishead;Roads;Dummy;{SECOND}\n",
    "Spinitron playlists": (
        "Playlist,Night\n\nDate-time,Artist,Song,Release,Label\n2024-11-22 11:55:00,Portishead,Roads,Dummy,x\n"
    ),
    "Spotify account data": [{"endTime": AT, "artistName": "Portishead", "trackName": "Roads", "msPlayed": 305_000}],
    "Spotify extended streaming history": [entry(ts=AT)],
    "table of plays": {"playedAt": "2024-11-22 11:55:00 UTC", "trackName": "Roads", "artistName": "Portishead"},
    "Tidal streaming history": (
        "artist_name,track_title,entry_date,product_type,time_zone\n"
        "Portishead,Roads,22/11/2024 12:55,TRACK,Europe/Berlin\n"
    ),
    "YouTube Music history": [
        WATCHED | {"subtitles": [{"name": "Portishead - Topic"}]},
        WATCHED | {"header": "YouTube"},
    ],
}
NOT_AT = {"Last.fm scrobbles", "ListenBrainz listens"}
ROW = re.compile(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
PAGE = {title: (time, source) for title, time, source in ROW.findall((ROOT / "docs/histories.md").read_text("utf-8"))}


def example(title: str) -> Found:
    return Found(EXAMPLES[title])


@pytest.mark.parametrize("form", formats(), ids=lambda form: form.title)
def test_a_play_is_read_in_every_format(form: Format) -> None:
    found = example(form.title)
    assert found.form is form
    assert found.refused == []
    play = found.plays[0]
    assert (play["artistName"], play["trackName"]) == ("Portishead", "Roads")
    assert form.title in NOT_AT or play["playedAt"] == AT
    assert found.tells() == set()


@pytest.mark.parametrize("form", formats(), ids=lambda form: form.title)
def test_the_page_says_of_every_format_what_its_times_mean_and_its_source(form: Format) -> None:
    play = example(form.title).plays[0]
    time, source = PAGE[form.title]
    assert time.startswith(play["playedAtMeans"])
    assert f"`{play['source']}`" in source or source == "the same"


def test_page_and_help_list_the_formats_that_are_known_and_no_other() -> None:
    assert set(PAGE) - {"format", "---"} == set(titles()) == {*EXAMPLES, RECENT_TITLE}
    told = CliRunner().invoke(cli, ["import", "plays", "--help"]).output
    assert [title for title in titles() if title not in told] == []


def test_every_source_has_its_place_in_the_hub() -> None:
    seeded = (ROOT / "dbt_dataplatform/seeds/play_sources.csv").read_text("utf-8")
    sources = {form.source for form in formats()} | {example(form.title).plays[0]["source"] for form in formats()}
    assert [source for source in sources if f"\n{source}," not in seeded] == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("utc_time,artist_msid,album_msid,track_msid\n2021-04-01 10:42:53,x,,y\n", "Last.fm's own export"),
        ({"lovedtracks": {"track": [TRACK]}}, "a list of loved tracks"),
        (
            "uts,utc_time,artist,artist_mbid,track,track_mbid\n1732276500,x,Portishead,,Roads,\n",
            "a list of loved tracks",
        ),
        ("Artist,Track,Date Added\nPortishead,Roads,2024-11-22 11:55:00\n", "a list of favourites"),
        ([{"artist": "Portishead", "track": "Roads", "lovedAt": SECOND}], "a list of favourites"),
        ({"items": [{"added_at": AT, "track": {"name": "Roads", "artists": [{"name": "x"}]}}]}, "a list of favourites"),
        ({"tracks": [{"artist": "Portishead", "track": "Roads"}], "bannedTracks": []}, "a library"),
        ({"playlists": [{"name": "x", "lastModifiedDate": "2024-11-22", "items": []}]}, "playlists"),
        ("Song Title,Album Title,Artist Names\nRoads,Dummy,Portishead\n", "a list of tracks without times"),
        ("<!DOCTYPE html><html><title>YouTube</title>", "YouTube's history as a web page"),
    ],
)
def test_a_list_that_only_looks_like_plays_is_named(content: Any, reason: str) -> None:
    found = Found(content)
    assert isinstance(found.form, Refusal)
    assert found.form.why.reason.startswith(reason)


def test_a_list_is_told_by_its_name_where_nothing_in_it_does() -> None:
    table = f"artist,track,timestamp\nPortishead,Roads,{SECOND}\n"
    assert Found(table, "lovedtracks-me.csv").source is None
    assert Found(table, "my_loved_folder/scrobbles.csv").source == "csv"


def test_a_list_of_artists_is_one_credit_that_names_are_found_in_again() -> None:
    given = {"time": SECOND, "track": {"artists": ["Ferry Lights", "Pier, Choir"], "title": "Harbour"}}
    (play,) = Found({"status": "ok", "list": [given]}).plays
    assert (play["source"], play["artistName"]) == ("maloja", "Ferry Lights feat. Pier, Choir")


def test_rows_that_apple_left_empty_are_passed_over() -> None:
    rows = f"Roads,Dummy,,{AT},,PLAY_END,1\n,,,{AT},,LYRIC_DISPLAY,\nRoads,Dummy,Portishead,,{AT},PLAY_END,1\n"
    found = Found(APPLE + rows)
    assert [(play["playedAt"], play["playedAtMeans"]) for play in found.plays] == [(AT, "end")]
    assert (found.refused, sum(found.passed_over.values())) == ([], 2)


def test_videos_and_what_was_removed_from_youtube_are_no_plays() -> None:
    rows = [WATCHED | {"header": "YouTube", "subtitles": [{"name": "x"}]}, WATCHED | {"title": "Watched https://x"}]
    assert Found(rows).passed_over == {"video": 1, "removed video": 1}
    (play,) = Found([WATCHED | {"title": "Roads angesehen", "subtitles": [{"name": "Portishead"}]}]).plays
    assert play["trackName"] == "Roads"


def test_half_an_xml_gives_its_whole_tracks_and_says_that_it_is_cut_off() -> None:
    found = Found(XML.partition("</recenttracks>")[0] + "<track><artist>Portis")
    assert (len(found.plays), found.passed_over) == (1, {"playing now": 1})
    assert found.summary.unread is not None
    assert "cut off" in found.summary.unread.reason


def test_an_xml_that_grows_without_bounds_is_not_read() -> None:
    found = Found('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + XML.partition("?>")[2])
    assert found.plays == []
    assert found.summary.unread is not None


def test_skips_on_a_player_are_skips_and_files_without_tags_no_plays() -> None:
    rows = f"#AUDIOSCROBBLER/1.1\nA\tB\tC\t1\t2\tS\t{SECOND}\n<Untagged>\t\tC\t1\t2\tL\t{SECOND}\nA\tB\tC\t1\t2\tL\n"
    found = Found(rows)
    assert ([play["skipped"] for play in found.plays], found.passed_over) == ([True], {"track without tags": 1})
    assert found.refused == [(4, None, "6 columns in place of 7")]


def test_the_secrets_are_in_the_examples_at_all() -> None:
    text = json.dumps(EXAMPLES, ensure_ascii=False)
    assert {"84.12.7.99", "secretname", "Ada's iPhone"} <= {secret for secret in SECRETS if secret in text}


def test_lines_of_json_that_are_cut_off_say_so() -> None:
    row = json.dumps(WHO | {"timestamp": SECOND})
    found = Found(f"{row}\n{row[:20]}")
    assert (len(found.plays), found.refused) == (1, [(2, None, "not JSON: Input data was truncated")])
    assert found.summary.unread is not None


@pytest.mark.parametrize("column", ["time", "artist", "track", "album"])
def test_the_headings_that_the_page_promises_are_known(column: str) -> None:
    page_text = (ROOT / "docs/histories.md").read_text("utf-8")
    (row,) = re.findall(rf"^\| {column} \| (.+) \|$", page_text, re.MULTILINE)
    headings = re.findall(r"`([^`]+)`", row)
    assert headings
    assert [heading for heading in headings if MEANINGS.get(plain(heading)) != column] == []
