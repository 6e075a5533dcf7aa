"""What went wrong in other systems of this kind must not go wrong in ours."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from linernotes.config.settings import shipped_folder
from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.storage.lakes.folder import FolderLake
from tests.laptop import PORTRAIT, Laptop, play_of, portraits
from tests.samples import artist, lines
from tests.test_contracts import KEYS, attributes_read

Ids = Callable[[int], list[str]]


def test_enrichment_reaches_the_hub_when_no_new_plays_arrive(online: Laptop, artists: Ids) -> None:
    online("import", "plays", online.plays(*artists(60)))
    online("run", "--mode", "backfill", "--limit", "50")
    assert sum(row["enrichmentStatus"] == "enriched" for row in online.dimension().values()) == 50
    assert online("run", "--mode", "backfill").code == 0
    assert all(row["enrichedAt"] for row in online.dimension().values())


def test_an_instant_with_an_offset_is_not_stored_as_if_it_were_utc(laptop: Laptop, artists: Ids) -> None:
    (key,) = artists(1)
    laptop.drop(lines(artist(key, enrichedAt="2026-11-01T00:30:00+01:00")))
    plays = laptop.write("plays.jsonl", json.dumps(play_of(key, "2026-11-01T09:00:00+09:30")))
    assert laptop("import", "plays", plays).code == 0
    enriched_at = laptop.value("select enrichedAt from {lake}.lake_spotify__stg_artist_enrichment")
    asked_at = laptop.value("select attemptedAt from {lake}.lake_ops__attempts")
    played_at = laptop.value("select playedAt from {lake}.lake_spotify__stg_recently_played")
    assert enriched_at == asked_at == datetime(2026, 10, 31, 23, 30)  # noqa: DTZ001 - DuckDB's instants are naive UTC
    assert played_at == datetime(2026, 10, 31, 23, 30)  # noqa: DTZ001


def test_an_empty_table_does_not_keep_its_first_rows_out(laptop: Laptop, artists: Ids) -> None:
    (key,) = artists(1)
    for table in ("lake_spotify__svc_artist_enrichment", "lake_spotify__svc_recently_played"):
        assert laptop.value(f"select count(*) from {{lake}}.{table}") == 0
    laptop.drop(lines(artist(key)))
    laptop("import", "plays", laptop.plays(key))
    assert laptop.make_tables().code == 0
    for table in ("lake_spotify__svc_artist_enrichment", "lake_spotify__svc_recently_played"):
        assert laptop.value(f"select count(*) from {{lake}}.{table}") == 1


def test_a_file_with_an_old_date_is_not_passed_over_when_it_is_loaded_late(laptop: Laptop, artists: Ids) -> None:
    early, late = artists(2)
    laptop.drop(lines(artist(late, enrichedAt="2026-11-20T00:00:00Z")))
    laptop.make_tables()
    old = lines(artist(early, enrichedAt="2026-01-01T00:00:00Z"), artist(late, artistName="An older name"))
    laptop.drop(old, "20260101T000000Z_0123456789ab-00001-0123456789abcdef_artist_enrichment.jsonl")
    assert laptop.make_tables().code == 0
    assert laptop.dimension()[early]["artistName"] == "ABBA"
    assert laptop.dimension()[late]["artistName"] == "ABBA"


@pytest.mark.parametrize(
    ("faults", "code", "words"),
    [
        ("credentials=refused", 3, "SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET were rejected"),
        ("expire=1", 3, "the access token was rejected, even after renewal"),
        ("premium=no", 3, "Premium"),
        ("5xx=1", 1, "every call failed"),
        ("truncated=1", 1, "every call failed"),
        ("429=1,retry_after=90", 0, "partial: spotify: rate limited"),
        ("quota=0", 0, "partial: spotify: quota used up"),
    ],
)
def test_no_refusal_and_no_breakdown_passes_for_an_empty_answer(
    online: Laptop, sandbox: Sandbox, artists: Ids, faults: str, code: int, words: str
) -> None:
    online("import", "roster", online.roster(*artists(5)))
    sandbox.faults = Faults.parse(faults)
    said = online("extract", "spotify", "--mode", "backfill")
    assert said.code == code, said.err
    assert words in said.err
    online("ingest")
    assert not {outcome for _, outcome, _ in online.outcomes()} & {"found", "not_found"}
    assert online.waits() == 5


def test_what_is_enriched_can_be_asked_again(
    online: Laptop, sandbox: Sandbox, artists: Ids, travel: Callable[[float], None]
) -> None:
    online("import", "roster", online.roster(*artists(60)))
    travel(-100)
    online("extract", "spotify", "--mode", "backfill", "--limit", "40")
    travel(-10)
    online("extract", "spotify", "--mode", "backfill")
    travel(0)
    online("ingest")
    sandbox.reset()
    assert online("extract", "spotify", "--mode", "refresh", "--older-than", "90d").code == 0
    assert len(sandbox.calls(asked=True)["asked"]) == 40


def test_an_artist_missed_in_its_window_is_asked_later(
    online: Laptop, sandbox: Sandbox, artists: Ids, travel: Callable[[float], None]
) -> None:
    travel(-30)
    online("import", "roster", online.roster(*artists(8)))
    online("extract", "spotify", "--limit", "5")
    travel(0)
    online("ingest")
    assert online("extract", "spotify").code == 0
    assert sandbox.calls(asked=True)["asked"] == dict.fromkeys(artists(8), 1)


def test_a_deleted_artist_is_not_asked_for_again_and_again(
    online: Laptop, sandbox: Sandbox, fated: Callable[[str, int], list[str]], travel: Callable[[float], None]
) -> None:
    (deleted,) = fated("deleted", 1)
    travel(-200)
    online("import", "roster", online.roster(deleted))
    asked = []
    for day in (-200, -199, -171, -169, -100, -80, -78, 0):
        travel(day)
        online("extract", "spotify", "--mode", "backfill")
        online("ingest")
        asked.append(sandbox.calls(asked=True)["asked"][deleted])
    assert asked == [1, 1, 1, 2, 2, 2, 3, 3]
    assert online.outcomes() == [(deleted, "not_found", "not_found")] * 3


def test_a_dry_run_logs_in_nowhere_and_changes_nothing(online: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(12)))
    before = (online.home / "warehouse.duckdb").read_bytes()
    said = online("run", "--mode", "backfill", "--dry-run")
    assert said.code == 0
    assert "12 artists to fetch in 1 call\n" in said.out
    assert sum(key in said.out for key in artists(12)) == 10
    assert online("plan", "--mode", "backfill").code == 0
    assert sandbox.calls()["total"] == 0
    assert (online.home / "warehouse.duckdb").read_bytes() == before
    assert not any((online.home / "lake/spotify/landing").iterdir())


def test_no_table_waits_for_another_that_waits_for_it(laptop: Laptop, artists: Ids) -> None:
    assert laptop("import", "roster", laptop.roster(*artists(3))).code == 0
    assert laptop.waits() == 3
    assert laptop.value("select count(*) from {lake}.lake_spotify__svc_artist_enrichment") == 0
    assert laptop.value("select count(*) from {hub}.hub_music__svc_enrichment_queue where provider = 'spotify'") == 3


def test_one_bad_record_blocks_nothing(laptop: Laptop, artists: Ids) -> None:
    first, second, third = artists(3)
    laptop.drop(lines(artist(first), artist(second, popularity="loud")) + b"{ torn\n", "a_artist_enrichment.jsonl")
    laptop.drop(b"\0\0\0", "b_artist_enrichment.jsonl")
    laptop.drop(lines(artist(second)), "c_artist_enrichment.jsonl")
    assert laptop("ingest").code == 4
    assert set(laptop.answers()) == {first, second}
    laptop.drop(lines(artist(third)))
    assert laptop("ingest").code == 0
    assert set(laptop.answers()) == {first, second, third}


def test_a_rejected_line_is_not_only_logged(laptop: Laptop, artists: Ids) -> None:
    laptop.drop(lines(*map(artist, artists(20))) + b'{"artistId":"?"}\n')
    said = laptop("ingest")
    assert said.code == 0
    assert said.err.count("1 of 21 landed lines rejected, see: linernotes rejects") == 1
    (reject,) = laptop.rejects()
    assert (reject["file"], reject["line"], reject["raw"]) == ("mine_artist_enrichment.jsonl", 21, '{"artistId":"?"}')
    assert reject["reason"]


def test_a_crash_between_load_and_archive_loads_nothing_twice(
    laptop: Laptop, artists: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.drop(lines(*map(artist, artists(3))))
    with monkeypatch.context() as crash:
        crash.setattr(FolderLake, "archive", _crash)
        assert laptop("ingest").code == 130
    assert laptop.lake("spotify/landing") == ["mine_artist_enrichment.jsonl"]
    assert len(laptop.answers()) == 3
    said = laptop("ingest")
    assert said.code == 0
    assert "already known 3" in said.err
    assert len(laptop.answers()) == len(laptop.outcomes()) == 3
    assert laptop.lake("spotify/landing") == []
    assert len(laptop.lake("spotify/archive")) == 1


def test_no_setting_stands_in_the_configuration_and_is_read_by_nobody() -> None:
    assert not {key for _, key in KEYS} - attributes_read()


@pytest.mark.parametrize("file", ["environments.yaml", "providers/spotify.yaml", "datasets/roster/artists.yaml"])
def test_a_setting_that_nobody_reads_is_refused(laptop: Laptop, tmp_path: Path, file: str) -> None:
    copy = _copied_configs(tmp_path)
    text = (copy / file).read_text(encoding="utf-8").replace("\n  lake_dataset:", "\n  pursecond: 3\n  lake_dataset:")
    (copy / file).write_text(text if "pursecond" in text else text + "pursecond: 3\n", encoding="utf-8")
    said = laptop("coverage", LINERNOTES_CONFIGS=str(copy))
    assert said.code == 2
    assert "pursecond" in said.complaint


def test_namesakes_do_not_get_each_others_data(online: Laptop, artists: Ids, catalogue: Generated) -> None:
    rows = "".join(f"{key},Nirvana\n" for key in artists(3))
    online("import", "roster", online.write("roster.csv", f"artistId,artistName\n{rows}"))
    assert online("run").code == 0
    held = {key: tuple(row[column] for column in PORTRAIT) for key, row in online.dimension().items()}
    assert held == portraits(catalogue, artists(3))


def test_an_answer_with_a_gap_gives_nobody_anothers_data(
    online: Laptop, sandbox: Sandbox, artists: Ids, catalogue: Generated
) -> None:
    first, *others = artists(20)
    online("import", "roster", online.roster(first, *others))
    sandbox.faults = Faults(short=1)
    assert online("extract", "spotify").code == 0
    online("ingest")
    assert len(online.answers()) == 19
    assert online.answers() == portraits(catalogue, online.answers())
    assert [reason for _, outcome, reason in online.outcomes() if outcome == "failed"] == ["unanswered"]


def test_images_are_not_picked_by_their_place_but_by_their_size(laptop: Laptop, artists: Ids) -> None:
    (key,) = artists(1)
    widths = (64, None, 640, 300)
    images = [{"url": f"https://i/{width}", "width": width, "height": width} for width in widths]
    laptop.drop(lines(artist(key, images=images)))
    assert laptop.make_tables().code == 0
    row = laptop.dimension()[key]
    sizes = [row["imageUrlLarge"], row["imageUrlMedium"], row["imageUrlSmall"]]
    assert sizes == ["https://i/640", "https://i/300", "https://i/64"]


def test_nothing_that_an_artist_is_called_is_run(laptop: Laptop, artists: Ids) -> None:
    names = [
        "'); drop table lake_ops__runs; --",
        "{{ env_var('PATH') }}",
        "{lake}",
        "$provider",
        '"; select 1; --',
        "%s",
    ]
    ids = artists(len(names))
    imported = "".join(json.dumps({"id": key, "name": name}) + "\n" for key, name in zip(ids, names, strict=True))
    assert laptop("import", "roster", laptop.write("roster.jsonl", imported)).code == 0
    assert laptop.make_tables().code == 0
    held = laptop.dimension()
    assert [held[key]["artistName"] for key in ids] == names


def _crash(*_: object) -> None:
    raise KeyboardInterrupt


def _copied_configs(folder: Path) -> Path:
    return Path(shutil.copytree(shipped_folder("configs"), folder / "configs"))
