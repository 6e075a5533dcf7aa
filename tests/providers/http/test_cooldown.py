"""A service that shuts us out is left alone by everybody who calls it, and a crash forgets nothing of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from linernotes.core.errors import CallFailed, CoolingDown
from linernotes.providers.http import ServiceClient, open_client
from linernotes.providers.http.call_journal import journal_path, unsettled_calls
from linernotes.providers.http.rate_limit import Queue
from tests.clocks import START, FakeClock
from tests.samples import RUN, configs
from tests.service import OK, Answer, Service

DAY = 86_400


class Pair:
    """Two clients of one service, as two threads or two providers use it."""

    def __init__(self, service: Service, folder: Path, clock: FakeClock) -> None:
        self.service, self.folder, self.clock = service, folder, clock
        environ = {"LINERNOTES_SPOTIFY__ATTEMPTS": "1", "LINERNOTES_SPOTIFY__PER_SECOND": "1000"}
        self._settings = configs(SPOTIFY_API_URL=f"{service.url}/v1", SPOTIFY_ACCOUNTS_URL=service.url, **environ)
        queue = Queue(1000)
        self.first, self.second = self._client("spotify", queue), self._client("spotify_tracks", queue)

    def _client(self, name: str, queue: Queue) -> ServiceClient:
        settings, journal = self._settings.provider("spotify"), journal_path(self.folder, name, RUN.id)
        return open_client(settings, self.clock, "linernotes/test", None, journal, queue)

    def ask(self, client: ServiceClient, path: str = "/v1/artists/x") -> int:
        return client.session.get(f"{self.service.url}{path}", timeout=5).status_code

    @property
    def noted(self) -> dict[str, float]:
        """Seconds until the end of each cooldown on disk."""
        left = unsettled_calls(self.folder)
        return {
            each.calls.provider: (each.calls.cooldown_until - START).total_seconds()
            for each in left
            if each.calls.cooldown_until
        }


@pytest.fixture
def pair(tmp_path: Path, clock: FakeClock, request: pytest.FixtureRequest) -> Iterator[Pair]:
    with Service(*request.param) as service:
        yield Pair(service, tmp_path, clock)


@pytest.mark.parametrize("pair", [[Answer(429, b"", Retry_After=str(DAY)), OK]], indirect=True)
def test_a_ban_is_on_disk_and_closes_the_service_to_everybody_until_it_is_over(pair: Pair) -> None:
    with pytest.raises(CoolingDown) as told:
        pair.ask(pair.first)
    assert pair.noted == {"spotify": pytest.approx(DAY, abs=1)}
    with pytest.raises(CoolingDown) as refused:
        pair.ask(pair.second)
    assert (told.value.asked, refused.value.asked, refused.value.until) == (True, False, told.value.until)
    assert len(pair.service.seen) == 1
    pair.clock.pass_by(timedelta(days=1, seconds=1).total_seconds())
    assert pair.ask(pair.second) == 200


@pytest.mark.parametrize("pair", [[Answer(429, b"", Retry_After=str(DAY)), OK]], indirect=True)
def test_while_a_service_is_closed_not_even_a_token_opens_it(pair: Pair) -> None:
    with pytest.raises(CoolingDown):
        pair.first.session.post(f"{pair.service.url}/api/token", timeout=5)
    with pytest.raises(CoolingDown):
        pair.ask(pair.second)
    assert pair.noted == {"spotify": pytest.approx(DAY, abs=1)}


@pytest.mark.parametrize("pair", [[Answer(503, b"", Retry_After="7"), OK]], indirect=True)
def test_a_short_retry_after_holds_everybody_and_not_only_the_one_who_was_told(pair: Pair) -> None:
    with pytest.raises(CallFailed):
        pair.ask(pair.first)
    assert pair.ask(pair.second) == 200
    assert [wait for wait in pair.clock.slept if wait > 1] == [7]


def test_what_other_programs_keep_there_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / "spotify" / "folder.calls").mkdir(parents=True)
    (tmp_path / "spotify" / "mine.calls").write_bytes(b"....")
    assert list(unsettled_calls(tmp_path)) == []
