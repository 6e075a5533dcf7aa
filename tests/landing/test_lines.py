"""A line becomes exactly what it says, or is rejected."""

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.landing.lines import LineReader, Reject
from tests.samples import ID, RUN, artist, columns_of, dataset, tombstone

ARTISTS = LineReader(dataset("spotify/artist_enrichment"))
PLAYS = LineReader(dataset("spotify/recently_played"))
ROSTER = LineReader(dataset("roster/artists"))
FOLDED = (
    {"name": "name", "type": "STRING", "description": "A name."},
    {"name": "key", "type": "STRING", "derived": {"from": "name", "as": "key"}, "description": "Its key."},
)
NAMED = LineReader(
    columns_of(
        {"name": "name", "type": "STRING"},
        {"name": "key", "type": "STRING", "derived": {"from": "name", "as": "key"}},
        {"name": "title", "type": "STRING", "derived": {"from": "name", "as": "title"}},
        {"name": "credits", "type": "STRING", "mode": "REPEATED", "derived": {"from": "name", "as": "credits"}},
        {"name": "one", "type": "RECORD", "fields": FOLDED},
        {"name": "many", "type": "RECORD", "mode": "REPEATED", "fields": FOLDED},
    )
)


def read(line: Any, reader: LineReader = ARTISTS) -> dict[str, Any]:
    """The record of a line, as the engine gets it."""
    record, attempt = reader.read(line if isinstance(line, bytes) else json.dumps(line).encode())
    assert attempt is None
    reader.derive(record)
    written: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    return written


def read_named(line: dict[str, Any]) -> dict[str, Any]:
    """The record of a line in which names have keys."""
    return read({"id": 1, **line}, NAMED)


def rejected(line: Any, reader: LineReader = ARTISTS) -> Reject:
    with pytest.raises(Reject) as refused:
        reader.read(line if isinstance(line, bytes) else json.dumps(line).encode())
    return refused.value


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"popularity": 55.7}, "popularity"),
        ({"popularity": 55.0}, "popularity"),
        ({"popularity": "77"}, "popularity"),
        ({"popularity": True}, "popularity"),
        ({"popularity": 1e30}, "popularity"),
        ({"popularity": 101}, "popularity"),
        ({"popularity": -1}, "popularity"),
        ({"followerCount": 2**63}, "followerCount"),
        ({"artistName": 7}, "artistName"),
        ({"artistName": ["ABBA"]}, "artistName"),
        ({"artistId": ""}, "artistId"),
        ({"artistId": None}, "artistId"),
        ({"artistId": ID[:-1]}, "artistId"),
        ({"artistId": ID + "\n"}, "artistId"),
        ({"enrichedAt": None}, "enrichedAt"),
        ({"enrichedAt": "2026-11-01T07:00:00"}, "enrichedAt"),
        ({"enrichedAt": "2026-11-01"}, "enrichedAt"),
        ({"enrichedAt": 1_700_000_000}, "enrichedAt"),
        ({"enrichedAt": "2126-11-01T07:00:00Z"}, "enrichedAt"),
        ({"genres": "pop"}, "genres"),
        ({"genres": ["pop", 1]}, "genres[1]"),
        ({"genres": [None]}, "genres[0]"),
        ({"images": [{"url": "a", "width": 1}, {"width": "640"}]}, "images[1].width"),
        ({"images": [None]}, "images[0]"),
        ({"externalUrls": {"spotify": 5}}, "externalUrls.spotify"),
        ({"externalUrls": []}, "externalUrls"),
    ],
)
def test_a_value_of_another_kind_is_rejected_under_the_name_of_its_field(columns: dict[str, Any], field: str) -> None:
    reject = rejected(artist(**columns))
    assert reject.field == field
    assert reject.readable


@pytest.mark.parametrize("key", [ID[:-1], ID + "0", ID[:-1] + "é", ID[:-1] + "-", ID + "\n", "\n" + ID])
def test_a_pattern_holds_for_the_whole_value(key: str) -> None:
    assert read({"artistId": ID}, ROSTER)["artistId"] == ID
    assert rejected({"artistId": key}, ROSTER).field == "artistId"


@pytest.mark.parametrize("column", ["artistId", "enrichedAt"])
def test_a_missing_required_column_is_rejected_under_its_name(column: str) -> None:
    reject = rejected({name: value for name, value in artist().items() if name != column})
    assert (reject.field, reject.reason) == (column, "the field is missing")


def test_a_missing_field_inside_an_array_is_named_with_its_path() -> None:
    play = {"playedAt": "2026-11-01T07:00:00Z", "trackUri": "spotify:track:x", "artists": [{"name": "ABBA"}]}
    assert rejected(play, PLAYS).field == "artists[0].id"


def test_a_rule_of_a_nested_field_is_kept() -> None:
    play = {"playedAt": "2026-11-01T07:00:00Z", "trackUri": "spotify:track:x", "artists": [{"id": "short"}]}
    assert rejected(play, PLAYS).field == "artists[0].id"


def test_keys_are_case_sensitive() -> None:
    assert rejected({"ARTISTID": ID, "enrichedAt": artist()["enrichedAt"]}).field == "artistId"


@pytest.mark.parametrize(
    "line",
    [
        b'{"artistId": NaN}',
        b'{"artistId": "\\ud800"}',
        b'{"artistId": "\xff"}',
        b'{"artistId": "a\0b"}',
        b'{"artistId": ',
        b"<html>",
        b"[]",
        b"5",
        b"null",
        b"",
    ],
)
def test_what_is_no_json_object_is_rejected_as_unreadable(line: bytes) -> None:
    reject = rejected(line)
    assert reject.field is None
    assert not reject.readable
    assert reject.reason


@pytest.mark.parametrize("array", ["genres", "images"])
@pytest.mark.parametrize("given_as", [{}, {"genres": None, "images": None}, {"genres": [], "images": []}])
def test_arrays_are_never_null(array: str, given_as: dict[str, Any]) -> None:
    assert read(artist(**given_as))[array] == []


@pytest.mark.parametrize(("given_as", "name"), [({"artistName": None}, None), ({"artistName": ""}, "")])
def test_an_unknown_name_and_an_empty_one_stay_two_things(given_as: dict[str, Any], name: str | None) -> None:
    assert read(artist(**given_as))["artistName"] == name


def test_a_name_that_is_not_there_is_null() -> None:
    assert read({"artistId": ID, "enrichedAt": "2026-11-01T07:00:00Z"})["artistName"] is None


def test_of_two_equal_keys_the_last_one_counts_as_for_every_json_reader() -> None:
    line = json.dumps(artist(popularity=1))[:-1] + ', "popularity": 2}'
    assert read(line.encode())["popularity"] == json.loads(line)["popularity"] == 2


def test_an_instant_keeps_its_offset_on_the_way_to_the_engine() -> None:
    assert read(artist(enrichedAt="2026-11-01T08:00:00+01:00"))["enrichedAt"] == "2026-11-01T08:00:00+01:00"


def test_a_clock_a_little_ahead_is_forgiven() -> None:
    now = msgspec.to_builtins(ARTISTS._latest).replace("+00:00", "Z")
    assert read(artist(enrichedAt=now))


def test_what_the_contract_does_not_know_is_not_loaded() -> None:
    assert set(read(artist(mood="blue", _raw={"a": 1}))) == {
        *(column.name for column in dataset("spotify/artist_enrichment").columns),
        "_line",
    }


def test_what_follows_from_a_name_is_made_of_it() -> None:
    row = read_named({"name": "Jay-Z feat. Alicia Keys"})
    assert (row["key"], row["title"], list(row["credits"])) == ("jayzfeataliciakeys", "jayz", ["jayz", "aliciakeys"])


@pytest.mark.parametrize("name", [None, "", " "])
def test_nothing_follows_from_a_name_that_is_missing_or_blank(name: str | None) -> None:
    row = read_named({"name": name})
    assert (row["key"], row["title"], list(row["credits"])) == (None, None, [])


@pytest.mark.parametrize("claimed", ["ABBA", 5, None, ["a"]])
def test_what_a_line_says_of_it_does_not_count(claimed: Any) -> None:
    row = read_named({"name": "Air", "key": claimed, "title": claimed, "credits": claimed})
    assert (row["key"], row["title"], list(row["credits"])) == ("air", "air", ["air"])


def test_names_in_records_have_their_keys_in_these_records() -> None:
    row = read_named({"one": {"name": "Air"}, "many": [{"name": "MØ"}, {"name": None}, {"key": "x"}]})
    assert row["one"] == {"name": "Air", "key": "air"}
    assert [each["key"] for each in row["many"]] == ["mø", None, None]
    assert (read_named({})["one"], read_named({})["many"]) == (None, [])


@pytest.mark.parametrize("status", ["not_found", "failed"])
def test_an_outcome_without_a_record_is_an_attempt(status: str) -> None:
    line = tombstone(status=status, reason="because", httpStatus=404)
    record, attempt = ARTISTS.read(json.dumps(line).encode())
    assert record is None
    assert attempt is not None
    assert (attempt.provider, attempt.entity, attempt.key, attempt.outcome) == ("spotify", "artist", ID, status)
    assert (attempt.reason, attempt.httpStatus, attempt.runId) == ("because", 404, RUN.id)


@pytest.mark.parametrize("line", [artist(), artist(_outcome=tombstone(status="found")["_outcome"])])
def test_a_record_is_found_with_and_without_a_mark_that_says_so(line: dict[str, Any]) -> None:
    assert read(line)["artistId"] == ID


@pytest.mark.parametrize(
    ("mark", "field"),
    [
        ({"status": "maybe"}, "_outcome.status"),
        ({"key": ""}, "_outcome.key"),
        ({"attemptedAt": "2026-11-01T07:00:00"}, "_outcome.attemptedAt"),
        ({"attemptedAt": "2126-11-01T07:00:00Z"}, "_outcome.attemptedAt"),
        ({"httpStatus": 10**20}, "_outcome.httpStatus"),
        ({"httpStatus": "404"}, "_outcome.httpStatus"),
    ],
)
def test_a_mark_has_to_keep_its_types_too(mark: dict[str, Any], field: str) -> None:
    assert rejected(tombstone(**mark)).field == field


def test_a_mark_that_says_found_needs_a_record() -> None:
    assert rejected(tombstone(status="found")).field == "artistId"


def test_a_dataset_that_is_nobodys_answer_has_no_tombstones() -> None:
    assert rejected(tombstone(), ROSTER).field == "artistId"


def test_what_an_import_refused_is_rejected_with_its_own_place() -> None:
    mark = {"file": "mine.csv", "line": 7, "field": "artistId", "reason": "odd", "raw": "x,y"}
    reject = rejected({"_reject": mark}, ROSTER)
    assert (reject.field, reject.reason) == ("artistId", "odd")
    assert reject.mark is not None
    assert (reject.mark.file, reject.mark.line, reject.mark.raw) == ("mine.csv", 7, "x,y")


KINDS = {
    "STRING": lambda value: isinstance(value, str),
    "INT64": lambda value: isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63,
    "FLOAT64": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "BOOL": lambda value: isinstance(value, bool),
}
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("kind", list(KINDS))
@given(value=ANY_JSON)
def test_any_json_value_comes_through_unchanged_or_is_rejected(kind: str, value: Any) -> None:
    reader = LineReader(columns_of({"name": "value", "type": kind}))
    line = json.dumps({"id": 1, "value": value})
    if value is None or KINDS[kind](value):
        kept = read(line.encode(), reader)["value"]
        assert kept == (float(value) if kind == "FLOAT64" and value is not None else value)
        assert isinstance(kept, bool) == isinstance(value, bool)
    else:
        assert rejected(line.encode(), reader).field == "value"


@given(line=st.binary(max_size=60) | ANY_JSON.map(lambda value: json.dumps(value).encode()))
def test_no_line_whatsoever_stops_the_reader(line: bytes) -> None:
    with contextlib.suppress(Reject):
        record, attempt = ARTISTS.read(line)
        assert (record is None) != (attempt is None)


@pytest.mark.parametrize("levels", [1_200, 200_000])
def test_a_line_that_is_nested_too_deeply_is_rejected(levels: int) -> None:
    line = b'{"unknown": ' + b"[" * levels + b"]" * levels + b"}"
    assert rejected(line, ARTISTS).reason == "nested too deeply"
