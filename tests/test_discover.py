"""The queue is dbt's; which part of it a run asks, and in which order, is decided here."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from linernotes.core.values import Mode, WorkItem
from linernotes.runs.enrich.queue import Pending, Selection, count_dependent, count_pending, discover, select
from linernotes.storage.ports import Warehouse
from linernotes.storage.workspace import open_warehouse
from tests.clocks import START
from tests.samples import configs, settings

WEEK, QUARTER = timedelta(days=7), timedelta(days=90)
COLUMNS = {
    "provider": "varchar",
    "entity": "varchar",
    "key": "varchar",
    "artistId": "varchar",
    "artistName": "varchar",
    "trackName": "varchar",
    "barcode": "varchar",
    "mbid": "varchar",
    "status": "varchar",
    "reason": "varchar",
    "priority": "integer",
    "requestPriority": "integer",
    "discoveredAt": "timestamp",
    "dueAt": "timestamp",
    "attemptedAt": "timestamp",
    "answeredAt": "timestamp",
    "enrichedAt": "timestamp",
    "staleness": "integer",
}
Fill = Callable[..., None]
LASTFM = configs().provider("lastfm")


def ago(**length: float) -> datetime:
    """So long before the run starts, as the warehouse stores it."""
    return (START - timedelta(**length)).astimezone(UTC).replace(tzinfo=None)


PENDING = {"status": "pending", "reason": "never_asked", "discoveredAt": ago(days=1)}
FAILED = {"status": "failed", "reason": "retry", "discoveredAt": ago(days=50), "attemptedAt": ago(days=2)}
GONE = {"status": "not_found", "reason": "retry", "discoveredAt": ago(days=50), "attemptedAt": ago(days=31)}
KNOWN = {"status": "enriched", "reason": "stale", "discoveredAt": ago(days=200), "attemptedAt": ago(days=91)} | {
    "enrichedAt": ago(days=91)
}
SOON = {"dueAt": ago(days=-1)}
DUE = {"dueAt": ago(hours=1)}


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    home = settings(tmp_path)
    warehouse = open_warehouse(home, tmp_path / "scratch")
    warehouse.ensure([home.configs.dataset("ops/loaded_files")])
    yield warehouse
    warehouse.close()


@pytest.fixture
def fill(warehouse: Warehouse, tmp_path: Path) -> Fill:
    """Put these artists into the queue, as dbt would."""

    def put(**artists: dict[str, Any]) -> None:
        warehouse.close()
        with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
            connection.execute(f"create table dp_hub_local.hub_music__svc_enrichment_items ({columns})")
            connection.execute("create table dp_hub_local.hub_music__svc_track_ids (trackId varchar, scheme varchar)")
            top = "create table dp_hub_local.hub_music__svc_top_artists as from (values {}) as t (rank, artistId)"
            ranks = ", ".join(f"({rank}, '{key}')" for rank, key in enumerate(artists, 1)) or "(1, 'nobody')"
            connection.execute(top.format(ranks))
            for key, given in artists.items():
                row = {
                    "provider": "spotify",
                    "entity": "artist",
                    "key": key,
                    "artistId": key,
                    "priority": 0,
                    "requestPriority": 5,
                    "answeredAt": given.get("attemptedAt"),
                    **given,
                }
                values = [row.get(name) for name in COLUMNS]
                marks = ", ".join("?" for _ in COLUMNS)
                connection.execute(f"insert into dp_hub_local.hub_music__svc_enrichment_items values ({marks})", values)

    return put


def selection(mode: Mode) -> Selection:
    return select(mode, START, WEEK, QUARTER, priced=frozenset())


@pytest.mark.parametrize(
    ("mode", "edge", "window"),
    [
        ("incremental", START - WEEK, True),
        ("backfill", datetime(1970, 1, 1, tzinfo=UTC), True),
        ("refresh", START - QUARTER, False),
    ],
)
def test_a_mode_has_its_edge(mode: Mode, edge: datetime, window: bool) -> None:  # noqa: FBT001
    chosen = selection(mode)
    assert chosen.edge == edge
    assert chosen.window_start == (edge if window else None)


@pytest.mark.parametrize(
    ("artist", "modes"),
    [
        (PENDING, {"incremental", "backfill"}),
        ({**PENDING, "discoveredAt": ago(days=7)}, {"incremental", "backfill"}),
        ({**PENDING, "discoveredAt": ago(days=7, seconds=1)}, {"backfill"}),
        ({**PENDING, "discoveredAt": None}, {"backfill"}),
        ({**PENDING, "discoveredAt": ago(days=50), "reason": "missed"}, {"incremental", "backfill"}),
        (FAILED | DUE, {"incremental", "backfill"}),
        (FAILED | SOON, {"backfill"}),
        (GONE | DUE, {"incremental", "backfill"}),
        (GONE | SOON, set()),
        (KNOWN, {"refresh"}),
        ({**KNOWN, "enrichedAt": ago(days=89), "attemptedAt": ago(days=89)}, set()),
        ({**KNOWN, "attemptedAt": ago(days=1)} | DUE, {"refresh"}),
        ({**KNOWN, "attemptedAt": ago(days=1)} | SOON, set()),
        ({**KNOWN, "attemptedAt": ago(days=1), "answeredAt": ago(days=91)} | SOON, {"refresh"}),
        ({**KNOWN, "reason": "requested", "enrichedAt": ago(days=20)} | DUE, {"incremental", "backfill"}),
        ({**PENDING, "attemptedAt": ago(seconds=0)}, set()),
        ({**PENDING, "provider": "lastfm"}, set()),
    ],
    ids=[
        "new in the window",
        "new on its edge",
        "older than the window",
        "of unknown age",
        "missed by an earlier run",
        "failed and due",
        "failed just now",
        "gone and due",
        "gone just now",
        "old",
        "still fresh",
        "old, its refresh failed, due",
        "old, its refresh failed just now",
        "old, its service was throttled yesterday",
        "wanted again although it is fresh",
        "asked in this run",
        "somebody else's",
    ],
)
def test_a_mode_asks_for_its_part_of_the_queue(
    warehouse: Warehouse, fill: Fill, artist: dict[str, Any], modes: set[str]
) -> None:
    fill(one=artist)
    every: tuple[Mode, ...] = ("incremental", "backfill", "refresh")
    assert {mode for mode in every if discover(warehouse, {"spotify": 10}, selection(mode))["spotify"]} == modes
    assert {mode for mode in every if count_pending(warehouse, ["spotify"], selection(mode))["spotify"].items} == modes


def test_the_most_played_come_first_then_the_newest_then_by_key(warehouse: Warehouse, fill: Fill) -> None:
    fill(
        d={**PENDING, "discoveredAt": None, "reason": "missed"},
        c=PENDING,
        b={**PENDING, "discoveredAt": ago(hours=1)},
        e=PENDING,
        a={**PENDING, "priority": 1},
    )
    found = discover(warehouse, {"spotify": 10}, selection("incremental"))["spotify"]
    assert [item.key for item in found] == ["a", "b", "c", "e", "d"]


def test_what_matters_more_to_whoever_asked_comes_first_whatever_its_plays(warehouse: Warehouse, fill: Fill) -> None:
    fill(
        loved={**PENDING, "priority": 99},
        urgent={**PENDING, "requestPriority": 9},
        idle={**PENDING, "requestPriority": 0, "priority": 500},
        urgent_again={**KNOWN, "reason": "requested", "requestPriority": 8} | DUE,
    )
    found = discover(warehouse, {"spotify": 10}, selection("incremental"))["spotify"]
    assert [item.key for item in found] == ["urgent", "urgent_again", "loved", "idle"]


@pytest.mark.parametrize(("least", "kept"), [(0, "abc"), (5, "bc"), (6, "c")], ids=["none", "five", "six"])
def test_what_was_played_less_than_asked_for_is_left_out(
    warehouse: Warehouse, fill: Fill, least: int, kept: str
) -> None:
    fill(a=PENDING, b={**PENDING, "priority": 5}, c={**PENDING, "priority": 6})
    played = replace(selection("incremental"), min_plays=least)
    assert {item.key for item in discover(warehouse, {"spotify": 10}, played)["spotify"]} == set(kept)
    assert count_pending(warehouse, ["spotify"], played)["spotify"].items == len(kept)
    assert count_dependent(warehouse, LASTFM, played, ["spotify"]) == len(kept)


@pytest.mark.parametrize("limit", [0, 1, 2, 5])
def test_a_limit_is_exact(warehouse: Warehouse, fill: Fill, limit: int) -> None:
    fill(a=PENDING, b=PENDING, c=PENDING)
    assert len(discover(warehouse, {"spotify": limit}, selection("incremental"))["spotify"]) == min(3, limit)
    assert count_pending(warehouse, ["spotify"], selection("incremental"))["spotify"].items == 3


def test_an_item_carries_its_name_and_why_it_is_asked(warehouse: Warehouse, fill: Fill) -> None:
    fill(a={**PENDING, "artistName": 'it\'s "A"'})
    assert discover(warehouse, {"spotify": 10}, selection("backfill"))["spotify"] == [
        WorkItem("spotify", "artist", "a", 'it\'s "A"', "never_asked")
    ]


def test_what_an_incremental_run_leaves_for_a_backfill_is_counted(warehouse: Warehouse, fill: Fill) -> None:
    older = {**PENDING, "discoveredAt": ago(days=8)}
    fill(a=PENDING, b=older, c=older, d={**older, "reason": "missed"}, e=FAILED | DUE)
    assert count_pending(warehouse, ["spotify"], selection("incremental"))["spotify"] == Pending(items=3, older=2)
    items = discover(warehouse, {"spotify": 10}, selection("incremental"))["spotify"]
    assert [item.key for item in items] == ["a", "d", "e"]


def test_an_empty_queue_has_nothing_to_ask(warehouse: Warehouse, fill: Fill) -> None:
    fill()
    assert discover(warehouse, {"spotify": 10}, selection("backfill"))["spotify"] == []
    assert count_pending(warehouse, ["spotify"], selection("backfill"))["spotify"] == Pending(0, 0)


def test_what_costs_money_is_asked_again_only_when_it_is_due(warehouse: Warehouse, fill: Fill) -> None:
    fill(new=PENDING, soon=FAILED | SOON, due=FAILED | DUE, gone=GONE | DUE)
    backfill = selection("backfill")
    priced = replace(backfill, priced=frozenset({"spotify"}))
    assert {item.key for item in discover(warehouse, {"spotify": 10}, backfill)["spotify"]} == {
        "new",
        "soon",
        "due",
        "gone",
    }
    assert {item.key for item in discover(warehouse, {"spotify": 10}, priced)["spotify"]} == {"new", "due", "gone"}


def test_a_refresh_begins_where_most_listeners_have_waited_longest(warehouse: Warehouse, fill: Fill) -> None:
    fill(
        loved={**KNOWN, "priority": 99, "staleness": 100 * 91},
        oldest={**KNOWN, "priority": 0, "staleness": 300} | dict.fromkeys(("enrichedAt", "attemptedAt"), ago(days=300)),
        liked={**KNOWN, "priority": 9, "staleness": 1200} | dict.fromkeys(("enrichedAt", "attemptedAt"), ago(days=120)),
        patient={**KNOWN, "priority": 49, "staleness": 12500}
        | dict.fromkeys(("enrichedAt", "attemptedAt"), ago(days=250)),
        loved_more={**KNOWN, "priority": 199, "staleness": 200 * 91},
    )
    found = discover(warehouse, {"spotify": 10}, selection("refresh"))["spotify"]
    assert [item.key for item in found] == ["loved_more", "patient", "loved", "liked", "oldest"]


@pytest.mark.parametrize(
    ("top", "older_than", "asked"),
    [
        (7, None, {"new", "stale", "failed_due"}),
        (7, timedelta(days=10), {"new", "stale", "fresh", "failed_due"}),
        (7, timedelta(days=100), {"new", "failed_due"}),
        (1, None, {"new"}),
        (2, None, {"new", "stale"}),
    ],
    ids=["by freshness", "by a shorter age", "by a longer age", "the first", "the first two"],
)
def test_of_the_first_those_are_asked_again_whose_answer_is_too_old(
    warehouse: Warehouse, fill: Fill, top: int, older_than: timedelta | None, asked: set[str]
) -> None:
    fill(
        new=PENDING | DUE,
        stale=KNOWN | DUE,
        fresh=KNOWN | SOON | {"enrichedAt": ago(days=20), "attemptedAt": ago(days=20)},
        refresh_failed={**KNOWN, "attemptedAt": ago(days=1)} | SOON,
        failed_soon=FAILED | SOON,
        failed_due=FAILED | DUE,
        gone=GONE | SOON,
        eighth=PENDING | DUE,
    )
    picked = select("refresh", START, WEEK, older_than, priced=frozenset(), top=top)
    assert {item.key for item in discover(warehouse, {"spotify": 10}, picked)["spotify"]} == asked
    assert count_pending(warehouse, ["spotify"], picked)["spotify"].items == len(asked)


def test_who_is_named_is_asked_whatever_is_known_but_only_once(warehouse: Warehouse, fill: Fill) -> None:
    fill(gone=GONE | SOON, fresh=KNOWN | SOON, now=KNOWN | {"attemptedAt": ago(seconds=0)}, other=PENDING)
    picked = select("refresh", START, WEEK, priced=frozenset(), artists=["gone", "fresh", "now"])
    assert {item.key for item in discover(warehouse, {"spotify": 10}, picked)["spotify"]} == {"gone", "fresh"}


def test_who_is_asked_elsewhere_and_has_no_key_yet_may_come(warehouse: Warehouse, fill: Fill) -> None:
    fill(
        a=PENDING,
        b=PENDING,
        c={**PENDING, "discoveredAt": ago(days=50)},
        known=PENDING,
        mbid={**PENDING, "artistId": "known", "provider": "lastfm"},
    )
    incremental, backfill = selection("incremental"), selection("backfill")
    assert count_dependent(warehouse, LASTFM, incremental, ["spotify"]) == 2
    assert count_dependent(warehouse, LASTFM, backfill, ["spotify"]) == 3
    assert count_dependent(warehouse, LASTFM, backfill, []) == 0
    assert count_dependent(warehouse, LASTFM, selection("refresh"), ["spotify"]) == 0


def test_a_recording_comes_with_the_names_it_is_asked_by(warehouse: Warehouse, fill: Fill) -> None:
    names = {"artistName": "Portishead", "trackName": "Roads"}
    fill(roads={**PENDING, "provider": "listenbrainz_lookup", "entity": "recording", **names}, somebody=PENDING)
    (item,) = discover(warehouse, {"listenbrainz_lookup": 10}, selection("backfill"))["listenbrainz_lookup"]
    assert item == WorkItem("listenbrainz_lookup", "recording", "roads", name="Portishead", track="Roads")


def test_several_providers_each_have_their_own_first(warehouse: Warehouse, fill: Fill) -> None:
    lastfm = PENDING | {"provider": "lastfm"}
    fill(a=PENDING, b=PENDING, c=lastfm, d=lastfm | {"priority": 9}, e=lastfm, f=PENDING | {"provider": "deezer"})
    asked = {"spotify": 5, "lastfm": 2, "wikidata": 5}
    counted = count_pending(warehouse, asked, selection("backfill"))
    assert {provider: seen.items for provider, seen in counted.items()} == {"spotify": 2, "lastfm": 3, "wikidata": 0}
    items = discover(warehouse, asked, selection("backfill"))
    assert [item.key for item in items["spotify"]] == ["a", "b"]
    assert [(item.provider, item.key) for item in items["lastfm"]] == [("lastfm", "d"), ("lastfm", "c")]
    assert items["wikidata"] == []
