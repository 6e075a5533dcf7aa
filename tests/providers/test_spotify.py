"""What Spotify answers, and what becomes of it."""

import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from linernotes.core.errors import AccessRefused, CallFailed
from linernotes.core.values import Found, WorkItem
from linernotes.providers.port import BatchRefused
from linernotes.providers.spotify.artists import parse
from linernotes.sandbox import Faults, Generated, Sandbox
from tests.providers.asking import Asks, AsksScript, Kind, facts_of, kinds
from tests.providers.conformance import Conformance
from tests.samples import ID, LONG_AGO, keys
from tests.service import Answer

NAME = "spotify"
Ids = Callable[[int], list[str]]
BATCHES, SINGLES, TOKENS = "GET /v1/artists", "GET /v1/artists/<id>", "POST /api/token"
FULL: dict[str, Any] = {
    "id": ID,
    "name": "Pitbull",
    "genres": ["dance pop", "pop"],
    "popularity": 82,
    "followers": {"href": None, "total": 9_876_543},
    "images": [{"url": "https://i.scdn.co/image/1", "height": 640, "width": 640}],
    "external_urls": {"spotify": f"https://open.spotify.com/artist/{ID}"},
    "href": f"https://api.spotify.com/v1/artists/{ID}",
    "type": "artist",
    "uri": f"spotify:artist:{ID}",
}


NO_PREMIUM = Answer(403, {"error": {"status": 403, "message": "Active premium subscription required"}})


class TestSpotify(Conformance):
    name = NAME
    item = WorkItem("spotify", "artist", ID)
    invalid = tuple(
        WorkItem("spotify", "artist", key)
        for key in (
            "short",
            "x" * 23,
            f"spotify:artist:{ID}",
            "0" * 21 + "é",
            "0" * 21 + "-",
            "0" * 22 + "\n",
            "٣" * 22,
        )
    )
    thing = FULL
    essential = frozenset({"id"})
    unknown = Answer(200, {"artists": [None]})
    refusals: ClassVar[tuple[Answer, ...]] = (Answer(401, {"message": "no"}), NO_PREMIUM)
    not_about_an_item = tuple(
        b'{"error": {"status": %d, "message": "' + words + b'"}}'
        for words in (b"Only valid bearer authentication supported", b"Invalid limit", b"Invalid market code")
    )

    def body(self, path: str, thing: Any) -> Any:
        return {"artists": [thing]}

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=facts.artist.id) for facts in facts_of(sandbox, 3)]


class TestSpotifyOneByOne(TestSpotify):
    limits: ClassVar = {"mode": "development"}
    unknown = Answer(404, {"error": {"status": 404, "message": "Resource not found"}})
    tombstone = ("not_found", 404)
    refusals = (Answer(401, {"message": "no"}), Answer(403, {"error": {"status": 403, "message": "no"}}))

    def body(self, path: str, thing: Any) -> Any:
        return thing


def calls(sandbox: Sandbox) -> dict[str, int]:
    """The calls for artists, by route."""
    return {route: number for route, number in sandbox.calls()["calls"].items() if route != TOKENS}


def test_fifty_artists_are_one_call(asking: Asks, sandbox: Sandbox, artists: Ids) -> None:
    ids = artists(50)
    outcomes = asking().ask(*ids)
    assert [outcome.item.key for outcome in outcomes] == ids
    assert {type(outcome) for outcome in outcomes} == {Found}
    assert calls(sandbox) == {BATCHES: 1}


def test_a_found_artist_is_what_the_service_says(asking: Asks, artists: Ids, catalogue: Generated) -> None:
    (key,) = artists(1)
    (found,) = asking().ask(key)
    known = catalogue.artist(key)
    assert known is not None
    assert isinstance(found, Found)
    assert found.record == {
        "artistId": key,
        "artistName": known.name,
        "genres": list(known.genres),
        "popularity": known.popularity,
        "followerCount": known.followers,
        "images": [{"url": image.url, "height": image.height, "width": image.width} for image in known.images],
        "externalUrls": {"spotify": f"https://open.spotify.com/artist/{key}"},
        "canonicalArtistId": None,
    }
    assert found.raw["id"] == key


@pytest.mark.parametrize("mode", ["extended", "development"])
def test_a_deleted_artist_is_missing_in_a_batch_and_alone(
    asking: Asks, sandbox: Sandbox, artists: Ids, mode: str
) -> None:
    sandbox.profile = mode
    here, gone = artists(1)[0], "0" * 22
    found = asking(mode=mode).kinds(gone, here)
    assert found == {gone: ("Missing", "not_found", 200 if mode == "extended" else 404), here: ("Found", None, None)}


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (404, "Resource not found", ("Missing", "not_found", 404)),
        (404, "Non existing id: 'spotify:artist:0TnOYISbd1XYRBk9myaseg'", ("Missing", "not_found", 404)),
        (404, "Service not found", ("Failed", "http_404", 404)),
        (400, "Invalid base62 id", ("Missing", "invalid_id", 400)),
        (400, "invalid id", ("Missing", "invalid_id", 400)),
        (400, "Only valid bearer authentication supported", ("Failed", "http_400", 400)),
        (400, "Invalid limit", ("Failed", "http_400", 400)),
    ],
)
def test_only_spotifys_own_words_about_an_id_make_a_tombstone(
    scripted: AsksScript, status: int, words: str, kind: Kind
) -> None:
    asked, _ = scripted(Answer(status, {"error": {"status": status, "message": words}}), mode="development")
    assert asked.kind(ID) == kind


def refusing(bad: set[str], status: int = 400, words: str = "Invalid base62 id") -> Callable[[str], Answer]:
    """A service that refuses every batch with a bad id in it."""

    def answer(path: str) -> Answer:
        ids = path.split("ids=")[1].replace("%2C", ",").split(",")
        if bad & set(ids):
            return Answer(status, {"error": {"status": status, "message": words}})
        return Answer(200, {"artists": [{**FULL, "id": key} for key in ids]})

    return answer


@pytest.mark.parametrize(
    ("bad", "most"),
    [([n], 13) for n in (0, 1, 24, 25, 26, 48, 49)] + [([0, 49], 23), ([12, 37], 23), ([24, 25], 23), ([7, 8], 23)],
)
def test_a_refused_batch_is_halved_until_the_bad_id_stands_alone(
    scripted: AsksScript, bad: list[int], most: int
) -> None:
    ids = keys(50)
    asked, service = scripted(refusing({ids[index] for index in bad}))
    found = asked.kinds(*ids)
    assert {key for key, outcome in found.items() if outcome == ("Missing", "invalid_id", 400)} == {
        ids[index] for index in bad
    }
    assert [outcome[0] for outcome in found.values()].count("Found") == 50 - len(bad)
    assert len([path for path in service.seen if "ids=" in path]) <= most


@pytest.mark.parametrize(("status", "words"), [(400, "Invalid market code"), (404, "Service not found")])
def test_a_refusal_of_everything_is_understood_after_three_items(scripted: AsksScript, status: int, words: str) -> None:
    ids = keys(50)
    asked, service = scripted(refusing(set(ids), status, words))
    with pytest.raises(CallFailed, match=f"http_{status}"):
        asked.ask(*ids)
    assert len([path for path in service.seen if "ids=" in path]) <= 12


@pytest.mark.parametrize(("status", "words"), [(400, "Invalid request"), (404, "Service not found")])
def test_an_id_that_has_its_batch_refused_without_a_word_about_it_fails_alone(
    scripted: AsksScript, status: int, words: str
) -> None:
    ids = keys(50)
    asked, _ = scripted(refusing({ids[31]}, status, words))
    found = asked.kinds(*ids)
    assert found.pop(ids[31]) == ("Failed", f"http_{status}", status)
    assert {kind for kind, *_ in found.values()} == {"Found"}


def test_a_list_that_is_too_short_is_matched_by_id_and_the_rest_has_failed(
    asking: Asks, sandbox: Sandbox, artists: Ids
) -> None:
    sandbox.faults = Faults(short=1)
    first, *others = artists(5)
    outcomes = asking().ask(first, *others)
    assert kinds(outcomes) == {
        first: ("Failed", "unanswered", 200),
        **dict.fromkeys(others, ("Found", None, None)),
    }
    assert all(outcome.record["artistId"] == outcome.raw["id"] for outcome in outcomes if isinstance(outcome, Found))


def test_a_list_in_another_order_is_matched_by_id(scripted: AsksScript) -> None:
    ids = keys(4)
    shuffled = [{**FULL, "id": ids[1]}, {**FULL, "id": ids[0]}, None, {**FULL, "id": ids[2]}]
    asked, _ = scripted(Answer(200, {"artists": shuffled}))
    outcomes = asked.by_key(*ids)
    assert {outcome.record["canonicalArtistId"] for outcome in outcomes.values() if isinstance(outcome, Found)} == {
        None
    }
    assert kinds(outcomes.values()) == {
        **dict.fromkeys(ids, ("Found", None, None)),
        ids[3]: ("Failed", "unanswered", 200),
    }


def test_an_artist_that_was_merged_into_another_of_the_batch_stands_in_both_places(scripted: AsksScript) -> None:
    ids = keys(3)
    merged = [{**FULL, "id": ids[1]}, {**FULL, "id": ids[1]}, None]
    asked, _ = scripted(Answer(200, {"artists": merged}))
    assert asked.kinds(*ids) == {**dict.fromkeys(ids, ("Found", None, None)), ids[2]: ("Missing", "not_found", 200)}


@pytest.mark.parametrize("status", [404, 410])
def test_a_batch_that_is_not_found_is_no_answer_about_fifty_artists_nor_about_the_app(
    scripted: AsksScript, status: int
) -> None:
    asked, _ = scripted(Answer(status, {"error": {"status": status, "message": "Resource not found"}}))
    with pytest.raises(CallFailed, match=f"http_{status}"):
        asked.ask(*keys(50))
    assert asked.provider.access_mode is None


@pytest.mark.parametrize(
    "body",
    [
        b"Resource not found",
        b'{"error": {"status": 400, "message": "Resource not found"}}',
        b'{"message": "not found"}',
    ],
)
def test_spotifys_words_count_only_in_spotifys_form(scripted: AsksScript, body: bytes) -> None:
    assert scripted(Answer(404, body), mode="development")[0].kind(ID) == ("Failed", "http_404", 404)


@pytest.mark.parametrize(
    "body", [{}, {"artists": None}, {"artists": "x"}, [], {"artists": []}, {"artists": [5, None, {}]}, "x", 5]
)
def test_a_body_without_the_artists_fails_every_item(scripted: AsksScript, body: Any) -> None:
    asked, _ = scripted(Answer(200, body))
    assert asked.kinds(*keys(2)) == dict.fromkeys(keys(2), ("Failed", "unanswered", 200))


@pytest.mark.parametrize(
    "odd",
    [
        {name: None for name in FULL if name != "id"},
        {"id": None},
        5,
        "x",
        [],
    ],
    ids=str,
)
def test_an_answer_that_tells_of_no_artist_fails_alone(scripted: AsksScript, odd: Any) -> None:
    first, second = keys(2)
    strange = {**FULL, "id": first, **odd} if isinstance(odd, dict) else odd
    asked, _ = scripted(Answer(200, {"artists": [strange, {**FULL, "id": second}]}))
    assert asked.kinds(first, second) == {
        first: ("Failed", "unreadable", 200),
        second: ("Found", None, None),
    }


@pytest.mark.parametrize(
    ("odd", "left"),
    [
        ({"followers": "many"}, {"followerCount": None}),
        ({"followers": 5}, {"followerCount": None}),
        ({"followers": {"total": 5.5}}, {"followerCount": None}),
        ({"popularity": 55.7}, {"popularity": None}),
        ({"popularity": "55"}, {"popularity": 55}),
        ({"genres": ["pop", None, 5]}, {"genres": ["pop"]}),
        ({"images": ["x"]}, {"images": []}),
        (
            {"images": [{"url": "u", "height": "many", "width": 64.0}]},
            {"images": [{"url": "u", "height": None, "width": 64}]},
        ),
        ({"external_urls": "https://open.spotify.com"}, {"externalUrls": {"spotify": None}}),
        ({"name": 5}, {"artistName": None}),
    ],
    ids=str,
)
def test_a_value_of_another_shape_is_null_and_costs_no_other(
    scripted: AsksScript, odd: dict[str, Any], left: dict[str, Any]
) -> None:
    (key,) = keys(1)
    whole, found = (
        scripted(Answer(200, {"artists": [{**FULL, "id": key, **changes}]}), mode="extended")[0].found(key).record
        for changes in ({}, odd)
    )
    assert found == {**whole, **left}


def test_auto_finds_out_that_an_app_is_extended(asking: Asks, artists: Ids) -> None:
    asked = asking()
    assert (asked.provider.access_mode, asked.provider.batch_size) == (None, 50)
    asked.ask(*artists(2))
    assert (asked.provider.access_mode, asked.provider.batch_size) == ("extended", 50)


def test_auto_finds_out_that_an_app_takes_no_batches(asking: Asks, sandbox: Sandbox, artists: Ids) -> None:
    sandbox.profile = "development"
    asked, ids = asking(), artists(2)
    with pytest.raises(BatchRefused):
        asked.ask(*ids)
    assert (asked.provider.access_mode, asked.provider.batch_size) == ("development", 1)
    found = asked.kinds(*ids)
    assert set(found.values()) == {("Found", None, None)}
    assert calls(sandbox) == {BATCHES: 1, SINGLES: 2}


@pytest.mark.parametrize(("access_mode", "route"), [("development", SINGLES), ("extended", BATCHES)])
def test_what_an_earlier_run_found_out_is_not_tried_again(
    asking: Asks, sandbox: Sandbox, artists: Ids, access_mode: str, route: str
) -> None:
    sandbox.profile = access_mode
    asking(access_mode).ask(*artists(1))
    assert calls(sandbox) == {route: 1}


@pytest.mark.parametrize("remembered", ["extended", "development"])
@pytest.mark.parametrize(("mode", "size"), [("extended", 50), ("development", 1)])
def test_a_mode_that_is_set_wins_over_what_was_found_out(asking: Asks, mode: str, size: int, remembered: str) -> None:
    asked = asking(remembered, mode=mode)
    assert (asked.provider.access_mode, asked.provider.batch_size) == (mode, size)


def test_a_forced_batch_that_is_refused_says_that_the_endpoint_is_closed(
    asking: Asks, sandbox: Sandbox, artists: Ids
) -> None:
    sandbox.profile = "development"
    with pytest.raises(AccessRefused, match=r"GET /artists\?ids= is not available to this app \(HTTP 403\)") as refused:
        asking(mode="extended").ask(*artists(2))
    assert "quota mode" in refused.value.remedy


def test_an_endpoint_that_is_removed_says_so(asking: Asks, sandbox: Sandbox, artists: Ids) -> None:
    sandbox.profile, sandbox.faults = "development", Faults(removed="yes")
    with pytest.raises(AccessRefused, match=r"GET /artists/\{id\} is not available to this app \(HTTP 403\)"):
        asking(mode="development").ask(*artists(1))


@pytest.mark.parametrize("mode", ["auto", "extended", "development"])
def test_an_owner_without_premium_is_told_so_and_nothing_else_is_concluded(
    asking: Asks, sandbox: Sandbox, artists: Ids, mode: str
) -> None:
    sandbox.faults = Faults(premium="no")
    asked = asking(mode=mode)
    with pytest.raises(AccessRefused, match="the owner of the app needs an active Premium subscription"):
        asked.ask(*artists(1))
    assert asked.provider.access_mode == (None if mode == "auto" else mode)


def test_refused_credentials_are_told_with_their_names_and_never_their_values(
    asking: Asks, sandbox: Sandbox, artists: Ids, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(AccessRefused, match="invalid_client") as refused:
        asking(SPOTIFY_CLIENT_ID="canary-id", SPOTIFY_CLIENT_SECRET="canary-secret").ask(*artists(1))
    told = refused.value.message + refused.value.remedy
    assert "SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET" in told
    assert refused.value.exit_code == 3
    assert "canary" not in told + caplog.text
    assert calls(sandbox) == {}


def test_no_token_is_ever_logged(asking: Asks, artists: Ids, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        asking().ask(*artists(2))
    assert "Bearer" not in caplog.text
    assert "BQ" not in caplog.text


def test_a_token_that_ran_out_is_renewed_once_for_all_threads(asking: Asks, sandbox: Sandbox, artists: Ids) -> None:
    asked = asking("development")
    asked.ask(*artists(1))
    assert sandbox.calls()["calls"][TOKENS] == 1
    sandbox.revoke_tokens()
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(asked.ask, artists(24)))
    assert {type(outcome) for fetched in outcomes for outcome in fetched} == {Found}
    assert sandbox.calls()["calls"][TOKENS] == 2


def test_threads_that_begin_together_share_one_token(asking: Asks, sandbox: Sandbox, artists: Ids) -> None:
    asked = asking("development")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(asked.ask, artists(16)))
    assert sandbox.calls()["calls"][TOKENS] == 1


def test_a_token_that_is_refused_again_after_one_renewal_is_a_refusal(
    asking: Asks, sandbox: Sandbox, artists: Ids
) -> None:
    sandbox.faults = Faults(expire=1)
    with pytest.raises(AccessRefused, match="the access token was rejected, even after renewal"):
        asking().ask(*artists(1))
    assert sandbox.calls()["calls"] == {TOKENS: 2, BATCHES: 2}


def test_an_artist_who_answers_under_another_id_keeps_the_asked_one(
    asking: Asks, sandbox: Sandbox, catalogue: Generated
) -> None:
    index = next(index for index in range(10_000) if catalogue.state(index) == "merged")
    key = catalogue.id_at(index)
    (found,) = asking().ask(key)
    known = catalogue.artist(key)
    assert known is not None
    assert isinstance(found, Found)
    assert (found.record["artistId"], found.record["canonicalArtistId"]) == (key, known.id)
    assert known.id != key


def test_a_development_app_gets_nulls_and_empty_arrays_and_no_failure(
    asking: Asks, sandbox: Sandbox, artists: Ids
) -> None:
    sandbox.profile = "development"
    (found,) = asking("development").ask(*artists(1))
    assert isinstance(found, Found)
    assert found.record["artistName"]
    assert (found.record["popularity"], found.record["followerCount"], found.record["genres"]) == (None, None, [])


@pytest.mark.parametrize(
    ("column", "given", "expected"),
    [
        ("artistName", {"name": None}, None),
        ("artistName", {"name": ""}, ""),
        ("genres", {"genres": None}, []),
        ("images", {"images": None}, []),
        ("images", {"images": [{"url": "u"}]}, [{"url": "u", "height": None, "width": None}]),
        ("followerCount", {"followers": None}, None),
        ("followerCount", {"followers": {"href": None}}, None),
        ("followerCount", {"followers": {"total": 0}}, 0),
        ("popularity", {"popularity": 0}, 0),
        ("popularity", {"popularity": None}, None),
        ("externalUrls", {"external_urls": None}, {"spotify": None}),
        ("canonicalArtistId", {"id": None}, None),
    ],
)
def test_what_is_not_sent_is_null_or_empty(column: str, given: dict[str, Any], expected: Any) -> None:
    assert parse(ID, {**FULL, **given})[column] == expected


def test_a_batch_in_another_order_is_matched_by_id(scripted: AsksScript) -> None:
    first, second, third = keys(3)
    things = [{**FULL, "id": third}, {**FULL, "id": first}, None]
    found = scripted(Answer(200, {"artists": things}))[0].ask(first, second, third)
    assert kinds(found)[second] == ("Failed", "unanswered", 200)
    assert {each.item.key: each.raw["id"] for each in found if isinstance(each, Found)} == {first: first, third: third}


def test_two_artists_merged_into_one_of_them_keep_their_places(scripted: AsksScript) -> None:
    first, second = keys(2)
    found = scripted(Answer(200, {"artists": [{**FULL, "id": second}] * 2}))[0].by_key(first, second)
    assert [found[key].record["canonicalArtistId"] for key in (first, second)] == [second, None]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("column", "given", "expected"),
    [
        ("genres", {"genres": [None, "pop"]}, ["pop"]),
        ("images", {"images": [None]}, []),
        ("popularity", {"popularity": "55"}, 55),
        ("popularity", {"popularity": 55.7}, None),
    ],
)
def test_an_odd_value_costs_itself(column: str, given: dict[str, Any], expected: Any) -> None:
    assert parse(ID, {**FULL, **given})[column] == expected


@pytest.mark.parametrize("mode", ["auto", "extended", "development"])
@pytest.mark.parametrize(
    "words",
    [
        "User may not be registered in the Developer Dashboard",
        "User not registered in the Developer Dashboard",
        "This account is not allowlisted",
    ],
)
def test_a_user_who_is_not_registered_is_told_in_spotifys_own_words(
    scripted: AsksScript, mode: str, words: str
) -> None:
    asked, _ = scripted(Answer(403, {"error": {"status": 403, "message": words}}), mode=mode)
    with pytest.raises(AccessRefused, match=words) as refused:
        asked.ask(ID)
    assert (refused.value.status, asked.provider.access_mode) == (None, None if mode == "auto" else mode)
    assert "users of the app" in refused.value.remedy


@pytest.mark.parametrize("status", [405, 410, 422, 451, 499])
def test_one_artist_for_whom_a_batch_is_refused_costs_no_other(scripted: AsksScript, status: int) -> None:
    bad = keys(50)[12]

    def answer(path: str) -> Answer:
        ids = path.split("ids=")[1].replace("%2C", ",").split(",")
        things = [{**FULL, "id": key} for key in ids]
        return Answer(status, b"") if bad in ids else Answer(200, {"artists": things})

    found = scripted(answer, mode="extended")[0].kinds(*keys(50))
    assert found == {**dict.fromkeys(keys(50), ("Found", None, None)), bad: ("Failed", f"http_{status}", status)}


@pytest.mark.parametrize("status", [410, 451])
def test_a_service_that_shows_nobody_is_not_asked_about_each(scripted: AsksScript, status: int) -> None:
    asked, service = scripted(Answer(status, b""), mode="extended")
    with pytest.raises(CallFailed, match=f"http_{status}"):
        asked.ask(*keys(50))
    assert len(service.seen) < 15


def _landed(record: Any) -> bytes:
    return json.dumps({**record, "enrichedAt": LONG_AGO}).encode()
