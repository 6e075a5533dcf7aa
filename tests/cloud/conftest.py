"""Machines in Google's cloud, as far as emulators go, and the same walk on one of them and on a laptop."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linernotes.core.values import Run
from linernotes.sandbox import Generated, Sandbox
from tests.cloud.losses import KINDS, FirstOfEveryKind
from tests.cloud.storage import storage_emulator
from tests.cloud.walks import FIRST_RUN, RUN, walked
from tests.conftest import HURRIED, QUICK, spotify_of
from tests.laptop import QUICK_DBT, WITH_DATA_TESTS, Laptop

if TYPE_CHECKING:
    from tests.cloud.machine import Machine

# Both walks have to go the same way, also on a machine that is busy with emulators.
PATIENT = {name.replace("PER_SECOND", "TIMEOUT"): "60" for name in QUICK | HURRIED if name.endswith("PER_SECOND")}


@pytest.fixture(scope="session")
def storage_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Cloud Storage; tests use buckets of their own in it."""
    with storage_emulator(tmp_path_factory.mktemp("gcs")) as url:
        yield url


@pytest.fixture
def cloud(tmp_path: Path, sandbox: Sandbox, storage_address: str, bigquery_emulator: str) -> Iterator["Machine"]:
    """A machine of its own for one test, where nothing was made yet."""
    from tests.cloud.machine import machine  # noqa: PLC0415 - other tests here need no Google

    with machine(tmp_path / "home", storage_address, bigquery_emulator) as made:
        made.environ |= spotify_of(sandbox) | QUICK
        yield made


@pytest.fixture(scope="session")
def service(catalogue: Generated) -> Iterator[Sandbox]:
    """The Spotify of both walks."""
    with Sandbox(catalogue) as running:
        yield running


@pytest.fixture(scope="session")
def on_a_laptop(
    service: Sandbox, catalogue: Generated, built_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Laptop:
    """A laptop after the walk."""
    home = Path(shutil.copytree(built_home, tmp_path_factory.mktemp("laptop") / "home"))
    laptop = Laptop(home, service.environment() | QUICK | HURRIED | PATIENT)
    walked(laptop, catalogue, FIRST_RUN, RUN)
    return laptop


@pytest.fixture(scope="session")
def in_the_cloud(
    service: Sandbox,
    catalogue: Generated,
    storage_address: str,
    bigquery_emulator: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator["Machine"]:
    """A machine in the cloud after the walk, on which the first answer to every kind of write was lost."""
    from tests.cloud.machine import machine  # noqa: PLC0415 - other tests here need no Google

    with machine(tmp_path_factory.mktemp("cloud") / "home", storage_address, bigquery_emulator) as made:
        made.environ |= service.environment() | QUICK | HURRIED | PATIENT | WITH_DATA_TESTS
        choose = FirstOfEveryKind()
        made.storage.lose = made.tables.lose = choose
        with impatient():
            walked(made, catalogue, FIRST_RUN, RUN)
        assert set(choose.chosen) == KINDS
        made.environ |= QUICK_DBT
        yield made


@contextmanager
def impatient() -> Iterator[None]:
    """The lease is renewed often enough for an answer to be lost, and a lost answer is soon asked for again."""
    from linernotes.storage.lakes import bucket, bucket_lease  # noqa: PLC0415 - other tests here need no Google
    from linernotes.storage.lakes.objects import Objects  # noqa: PLC0415
    from linernotes.storage.warehouses import bigquery_jobs  # noqa: PLC0415

    def renewed_often(objects: Objects, run: Run, _ttl: float) -> bucket_lease.Lease:
        return bucket_lease.Lease(objects, run, 0.5)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bucket, "Lease", renewed_often)
        patch.setattr(bigquery_jobs, "FIRST_PAUSE_SECONDS", 0.05)
        yield
