"""A walk over networks that lose an answer to every kind of write ends as if none had been lost."""

import shutil
from pathlib import Path

import pytest

pytest.importorskip("google.cloud.bigquery", reason="LEFT OUT: Google's libraries are not installed")

from linernotes.core.values import Run
from linernotes.sandbox import Generated, Sandbox
from linernotes.storage.lakes import bucket
from linernotes.storage.lakes.lease import Lease
from linernotes.storage.lakes.objects import Objects
from linernotes.storage.warehouses import bigquery_jobs
from tests.cloud.machine import Machine
from tests.cloud.proxy import Request
from tests.cloud.walks import RUN, Tables, tables, walked
from tests.conftest import QUICK, spotify_of
from tests.laptop import Laptop

pytestmark = pytest.mark.cloud

KINDS = {
    *("take the lease", "renew the lease", "give the lease back", "upload", "copy", "delete"),
    *("make a dataset", "make a table", "load", "insert found", "insert manifest", "merge"),
}


class FirstOfEveryKind:
    """Chooses the first request of every kind of write; ``chosen`` are the kinds it has met."""

    def __init__(self) -> None:
        self.chosen: list[str] = []

    def __call__(self, request: Request) -> bool:
        kind = storage_write(request) if "/storage/" in request.path else bigquery_write(request)
        if not kind or kind in self.chosen:
            return False
        self.chosen.append(kind)
        return True


def storage_write(request: Request) -> str:
    """What a request writes to a bucket; empty if it only reads."""
    if b"lease.json" in request.body:
        return "take the lease" if "ifGenerationMatch=0" in request.path else "renew the lease"
    if request.method == "DELETE":
        return "give the lease back" if "lease.json" in request.path else "delete"
    if "/copyTo/" in request.path:
        return "copy"
    return "upload" if "/upload/" in request.path else ""


def bigquery_write(request: Request) -> str:
    """What a request of ours writes to BigQuery; empty if it only reads, or is one of dbt's."""
    if request.method != "POST" or "dbt" in request.agent:
        return ""
    if request.path.startswith("/upload/"):
        return "load"
    if "/jobs" in request.path:
        return (
            "insert manifest" if b"insert into dp_lake_dev.lake_ops__loaded_files" in request.body else "insert found"
        )
    if "/queries" in request.path:
        return "merge" if b"merge into" in request.body else ""
    return "make a table" if "/tables" in request.path else "make a dataset"


@pytest.fixture
def undisturbed(built_home: Path, tmp_path: Path, sandbox: Sandbox, catalogue: Generated) -> Tables:
    """What the walk of somebody who asks the same, on whose way nothing is lost, leaves behind."""
    laptop = Laptop(Path(shutil.copytree(built_home, tmp_path / "laptop")), spotify_of(sandbox) | QUICK)
    walked(laptop, catalogue, RUN, RUN)
    sandbox.reset()
    return tables(laptop)


@pytest.fixture
def disturbed(cloud: Machine, catalogue: Generated, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine after a walk on which the first answer to every kind of write was lost."""

    def renewed_often(objects: Objects, run: Run, _ttl: float) -> Lease:
        return Lease(objects, run, 0.5)

    monkeypatch.setattr(bucket, "Lease", renewed_often)
    monkeypatch.setattr(bigquery_jobs, "FIRST_PAUSE_SECONDS", 0.05)
    choose = FirstOfEveryKind()
    cloud.storage.lose = cloud.tables.lose = choose
    walked(cloud, catalogue, RUN, RUN)  # whom the first has lost the second would ask again
    assert set(choose.chosen) == KINDS
    return cloud


def test_no_lost_answer_loses_or_doubles_anything(undisturbed: Tables, disturbed: Machine, sandbox: Sandbox) -> None:
    assert tables(disturbed) == undisturbed
    assert set(sandbox.calls(asked=True)["asked"].values()) == {1}
    runs = disturbed.rows("select command, status from {lake}.lake_ops__runs order by startedAt")
    assert [tuple(run.values()) for run in runs] == [
        (command, "ok") for command in ("init", "import roster", "import plays", "run", "run")
    ]
    assert [disturbed.lake(f"{provider}/landing") for provider in ("spotify", "roster")] == [[], []]
    assert disturbed.lake("_state") == []
