"""``linernotes import plays``: whatever history people hold, in whatever state it is."""

import gzip
import io
import json
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from linernotes.sandbox import Generated, write_history
from linernotes.sandbox.world.listening import Listener
from tests.laptop import Laptop, play_of
from tests.samples import ID
from tests.sources.found import NOTHING, SECRETS, entry, old_entry, zipped
from tests.sources.test_lastfm import TRACK, page
from tests.sources.test_listenbrainz import LISTEN
from tests.sources.test_scrobbles_csv import PLAIN

ACCOUNT = {"endTime": "2024-01-05 13:37", "artistName": "Portishead", "trackName": "Roads", "msPlayed": 305_000}
COUNT = "select count(*) from {lake}.lake_plays__normalized_plays"
KEPT = "select count(*) from {lake}.lake_plays__stg_plays"


@pytest.fixture
def laptop(importer: Laptop) -> Laptop:
    """Nobody has built a hub on this machine: an import needs none."""
    return importer


def hours(number: int, **more: Any) -> list[dict[str, Any]]:
    return [entry(ts=f"2019-03-{1 + hour // 24:02}T{hour % 24:02}:00:00Z", **more) for hour in range(number)]


def spotify_zip(**files: Any) -> bytes:
    """A zip as Spotify sends it, with what belongs to it beside the plays."""
    folder = "Spotify Extended Streaming History"
    plays = {f"{folder}/{name}.json": json.dumps(content).encode() for name, content in files.items()}
    return zipped({f"{folder}/ReadMeFirst_ExtendedStreamingHistory.pdf": b"%PDF-1.4", **plays})


def everything_written(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_a_zip_is_imported_and_told_of_file_by_file(laptop: Laptop) -> None:
    path = laptop.write("my.zip", spotify_zip(Streaming_History_Audio_2019_0=hours(30), endsong_0=[old_entry()]))
    said = laptop("import", "plays", path)
    assert said.code == 0, said.err
    name = "my.zip/.../Streaming_History_Audio_2019_0.json"
    told = "Spotify extended streaming history, 30 plays of 1 artist, 2019-03-01 to 2019-03-02"
    assert f"{name}: {told}\n" in said.err
    assert "no plays found in 1 file: ReadMeFirst_ExtendedStreamingHistory.pdf" in said.err
    assert (
        "imported 30 new plays, already known 0, there more than once 1, rejected 0\nnext: linernotes plan" in said.err
    )
    assert (laptop.value(COUNT), laptop.value(KEPT)) == (31, 30)  # one of them stands in both files


def test_every_format_is_told_by_its_content_whatever_it_is_called(laptop: Laptop) -> None:
    contents = {
        "a.json": json.dumps([entry()]),
        "b.json": json.dumps([ACCOUNT]),
        "c.json": json.dumps(page([TRACK])),
        "d.txt": PLAIN,
        "e.log": json.dumps(LISTEN) + "\n",
        "f": json.dumps({"items": [play_of(ID, "2026-11-20T10:00:00Z")]}),
        "Userdata.json": json.dumps({"email": "ada@example.org", "username": "secretname"}),
    }
    folder = laptop.home.parent / "mine"
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")
    said = laptop("import", "plays", folder)
    assert said.code == 0, said.err
    rows = laptop.rows("select source, playedAtMeans as means from {lake}.lake_plays__stg_plays order by source")
    means = {"csv": "start", "lastfm": "start", "listenbrainz": "start"}
    means |= {"spotify_account": "end", "spotify_extended": "end"}
    assert {row["source"]: row["means"] for row in rows} == means
    assert laptop.value("select count(*) from {lake}.lake_spotify__normalized_recently_played") == 1
    assert "no plays found in 1 file: Userdata.json" in said.err


@pytest.mark.parametrize("bad", [0, 1])
def test_what_is_new_known_and_rejected_adds_up_to_what_was_read(bad: int, laptop: Laptop) -> None:
    rows = [*hours(40), *[entry(ts="soon")] * bad]
    laptop("import", "plays", laptop.write("a.json", json.dumps(rows[:25])))
    path = laptop.write("b.json", json.dumps(rows))
    assert f"imported 15 new plays, already known 25, rejected {bad}\nnext: " in laptop("import", "plays", path).err
    known = laptop("import", "plays", path, laptop.write("c.json", json.dumps([*rows, *rows[:1]]))).err
    assert f"imported 0 new plays, already known 80, there more than once 1, rejected {bad}" in known


def test_exports_to_the_minute_and_to_the_second_may_overlap(laptop: Laptop, built_home: Path) -> None:
    laptop.take_over(built_home)
    rows = [f"Portishead,Roads,2024-01-05 12:{minute}:{{}}" for minute in range(20, 24)]
    for name, second in (("minutes.csv", "00"), ("seconds.csv", "02")):
        content = "\n".join(["artist,track,date", *(row.format(second) for row in rows)])
        laptop("import", "plays", laptop.write(name, content), "--time-zone", "Europe/Berlin")
    assert laptop.make_tables().code == 0
    assert laptop.value("select count(*) from {hub}.hub_music__svc_fact_plays") == 4


def test_a_time_that_came_twice_counts_once_beside_a_source_that_knows_which(laptop: Laptop, built_home: Path) -> None:
    laptop.take_over(built_home)
    known = entry(ts="2025-10-26T01:20:00Z", ms_played=240_000)
    laptop("import", "plays", laptop.write("a.json", json.dumps([known])))
    artist, track = known["master_metadata_album_artist_name"], known["master_metadata_track_name"]
    path = laptop.write("b.csv", f"artist,track,date\n{artist},{track},2025-10-26 02:16:00\n")
    said = laptop("import", "plays", path, "--time-zone", "Europe/Berlin")
    assert "1 of its times lies in an hour that came twice when clocks went back" in said.err
    assert laptop.make_tables().code == 0
    assert laptop.value("select count(*) from {hub}.hub_music__svc_fact_plays") == 1


def test_the_next_step_may_be_to_build_the_tables_alone(laptop: Laptop) -> None:
    said = laptop("import", "plays", laptop.write("a.json", json.dumps(hours(1))))
    assert "next: linernotes plan shows what a run would do" in said.err
    assert "linernotes transform only builds them" in said.err


@pytest.mark.parametrize("name", ["export.csv", "export.jsonl", "export.parquet", "export.duckdb"])
def test_a_table_with_columns_of_its_own_is_pointed_to_from_table(name: str, tmp_path: Path) -> None:
    machine, path = Laptop(tmp_path / "home"), tmp_path / name
    with duckdb.connect(str(path) if path.suffix == ".duckdb" else ":memory:") as connection:
        connection.execute(
            "create table bq as select timestamp '2024-03-01' as moment, 'Roads' as what, 'Portishead' as who"
        )
        if path.suffix != ".duckdb":
            form = "json" if path.suffix == ".jsonl" else path.suffix[1:]
            connection.execute(f"copy bq to '{path}' (format {form}{', header' * (form == 'csv')})")
    said = machine("import", "plays", "--dry-run", path)
    mapped = " --map playedAt=COLUMN,trackName=COLUMN,artistName=COLUMN; its columns: moment, what, who"
    told = ":SCHEMA.TABLE; its tables: main.bq" if path.suffix == ".duckdb" else mapped
    assert said.code == 4
    assert f"if these are plays: linernotes import plays --from-table {path}{told}" in said.complaint


def test_of_a_file_that_is_no_history_nothing_is_kept(laptop: Laptop) -> None:
    path = laptop.write("Userdata.json", json.dumps({"email": "ada@example.org", "username": "secretname"}))
    assert laptop("import", "plays", path).code == 4
    assert laptop.value("select raw from {lake}.lake_ops__rejects") in ("", None)
    for file in laptop.home.rglob("*"):
        assert not file.is_file() or b"secretname" not in file.read_bytes(), file


def test_a_zip_whose_name_speaks_of_videos_holds_music_all_the_same(laptop: Laptop, tmp_path: Path) -> None:
    path = tmp_path / "My_Video_and_Audio.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Streaming_History_Audio_2023.json", json.dumps([entry()]))
        archive.writestr("Streaming_History_Video_2023.json", json.dumps([entry(ts="2023-01-01T00:00:00Z")]))
    assert laptop("import", "plays", path).code == 0
    assert laptop.value("select count(*) from {lake}.lake_plays__stg_plays") == 1


def test_a_list_of_pages_that_is_cut_off_stops_no_other_file(laptop: Laptop, tmp_path: Path) -> None:
    torn = json.dumps([[TRACK, TRACK], [TRACK]])[:-30]
    (tmp_path / "torn.json").write_text(torn)
    (tmp_path / "whole.json").write_text(json.dumps(page([TRACK])))
    said = laptop("import", "plays", tmp_path / "torn.json", tmp_path / "whole.json")
    assert "Traceback" not in said.err
    assert laptop.value("select count(*) from {lake}.lake_plays__stg_plays") == 1


def test_nothing_private_is_written_anywhere(laptop: Laptop) -> None:
    torn = json.dumps([old_entry()])[:-200].encode()
    bad = entry(ms_played=-1), old_entry(ts="1970-01-01T00:00:00Z"), entry(ts="soon")
    path = laptop.write("my.zip", zipped({"a.json": json.dumps([entry(), *bad]).encode(), "b.json": torn}))
    assert laptop("import", "plays", path).code == 4
    assert len(laptop.rejects()) == 4
    written = everything_written(laptop.home)
    assert b"Portishead" in written
    assert [secret for secret in SECRETS if secret.encode() in written] == []


def test_a_second_import_adds_nothing_in_whatever_way_the_files_come(laptop: Laptop) -> None:
    path = laptop.write("my.zip", spotify_zip(a=hours(3), b=hours(2, ms_played=5)))
    laptop("import", "plays", path)
    unpacked = laptop.home.parent / "unpacked"
    shutil.unpack_archive(path, unpacked)
    renamed = laptop.write("renamed.zip", path.read_bytes())
    for again in (path, unpacked, renamed):
        said = laptop("import", "plays", again)
        assert said.code == 0, said.err
        assert "already imported: 2 files: " in said.err
        assert "imported 0 new plays, already known 5, rejected 0" in said.err
    assert (laptop.value(COUNT), len(laptop.lake("plays/landing"))) == (5, 0)


def test_what_was_imported_is_still_known_after_a_rebuild_as_long_as_the_archive_has_it(laptop: Laptop) -> None:
    lost, kept = (laptop.write(f"{plays}.zip", spotify_zip(a=hours(plays))) for plays in (3, 5))
    laptop("import", "plays", lost)
    archived = [*(laptop.home / "lake/plays/archive").glob("*_plays.jsonl")]
    laptop("import", "plays", kept)
    for landed in archived:
        landed.unlink()
    assert "1 archived file is missing or damaged" in laptop("rebuild").complaint
    assert laptop("rebuild", "--accept-loss").code == 0
    assert "already known 5" in laptop("import", "plays", kept).err
    assert "3 plays of 1 artist" in laptop("import", "plays", lost).err  # not known by its name alone
    assert (laptop.value(COUNT), laptop.value(KEPT)) == (8, 5)


def test_a_killed_import_leaves_the_tables_of_an_undisturbed_one(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linernotes.runs.imports.histories.PART_LINES", 10)
    monkeypatch.setattr("linernotes.runs.imports.histories.BLOCK_LINES", 2)
    path = laptop.write("my.zip", spotify_zip(a=[*hours(23), entry(ms_played=-1)], b=hours(40, ms_played=5)))

    def dies(*_: object) -> None:
        raise KeyboardInterrupt  # what is on disk is what a kill leaves: nothing is tidied up after it

    with monkeypatch.context() as killed:
        killed.setattr("linernotes.landing.spool.shutil.rmtree", lambda *_, **__: None)
        killed.setattr("linernotes.runs.imports.histories.Import.finish", dies)
        assert laptop("import", "plays", path).code != 0
    assert [*(laptop.home / "scratch").rglob("*.spool")], "a part was under way"
    said = laptop("import", "plays", path)
    assert "recovered" not in said.err
    assert "loaded 60 lines left in landing/" in said.err
    assert "imported 4 new plays, already known 59, rejected 1" in said.err  # together what stands in the zip
    assert (laptop.value(COUNT), laptop.value(KEPT), len(laptop.rejects())) == (63, 63, 1)
    assert not (laptop.home / "scratch").exists()


def test_a_length_no_calendar_has_is_one_bad_row_and_stops_nothing(laptop: Laptop, built_home: Path) -> None:
    laptop.take_over(built_home)
    rows = [*hours(40), entry(ts="2019-05-01T12:00:00Z", ms_played=10**18)]
    assert laptop("import", "plays", laptop.write("mine.json", json.dumps(rows))).code == 0
    assert [(reject["field"], reject["line"]) for reject in laptop.rejects()] == [("ms_played", 41)]
    assert laptop.value("select count(*) from {hub}.hub_music__int_track_mentions") == 1


def test_another_file_of_the_same_size_is_another_file(laptop: Laptop) -> None:
    for name in ("Roads", "Dummy"):
        path = laptop.write("mine.json", json.dumps(hours(3, master_metadata_track_name=name)))
        assert "3 plays of 1 artist" in laptop("import", "plays", path).err


def test_exports_that_overlap_have_each_play_once(laptop: Laptop) -> None:
    old = [old_entry(ts=each["ts"]) for each in hours(6)]
    laptop("import", "plays", laptop.write("old.zip", spotify_zip(endsong_0=old)))
    laptop("import", "plays", laptop.write("new.zip", spotify_zip(Streaming_History_Audio_2019=hours(9))))
    assert (laptop.value(COUNT), laptop.value(KEPT)) == (15, 9)


def test_each_bad_thing_is_named_and_rejected_and_stops_nothing(laptop: Laptop) -> None:
    inner = {
        "good.json": json.dumps(hours(40)).encode(),
        "half.json": json.dumps(hours(3)).encode()[:-30],
        "bomb.json": b"[" + b" " * (8 << 20),
        "odd.json": json.dumps([*hours(40), entry(ts="1970-01-01T00:00:00Z")]).encode(),
        "Streaming_History_Video_1.json": json.dumps(hours(2)).encode(),
    }
    said = laptop("import", "plays", laptop.write("my.zip", zipped(inner)))
    assert said.code == 4
    assert laptop.value(COUNT) == 82
    assert [(reject["file"], reject["line"], reject["field"], reject["reason"]) for reject in laptop.rejects()] == [
        ("my.zip/bomb.json", 1, None, "expands to more than 200 times its size"),
        ("my.zip/half.json", 3, None, "not JSON: Input data was truncated"),
        ("my.zip/odd.json", 41, "ts", "is before 2002"),
    ]
    told = "import plays: my.zip/half.json: truncated at row 3, my.zip/bomb.json: expands to more than 200 times"
    assert told in said.complaint
    assert "odd.json: Spotify extended streaming history" in said.err
    assert "skipped: 1 x ts: is before 2002 (first in row 41)" in said.err
    assert "skipped: 2 x video" in said.err
    laptop("import", "plays", laptop.home.parent / "my.zip")
    assert (laptop.value(COUNT), len(laptop.rejects())) == (82, 3)


def test_half_a_zip_is_told_of_and_rejected(laptop: Laptop) -> None:
    path = laptop.write("my.zip", spotify_zip(a=hours(3))[:-30])
    said = laptop("import", "plays", path, laptop.write("good.json", json.dumps(hours(2))))
    assert (said.code, laptop.value(COUNT)) == (4, 2)
    told = "linernotes: import plays: my.zip: the zip is damaged or truncated; copy it again"
    assert said.complaint.startswith(told)
    assert "my.zip: skipped: the zip is damaged or truncated" in said.err
    assert [reject["file"] for reject in laptop.rejects()] == ["my.zip"]


def test_a_long_file_that_is_cut_off_is_told_of_however_much_of_it_is_good(laptop: Laptop) -> None:
    said = laptop("import", "plays", laptop.write("half.json", json.dumps(hours(60))[:-30]))
    assert (said.code, laptop.value(COUNT)) == (4, 59)
    assert "half.json: truncated at row 60; copy it again" in said.complaint


def test_a_list_that_ends_between_two_rows_is_cut_off_too(laptop: Laptop) -> None:
    text = json.dumps(hours(60))
    said = laptop("import", "plays", "--dry-run", laptop.write("half.json", text[: text.rindex("}, {") + 2]))
    assert (said.code, "half.json: truncated at row 60; copy it again" in said.complaint) == (4, True)


def test_a_file_nobody_can_read_hides_no_bad_one(laptop: Laptop) -> None:
    paths = [laptop.write("letter.txt", "Dear Ada,\n"), laptop.write("bad.json", json.dumps(hours(2, ms_played=-1)))]
    said = laptop("import", "plays", "--dry-run", *paths)
    assert "letter.txt: not a supported listening history; more than 5 % bad rows in bad.json; " in said.complaint
    assert "linernotes rejects" not in said.complaint  # a dry run keeps none of them
    imported = laptop("import", "plays", *paths)
    assert imported.complaint.endswith("linernotes rejects lists the bad rows")


def test_a_folder_without_any_history_says_so(laptop: Laptop) -> None:
    path = laptop.write("other.zip", zipped({"Userdata.json": b'{"email": "ada@example.org"}', "x.png": b"\0\1"}))
    for options in ((), ("--dry-run",)):
        said = laptop("import", "plays", path, *options)
        assert (said.code, "no listening history found in" in said.complaint) == (4, True)


def test_a_dry_run_tells_what_is_in_it_and_writes_nothing(laptop: Laptop, tmp_path: Path) -> None:
    podcast = entry(**NOTHING, spotify_episode_uri="spotify:episode:1")
    path = laptop.write("my.zip", spotify_zip(a=[*hours(30), podcast, entry(ms_played=-1)]))
    nowhere = Laptop(tmp_path / "nowhere")
    said = nowhere("import", "plays", "--dry-run", "--format", "json", path)
    assert said.code == 0, said.err
    found = {"from": "2019-03-01", "to": "2019-03-02", "plays": 30, "artists": 1, "passedOver": 1, "rejected": 1}
    why = "1 x podcast; 1 x ms_played: Expected `int` >= 0 (first in row 32)"
    name, form = "my.zip/Spotify Extended Streaming History/a.json", "Spotify extended streaming history"
    assert said.rows == [
        {"file": name, "format": form, **found, "why": why},
        {"file": "all", "format": None, **found, "why": None},
    ]
    assert not nowhere.home.exists()


def test_a_dry_run_fits_a_terminal(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("linernotes.cli.console.is_terminal", lambda: True)
    podcast = entry(**NOTHING, spotify_episode_uri="spotify:episode:1")
    files = {"Streaming_History_Audio_2019-2020_3": [*hours(30), podcast], "endsong_0": hours(3)}
    said = laptop("import", "plays", "--dry-run", laptop.write("my.zip", spotify_zip(**files)))
    title, *table, note = said.out.splitlines()
    assert title.strip() == "contents: Spotify extended streaming history"
    assert [line.split() for line in table if line.lstrip().startswith(("Stream", "endsong", "all"))] == [
        ["Streaming_History_Audio_2019-2020_3", "2019-03", "2019-03", "30", "1", "1"],
        ["endsong_0", "2019-03", "2019-03", "3", "1", "0"],
        ["all", "2019-03", "2019-03", "33", "1", "1"],
    ]
    assert note == "my.zip/.../Streaming_History_Audio_2019-2020_3.json: skipped: 1 x podcast"


def test_a_dry_run_tells_of_a_file_that_nobody_can_read_and_goes_on(laptop: Laptop) -> None:
    paths = [laptop.write("letter.txt", "Dear Ada,\n"), laptop.write("mine.json", json.dumps(hours(2)))]
    said = laptop("import", "plays", "--dry-run", "--format", "json", *paths)
    assert [(row["format"], row["plays"], row["rejected"]) for row in said.rows] == [
        (None, 0, 1),
        ("Spotify extended streaming history", 2, 0),
        (None, 2, 1),
    ]
    told = "import plays: letter.txt: not a supported listening history; docs/histories.md and linernotes import"
    assert (said.code, told in said.complaint) == (4, True)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_may_be_packed_and_may_come_from_standard_input(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch, pack: Any
) -> None:
    text = json.dumps(hours(3)).encode()
    assert laptop("import", "plays", laptop.write("mine.json", pack(text))).code == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    said = laptop("import", "plays", "-")
    assert (said.code, laptop.value(COUNT)) == (0, 3), said.err


def test_large_histories_land_in_bounded_parts(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linernotes.runs.imports.histories.PART_LINES", 10)
    monkeypatch.setattr("linernotes.runs.imports.histories.BLOCK_LINES", 5)
    path = laptop.write("my.zip", spotify_zip(a=hours(23), b=hours(4, ms_played=5), c=[entry(ts="soon")]))
    assert laptop("import", "plays", path).code == 4
    archived = laptop.home / "lake/plays/archive"
    assert sorted(len(each.read_bytes().splitlines()) for each in archived.glob("*_plays.jsonl")) == [8, 10, 10]
    assert "already known 27" in laptop("import", "plays", path).err


def test_a_year_of_an_invented_listener_is_taken_whole(laptop: Laptop, catalogue: Generated, tmp_path: Path) -> None:
    path = tmp_path / "history.zip"
    write_history(path, catalogue, 17_000)
    said = laptop("import", "plays", path)
    assert said.code == 0, said.err
    assert laptop.rejects() == []  # rows that Spotify itself left without a name are passed over
    assert "x play without a name in the export" in said.err
    assert 16_500 < laptop.value(KEPT) < 17_000
    rows = laptop.rows("select distinct artistName as name from {lake}.lake_plays__stg_plays")
    circle = {track.album.artists[0].name for tracks in Listener(catalogue).repertoire() for track in tracks}
    assert {row["name"] for row in rows} <= circle
    assert b"203.0.113." not in everything_written(laptop.home)


def test_a_file_that_nobody_understands_is_named_and_what_stands_beside_it_is_read(laptop: Laptop) -> None:
    unknown = json.dumps([{"performerName": "x", "songLabel": "y", "momentListened": "z"}]).encode()
    loved = json.dumps({"lovedtracks": {"track": [TRACK]}}).encode()
    files = {"a.json": json.dumps(hours(2)).encode(), "b.json": unknown, "loved.json": loved, "c.txt": b"Dear Ada"}
    said = laptop("import", "plays", "--dry-run", laptop.write("my.zip", zipped(files)))
    assert said.code == 4
    assert "my.zip/b.json: looks like a listening history, but its columns or fields are not known" in said.complaint
    assert "my.zip/loved.json: skipped: a list of loved tracks, not of plays\n" in said.err
    assert "no plays found in 1 file: c.txt" in said.err
    assert "\na\t2019-03\t2019-03\t2\t1\t0\n" in said.out


def test_times_without_a_zone_are_told_of_and_read_in_another_one(laptop: Laptop) -> None:
    path = laptop.write("local.csv", "track,artist,time\nRoads,Portishead,2021-04-01 12:42:53\n")
    said = laptop("import", "plays", path)
    assert "local.csv: times without a zone were read as UTC; --time-zone Europe/Berlin reads them" in said.err
    assert "already imported" in laptop("import", "plays", path).err
    berlin, utc = ("--time-zone", "Europe/Berlin"), ("--time-zone", "UTC")
    for options, hour, words in (
        (berlin, 10, "read as Europe/Berlin; this replaces its import as UTC"),
        ((), 10, "already imported, read as Europe/Berlin, and kept that way"),
        (utc, 12, "read as UTC; this replaces its import as Europe/Berlin"),
        (berlin, 10, "read as Europe/Berlin; this replaces its import as UTC"),
        (berlin, 10, "already imported: 1 file: local.csv"),
    ):
        assert words in laptop("import", "plays", *options, path).err
        rows = laptop.rows("select playedAt as at from {lake}.lake_plays__stg_plays")
        assert [row["at"].isoformat() for row in rows] == [f"2021-04-01T{hour}:42:53"]
    said = laptop("import", "plays", "--time-zone", "Berlin", path)
    assert (said.code, "'Berlin' is not a time zone; use a name such as Europe/Berlin" in said.complaint) == (2, True)


def test_no_name_of_an_account_is_written_anywhere(laptop: Laptop) -> None:
    table = "Artist;Album;AlbumId;Track;Date#secretname\n"
    rows = "Portishead;;;Roads;1732276500000\n;;;secretname;1732276500000\n"
    said = laptop("import", "plays", laptop.write("lastfmstats-secretname.csv", "\ufeff" + (table + rows) * 2))
    assert (said.code, len(laptop.rejects())) == (4, 2)
    assert b"secretname" not in everything_written(laptop.home)
