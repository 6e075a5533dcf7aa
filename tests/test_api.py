"""The REST API over real sockets: who is let in, what is answered at once, and what becomes a job."""

import json
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import hypothesis
import jwt
import pytest
import requests
import schemathesis
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from linernotes.rest.access import Rates
from linernotes.rest.app import application
from linernotes.rest.keys import Bearer, Keys, read_keys
from linernotes.sandbox import Generated
from linernotes.sandbox.world.listening import Listener
from tests.accessibility import faults
from tests.conftest import HURRIED, QUICK
from tests.laptop import Laptop
from tests.samples import artist, keys, lines, settings
from tests.sources.test_drops import AUDIENCE, META, table

NEW, OLD = "new:" + "n" * 40, "old:" + "o" * 40
SECRETS = f"{NEW},{OLD}"
FIRST, SECOND, UNKNOWN = keys(3)
HTML = "<script>alert(1)</script>"
ENRICHMENT = "/api/v1/enrichment"
NOW = datetime.now(UTC)
DAY = NOW.date() - timedelta(days=4)
ASKED_TRACKS = "select distinct key from {lake}.lake_ops__attempts where provider = 'spotify_tracks'"


class Client:
    """Asks one server, with a token or without."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port, self._headers = port, {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self._url(path), headers=self._headers | headers, timeout=30)

    def post(self, path: str, body: object, **headers: str) -> requests.Response:
        return requests.post(self._url(path), json=body, headers=self._headers | headers, timeout=30)

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def serving(laptop: Laptop, *options: str, **environ: str) -> Iterator[tuple[Client, "subprocess.Popen[str]"]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = laptop.start("api", "--port", str(port), *options, LINERNOTES_API_KEYS=SECRETS, **environ)
    try:
        client = Client(port)
        for _ in range(600):
            assert process.poll() is None, process.communicate()[1]
            try:
                client.get("/health")
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield client, process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def token(*scopes: str, key: str = NEW, subject: str = "ana", **changed: Any) -> str:
    """A token as ours are, with some of it changed; None leaves a claim out."""
    name, _, secret = key.partition(":")
    claims = {
        "iss": "linernotes",
        "aud": "linernotes",
        "sub": subject,
        "iat": NOW,
        "exp": NOW + timedelta(days=1),
        "jti": "1",
        "scope": " ".join(scopes),
    }
    claims = {claim: value for claim, value in (claims | changed).items() if value is not None}
    return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": name})


@pytest.fixture(scope="module")
def home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """Two artists that are enriched just now, with a play of a track."""
    laptop = Laptop(Path(shutil.copytree(built_home, tmp_path_factory.mktemp("served") / "home")))
    fresh = NOW.isoformat().replace("+00:00", "Z")
    laptop.drop(
        lines(
            artist(FIRST, artistName="Gims", genres=["rap"], followerCount=1_049_358, popularity=69, enrichedAt=fresh),
            artist(SECOND, artistName=HTML, genres=["pop"], enrichedAt=fresh),
        )
    )
    play = {
        "playedAt": "2025-03-01T12:00:00Z",
        "trackName": "Bella",
        "artistName": "Gims",
        "artistIds": [FIRST],
        "source": "listenbrainz",
        "sourceKey": "1",
    }
    laptop.drop(lines(play), "mine_plays.jsonl", provider="plays")
    days = table(AUDIENCE, f"{DAY - timedelta(days=1)},90,,,,400,,,900", f"{DAY},90,,,,450,,,900")
    spent = table(f"{META},Ad name", f"Night,{DAY},1.50,3,100,a", f"Night,{DAY},2.50,5,200,b")
    assert laptop("import", "streams", laptop.write("Gims-audience-timeline.csv", days)).code == 0
    assert laptop("import", "campaigns", laptop.write("meta.csv", spent), "--time-zone", "UTC").code == 0
    said = laptop.make_tables()
    assert said.code == 0, said.err
    return laptop


@pytest.fixture(scope="module")
def server(home: Laptop) -> Iterator[Client]:
    """One server for all tests that only ask."""
    with serving(home) as (client, _):
        yield client


@pytest.fixture
def reader(server: Client, request: pytest.FixtureRequest) -> Client:
    """A bearer who may read; one of its own for each test, since requests are counted."""
    return Client(server.port, token("read", subject=request.node.name))


@pytest.fixture
def writer(server: Client, request: pytest.FixtureRequest) -> Client:
    """A bearer who may also ask services."""
    return Client(server.port, token("read", "enrich", subject=request.node.name))


def test_an_artist_is_answered_as_the_command_shows_it(reader: Client, home: Laptop) -> None:
    answer = reader.get(f"{ENRICHMENT}/artists/{FIRST}")
    assert answer.status_code == 200
    assert answer.json() == home("show", FIRST).rows
    assert answer.json()["artist"]["name"] == "Gims"


def test_an_answer_that_is_known_already_is_not_sent_again(reader: Client) -> None:
    first = reader.get(f"{ENRICHMENT}/artists/{FIRST}")
    again = reader.get(f"{ENRICHMENT}/artists/{FIRST}", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "private, max-age=300"


def test_what_was_read_before_is_still_for_those_alone_who_may_read_it(reader: Client, server: Client) -> None:
    for path in (
        f"{ENRICHMENT}/artists/{FIRST}",
        f"{ENRICHMENT}/artists?genre=rap",
        f"{ENRICHMENT}/artists/top?limit=2",
    ):
        answers = [reader.get(path) for _ in range(2)]
        assert [each.status_code for each in answers] == [200, 200]
        assert answers[0].content == answers[1].content
        refused = server.get(path), Client(server.port, token("enrich")).get(path)
        assert [each.status_code for each in refused] == [401, 403]
        assert {each.headers["content-type"] for each in refused} == {"application/problem+json"}


def test_what_was_read_before_is_counted_all_the_same(server: Client) -> None:
    often = Client(server.port, token("read", subject="often"))
    asked = [often.get(f"{ENRICHMENT}/artists/{FIRST}").status_code for _ in range(62)]
    assert (asked[0], asked[-1], set(asked)) == (200, 429, {200, 429})


def test_fresh_data_is_answered_without_a_job(writer: Client) -> None:
    url = f"https://open.spotify.com/artist/{FIRST}?si=abc"
    one = writer.post(f"{ENRICHMENT}/artists/enrich", {"spotify_url": url})
    both = writer.post(f"{ENRICHMENT}/artists/batch/enrich", {"artist_ids": [FIRST, SECOND]})
    assert (one.status_code, both.status_code) == (200, 200)
    assert one.json()["artist"]["spotify_id"] == FIRST
    assert [each["artist"]["name"] for each in both.json()["artists"]] == ["Gims", HTML]


def test_a_list_is_read_page_by_page(reader: Client) -> None:
    first = reader.get(f"{ENRICHMENT}/artists?limit=1").json()
    second = reader.get(first["next"]).json()
    assert {first["items"][0]["artistId"], second["items"][0]["artistId"]} == {FIRST, SECOND}
    assert second["next"] is None
    assert [row["artistName"] for row in reader.get(f"{ENRICHMENT}/artists?q=gim").json()["items"]] == ["Gims"]
    assert [row["artistName"] for row in reader.get(f"{ENRICHMENT}/artists?genre=pop").json()["items"]] == [HTML]


def test_facts_neighbours_ranks_metrics_and_coverage_are_answered(reader: Client) -> None:
    facts = reader.get(f"{ENRICHMENT}/artists/{FIRST}/facts").json()
    assert {row["provider"] for row in facts} == {"spotify"}
    assert reader.get(f"{ENRICHMENT}/artists/{FIRST}/similar").json() == []
    assert reader.get(f"{ENRICHMENT}/artists/top?limit=1").json()[0]["rank"] == 1
    assert "providers" in reader.get(f"{ENRICHMENT}/metrics").json()
    stats = reader.get("/stats").json()
    assert (stats["totalTracks"], stats["enrichedArtists"], stats["withIsrcPercent"]) == (1, 2, 0.0)
    assert "api_calls_total" in reader.get("/metrics").text


def test_streams_campaigns_and_days_to_come_are_answered(reader: Client) -> None:
    told = reader.get(f"{ENRICHMENT}/streams?artist=gims").json()
    assert [(each["artistName"], each["streams"], each["lastDay"]) for each in told["series"]] == [
        ("Gims", 850, f"{DAY}")
    ]
    assert [each["streams"] for each in told["days"]] == [400, 450]
    assert reader.get(f"{ENRICHMENT}/streams?days=1").json() == {"series": [], "days": []}
    (campaign,) = reader.get(f"{ENRICHMENT}/campaigns").json()["campaigns"]
    assert (campaign["campaignName"], float(campaign["spend"]), float(campaign["cpr"])) == ("Night", 4, 0.5)
    days = reader.get(f"{ENRICHMENT}/forecast?days=7").json()["days"]
    assert all(day["reason"] and day["streams"] is None for day in days)


def test_a_track_is_found_by_its_names_in_any_case(writer: Client) -> None:
    assert writer.post("/enrich", {"artist": "GIMS", "title": "bella"}).json()["trackName"] == "Bella"
    assert writer.post("/enrich", {"artist": "G.I.M.S.", "title": "Bella!"}).json()["trackName"] == "Bella"
    wanted = {"tracks": [{"artist": "Gims", "title": "Bella"}, {"artist": "Daft Punk", "title": "One More Time"}]}
    assert [bool(track) for track in writer.post("/enrich/batch", wanted).json()["tracks"]] == [True, False]


def test_a_track_is_found_as_often_as_it_is_asked_for_however_it_is_spelled(writer: Client) -> None:
    unknown = "4uLU6hMCjMI75M1A2tKUQC"
    several = [
        {"artist": "G.I.M.S.", "title": "Bella!"},
        {"artist": "G-I-M-S", "title": "bella?"},
        {"artist": "G.I.M.S.", "title": "Bella!", "spotify_id": unknown},
    ]
    told = writer.post("/enrich/batch", {"tracks": several}).json()["tracks"]
    assert [track and track["trackName"] for track in told] == ["Bella", "Bella", "Bella"]


def test_a_track_that_is_not_in_the_library_is_added_by_a_job(everybody: Laptop, catalogue: Generated) -> None:
    other, wanted = [track for several in islice(Listener(catalogue).repertoire(), 2) for track in several[:1]]
    named = {"artist_name": wanted.artists[0].name, "track_title": wanted.name, "existing_spotify_id": wanted.id}
    with serving(everybody) as (server, _):
        writer = Client(server.port, token("read", "enrich"))
        taken = writer.post("/enrich", named)
        assert (taken.status_code, taken.json()["track"]) == (202, None)
        assert taken.json()["job"] == writer.post("/enrich", named).json()["job"]
        assert poll(writer, taken.headers["location"])["state"] == "done"
        known = writer.post("/enrich", {"spotify_id": f"https://open.spotify.com/track/{wanted.id}"})
        assert (known.status_code, known.json()["trackName"]) == (200, wanted.name)
        by_code = writer.post("/enrich", {"isrc": wanted.isrc})
        assert by_code.json()["trackId"] == known.json()["trackId"]
        both = writer.post(
            "/enrich/batch", {"tracks": [{"isrc": wanted.isrc}, {"spotify_id": other.id, "priority": 3}]}
        )
        assert (both.status_code, [bool(track) for track in both.json()["tracks"]]) == (202, [True, False])
        assert both.json()["wanted_tracks"] == [{"spotify_id": other.id, "priority": 3, "force_refresh": False}]
        assert poll(writer, both.headers["location"])["state"] == "done"
        asked = [row["key"] for row in everybody.rows(ASKED_TRACKS)]
        assert set(asked) == {wanted.id, other.id}
    assert not list((everybody.home / "requests").glob("*.jsonl"))


@pytest.mark.parametrize(
    ("path", "body", "status", "kind"),
    [
        ("/artists/enrich", {"spotify_artist_id": "gims"}, 400, "invalid-artist-id"),
        ("/artists/enrich", {}, 422, "invalid-request"),
        ("/artists/enrich", {"spotify_artist_id": FIRST, "spotify_url": FIRST}, 422, "invalid-request"),
        ("/artists/enrich", {"spotify_artist_id": FIRST, "more": 1}, 422, "invalid-request"),
        ("/artists/batch/enrich", {"artist_ids": [FIRST] * 51}, 400, "too-many-artists"),
        ("/artists/batch/enrich", {"artist_ids": []}, 422, "invalid-request"),
        ("/artists/enrich", {"spotify_artist_id": "x" * 70_000}, 413, "body-too-large"),
        ("/artists/nobody/refresh", {}, 400, "invalid-artist-id"),
        ("/../../../enrich", {"artist": "Gims"}, 422, "invalid-request"),
    ],
    ids=["no_id", "nothing", "both", "unknown_field", "51", "none", "large", "refresh_nobody", "no_title"],
)
def test_what_is_asked_wrongly_is_answered_as_a_problem(
    server: Client, path: str, body: object, status: int, kind: str, request: pytest.FixtureRequest
) -> None:
    client = Client(server.port, token("enrich", subject=request.node.name))
    answer = client.post(ENRICHMENT + path, body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", [f"/artists/{UNKNOWN}", "/jobs/0", "/jobs/..%2f..", "/artists?cursor=%ff", "/nothing"])
def test_what_is_not_there_is_a_problem_and_no_fault(reader: Client, path: str) -> None:
    answer = reader.get(ENRICHMENT + path)
    assert answer.status_code in {404, 422}
    assert answer.json()["detail"]


BAD = {
    "none": "",
    "garbage": "garbage",
    "no_algorithm": jwt.encode({"sub": "ana"}, "", algorithm="none"),
    "another_algorithm": jwt.encode({"sub": "ana"}, "n" * 64, algorithm="HS512", headers={"kid": "new"}),
    "unknown_key": token("read", key="other:" + "n" * 40),
    "wrong_secret": token("read", key="new:" + "x" * 40),
    "expired": token("read", exp=NOW - timedelta(hours=1)),
    "no_expiry": token("read", exp=None),
    "no_id": token("read", jti=None),
    "another_audience": token("read", aud="somebody"),
    "another_issuer": token("read", iss="somebody"),
    "from_the_future": token("read", iat=NOW + timedelta(hours=2)),
    "too_long_a_life": token("read", exp=NOW + timedelta(days=400)),
    "endless": token("read", more="x" * 5_000),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_token_is_refused_with_the_reason(server: Client, kind: str) -> None:
    answer = Client(server.port, BAD[kind]).get("/stats")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-authorised")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_an_older_key_still_counts_and_a_scope_that_is_missing_does_not(server: Client) -> None:
    older = Client(server.port, token("read", key=OLD, subject="older"))
    assert older.get("/stats").status_code == 200
    refused = older.post(f"{ENRICHMENT}/artists/{FIRST}/refresh", {})
    assert (refused.status_code, 'error="insufficient_scope"' in refused.headers["www-authenticate"]) == (403, True)
    assert older.get(f"{ENRICHMENT}/artists/{FIRST}?refresh=true").status_code == 403


def test_too_many_requests_wait(server: Client) -> None:
    busy = Client(server.port, token("enrich", subject="busy"))
    answers = [busy.post("/enrich", {"artist": "Gims", "title": "Bella"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60


def test_health_and_documentation_need_no_token_and_no_other_server(server: Client) -> None:
    assert server.get("/health").json()["status"] == "ok"
    assert server.get("/ready").status_code == 200
    page = server.get("/docs")
    assert "Artist Enrichment" in page.text
    assert faults(page.text) == []
    assert "http" not in page.text
    described = server.get("/openapi.json").json()
    assert f"{ENRICHMENT}/artists/enrich" in described["paths"]


def test_the_api_answers_whatever_its_description_allows(home: Laptop, tmp_path: Path) -> None:
    """Requests made of the description, good and bad ones: no fault, and no answer that is not described."""
    copied = shutil.copytree(home.home, tmp_path / "home")
    unhurried = Rates("100000/second", "100000/second", "100000000/day")
    app = application(settings(copied), Keys({}, frozenset()), required=False, rates=unhurried)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == 19
    for operation in operations:
        asked_as(operation, GenerationMode.POSITIVE)
        if operation.body or operation.query:  # else nothing in it can be wrong
            asked_as(operation, GenerationMode.NEGATIVE)


def asked_as(operation: Any, mode: GenerationMode) -> None:
    checks = list(hypothesis.HealthCheck)

    @hypothesis.settings(max_examples=6, deadline=None, derandomize=True, database=None, suppress_health_check=checks)
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.call_and_validate()

    check()


def test_what_was_published_since_is_answered_without_a_restart(home: Laptop, tmp_path: Path) -> None:
    other = Laptop(Path(shutil.copytree(home.home, tmp_path / "home")))
    with serving(other) as (server, _):
        reader = Client(server.port, token("read"))
        first = reader.get("/stats")
        other.drop(lines(artist(UNKNOWN, artistName="Nina Simone")), "more_artist_enrichment.jsonl")
        assert other.make_tables().code == 0
        assert first.json()["enrichedArtists"] == 2
        assert reader.get("/stats").json()["enrichedArtists"] == 3
        assert reader.get(f"{ENRICHMENT}/artists/{UNKNOWN}").json()["artist"]["name"] == "Nina Simone"
        (other.home / "published.duckdb").unlink()
        gone = reader.get("/stats")
        assert (gone.status_code, gone.json()["remedy"]) == (503, gone.json()["remedy"])
        assert "linernotes run" in gone.json()["remedy"]


def test_a_job_asks_the_services_and_survives_a_killed_server(
    everybody: Laptop, artists: Callable[[int], list[str]]
) -> None:
    everybody.environ.update(QUICK | HURRIED)
    (wanted,) = artists(1)
    with serving(everybody) as (server, process):
        writer = Client(server.port, token("read", "enrich"))
        taken = writer.post(f"{ENRICHMENT}/artists/enrich", {"spotify_artist_id": wanted})
        same = writer.post(f"{ENRICHMENT}/artists/enrich", {"spotify_artist_id": wanted})
        assert (taken.status_code, taken.json()["job"]) == (202, same.json()["job"])
        process.kill()
    (file,) = (everybody.home / "requests").glob("*.json")
    assert json.loads(file.read_text("utf-8"))["state"] in {"waiting", "running"}
    with serving(everybody) as (server, _):
        writer = Client(server.port, token("read", "enrich"))
        ended = poll(writer, taken.headers["location"])
        assert ended["state"] == "done", ended
        answer = writer.get(ended["artists"][0])
        assert answer.json()["artist"]["spotify_id"] == wanted
        assert answer.json()["artist"]["name"]
        fresh = writer.post(f"{ENRICHMENT}/artists/enrich", {"spotify_artist_id": wanted})
        assert fresh.status_code == 200


def poll(client: Client, address: str) -> dict[str, Any]:
    for _ in range(240):
        found: dict[str, Any] = client.get(address).json()
        if found.get("state") not in {"waiting", "running"}:
            return found
        time.sleep(1.5)
    return found


def test_a_token_of_the_command_line_is_let_in(home: Laptop, server: Client) -> None:
    said = home("api", "token", "--for", "ana", "--scope", "read", LINERNOTES_API_KEYS=SECRETS)
    assert said.code == 0, said.err
    assert Client(server.port, said.out.strip()).get("/stats").status_code == 200


def test_a_new_key_can_be_used_and_a_revoked_token_no_longer(home: Laptop) -> None:
    made = read_keys({"LINERNOTES_API_KEYS": home("api", "key").out.strip(), "LINERNOTES_API_DENY": ""})
    signed = made.token("ana", ["read"], timedelta(days=1), NOW)
    bearer = made.bearer(signed, NOW)
    assert isinstance(bearer, Bearer)
    assert (bearer.subject, bearer.scopes) == ("ana", frozenset({"read"}))


@pytest.mark.parametrize("given", ["", "nameless", "short:tiny", f"{NEW},{NEW}"])
def test_keys_that_are_none_are_refused_without_showing_them(home: Laptop, given: str) -> None:
    said = home("api", LINERNOTES_API_KEYS=given)
    assert said.code == 2
    assert "LINERNOTES_API_KEYS" in said.complaint
    assert not [secret for secret in ("tiny", "n" * 40) if secret in said.err]


def test_how_long_an_answer_may_be_kept_is_a_setting(home: Laptop) -> None:
    with serving(home, LINERNOTES_API_MAX_AGE="0") as (server, _):
        answer = Client(server.port, token("read")).get(f"{ENRICHMENT}/artists/{FIRST}")
    assert answer.headers["cache-control"] == "private, max-age=0"
    said = home("api", LINERNOTES_API_KEYS=SECRETS, LINERNOTES_API_MAX_AGE="a day")
    assert (said.code, "LINERNOTES_API_MAX_AGE: 'a day' is not a number of seconds" in said.complaint) == (2, True)


def test_an_answer_that_was_invalidated_is_not_fresh(home: Laptop, tmp_path: Path) -> None:
    other = Laptop(Path(shutil.copytree(home.home, tmp_path / "home")))
    with serving(other) as (server, _):
        writer = Client(server.port, token("read", "enrich"))
        assert writer.post(f"{ENRICHMENT}/artists/enrich", {"spotify_artist_id": FIRST}).status_code == 200
        assert other("cache", "invalidate", "--artist", FIRST, "--yes").code == 0
        assert writer.post(f"{ENRICHMENT}/artists/enrich", {"spotify_artist_id": SECOND}).status_code == 200
        assert writer.post(f"{ENRICHMENT}/artists/enrich", {"spotify_artist_id": FIRST}).status_code == 202


def test_a_server_without_keys_listens_on_this_machine_alone(home: Laptop) -> None:
    said = home("api", "--no-auth", "--host", "0.0.0.0", LINERNOTES_API_KEYS=SECRETS)
    assert (said.code, "--no-auth is refused" in said.complaint) == (2, True)
