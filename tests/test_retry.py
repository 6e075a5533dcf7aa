"""A storm marks nobody, and tombstones that were wrong are taken back; a rebuild remembers both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import QUICK
from tests.laptop import Laptop, Said
from tests.samples import keys, lines, tombstone
from tests.service import TOKEN, Answer, Service

GONE = Answer(404, {"error": {"status": 404, "message": "Resource not found"}})
IDS = keys(60)
ASKED, DEAD = IDS[:30], IDS[30:50]
OUTCOMES = (
    "select outcome, reason, count(*) as items from {lake}.lake_ops__attempts group by outcome, reason order by 1, 2"
)
BEFORE = "2026-11-01T00:00:00Z"  # the tombstones are of seven o'clock of that day


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service(GONE, token=TOKEN) as running:
        yield running


@pytest.fixture(scope="module")
def machine(built_home: Path, tmp_path_factory: pytest.TempPathFactory, service: Service) -> Laptop:
    """A machine whose Spotify says of everybody that there is no such artist."""
    work = tmp_path_factory.mktemp("storm")
    urls = {"SPOTIFY_API_URL": f"{service.url}/v1", "SPOTIFY_ACCOUNTS_URL": service.url}
    secrets = {"SPOTIFY_CLIENT_ID": "id", "SPOTIFY_CLIENT_SECRET": "secret"}
    mode = {"LINERNOTES_SPOTIFY__MODE": "development"}
    laptop = Laptop(work / "home", urls | secrets | mode | QUICK).take_over(built_home)
    assert laptop("import", "roster", laptop.roster(*IDS)).code == 0
    dead = [tombstone(key, reason="not_found", httpStatus=404) for key in DEAD[:-1]]
    laptop.drop(lines(*dead, tombstone(DEAD[-1], reason="invalid_id", httpStatus=400)))
    assert laptop("ingest").code == 0
    return laptop


@pytest.fixture(scope="module")
def storm(machine: Laptop, service: Service) -> Said:
    """A run through the storm."""
    said = machine("run", "--provider", "spotify", "--mode", "backfill", "--limit", "30")
    assert len(service.seen) < 30
    return said


def test_a_run_through_a_storm_says_so_and_ends_as_an_error(storm: Said, machine: Laptop) -> None:
    assert storm.code == 1
    assert storm.complaint.startswith('linernotes: spotify: 20 of the last 20 answers are "not found", usually 5 %')
    status, reason = machine.rows("select status, reason from {lake}.lake_ops__runs where command = 'run'")[0].values()
    assert (status, "nothing is marked as not found" in reason) == ("partial", True)


def test_what_was_asked_in_it_has_failed_and_the_rest_waits(storm: Said, machine: Laptop) -> None:
    (failed, *dead) = machine.rows(OUTCOMES)
    assert (failed["outcome"], failed["reason"]) == ("failed", "storm")
    assert [(row["reason"], row["items"]) for row in dead] == [("invalid_id", 1), ("not_found", 19)]
    assert f"failed: spotify storm {failed['items']}; a later run retries them" in storm.err
    assert machine.waits() == len(IDS) - len(DEAD)  # in this mode failures are asked again at once


def retry(machine: Laptop, *options: str) -> str:
    said = machine("retry", "--provider", "spotify", *options)
    assert said.code == 0, said.err
    return said.err


def test_tombstones_are_taken_back_by_reason_and_time_and_once(storm: Said, machine: Laptop) -> None:
    waiting = machine.waits()
    assert "19 items would be due again" in retry(machine, "--since", BEFORE, "--reason", "not_found", "--dry-run")
    assert machine.waits() == waiting
    assert "0 items are due again" in retry(machine, "--since", "2026-11-01T07:00:01Z")
    assert "19 items are due again\nnext: linernotes run" in retry(machine, "--since", BEFORE, "--reason", "not_found")
    assert machine.waits() == waiting + 19
    assert machine.waits("incremental") >= 19
    assert "1 item is due again" in retry(machine, "--since", BEFORE)  # invalid_id, which else is never asked again
    files = machine.lake("manual/archive")
    assert "0 items are due again" in retry(machine, "--since", BEFORE)
    assert machine.lake("manual/archive") == files
    assert machine.waits() == waiting + 20


def test_a_rebuild_remembers_what_was_taken_back(storm: Said, machine: Laptop) -> None:
    waiting, answers = machine.waits(), machine.rows(OUTCOMES)
    assert machine("rebuild").code == 0
    assert (machine.waits(), machine.rows(OUTCOMES)) == (waiting, answers)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--provider", "spotfy", "--since", "1d"), "unknown provider 'spotfy'; did you mean 'spotify'?"),
        (("--provider", "spotify", "--since", "2999-01-01"), "--since 2999-01-01T00:00:00Z is in the future"),
        (("--provider", "spotify", "--since", "soon"), "'soon' is neither a time nor a duration"),
        (("--provider", "spotify", "--since", "99999999d"), "'99999999d' is longer than a century"),
        (("--since", "1d"), "Missing option '--provider'"),
    ],
)
def test_a_wrong_option_changes_nothing_and_says_what_is_wrong(
    machine: Laptop, options: tuple[str, ...], complaint: str
) -> None:
    said = machine("retry", *options)
    assert said.code == 2
    assert complaint in said.complaint
