"""What Spotify answers, and what becomes of it."""

import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr

from linernotes.core.errors import AccessRefused, CallFailed
from linernotes.core.values import Found, WorkItem
from linernotes.landing.lines import LineReader
from linernotes.providers import open_provider, parser_of
from linernotes.providers.answers import _warn_of_new_field
from linernotes.providers.port import BatchRefused
from linernotes.providers.spotify.artists import parse
from linernotes.sandbox import Faults, Generated, Sandbox
from tests.providers.asking import SECRETS, Opened, Scripted, kinds
from tests.providers.conformance import Conformance
from tests.providers.services import facts_of
from tests.samples import ID, LONG_AGO, dataset, items, keys
from tests.service import Answer

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
    name = "spotify"
    urls: ClassVar = {"SPOTIFY_API_URL": "/v1", "SPOTIFY_ACCOUNTS_URL": ""}
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

    def body(self, path: str, thing: Any) -> Any:
        return {"artists": [thing]}

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=facts.artist.id) for facts in facts_of(sandbox, 3)]


class TestSpotifyOneByOne(TestSpotify):
    limits: ClassVar = {"mode": "development"}
    unknown = Answer(404, {"error": {"status": 404, "message": "Resource not found"}})
    tombstone = ("not_found", 404)
    refusals = Conformance.refusals

    def body(self, path: str, thing: Any) -> Any:
        return thing


def calls(sandbox: Sandbox) -> dict[str, int]:
    """The calls for artists, by route."""
    return {route: number for route, number in sandbox.calls()["calls"].items() if route != TOKENS}


def test_fifty_artists_are_one_call(asking: Opened, sandbox: Sandbox, artists: Ids) -> None:
    ids = artists(50)
    outcomes = list(asking().provider.fetch(items(*ids)))
    assert [outcome.item.key for outcome in outcomes] == ids
    assert {type(outcome) for outcome in outcomes} == {Found}
    assert calls(sandbox) == {BATCHES: 1}


def test_a_found_artist_is_what_the_service_says(asking: Opened, artists: Ids, catalogue: Generated) -> None:
    (key,) = artists(1)
    (found,) = asking().provider.fetch(items(key))
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
    asking: Opened, sandbox: Sandbox, artists: Ids, mode: str
) -> None:
    sandbox.profile = mode
    here, gone = artists(1)[0], "0" * 22
    found = kinds(asking(mode=mode).provider.fetch(items(gone, here)))
    assert found == {gone: ("Missing", "not_found", 200 if mode == "extended" else 404), here: ("Found", None, None)}


@pytest.mark.parametrize("mode", ["extended", "development"])
def test_what_cannot_be_an_id_is_never_sent(asking: Opened, sandbox: Sandbox, artists: Ids, mode: str) -> None:
    sandbox.profile = mode
    odd = [
        "",
        "short",
        "x" * 23,
        "spotify:artist:" + "0" * 22,
        "0" * 21 + "é",
        "0" * 21 + "-",
        "0" * 22 + "\n",
        "٣" * 22,
    ]
    (good,) = artists(1)
    asked = asking(mode=mode)
    found = kinds(asked.provider.fetch(items(*odd, good)))
    assert found == {**dict.fromkeys(odd, ("Missing", "invalid_id", None)), good: ("Found", None, None)}
    assert set(sandbox.calls(asked=True)["asked"]) == {good}


def test_if_nothing_can_be_sent_nobody_is_called(asking: Opened, sandbox: Sandbox) -> None:
    assert kinds(asking().provider.fetch(items("odd"))) == {"odd": ("Missing", "invalid_id", None)}
    assert sandbox.calls()["total"] == 0


def refusing(bad: set[str]) -> Callable[[str], Answer]:
    """A service that refuses every batch with a bad id in it."""

    def answer(path: str) -> Answer:
        ids = path.split("ids=")[1].replace("%2C", ",").split(",")
        if bad & set(ids):
            return Answer(400, {"error": {"status": 400, "message": "Invalid base62 id"}})
        return Answer(200, {"artists": [{**FULL, "id": key} for key in ids]})

    return answer


@pytest.mark.parametrize(
    ("bad", "most"),
    [([n], 13) for n in (0, 1, 24, 25, 26, 48, 49)] + [([0, 49], 23), ([12, 37], 23), ([24, 25], 23), ([7, 8], 23)],
)
def test_a_refused_batch_is_halved_until_the_bad_id_stands_alone(scripted: Scripted, bad: list[int], most: int) -> None:
    ids = keys(50)
    asked, service = scripted(refusing({ids[index] for index in bad}))
    found = kinds(asked.provider.fetch(items(*ids)))
    assert {key for key, outcome in found.items() if outcome == ("Missing", "invalid_id", 400)} == {
        ids[index] for index in bad
    }
    assert [outcome[0] for outcome in found.values()].count("Found") == 50 - len(bad)
    assert len([path for path in service.seen if "ids=" in path]) <= most


def test_a_list_that_is_too_short_is_matched_by_id_and_the_rest_has_failed(
    asking: Opened, sandbox: Sandbox, artists: Ids
) -> None:
    sandbox.faults = Faults(short=1)
    first, *others = artists(5)
    outcomes = list(asking().provider.fetch(items(first, *others)))
    assert kinds(outcomes) == {
        first: ("Failed", "unanswered", 200),
        **dict.fromkeys(others, ("Found", None, None)),
    }
    assert all(outcome.record["artistId"] == outcome.raw["id"] for outcome in outcomes if isinstance(outcome, Found))


@pytest.mark.parametrize(
    "body", [{}, {"artists": None}, {"artists": "x"}, [], {"artists": []}, {"artists": [5, None, {}]}, "x", 5]
)
def test_a_body_without_the_artists_fails_every_item(scripted: Scripted, body: Any) -> None:
    asked, _ = scripted(Answer(200, body))
    assert kinds(asked.provider.fetch(items(*keys(2)))) == dict.fromkeys(keys(2), ("Failed", "unanswered", 200))


@pytest.mark.parametrize(
    "odd",
    [
        {"followers": "many"},
        {"followers": [1]},
        {"images": ["x"]},
        {"images": 5},
        {"external_urls": "https://open.spotify.com"},
        5,
        "x",
        [],
    ],
    ids=str,
)
def test_an_artist_of_another_shape_fails_alone(scripted: Scripted, odd: Any) -> None:
    first, second = keys(2)
    strange = {**FULL, "id": first, **odd} if isinstance(odd, dict) else odd
    asked, _ = scripted(Answer(200, {"artists": [strange, {**FULL, "id": second}]}))
    assert kinds(asked.provider.fetch(items(first, second))) == {
        first: ("Failed", "unreadable", 200),
        second: ("Found", None, None),
    }


def test_auto_finds_out_that_an_app_is_extended(asking: Opened, artists: Ids) -> None:
    asked = asking()
    assert (asked.provider.access_mode, asked.provider.batch_size) == (None, 50)
    list(asked.provider.fetch(items(*artists(2))))
    assert (asked.provider.access_mode, asked.provider.batch_size) == ("extended", 50)


def test_auto_finds_out_that_an_app_takes_no_batches(asking: Opened, sandbox: Sandbox, artists: Ids) -> None:
    sandbox.profile = "development"
    asked, ids = asking(), artists(2)
    with pytest.raises(BatchRefused):
        list(asked.provider.fetch(items(*ids)))
    assert (asked.provider.access_mode, asked.provider.batch_size) == ("development", 1)
    found = kinds(asked.provider.fetch(items(*ids)))
    assert set(found.values()) == {("Found", None, None)}
    assert calls(sandbox) == {BATCHES: 1, SINGLES: 2}


@pytest.mark.parametrize(("access_mode", "route"), [("development", SINGLES), ("extended", BATCHES)])
def test_what_an_earlier_run_found_out_is_not_tried_again(
    asking: Opened, sandbox: Sandbox, artists: Ids, access_mode: str, route: str
) -> None:
    sandbox.profile = access_mode
    list(asking(access_mode).provider.fetch(items(*artists(1))))
    assert calls(sandbox) == {route: 1}


@pytest.mark.parametrize("remembered", ["extended", "development"])
@pytest.mark.parametrize(("mode", "size"), [("extended", 50), ("development", 1)])
def test_a_mode_that_is_set_wins_over_what_was_found_out(asking: Opened, mode: str, size: int, remembered: str) -> None:
    asked = asking(remembered, mode=mode)
    assert (asked.provider.access_mode, asked.provider.batch_size) == (mode, size)


def test_a_forced_batch_that_is_refused_says_that_the_endpoint_is_closed(
    asking: Opened, sandbox: Sandbox, artists: Ids
) -> None:
    sandbox.profile = "development"
    with pytest.raises(AccessRefused, match=r"GET /artists\?ids= is closed to this app \(HTTP 403\)") as refused:
        list(asking(mode="extended").provider.fetch(items(*artists(2))))
    assert "quota mode" in refused.value.remedy


def test_an_endpoint_that_is_removed_says_so(asking: Opened, sandbox: Sandbox, artists: Ids) -> None:
    sandbox.profile, sandbox.faults = "development", Faults(removed="yes")
    with pytest.raises(AccessRefused, match=r"GET /artists/\{id\} is closed to this app \(HTTP 403\)"):
        list(asking(mode="development").provider.fetch(items(*artists(1))))


@pytest.mark.parametrize("mode", ["auto", "extended", "development"])
def test_an_owner_without_premium_is_told_so_and_nothing_else_is_concluded(
    asking: Opened, sandbox: Sandbox, artists: Ids, mode: str
) -> None:
    sandbox.faults = Faults(premium="no")
    asked = asking(mode=mode)
    with pytest.raises(AccessRefused, match="the owner of the app needs an active Premium subscription"):
        list(asked.provider.fetch(items(*artists(1))))
    assert asked.provider.access_mode == (None if mode == "auto" else mode)


def test_refused_credentials_are_told_with_their_names_and_never_their_values(
    asking: Opened, sandbox: Sandbox, artists: Ids, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = {"id": SecretStr("canary-client-id"), "secret": SecretStr("canary-client-secret")}
    with caplog.at_level(logging.DEBUG), pytest.raises(AccessRefused, match="invalid_client") as refused:
        list(asking(None, secrets).provider.fetch(items(*artists(1))))
    told = refused.value.message + refused.value.remedy
    assert "SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET" in told
    assert refused.value.exit_code == 3
    assert "canary" not in told + caplog.text
    assert calls(sandbox) == {}


def test_no_token_is_ever_logged(asking: Opened, artists: Ids, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        list(asking().provider.fetch(items(*artists(2))))
    assert "Bearer" not in caplog.text
    assert "BQ" not in caplog.text


def test_checking_the_credentials_asks_for_a_token_and_nothing_else(asking: Opened, sandbox: Sandbox) -> None:
    asked = asking()
    asked.provider.check()
    assert sandbox.calls()["calls"] == {TOKENS: 1}
    sandbox.faults = Faults(credentials="refused")
    with pytest.raises(AccessRefused):
        asked.provider.check()


def test_a_token_that_ran_out_is_renewed_once_for_all_threads(asking: Opened, sandbox: Sandbox, artists: Ids) -> None:
    asked = asking("development")
    list(asked.provider.fetch(items(*artists(1))))
    assert sandbox.calls()["calls"][TOKENS] == 1
    sandbox.revoke_tokens()
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda key: list(asked.provider.fetch(items(key))), artists(24)))
    assert {type(outcome) for fetched in outcomes for outcome in fetched} == {Found}
    assert sandbox.calls()["calls"][TOKENS] == 2


def test_threads_that_begin_together_share_one_token(asking: Opened, sandbox: Sandbox, artists: Ids) -> None:
    asked = asking("development")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: list(asked.provider.fetch(items(key))), artists(16)))
    assert sandbox.calls()["calls"][TOKENS] == 1


def test_a_token_that_is_refused_again_after_one_renewal_is_a_refusal(
    asking: Opened, sandbox: Sandbox, artists: Ids
) -> None:
    sandbox.faults = Faults(expire=1)
    with pytest.raises(AccessRefused, match="refuses the access token, also a new one"):
        list(asking().provider.fetch(items(*artists(1))))
    assert sandbox.calls()["calls"] == {TOKENS: 2, BATCHES: 2}


def test_an_artist_who_answers_under_another_id_keeps_the_asked_one(
    asking: Opened, sandbox: Sandbox, catalogue: Generated
) -> None:
    index = next(index for index in range(10_000) if catalogue.state(index) == "merged")
    key = catalogue.id_at(index)
    (found,) = asking().provider.fetch(items(key))
    known = catalogue.artist(key)
    assert known is not None
    assert isinstance(found, Found)
    assert (found.record["artistId"], found.record["canonicalArtistId"]) == (key, known.id)
    assert known.id != key


def test_a_development_app_gets_nulls_and_empty_arrays_and_no_failure(
    asking: Opened, sandbox: Sandbox, artists: Ids
) -> None:
    sandbox.profile = "development"
    (found,) = asking("development").provider.fetch(items(*artists(1)))
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


@pytest.mark.parametrize("absent", [name for name in FULL if name not in ("href", "type", "uri")])
def test_any_field_may_be_missing(absent: str) -> None:
    record = parse(ID, {name: value for name, value in FULL.items() if name != absent})
    LineReader(dataset("spotify/artist_enrichment")).read(_landed(record))


def test_what_is_parsed_has_the_columns_of_the_contract() -> None:
    columns = {column.name for column in dataset("spotify/artist_enrichment").columns}
    assert set(parse(ID, FULL)) | {"enrichedAt"} == columns


def test_reading_an_artist_leaves_the_services_own_object_as_it_was() -> None:
    before = repr(FULL)
    parse(ID, FULL)
    assert repr(FULL) == before


def test_a_field_that_is_new_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    _warn_of_new_field.cache_clear()
    for _ in range(3):
        parse(ID, {**FULL, "monthly_listeners": 5})
    assert [record.getMessage() for record in caplog.records] == [
        "spotify: artists now come with 'monthly_listeners', which stays in the archive and is not read"
    ]


def test_a_call_that_fails_for_good_is_the_callers_to_record(asking: Opened, sandbox: Sandbox, artists: Ids) -> None:
    sandbox.faults = Faults(server_errors=1)
    with pytest.raises(CallFailed):
        list(asking().provider.fetch(items(*artists(1))))


def test_a_provider_is_found_by_its_name(asking: Opened) -> None:
    asked = asking()
    opened = open_provider(asked.settings, SECRETS, asked.client.session, "development")
    assert (type(opened).__name__, opened.batch_size) == ("Spotify", 1)
    assert parser_of("spotify") is parse
    assert parser_of("roster") is None


def _landed(record: Any) -> bytes:
    return json.dumps({**record, "enrichedAt": LONG_AGO}).encode()
