"""``linernotes extract lastfm_scrobbles`` and ``listenbrainz_listens``: an account's history, wherever it was left."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from linernotes.core.text import many
from linernotes.runs.imports.spans import Span, gaps
from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.accounts import BEGAN, PAUSE
from tests.conftest import HURRIED, QUICK
from tests.laptop import Laptop
from tests.service import Answer, Service
from tests.test_import_plays import everything_written

PLAYS = "select * from {lake}.lake_plays__stg_plays order by playedAt, sourceKey"
ROWS = "select count(*) from {lake}.lake_plays__normalized_plays"
KEPT = "select count(*) from {lake}.lake_plays__stg_plays"
BOTH = pytest.mark.parametrize("command", ["lastfm_scrobbles", "listenbrainz_listens"])
PROVIDERS = {"lastfm_scrobbles": "lastfm", "listenbrainz_listens": "listenbrainz"}
NOW = datetime.now(UTC).replace(microsecond=0)
SECOND = int(NOW.timestamp())


@pytest.fixture
def laptop(importer: Laptop) -> Laptop:
    """Nobody has built a hub on this machine: an import needs none."""
    return importer


@pytest.fixture
def everybody(importer: Laptop, sandbox: Sandbox) -> Laptop:
    """The same with credentials for every service, all of them the sandbox."""
    importer.environ.update(sandbox.environment() | QUICK | HURRIED)
    return importer


@pytest.fixture
def sandbox(catalogue: Generated) -> Iterator[Sandbox]:
    """Accounts whose last play is that of ``NOW``, however long the tests before took."""
    with Sandbox(catalogue, now=NOW) as running:
        yield running


def fetched(laptop: Laptop, command: str, *options: str, user: str = "regular") -> str:
    """What a fetch said, that went well."""
    said = laptop("extract", command, "--user", user, *options)
    assert said.code == 0, said.err
    return said.err


def keys(laptop: Laptop) -> list[str]:
    """The plays there are, oldest first."""
    return [row["sourceKey"] for row in laptop.rows(PLAYS)]


def pages_asked(sandbox: Sandbox) -> int:
    """How often an account's history was asked for."""
    calls = sandbox.calls()["calls"]
    return sum(number for route, number in calls.items() if "listens" in route or "lastfm" in route)


# whole histories


@BOTH
def test_a_history_of_years_is_fetched_once_and_whole(everybody: Laptop, sandbox: Sandbox, command: str) -> None:
    said = fetched(everybody, command)
    plays = (SECOND - BEGAN) // PAUSE - 1
    assert f"fetched {plays:,} plays of" in said
    assert "2016-11-2" in said
    assert (everybody.value(ROWS), everybody.value(KEPT)) == (plays, plays)  # no page brings what another brought
    sandbox.reset()
    assert "fetched 0 plays" in fetched(everybody, command)
    assert pages_asked(sandbox) == 1
    assert everybody.value(ROWS) == plays


@BOTH
def test_what_is_fetched_is_what_an_export_of_it_holds(everybody: Laptop, sandbox: Sandbox, command: str) -> None:
    source = PROVIDERS[command]
    fetched(everybody, command, "--since", f"{NOW - timedelta(days=100):%Y-%m-%d}")
    before = everybody.rows(PLAYS)
    if source == "lastfm":
        question = {"method": "user.getRecentTracks", "user": "regular", "limit": "60"}
        page = _asked(sandbox, "LASTFM_API_URL", "", **question, api_key="sandbox-lastfm-key")
    else:
        page = _asked(sandbox, "LISTENBRAINZ_API_URL", "/user/regular/listens", count="60")
    assert everybody("import", "plays", everybody.write("page.json", json.dumps(page))).code == 0
    assert everybody.value(ROWS) == len(before) + 60
    assert [{**row, "stampedAt": 0, "loadSequence": 0} for row in everybody.rows(PLAYS)] == [
        {**row, "stampedAt": 0, "loadSequence": 0} for row in before
    ]


@BOTH
@pytest.mark.parametrize(("user", "plays"), [("beginner", 1), ("newcomer", 0), ("BEGINNER", 1)])
def test_a_history_may_have_one_play_or_none(everybody: Laptop, command: str, user: str, plays: int) -> None:
    assert f"fetched {many(plays, 'play')} of" in fetched(everybody, command, user=user)
    assert everybody.value(KEPT) == plays


def test_both_services_tell_of_the_same_plays_in_rows_of_their_own(everybody: Laptop) -> None:
    since = f"{NOW - timedelta(days=60):%Y-%m-%d}"
    for command in PROVIDERS:
        fetched(everybody, command, "--since", since)
    sql = "select source, count(*) as plays, count(mbids[1]) > 0 as mbids from {lake}.lake_plays__stg_plays"
    rows = {row["source"]: row for row in everybody.rows(f"{sql} group by source")}
    assert rows["lastfm"]["plays"] == rows["listenbrainz"]["plays"] > 40
    assert rows["lastfm"]["mbids"]
    assert rows["listenbrainz"]["mbids"]


# from where it was left


@BOTH
def test_it_goes_on_where_the_last_fetch_ended(
    everybody: Laptop, catalogue: Generated, travel: Callable[[float], None], command: str
) -> None:
    travel(-40)
    with Sandbox(catalogue, now=NOW - timedelta(days=40)) as earlier:
        everybody.environ.update(earlier.environment())
        fetched(everybody, command)
        first = keys(everybody)
    travel(0)
    with Sandbox(catalogue, now=NOW) as later:
        everybody.environ.update(later.environment())
        said = fetched(everybody, command)
        assert pages_asked(later) == 1
    assert f"fetched {40 * 86_400 // PAUSE} plays" in said or f"fetched {40 * 86_400 // PAUSE + 1} plays" in said
    assert keys(everybody)[: len(first)] == first
    assert len(keys(everybody)) == (SECOND - BEGAN) // PAUSE - 1


@BOTH
def test_one_that_was_cut_short_goes_on_at_both_ends(
    everybody: Laptop, sandbox: Sandbox, travel: Callable[[float], None], command: str
) -> None:
    provider, whole = PROVIDERS[command], (SECOND - BEGAN) // PAUSE - 1
    sandbox.trouble(provider, Faults(quota=2, quota_retry_after=3600) if provider == "listenbrainz" else Faults())
    calls = {} if provider == "listenbrainz" else {"LINERNOTES_LASTFM__DAILY_CALLS": "2"}
    said = everybody("extract", command, "--user", "regular", **calls)
    assert said.code == 0
    assert f"partial: {provider}: " in said.err
    some = everybody.value(KEPT)
    assert 0 < some < whole
    assert everybody.value("select status from {lake}.lake_ops__runs order by endedAt desc limit 1") == "partial"
    sandbox.trouble(provider, Faults())
    travel(1)
    sandbox.reset()
    fetched(everybody, command)
    assert everybody.value(KEPT) == whole
    assert everybody.value(ROWS) == whole  # nothing of what it had was landed again
    calls_left = {"lastfm": 1 + 12, "listenbrainz": 1 + 2}  # what is new, then what was left
    assert pages_asked(sandbox) <= calls_left[provider]


@BOTH
def test_a_first_fetch_can_be_bounded_and_completed_later(everybody: Laptop, sandbox: Sandbox, command: str) -> None:
    fetched(everybody, command, "--since", "2025-01-01")
    oldest = everybody.value("select min(playedAt) from {lake}.lake_plays__stg_plays")
    assert f"{oldest:%Y-%m}" == "2025-01"
    fetched(everybody, command)
    whole = (SECOND - BEGAN) // PAUSE - 1
    assert (everybody.value(KEPT), everybody.value(ROWS)) == (whole, whole)
    sandbox.reset()
    fetched(everybody, command, "--again")
    assert pages_asked(sandbox) >= 3
    assert everybody.value(KEPT) == whole


def test_the_time_may_be_up(everybody: Laptop) -> None:
    said = fetched(everybody, "lastfm_scrobbles", "--max-minutes", "0")
    assert "partial: lastfm: stopped by --max-minutes; repeat the command to continue" in said
    assert everybody.value(KEPT) == 200
    fetched(everybody, "lastfm_scrobbles")
    assert everybody.value(KEPT) == (SECOND - BEGAN) // PAUSE - 1


# what services do


def scrobble(second: int | None, name: str = "Roads", **more: Any) -> dict[str, Any]:
    """A track of Last.fm's."""
    date = {} if second is None else {"date": {"uts": str(second)}}
    return {"artist": {"#text": "Portishead", "mbid": ""}, "name": name, "album": {"#text": "Dummy"}, **date, **more}


def listen(second: int, name: str = "Roads") -> dict[str, Any]:
    """A listen of ListenBrainz'."""
    return {"listened_at": second, "track_metadata": {"artist_name": "Portishead", "track_name": name}}


class Told:
    """A Last.fm that has these tracks; a page has three of them. Some read ``to`` and ``from`` otherwise."""

    def __init__(self, *tracks: dict[str, Any], rows: int = 3, otherwise: bool = False) -> None:
        self.tracks, self.rows, self.otherwise = list(tracks), rows, otherwise

    def __call__(self, path: str) -> Answer:
        query = {name: value[0] for name, value in parse_qs(urlsplit(path).query).items()}
        begin, end, page = int(query.get("from", -1)), int(query["to"]) - self.otherwise, int(query["page"])
        begin -= self.otherwise
        found = [track for track in self.tracks if begin < int(track["date"]["uts"]) <= end]
        found.sort(key=lambda track: -int(track["date"]["uts"]))
        pages = str(-(-len(found) // self.rows))
        tracks = [scrobble(None, "Now", **{"@attr": {"nowplaying": "true"}})]
        tracks += found[(page - 1) * self.rows : page * self.rows]
        return Answer(200, {"recenttracks": {"track": tracks, "@attr": {"user": "Ada", "totalPages": pages}}})


@contextmanager
def lastfm_of(laptop: Laptop, *script: Any) -> Iterator[Service]:
    """A Last.fm that says this."""
    with Service(*script) as service:
        laptop.environ.update(LASTFM_API_URL=f"{service.url}/2.0/", LASTFM_API_KEY="key")
        laptop.environ.update(LINERNOTES_LASTFM__PER_SECOND="100000", LINERNOTES_LASTFM__BACKOFF="1")
        yield service


@contextmanager
def listenbrainz_of(laptop: Laptop, *script: Any) -> Iterator[Service]:
    """A ListenBrainz that says this."""
    with Service(*script) as service:
        laptop.environ.update(LISTENBRAINZ_API_URL=f"{service.url}/1", LINERNOTES_CONTACT="me@example.org")
        laptop.environ.update(LINERNOTES_LISTENBRAINZ__PER_SECOND="100000", LINERNOTES_LISTENBRAINZ__BACKOFF="1")
        yield service


@pytest.mark.parametrize("otherwise", [False, True])
def test_plays_of_one_second_are_all_fetched_also_where_pages_meet_and_where_they_fill_some(
    laptop: Laptop, *, otherwise: bool
) -> None:
    early = [scrobble(SECOND - 90 * 86_400, f"early {number}") for number in range(2)]
    glut = [scrobble(SECOND - 80 * 86_400, f"glut {number}") for number in range(8)]
    late = [scrobble(SECOND - 70 * 86_400 + number // 2, f"late {number}") for number in range(7)]
    with lastfm_of(laptop, Told(*early, *glut, *late, otherwise=otherwise)):
        fetched(laptop, "lastfm_scrobbles", user="ada")
        assert laptop.value(KEPT) == laptop.value(ROWS) == 17
        assert "fetched 0 plays" in fetched(laptop, "lastfm_scrobbles", user="ada")


def test_a_scrobble_that_is_handed_in_days_later_is_fetched_and_no_other_again(laptop: Laptop) -> None:
    told = Told(*(scrobble(SECOND - days * 86_400, f"{days}") for days in (1, 5, 20, 30)))
    with lastfm_of(laptop, told):
        fetched(laptop, "lastfm_scrobbles", user="ada")
        told.tracks.append(scrobble(SECOND - 3 * 86_400, "played in the mountains"))
        assert "fetched 1 play of" in fetched(laptop, "lastfm_scrobbles", user="ada")
    assert (laptop.value(ROWS), laptop.value(KEPT)) == (5, 5)


def test_what_is_scrobbled_while_it_is_fetched_moves_no_page(laptop: Laptop) -> None:
    told = Told(*(scrobble(SECOND - (20 + days) * 86_400, f"{days}") for days in range(9)))
    asked = 0

    def growing(path: str) -> Answer:
        nonlocal asked
        asked += 1
        told.tracks.append(scrobble(SECOND - 3600 + asked, f"new {asked}"))
        return told(path)

    with lastfm_of(laptop, growing):
        assert "fetched 10 plays" in fetched(laptop, "lastfm_scrobbles", user="ada")
    with lastfm_of(laptop, told):
        fetched(laptop, "lastfm_scrobbles", user="ada")
    assert laptop.value(KEPT) == laptop.value(ROWS) == 9 + asked


def test_a_bad_scrobble_is_rejected_and_costs_no_good_one(laptop: Laptop) -> None:
    good = [scrobble(SECOND - days * 86_400, f"{days}") for days in range(1, 30)]
    with lastfm_of(laptop, Told(*good, scrobble(5, "a clock that was never set"), rows=200)):
        said = fetched(laptop, "lastfm_scrobbles", user="ada")
    assert "fetched 29 plays of 1 artist" in said
    assert "skipped: 1 x playing now; 1 x date.uts: is before 2002" in said
    assert [(row["file"], row["reason"]) for row in laptop.rejects()] == [("lastfm_scrobbles", "is before 2002")]


@pytest.mark.parametrize(
    ("body", "code", "complaint"),
    [
        ({"error": 6, "message": "User not found"}, 2, "lastfm: account not found"),
        (
            {"error": 17, "message": "Login: User required to be logged in"},
            3,
            "lastfm: the account's scrobbles are private",
        ),
        ({"error": 10, "message": "Invalid API key"}, 3, "lastfm: LASTFM_API_KEY was rejected (error 10)"),
        (
            {"recenttracks": {"track": [], "@attr": {"user": "bob", "totalPages": "0"}}},
            1,
            "cannot read the page of scrobbles",
        ),
        (
            {"recenttracks": {"track": [], "@attr": {"user": "ada", "totalPages": "9"}}},
            1,
            "cannot read the page of scrobbles",
        ),
        ({"recenttracks": []}, 1, "cannot read the page of scrobbles"),
        ([], 1, "lastfm: unreadable"),
    ],
)
def test_what_lastfm_refuses_ends_with_one_line(laptop: Laptop, body: Any, code: int, complaint: str) -> None:
    with lastfm_of(laptop, Answer(200, body)):
        said = laptop("extract", "lastfm_scrobbles", "--user", "ada")
    assert (said.code, complaint in said.complaint) == (code, True), said.err
    assert laptop.value("select count(*) from {lake}.lake_plays__normalized_fetched_spans") == 0


@pytest.mark.parametrize(
    ("status", "body", "code", "complaint"),
    [
        (404, {"code": 404, "error": "Cannot find user: ada"}, 2, "listenbrainz: account not found"),
        (404, {"code": 404, "error": "Not Found"}, 1, "listenbrainz: http_404"),
        (404, b"<html>no such host</html>", 1, "listenbrainz: http_404"),
        (401, {"code": 401, "error": "Invalid authorization token."}, 3, "LISTENBRAINZ_TOKEN was rejected"),
        (400, {"code": 400, "error": "no"}, 1, "listenbrainz: http_400"),
        (200, {"payload": {"user_id": "bob", "listens": []}}, 1, "cannot read the page of listens"),
        (200, {"payload": {"user_id": "ada", "listens": [{}]}}, 1, "cannot read the page of listens"),
        (200, {"payload": []}, 1, "cannot read the page of listens"),
    ],
)
def test_what_listenbrainz_refuses_ends_with_one_line(
    laptop: Laptop, status: int, body: Any, code: int, complaint: str
) -> None:
    with listenbrainz_of(laptop, Answer(status, body)):
        said = laptop("extract", "listenbrainz_listens", "--user", "ada", LISTENBRAINZ_TOKEN="mine")
    assert (said.code, complaint in said.complaint) == (code, True), said.err


def test_a_killed_fetch_loses_nothing_and_asks_for_nothing_twice(laptop: Laptop) -> None:
    told = Told(*(scrobble(SECOND - (20 + days) * 86_400, f"{days}") for days in range(9)))
    asked, killed = threading.Event(), threading.Event()

    def silent(path: str) -> Answer:
        asked.set()
        killed.wait(60)
        return told(path)

    with lastfm_of(laptop, told, told, silent):
        process = laptop.start("extract", "lastfm_scrobbles", "--user", "ada")
        assert asked.wait(60)
        process.kill()
        process.communicate()
        killed.set()
    with lastfm_of(laptop, told) as service:
        assert "recovered 2 unfinished files" in fetched(laptop, "lastfm_scrobbles", user="ada")
        assert laptop.value(KEPT) == laptop.value(ROWS) == 9
        rest = len(service.seen)
        fetched(laptop, "lastfm_scrobbles", "--again", user="ada")
        whole = len(service.seen) - rest
    assert rest == 1 + whole - 2  # whether there is anything new, and what was left


def test_a_service_that_fails_midway_leaves_what_it_told_loaded(laptop: Laptop) -> None:
    told = Told(*(scrobble(SECOND - (20 + days) * 86_400, f"{days}") for days in range(9)))
    with lastfm_of(laptop, told, told, Answer(500)):
        said = laptop("extract", "lastfm_scrobbles", "--user", "ada")
        assert (said.code, "fetched 5 plays" in said.err) == (1, True), said.err
        assert "lastfm: http_500" in said.complaint
    with lastfm_of(laptop, told):
        assert "fetched 4 plays" in fetched(laptop, "lastfm_scrobbles", user="ada")


@pytest.mark.parametrize(
    "oldest", [SECOND - 28 * 86_400, "long ago", 5.5, None], ids=["a time", "words", "a fraction", "none"]
)
def test_a_short_page_of_listens_is_not_taken_for_the_last(laptop: Laptop, oldest: Any) -> None:
    listens = [listen(SECOND - (20 + days) * 86_400, f"{days}") for days in range(9)]

    def stingy(path: str) -> Answer:
        before = int(parse_qs(urlsplit(path).query)["max_ts"][0])
        found = [each for each in listens if each["listened_at"] < before][:2]
        payload = {"user_id": "ada", "listens": found, "oldest_listen_ts": oldest}
        return Answer(200, {"payload": payload})

    with listenbrainz_of(laptop, stingy):
        fetched(laptop, "listenbrainz_listens", user="ada")
    assert (laptop.value(KEPT), laptop.value(ROWS)) == (9, 9)


def test_while_a_service_is_parked_it_is_not_asked(everybody: Laptop, sandbox: Sandbox) -> None:
    sandbox.trouble("listenbrainz", Faults(throttled=1, retry_after=3600))
    assert "partial: listenbrainz: rate limited" in fetched(everybody, "listenbrainz_listens")
    sandbox.reset()
    assert "partial: listenbrainz: cooling down until" in fetched(everybody, "listenbrainz_listens")
    assert pages_asked(sandbox) == 0


# people


@pytest.mark.parametrize(
    ("command", "variable"), [("lastfm_scrobbles", "LASTFM_API_KEY"), ("listenbrainz_listens", "LINERNOTES_CONTACT")]
)
def test_what_is_missing_is_named(laptop: Laptop, command: str, variable: str) -> None:
    said = laptop("extract", command, "--user", "ada")
    assert (said.code, f"extract {command}: {variable} must be set" in said.complaint) == (2, True)


@BOTH
def test_whose_history_is_meant_has_to_be_said(laptop: Laptop, command: str) -> None:
    assert laptop("extract", command).code == 2
    assert laptop("extract", command, "--user", " ").code == 2
    assert laptop("extract", command, "--user", "ada", "--since", "yesterday").code == 2


def test_the_account_is_written_nowhere(laptop: Laptop, tmp_path: Path) -> None:
    log = tmp_path / "home/log.jsonl"
    refused = [Answer(200, {"error": code}) for code in (6, 17)]
    bad = scrobble(SECOND - 86_400, " ", user_name="secretname", user="SecretName")
    told = Answer(200, {"recenttracks": {"track": [bad], "@attr": {"user": "SecretName", "totalPages": "1"}}})
    for answer in (*refused, told):
        with lastfm_of(laptop, answer):
            laptop("-vv", "--log-file", log, "extract", "lastfm_scrobbles", "--user", "SecretName")
    with listenbrainz_of(laptop, Answer(404), Answer(500)):
        laptop("-vv", "--log-file", log, "extract", "listenbrainz_listens", "--user", "SecretName")
        laptop("-vv", "--log-file", log, "extract", "listenbrainz_listens", "--user", "SecretName")
    assert len(laptop.rejects()) == 1
    written = everything_written(laptop.home).lower()
    assert log.stat().st_size > 0
    assert b"secretname" not in written


def test_two_accounts_do_not_know_of_each_other(everybody: Laptop) -> None:
    fetched(everybody, "lastfm_scrobbles", user="newcomer")
    assert "fetched 1 play of" in fetched(everybody, "lastfm_scrobbles", user="beginner")


# spans


@pytest.mark.parametrize(
    ("known", "left"),
    [
        ([], [(0, 100)]),
        ([(0, 100)], []),
        ([(90, 200)], [(0, 90)]),
        ([(20, 30), (60, 80)], [(80, 100), (30, 60), (0, 20)]),
        ([(20, 70), (60, 80), (25, 30)], [(80, 100), (0, 20)]),
        ([(50, 60), (60, 70)], [(70, 100), (0, 50)]),
        ([(-50, 10)], [(10, 100)]),
    ],
)
def test_what_is_left_is_what_no_span_covers(known: list[tuple[int, int]], left: list[tuple[int, int]]) -> None:
    assert gaps(Span(0, 100), [Span(*span) for span in known]) == [Span(*span) for span in left]


def _asked(sandbox: Sandbox, variable: str, path: str, **query: str) -> Any:
    import requests  # noqa: PLC0415 - only here somebody asks as people do

    url = sandbox.environment()[variable] + path
    return requests.get(
        url, {**query, "format": "json"}, headers={"User-Agent": "test/1 (me@example.org)"}, timeout=5
    ).json()
