import signal
import subprocess
import sys
import time
from statistics import median
from threading import Thread

import pytest
import requests

from linernotes.core.errors import ConfigurationError
from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.calls import KEPT, Call, CallLog

from .callers import Caller, user_of

SERVE = """
from linernotes.sandbox import Sandbox, serve_forever
print(serve_forever(Sandbox(), lambda sandbox: print(sandbox.url, flush=True)))
"""


def test_two_sandboxes_stand_side_by_side(live: list[str]) -> None:
    with Sandbox(Generated(seed=1)) as one, Sandbox(Generated(seed=2), profile="development") as two:
        assert one.url != two.url
        assert Caller(one).artist(live[0]).status_code == 200
        assert Caller(two).artist(live[0]).status_code == 404
        two.faults = Faults.parse("5xx=1")
        assert Caller(one).artists(live[0]).status_code == 200
        assert one.calls()["total"] == 4
        assert two.calls()["total"] == 2


def test_the_environment_names_everything_a_client_needs(sandbox: Sandbox) -> None:
    assert sandbox.environment() == {
        "SPOTIFY_API_URL": f"http://127.0.0.1:{sandbox.port}/v1",
        "SPOTIFY_ACCOUNTS_URL": f"http://127.0.0.1:{sandbox.port}",
        "SPOTIFY_CLIENT_ID": "sandbox-client",
        "SPOTIFY_CLIENT_SECRET": "sandbox-secret",
        "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:8888/callback",
        "SPOTIFY_REFRESH_TOKEN": "sandbox-refresh",
        "MUSICBRAINZ_API_URL": f"http://127.0.0.1:{sandbox.port}/musicbrainz/ws/2",
        "LISTENBRAINZ_API_URL": f"http://127.0.0.1:{sandbox.port}/listenbrainz/1",
        "LISTENBRAINZ_TOKEN": "sandbox-listenbrainz-token",
        "WIKIDATA_SPARQL_URL": f"http://127.0.0.1:{sandbox.port}/wikidata/sparql",
        "DEEZER_API_URL": f"http://127.0.0.1:{sandbox.port}/deezer",
        "DISCOGS_API_URL": f"http://127.0.0.1:{sandbox.port}/discogs",
        "DISCOGS_TOKEN": "sandbox-discogs-token",
        "LINERNOTES_CONTACT": "sandbox@example.org",
        "LASTFM_API_URL": f"http://127.0.0.1:{sandbox.port}/lastfm/2.0/",
        "LASTFM_API_KEY": "sandbox-lastfm-key",
        "APIFY_API_URL": f"http://127.0.0.1:{sandbox.port}/apify/v2",
        "ENRICHMENT_APIFY_API_TOKEN": "apify_api_sandbox-token",
        "ENRICHMENT_APIFY_MAX_USD": "5",
        "RECCOBEATS_API_URL": f"http://127.0.0.1:{sandbox.port}/reccobeats/v1",
        "RECCOBEATS_ENABLED": "yes",
    }


def test_a_port_in_use_is_said_in_one_line(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError, match=f"127.0.0.1:{sandbox.port}: Address already in use") as caught:
        Sandbox(port=sandbox.port).__enter__()
    assert "\n" not in caught.value.message


def test_a_port_is_free_again_after_closing(catalogue: Generated, live: list[str]) -> None:
    with Sandbox(catalogue) as first:
        Caller(first).artist(live[0])
    with Sandbox(catalogue, port=first.port) as second:
        assert Caller(second).artist(live[0]).status_code == 200


def test_a_sandbox_can_be_opened_again(catalogue: Generated, live: list[str]) -> None:
    reopened = Sandbox(catalogue)
    for _ in range(2):
        with reopened:
            assert Caller(reopened).artist(live[0]).status_code == 200
    assert reopened.calls()["total"] == 4


def test_an_unknown_profile_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError, match="unknown profile 'gold'"):
        Sandbox(profile="gold")
    with pytest.raises(ConfigurationError):
        sandbox.profile = "gold"


def test_closing_does_not_wait_for_a_call_that_hangs(catalogue: Generated, live: list[str]) -> None:
    with Sandbox(catalogue, faults=Faults.parse("hang=1,hang_seconds=60")) as sandbox:
        caller = Caller(sandbox)
        waiting = Thread(target=given_up, args=(caller, live[0]))
        waiting.start()
        while sandbox.calls()["total"] < 2:
            time.sleep(0.01)
        begin = time.monotonic()
    assert time.monotonic() - begin < 0.3
    waiting.join(timeout=1)
    assert not waiting.is_alive()


def given_up(caller: Caller, artist_id: str) -> None:
    """Call for an artist, whatever comes of it."""
    try:
        caller.artist(artist_id)
    except requests.RequestException as error:
        print(f"given up: {error}")  # noqa: T201 - shown if the test fails


def test_answers_come_without_the_forty_milliseconds_of_a_delayed_acknowledgement(
    caller: Caller, live: list[str]
) -> None:
    assert median(caller.artist(each).elapsed.total_seconds() for each in live[:40]) < 0.02


def test_calls_are_counted_by_route(sandbox: Sandbox, live: list[str]) -> None:
    user = user_of(sandbox)
    user.artist(live[0])
    user.artists(*live[:3])
    user.get("artists/", ids=live[0])
    user.plays(limit=9)
    assert sandbox.calls()["calls"] == {
        "POST /api/token": 1,
        "GET /v1/artists/<id>": 1,
        "GET /v1/artists": 2,
        "GET /v1/me/player/recently-played": 1,
    }
    assert sandbox.calls()["total"] == 5
    assert [each["items"] for each in sandbox.calls()["log"]] == [0, 1, 3, 1, 9]


def test_the_log_tells_when_what_was_asked_and_answered(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    before = time.monotonic()
    caller.artists(live[0], "0" * 22)
    caller.artist("short")
    batch, single = sandbox.calls()["log"][1:]
    assert before <= batch["at"] <= single["at"] <= time.monotonic()
    assert (batch["method"], batch["path"], batch["status"]) == ("GET", "/v1/artists", 200)
    assert batch["query"].startswith(f"ids={live[0]}")
    assert (single["path"], single["status"]) == ("/v1/artists/short", 400)


def test_how_often_each_id_was_asked_for_is_told_on_demand(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    caller.artists(*live[:2])
    caller.artist(live[1])
    assert "asked" not in sandbox.calls()
    assert sandbox.calls(asked=True)["asked"] == {live[0]: 1, live[1]: 2}
    assert requests.get(f"{sandbox.url}/_sandbox/calls?asked", timeout=60).json()["asked"][live[1]] == 2


def test_the_same_counts_can_be_read_and_cleared_over_http(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    caller.artist(live[0])
    assert requests.get(f"{sandbox.url}/_sandbox/calls", timeout=60).json() == sandbox.calls()
    assert sandbox.calls()["total"] == 2
    assert requests.post(f"{sandbox.url}/_sandbox/reset", timeout=60).status_code == 200
    assert sandbox.calls() == {"calls": {}, "total": 0, "throttled": 0, "log": []}


def test_the_pages_of_the_sandbox_itself_never_fail(sandbox: Sandbox) -> None:
    sandbox.faults = Faults.parse("5xx=1,429=1,quota=0,latency=60")
    assert requests.get(f"{sandbox.url}/_sandbox/health", timeout=60).json() == {"status": "ok"}
    assert sandbox.calls()["total"] == 0


def test_the_log_keeps_the_newest_calls_and_the_counts_all() -> None:
    log = CallLog()
    for number in range(KEPT + 5):
        log.answered(log.arrived("/v1/artists", Call("GET", f"/{number}", "")), 429)
    report = log.report()
    assert (report["total"], report["throttled"], len(report["log"])) == (KEPT + 5, KEPT + 5, KEPT)
    assert report["log"][0]["path"] == "/5"


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_serving_for_ever_ends_with_a_signal_and_prints_nothing(signum: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert requests.get(f"{url}/_sandbox/health", timeout=60).status_code == 200
    process.send_signal(signum)
    said, complained = process.communicate(timeout=60)
    assert (process.returncode, said.strip(), complained) == (0, str(int(signum)), "")
