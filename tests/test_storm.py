"""When a service says "not found" about everybody, nobody is marked as not found."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linernotes.cli.console import ConsoleProgress
from linernotes.config.providers import StormSettings
from linernotes.core.counts import ExtractStats
from linernotes.core.errors import CallFailed, UnusualAnswers
from linernotes.core.values import Failed, Found, Missing, Outcome, WorkItem
from linernotes.landing.spool import Spool, salvage
from linernotes.runs.enrich.extraction import Extraction
from linernotes.runs.enrich.storm import StormWatch
from linernotes.storage.history import UsualShares, usual_shares
from linernotes.storage.lakes.folder import FolderLake
from linernotes.storage.workspace import Workspace, open_workspace
from tests.clocks import START, FakeClock
from tests.conftest import QUICK
from tests.laptop import Laptop
from tests.samples import LONG_AGO, RUN, dataset, items, keys, lines, settings, staged, tombstone
from tests.service import TOKEN, Answer, Service

RARE = UsualShares(0.01, 0.01)


def found(item: WorkItem) -> Found:
    return Found(item, {"artistId": item.key, "artistName": "ABBA", "enrichedAt": LONG_AGO}, {"id": item.key})


class Answering:
    """A provider that finds everybody before ``storm`` and nobody from then on, or nobody but the ``known``."""

    access_mode = None

    def __init__(self, storm: int, batch_size: int = 1, known: Sequence[str] = ()) -> None:
        self.storm, self.batch_size, self.known, self.asked = storm, batch_size, known, 0

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        for item in items:
            self.asked += 1
            is_found = self.asked <= self.storm or item.key in self.known
            yield found(item) if is_found else Missing(item, "not_found", 404)


class Room:
    """The place where one run asks one provider."""

    def __init__(self, home: Path) -> None:
        self.home, self.lake, clock = home, FolderLake(home / "lake"), FakeClock()
        self.spool = Spool(self.lake, home / "spool", dataset("spotify/artist_enrichment"), RUN, clock)
        self.clock = clock

    def ask(self, provider: Answering, asked: list[WorkItem], watch: StormWatch) -> tuple[Extraction, ExtractStats]:
        extraction = Extraction(provider, self.spool, self.clock, 1, watch=watch)
        return extraction, extraction.ask(asked, lambda _number: None)

    def landed(self) -> list[tuple[str, str | None]]:
        """Status and reason of every landed line."""
        paths = (self.home / "lake").glob("spotify/landing/*")
        marks = [json.loads(line)["_outcome"] for path in paths for line in path.read_bytes().splitlines()]
        assert len({mark["key"] for mark in marks}) == len(marks)
        return sorted((mark["status"], mark["reason"]) for mark in marks)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def watch(usual: UsualShares = RARE, answers: int = 20) -> StormWatch:
    return StormWatch(StormSettings(answers=answers), usual)


def seen(*outcomes: Outcome, usual: UsualShares = RARE, batches: int = 2) -> str:
    """The storm that a watch sees in these outcomes, which come in so many batches."""
    watching = watch(usual)
    for start in range(batches):
        watching.see(outcomes[start::batches])
    return watching.found


def misses(number: int, status: str = "pending", http: int | None = 404) -> list[Outcome]:
    return [Missing(WorkItem("spotify", "artist", key, status=status), "not_found", http) for key in keys(number)]


def test_a_storm_stops_the_provider_and_marks_nobody(room: Room) -> None:
    provider = Answering(storm=5)
    extraction, asked = room.ask(provider, items(*keys(100)), watch())
    assert provider.asked < 40
    assert isinstance(extraction.trouble, UnusualAnswers)
    answered = provider.asked - 1  # one that it knew was asked about again, and was not found either
    assert asked == ExtractStats(found=5, failed=answered - 5, landed_lines=answered)
    assert room.landed() == [("failed", "storm")] * (answered - 5) + [("found", None)] * 5
    assert extraction.lines == asked.total
    assert list(room.home.glob("spool/*/*")) == []


@pytest.mark.parametrize("batch_size", [1, 50])
def test_a_long_row_of_unknown_artists_is_no_storm_while_a_known_one_is_still_found(
    room: Room, batch_size: int
) -> None:
    provider = Answering(storm=0, batch_size=batch_size, known=keys(400)[:50])
    extraction, asked = room.ask(provider, items(*keys(400)), watch())
    assert extraction.trouble is None
    assert (asked.found, asked.not_found) == (50, 350)
    assert provider.asked - asked.total < 10


def test_an_artist_of_earlier_runs_tells_too_that_it_is_no_storm(room: Room) -> None:
    before, *unknown = items(*keys(41))
    extraction, asked = room.ask(Answering(storm=0, known=[before.key]), unknown, watch(replace(RARE, known=before)))
    assert extraction.trouble is None
    assert (asked.found, asked.not_found) == (0, 40)


def test_new_artists_whom_a_service_does_not_know_are_no_storm_in_a_later_run(built_home: Path, tmp_path: Path) -> None:
    known, *unknown = keys(31)
    gone = Answer(404, {"error": {"status": 404, "message": "Resource not found"}})
    with Service(lambda path: Answer(200, artist_of(known)) if known in path else gone, token=TOKEN) as service:
        urls = {"SPOTIFY_API_URL": f"{service.url}/v1", "SPOTIFY_ACCOUNTS_URL": service.url}
        secrets = {"SPOTIFY_CLIENT_ID": "id", "SPOTIFY_CLIENT_SECRET": "secret"}
        mode = {"LINERNOTES_SPOTIFY__MODE": "development"}
        laptop = Laptop(tmp_path / "home", urls | secrets | mode | QUICK).take_over(built_home)
        for roster in ([known], unknown):
            laptop("import", "roster", laptop.roster(*roster))
            said = laptop("run", "--provider", "spotify")
            assert said.code == 0, said.err
    assert "not found 30" in said.err


def artist_of(key: str) -> dict[str, object]:
    """An artist as Spotify tells a development app of one."""
    return {"id": key, "name": "ABBA", "images": [], "external_urls": {}}


def test_what_costs_money_is_not_asked_again(room: Room) -> None:
    provider = Answering(storm=0, known=keys(400)[:50])
    paid = StormWatch(StormSettings(answers=20), RARE, ask_again=False)
    extraction, asked = room.ask(provider, items(*keys(400)), paid)
    assert isinstance(extraction.trouble, UnusualAnswers)
    assert provider.asked == asked.total


def test_its_line_says_what_is_unusual_and_what_to_do(room: Room) -> None:
    extraction, _ = room.ask(Answering(storm=0), items(*keys(40)), watch())
    assert isinstance(extraction.trouble, UnusualAnswers)
    assert extraction.trouble.message == (
        'spotify: 20 of the last 20 answers are "not found", usually 1 %; nothing is marked as not found, '
        "the items are asked again in a day"
    )
    assert "LINERNOTES_SPOTIFY__STORM__ANSWERS" in extraction.trouble.remedy


def test_a_whole_batch_of_misses_is_a_storm(room: Room) -> None:
    extraction, asked = room.ask(Answering(storm=0, batch_size=50), items(*keys(40)), watch())
    assert isinstance(extraction.trouble, UnusualAnswers)
    assert (asked.not_found, asked.failed) == (0, 40)


def test_misses_in_fair_weather_are_tombstones(room: Room) -> None:
    extraction, asked = room.ask(Answering(storm=95), items(*keys(100)), watch())
    assert extraction.trouble is None
    assert (asked.found, asked.not_found, extraction.lines) == (95, 5, 100)
    assert room.landed().count(("not_found", "not_found")) == 5


def test_misses_of_a_killed_run_land_as_they_are(room: Room) -> None:
    aside = room.spool.aside()
    aside.answer(Missing(items(*keys(1))[0], "not_found", 404))
    assert salvage(room.lake, room.home / "spool") == 1
    assert room.landed() == [("not_found", "not_found")]


def test_few_answers_prove_nothing() -> None:
    assert seen(*misses(19)) == ""
    assert seen(*misses(20)) != ""


@pytest.mark.parametrize(
    "usual", [UsualShares(0.9, 0), UsualShares(1, 0), UsualShares(0.75, 0)], ids=["most", "all", "many"]
)
def test_where_most_are_unknown_anyway_twenty_misses_are_no_storm(usual: UsualShares) -> None:
    assert seen(*misses(20), usual=usual) == ""


def test_a_hundred_misses_are_one_even_where_three_of_four_are_unknown() -> None:
    assert seen(*misses(100), usual=UsualShares(0.75, 0)) != ""


def test_what_was_missing_before_and_what_was_never_sent_does_not_count() -> None:
    assert seen(*misses(100, status="not_found")) == ""
    assert seen(*misses(100, http=None)) == ""


def test_unusable_answers_are_a_storm_too_but_not_those_of_a_single_call() -> None:
    failures = [Failed(item, "http_404", 404) for item in items(*keys(40))]
    assert "40 of the last 40" not in seen(*failures, batches=1)
    assert "20 of the last 20 answers are unusable" in seen(*failures)


def test_calls_that_fail_as_a_whole_are_the_circuit_breakers() -> None:
    watching, failed = watch(), [Failed(item, "broken_body", 200) for item in items(*keys(40))]
    for _ in range(3):
        watching.see(failed, CallFailed("spotify: broken_body", "broken_body", 200))
        watching.see([Failed(item, "http_503", 503) for item in items(*keys(40))])
        watching.see([Failed(item, "rate_limited", 429) for item in items(*keys(40))])
    assert watching.found == ""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(settings(tmp_path), ConsoleProgress(), FakeClock()) as opened:
        opened.warehouse.ensure(opened.datasets)
        yield opened


def usual(workspace: Workspace, provider: str = "spotify", run_id: str = "another") -> UsualShares:
    return usual_shares(workspace, [workspace.settings.configs.provider(provider)], run_id)[provider]


def test_without_history_the_settings_say_what_is_usual(workspace: Workspace) -> None:
    assert usual(workspace) == UsualShares(0.05, 0.05)
    assert usual(workspace, "musicbrainz") == UsualShares(0.75, 0.05)


def test_history_says_what_is_usual_but_for_this_run_for_throttles_and_for_what_was_taken_back(
    workspace: Workspace, tmp_path: Path
) -> None:
    dead = [tombstone(key, httpStatus=404, reason="not_found") for key in keys(90)]
    throttled = [tombstone(key, "failed", httpStatus=429, reason="rate_limited") for key in keys(50)]
    odd = [tombstone(key, "failed", httpStatus=200, reason="unreadable") for key in keys(30)]
    workspace.warehouse.load(staged(lines(*dead, *throttled, *odd), tmp_path))
    assert usual(workspace) == UsualShares(0.75, 0.25)
    assert usual(workspace, run_id=RUN.id) == UsualShares(0.05, 0.05)
    taken = {"provider": "spotify", "since": LONG_AGO, "until": LONG_AGO, "decidedAt": LONG_AGO, "runId": RUN.id}
    retries = staged(lines(taken), tmp_path, "a_retries.jsonl", dataset("manual/retries"))
    workspace.warehouse.load(retries)
    assert usual(workspace) == UsualShares(0.05, 0.05)  # the other 30 are too few


def test_what_is_older_than_a_year_is_forgotten(workspace: Workspace, tmp_path: Path) -> None:
    old = (START - timedelta(days=400)).isoformat()
    dead = [tombstone(key, httpStatus=404, attemptedAt=old) for key in keys(200)]
    workspace.warehouse.load(staged(lines(*dead), tmp_path))
    assert usual(workspace) == UsualShares(0.05, 0.05)
