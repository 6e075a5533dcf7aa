"""What many tests need: a machine where the hub is built already, and a Spotify on loopback."""

import logging
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, flock
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest
from xdist.scheduler import LoadFileScheduling

from linernotes.core.clock import SystemClock
from linernotes.sandbox import Generated, Sandbox
from tests.cloud.emulators import bigquery_emulator
from tests.cloud.proxy import proxy
from tests.laptop import WITH_DATA_TESTS, Laptop

__all__ = ["bigquery_emulator", "proxy"]  # fixtures that stand elsewhere
NEED_GOOGLE = ["test_google.py", "warehouses/test_bigquery.py"]
WITHOUT_GOOGLE = find_spec("dbt.adapters.bigquery") is None
collect_ignore = NEED_GOOGLE if WITHOUT_GOOGLE else []
LONGEST = ("tests/cloud/", "tests/warehouses/")
SHARE_A_WALK = ("tests/cloud/test_walk.py", "tests/cloud/test_iam.py")

QUICK = {
    f"LINERNOTES_{provider}__{setting}": value
    for provider in ("SPOTIFY", "SPOTIFY_TRACKS", "DEEZER", "LASTFM")
    for setting, value in (
        ("PER_SECOND", "100000"),
        ("BACKOFF", "1"),
        ("LONGEST_WAIT", "0"),  # nothing is waited for: a Retry-After of 0 is kept, more parks
        ("BREAKER__COOLDOWN", "0"),
    )
}


def pytest_report_header() -> str:
    """What is not tested here."""
    return f"NOT TESTED, pip install -e '.[bigquery]': {', '.join(collect_ignore)}" if collect_ignore else ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left with it at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Files go to workers as wholes, and those that look at one dear walk go to the same worker."""
    return _Sharing(config, log) if config.getvalue("dist") == "loadfile" else None


class _Sharing(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return SHARE_A_WALK[0] if file in SHARE_A_WALK else file


HURRIED = {
    f"LINERNOTES_{provider}__{setting}": value
    for provider in ("MUSICBRAINZ", "LISTENBRAINZ", "WIKIDATA", "APIFY", "DISCOGS")
    for setting, value in (("PER_SECOND", "100000"), ("BACKOFF", "1"), ("BREAKER__COOLDOWN", "0"))
}


def spotify_of(sandbox: Sandbox) -> dict[str, str]:
    """The settings for Spotify alone; and for Deezer, which wants no credentials, so that doctor knocks there."""
    asked = ("SPOTIFY_", "DEEZER_")
    return {name: value for name, value in sandbox.environment().items() if name.startswith(asked)}


@pytest.fixture(autouse=True)
def _logging_as_in_a_new_process() -> None:
    """A command sets up the logging of its process; here one process runs many, some of them for whole modules."""
    ours = logging.getLogger("linernotes")
    for handler in ours.handlers:
        handler.close()
    ours.handlers, ours.propagate = [], True
    ours.setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after ``init``: building the hub takes seconds, copying it takes none.

    The first worker has dbt compile the models with their tests, where `make` has not since they were changed.
    """
    home = tmp_path_factory.mktemp("built") / "home"
    with (tmp_path_factory.getbasetemp().parent / "compiling").open("w") as turn:
        flock(turn, LOCK_EX)
        said = Laptop(home)("init", **WITH_DATA_TESTS)
    assert said.code == 0, said.err
    shutil.rmtree(home / "dbt", ignore_errors=True)  # what dbt leaves to look at, which no test should have to copy
    return home


@pytest.fixture(scope="session")
def lake_home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same without a hub: an import needs none, and makes no table again that is not there."""
    home = Path(shutil.copytree(built_home, tmp_path_factory.mktemp("lake") / "home"))
    (home / "published.duckdb").unlink()
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("drop schema dp_hub_local cascade")
    return home


@pytest.fixture
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def laptop(built_home: Path, tmp_path: Path, working_folder: None) -> Laptop:
    """A machine of its own for one test, with an empty working folder."""
    return Laptop(tmp_path / "home").take_over(built_home)


@pytest.fixture
def importer(lake_home: Path, tmp_path: Path, working_folder: None) -> Laptop:
    """The same where nobody has built a hub yet: for tests of what an import takes in."""
    return Laptop(tmp_path / "home").take_over(lake_home)


@pytest.fixture(scope="session")
def catalogue() -> Generated:
    """The sandbox's artists."""
    return Generated()


@pytest.fixture
def sandbox(catalogue: Generated) -> Iterator[Sandbox]:
    """A Spotify on loopback, for an extended app."""
    with Sandbox(catalogue) as running:
        yield running


def with_credentials(built_home: Path, home: Path, environ: Mapping[str, str]) -> Path:
    """A copy of a home whose queue follows these credentials already, as if ``init`` had had them."""
    machine = Laptop(home, dict(environ)).take_over(built_home)
    said = machine("ingest")
    assert said.code == 0, said.err
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("delete from dp_lake_local.lake_ops__runs where command = 'ingest'")
    return home


@pytest.fixture(scope="session")
def online_home(built_home: Path, tmp_path_factory: pytest.TempPathFactory, catalogue: Generated) -> Path:
    """A home after ``init`` with credentials for Spotify."""
    with Sandbox(catalogue) as running:
        return with_credentials(built_home, tmp_path_factory.mktemp("online") / "home", spotify_of(running))


@pytest.fixture(scope="session")
def everybodys_home(built_home: Path, tmp_path_factory: pytest.TempPathFactory, catalogue: Generated) -> Path:
    """A home after ``init`` with credentials for every service."""
    with Sandbox(catalogue) as running:
        return with_credentials(built_home, tmp_path_factory.mktemp("everybody") / "home", running.environment())


@pytest.fixture
def online(laptop: Laptop, sandbox: Sandbox, online_home: Path) -> Laptop:
    """A machine whose Spotify is the sandbox, and that waits for nothing; it has no credentials for the others."""
    laptop.environ.update(spotify_of(sandbox) | QUICK)
    return laptop.take_over(online_home)


@pytest.fixture
def everybody(laptop: Laptop, sandbox: Sandbox, everybodys_home: Path) -> Laptop:
    """A machine that may ask every service, all of them the sandbox, and that waits for nothing."""
    laptop.environ.update(sandbox.environment() | QUICK | HURRIED)
    return laptop.take_over(everybodys_home)


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let commands believe that it is so many days later, or earlier."""

    def to(days: float) -> None:
        monkeypatch.setattr(SystemClock, "now", lambda _clock: datetime.now(UTC) + timedelta(days=days))

    return to


@pytest.fixture
def fated(catalogue: Generated) -> Callable[[str, int], list[str]]:
    """The ids of the first so many artists that are ``live``, ``deleted`` or ``merged``."""

    def first(state: str, number: int) -> list[str]:
        found = (index for index in range(len(catalogue)) if catalogue.state(index) == state)
        return [catalogue.id_at(next(found)) for _ in range(number)]

    return first


@pytest.fixture
def artists(catalogue: Generated) -> Callable[[int], list[str]]:
    """The ids of the first so many artists that exist and answer under their own id."""

    def first(number: int) -> list[str]:
        live = (index for index in range(len(catalogue)) if catalogue.state(index) == "live")
        return [catalogue.id_at(next(live)) for _ in range(number)]

    return first
