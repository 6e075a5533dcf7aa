import time
from collections.abc import Iterator

import pytest
import requests
import spotipy
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyClientCredentials, SpotifyOAuth

from linernotes.sandbox import Faults, Generated, Sandbox

from .callers import Caller, message, token, user_of

UNKNOWN = "0" * 22


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[spotipy.Spotify]:
    """A spotipy that does not retry by itself."""
    manager = SpotifyClientCredentials("sandbox-client", "sandbox-secret", cache_handler=MemoryCacheHandler())
    manager.OAUTH_TOKEN_URL = f"{sandbox.url}/api/token"
    with requests.Session() as session:
        client = spotipy.Spotify(auth_manager=manager, requests_session=session)
        client.prefix = f"{sandbox.environment()['SPOTIFY_API_URL']}/"
        yield client


def test_spotipy_gets_artists_in_batches(client: spotipy.Spotify, sandbox: Sandbox, live: list[str]) -> None:
    assert [artist["id"] for artist in client.artists(live[:50])["artists"]] == live[:50]
    assert sandbox.calls()["calls"] == {"POST /api/token": 1, "GET /v1/artists": 1}


def test_spotipy_gets_one_artist(client: spotipy.Spotify, live: list[str], catalogue: Generated) -> None:
    assert client.artist(live[0])["name"] == catalogue.credit(live[0])


def test_spotipy_tells_when_the_quota_is_used_up(client: spotipy.Spotify, sandbox: Sandbox, live: list[str]) -> None:
    sandbox.faults = Faults.parse("quota=0")
    with pytest.raises(spotipy.SpotifyException) as caught:
        client.artist(live[0])
    assert (caught.value.http_status, caught.value.reason) == (429, "QUOTA_EXCEEDED")
    assert caught.value.headers["Retry-After"] == "50000"


def test_spotipy_gets_plays_page_by_page(client: spotipy.Spotify, sandbox: Sandbox) -> None:
    settings = sandbox.environment()
    manager = SpotifyOAuth(
        settings["SPOTIFY_CLIENT_ID"], settings["SPOTIFY_CLIENT_SECRET"], settings["SPOTIFY_REDIRECT_URI"],
        cache_handler=MemoryCacheHandler(),
    )  # fmt: skip
    manager.OAUTH_TOKEN_URL = f"{settings['SPOTIFY_ACCOUNTS_URL']}/api/token"
    client.auth_manager = None
    client.set_auth(manager.refresh_access_token(settings["SPOTIFY_REFRESH_TOKEN"])["access_token"])
    page = client.current_user_recently_played(limit=30)
    assert (len(page["items"]), len(client.next(page)["items"])) == (30, 20)


def test_extended_access_tells_followers_popularity_and_genres(
    caller: Caller, catalogue: Generated, live: list[str]
) -> None:
    artist, body = catalogue.artist(live[0]), caller.artist(live[0]).json()
    assert artist is not None
    assert body == {
        "external_urls": {"spotify": f"https://open.spotify.com/artist/{artist.id}"},
        "followers": {"href": None, "total": artist.followers},
        "genres": list(artist.genres),
        "href": f"https://api.spotify.com/v1/artists/{artist.id}",
        "id": artist.id,
        "images": [{"height": each.height, "url": each.url, "width": each.width} for each in artist.images],
        "name": artist.name,
        "popularity": artist.popularity,
        "type": "artist",
        "uri": f"spotify:artist:{artist.id}",
    }


def test_development_access_tells_less(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    extended = caller.artist(live[0]).json()
    sandbox.profile = "development"
    development = caller.artist(live[0]).json()
    assert set(extended) - set(development) == {"followers", "popularity"}
    assert extended["genres"]
    assert development["genres"] == []


def test_development_access_has_no_batches(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    sandbox.profile = "development"
    reply = caller.artists(live[0])
    assert (reply.status_code, reply.json()) == (403, {"error": {"status": 403, "message": "Forbidden"}})


def test_unknown_and_deleted_artists_are_nulls_in_their_places(caller: Caller, live: list[str], deleted: str) -> None:
    answered = caller.artists(live[0], UNKNOWN, live[1], deleted, live[0]).json()["artists"]
    assert [artist and artist["id"] for artist in answered] == [live[0], None, live[1], None, live[0]]


@pytest.mark.parametrize("path", ["artists", "artists/"])
def test_a_batch_may_be_asked_with_and_without_a_slash(caller: Caller, live: list[str], path: str) -> None:
    assert len(caller.get(path, ids=",".join(live[:3])).json()["artists"]) == 3


def test_fifty_artists_are_a_batch_and_one_more_is_too_many(caller: Caller, live: list[str]) -> None:
    assert caller.artists(*live[:50]).status_code == 200
    assert caller.artists(*live[:51]).status_code == 400


def test_one_malformed_id_refuses_its_batch_and_can_be_found_by_halving(caller: Caller, live: list[str]) -> None:
    ids = [*live[:31], "not-an-id", *live[31:49]]
    while len(ids) > 1:
        half = ids[: len(ids) // 2]
        reply = caller.artists(*half)
        ids = half if reply.status_code == 400 else ids[len(half) :]
    assert ids == ["not-an-id"]
    assert message(caller.artists(*ids)) == "Invalid base62 id"


@pytest.mark.parametrize("ids", ["", "a,b", f"{UNKNOWN},", f"{UNKNOWN[1:]}-"])
def test_a_batch_of_nothing_readable_is_refused(caller: Caller, ids: str) -> None:
    assert caller.get("artists", ids=ids).status_code == 400


def test_a_single_artist_is_a_tombstone_when_deleted_and_refused_when_malformed(caller: Caller, deleted: str) -> None:
    replies = [caller.artist(each) for each in (deleted, UNKNOWN, "not-an-id")]
    assert [reply.status_code for reply in replies] == [404, 404, 400]
    assert [message(reply) for reply in replies] == ["Resource not found", "Resource not found", "Invalid base62 id"]


def test_a_merged_artist_answers_under_another_id(caller: Caller, merged: str) -> None:
    single, batch = caller.artist(merged).json(), caller.artists(merged).json()["artists"][0]
    assert single == batch
    assert single["id"] != merged


def test_an_unknown_route_is_a_404_in_json(sandbox: Sandbox, caller: Caller) -> None:
    assert message(caller.get("shows/1")) == "Service not found"
    assert sandbox.calls()["calls"]["GET (no such route)"] == 1


def test_wrong_credentials_get_no_token(sandbox: Sandbox) -> None:
    for auth in (("sandbox-client", "guess"), ("guess", "sandbox-secret")):
        reply = token(sandbox, auth, grant_type="client_credentials")
        assert (reply.status_code, reply.json()["error"]) == (400, "invalid_client")
    assert requests.post(f"{sandbox.url}/api/token", timeout=60).status_code == 400


def test_a_revoked_refresh_token_gets_no_token(sandbox: Sandbox) -> None:
    reply = token(sandbox, grant_type="refresh_token", refresh_token="yesterday")
    assert reply.status_code == 400
    assert reply.json() == {"error": "invalid_grant", "error_description": "Refresh token revoked"}


def test_other_grants_are_not_offered(sandbox: Sandbox) -> None:
    assert token(sandbox, grant_type="password").json()["error"] == "unsupported_grant_type"


def test_a_token_says_how_long_it_lives(sandbox: Sandbox) -> None:
    said = token(sandbox, grant_type="client_credentials").json()
    assert (said["token_type"], said["expires_in"]) == ("Bearer", 3600)
    assert said["access_token"] != token(sandbox, grant_type="client_credentials").json()["access_token"]


def test_a_token_expires(catalogue: Generated, live: list[str]) -> None:
    with Sandbox(catalogue, token_seconds=0.2) as sandbox:
        caller = Caller(sandbox)
        assert caller.artist(live[0]).status_code == 200
        time.sleep(0.21)
        reply = caller.artist(live[0])
    assert (reply.status_code, message(reply)) == (401, "The access token expired")


def test_a_call_needs_a_token_of_this_sandbox(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    caller.session.headers["Authorization"] = "Bearer made-up"
    assert message(caller.artist(live[0])) == "The access token expired"
    del caller.session.headers["Authorization"]
    reply = caller.artist(live[0])
    assert (reply.status_code, message(reply)) == (401, "No token provided")


def test_plays_belong_to_a_user(sandbox: Sandbox, caller: Caller) -> None:
    assert caller.plays().status_code == 401
    assert user_of(sandbox).plays().status_code == 200
