"""Recordings by their names: what ListenBrainz answers, and what becomes of it."""

from dataclasses import replace
from typing import Any

import duckdb
import pytest

from linernotes.core.errors import AccessRefused
from linernotes.core.values import Found, Missing, WorkItem
from linernotes.providers import parser_of
from linernotes.providers.listenbrainz.lookup import parse
from linernotes.sandbox import Sandbox
from tests.laptop import Laptop
from tests.providers.asking import Asks, AsksScript, known
from tests.providers.conformance import Conformance
from tests.providers.contracts import MBID, landed
from tests.samples import dataset
from tests.service import Answer

NAME = "listenbrainz_lookup"
LOOKUP = "POST /listenbrainz/1/metadata/lookup/"
TOKEN = {"LISTENBRAINZ_TOKEN": "sandbox-listenbrainz-token", "LINERNOTES_CONTACT": "me@example.org"}
ROADS = WorkItem(NAME, "recording", "portishead|roads", name="Portishead", track="Roads")
ASKED = {"index": 0, "artist_name_arg": "Portishead", "recording_name_arg": "Roads", "release_name_arg": None}
FULL: dict[str, Any] = {
    **ASKED,
    "artist_credit_name": "PORTISHEAD",
    "artist_mbids": [MBID(1).upper()],
    "recording_name": "Roads (live)",
    "recording_mbid": MBID(2),
    "release_name": "Dummy",
    "release_mbid": MBID(3),
}
FOUND, NOT_FOUND = ("Found", None, None), ("Missing", "not_found", 200)
UNREADABLE, UNANSWERED = ("Failed", "unreadable", 200), ("Failed", "unanswered", 200)


class TestLookup(Conformance):
    name = NAME
    item = ROADS
    invalid = (
        replace(ROADS, track=None),
        replace(ROADS, name=None),
        replace(ROADS, name=" "),
        replace(ROADS, name="A" * 125, track="B" * 126),
    )
    thing = FULL
    essential = frozenset({"index", "artist_name_arg", "recording_name_arg"})
    unknown = Answer(200, [ASKED])

    def body(self, path: str, thing: Any) -> Any:
        return [thing]

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [pair(item.name, "Song 1") for item in known(sandbox, mbid=True, number=12)]


def pair(artist: str | None, track: str | None, key: str = "") -> WorkItem:
    return WorkItem(NAME, "recording", key or f"{artist}|{track}", name=artist, track=track)


def test_fifty_pairs_are_one_call_and_each_gets_its_outcome(asking: Asks, sandbox: Sandbox) -> None:
    asker = asking()
    items = [pair(item.name, f"Song {number}") for number, item in enumerate(known(sandbox, 50, mbid=True))]
    assert asker.provider.batch_size == 50
    outcomes = asker.ask(*items)
    assert [outcome.item for outcome in outcomes] == items
    assert sandbox.calls()["calls"] == {LOOKUP: 1}
    found = [outcome for outcome in outcomes if isinstance(outcome, Found)]
    assert len(found) > 30
    assert any(isinstance(outcome, Missing) and outcome.reason == "not_found" for outcome in outcomes)
    mbids = {item.name: item.mbid for item in known(sandbox, 50, mbid=True)}
    for each in found:
        assert each.record["artistMbids"] == [mbids[each.item.name]]
        assert parse(each.item.key, each.raw) == each.record
        landed(f"{NAME}/recordings", each.record)


def test_a_record_says_what_was_asked_and_what_was_found() -> None:
    assert parse("k", FULL) == {
        "key": "k",
        "artistName": "Portishead",
        "recordingName": "Roads",
        "matchedArtistName": "PORTISHEAD",
        "matchedRecordingName": "Roads (live)",
        "artistMatches": True,
        "recordingMatches": False,
        "artistMbids": [MBID(1)],
        "recordingMbid": MBID(2),
        "releaseName": "Dummy",
        "releaseMbid": MBID(3),
    }
    told = {column.name for column in dataset(f"{NAME}/recordings").columns if not column.derived}
    assert {*parse("k", ASKED), "retrievedAt"} == told
    assert parser_of(NAME) is parse


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ([FULL], FOUND),
        (FULL, FOUND),
        ([FULL, {"index": 7}], FOUND),
        ([ASKED], NOT_FOUND),
        ([{**FULL, "recording_mbid": None, "artist_mbids": []}], NOT_FOUND),
        ([], UNANSWERED),
        ([None], UNANSWERED),
        ({}, UNANSWERED),
        ([{**FULL, "recording_name_arg": "Sour Times"}], UNREADABLE),
        ([{**FULL, "artist_mbids": [5]}], FOUND),
        ([{**FULL, "recording_mbid": None, "artist_mbids": [5]}], UNREADABLE),
        ([{**FULL, "recording_mbid": 5, "artist_mbids": []}], UNREADABLE),
        ([{**FULL, "release_name": {}}], FOUND),
    ],
)
def test_each_answer_is_one_outcome(
    scripted: AsksScript, answer: Any, outcome: tuple[str, str | None, int | None]
) -> None:
    asker, _ = scripted(Answer(200, answer))
    assert asker.kind(ROADS) == outcome


def test_names_that_would_have_all_of_them_refused_are_never_sent(asking: Asks, sandbox: Sandbox) -> None:
    long = pair("A" * 125, "B" * 126, "long")
    items = [pair("Somebody", None, "a"), pair(None, "Song", "b"), pair(" ", "Song", "c"), long]
    assert asking().kinds(*items) == {
        **dict.fromkeys("abc", ("Missing", "no_name", None)),
        "long": ("Missing", "too_long", None),
    }
    assert sandbox.calls()["total"] == 0
    assert asking().kind(pair("A" * 125, "B" * 125)) == NOT_FOUND


def test_a_pair_for_which_all_are_refused_costs_the_others_nothing(scripted: AsksScript) -> None:
    refusal = Answer(400, {"code": 400, "error": "no"})
    halves = [Answer(200, [FULL]), refusal]
    asker, _ = scripted(refusal, *halves)
    assert asker.kinds(ROADS, pair("Portishead", "\0", "bad")) == {
        ROADS.key: FOUND,
        "bad": ("Failed", "http_400", 400),
    }


def test_a_token_is_sent_and_one_that_is_refused_is_named(asking: Asks) -> None:
    with pytest.raises(AccessRefused, match="LISTENBRAINZ_TOKEN was rejected"):
        asking(LISTENBRAINZ_TOKEN="canary-token").ask(ROADS)
    good, bad = asking(), asking(LISTENBRAINZ_TOKEN="canary-token")
    good.provider.check()
    with pytest.raises(AccessRefused) as caught:
        bad.provider.check()
    assert "canary" not in f"{caught.value.message} {caught.value.remedy}"


# with a queue


def enqueue(laptop: Laptop, *items: WorkItem) -> None:
    """Let these recordings, and nothing else, stand in the queue; no model brings any there yet."""
    with duckdb.connect(str(laptop.home / "warehouse.duckdb")) as connection:
        connection.execute("create table dp_hub_local.wanted (key varchar, artist varchar, track varchar)")
        for item in items:
            connection.execute("insert into dp_hub_local.wanted values (?, ?, ?)", [item.key, item.name, item.track])
        queue = connection.execute(
            "select column_name from information_schema.columns where table_name = 'hub_music__svc_enrichment_items'"
        ).fetchall()
        said = {"provider": f"'{NAME}'", "entity": "'recording'", "key": "key", "artistName": "artist"}
        said |= {"trackName": "track", "reason": "'never_asked'", "status": "'pending'", "priority": "1"}
        said |= {"discoveredAt": "now()::timestamp", "dueAt": "now()::timestamp"}
        columns = ", ".join(f"{said.get(name, 'null')} as {name}" for (name,) in queue)
        connection.execute(
            f"create or replace view dp_hub_local.hub_music__svc_enrichment_items as select {columns} "
            "from dp_hub_local.wanted"
        )


def test_recordings_that_stand_in_the_queue_are_asked_for_and_loaded(everybody: Laptop, sandbox: Sandbox) -> None:
    items = [pair(item.name, f"Song {number}") for number, item in enumerate(known(sandbox, 60, mbid=True))]
    enqueue(everybody, *items)
    everybody.environ["LINERNOTES_LISTENBRAINZ_LOOKUP__PER_SECOND"] = "100000"
    plan = everybody.planned("--mode", "backfill")[NAME]
    assert (plan["items"], plan["calls"]) == (60, 2)
    said = everybody("extract", NAME, "--mode", "backfill")
    assert said.code == 0, said.err
    assert sandbox.calls()["calls"] == {LOOKUP: 2}
    assert everybody("ingest").code == 0
    rows = everybody.rows("select * from {lake}.lake_listenbrainz_lookup__stg_recordings")
    asked = everybody.rows("select entity, outcome, count(*) as n from {lake}.lake_ops__attempts group by all")
    counted = {(row["entity"], row["outcome"]): row["n"] for row in asked}
    assert counted["recording", "found"] == len(rows) > 40
    assert sum(counted.values()) == 60


def test_while_no_recording_stands_in_the_queue_nothing_is_asked_and_nothing_changes(
    everybody: Laptop, sandbox: Sandbox
) -> None:
    assert everybody.planned("--mode", "backfill")[NAME]["items"] == 0
    said = everybody("run", "--provider", NAME)
    assert (said.code, "partial" in said.err, sandbox.calls()["total"]) == (0, False, 0)
    covered = {row["provider"] for row in everybody("coverage", "--format", "json").rows}
    assert NAME not in covered
    assert "spotify" in covered
