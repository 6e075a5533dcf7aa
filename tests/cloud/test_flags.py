"""The flags that say where an environment keeps its things, and the one line that says what is wrong with them."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

pytest.importorskip("google.cloud.bigquery", reason="LEFT OUT: Google's libraries are not installed")

from linernotes.storage import google
from tests.cloud.machine import Machine
from tests.laptop import Laptop

pytestmark = pytest.mark.cloud

NOWHERE = "http://127.0.0.1:9"  # nobody listens there
UNREACHED = {"BIGQUERY_EMULATOR_HOST": NOWHERE, "STORAGE_EMULATOR_HOST": NOWHERE}


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    """Somebody who has set nothing, in an empty folder."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(google, "PATIENCE_SECONDS", 0.1)
    return Laptop(tmp_path / "home", dict(UNREACHED))


def schemas(home: Path) -> set[str]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute("select distinct table_schema from information_schema.tables").fetchall()
    return {name for (name,) in rows}


def test_the_hub_is_called_like_the_lake(stranger: Laptop) -> None:
    said = stranger("init", "--dataset", "dp_lake_x")
    assert said.code == 0, said.err
    assert schemas(stranger.home) == {"dp_lake_x", "dp_hub_x"}
    assert stranger("coverage", "--dataset", "dp_lake_x").code == 0


@pytest.mark.parametrize("name", ["music", "dp_flakes", "dp lake x", "dp_lake_x; drop", "lake-x"])
@pytest.mark.parametrize("env", ["local", "dev"])
def test_a_dataset_no_hub_follows_from_or_that_is_no_name_is_refused(stranger: Laptop, name: str, env: str) -> None:
    said = stranger("coverage", "--env", env, "--dataset", name)
    assert said.code == 2
    assert name in said.complaint
    assert not (stranger.home / "warehouse.duckdb").exists()


@pytest.mark.parametrize("given", [(), ("--gcs-bucket", "b"), ("--output-dir", "files")], ids=" ".join)
@pytest.mark.parametrize("command", [("init",), ("run",), ("coverage",), ("doctor", "--offline")], ids=" ".join)
def test_a_missing_project_is_named_with_the_flag_that_gives_it(
    stranger: Laptop, command: tuple[str, ...], given: tuple[str, ...]
) -> None:
    said = stranger(*command, "--env", "dev", *given)
    assert said.code == 2
    assert said.complaint.endswith("no project is set for environment dev; set GCP_PROJECT_ID or --project-id")


@pytest.mark.parametrize("command", [("init",), ("run",), ("doctor", "--offline")], ids=" ".join)
def test_a_missing_bucket_is_named_with_the_flags_that_give_it(cloud: Machine, command: tuple[str, ...]) -> None:
    del cloud.environ["GCS_BUCKET"]
    said = cloud(*command)
    assert said.code == 2
    remedy = "set GCS_BUCKET or --gcs-bucket, or --output-dir for a folder"
    assert (
        said.complaint.endswith(f"; {remedy}") or f"no bucket is set for environment dev ({remedy})" in said.complaint
    )


@pytest.mark.parametrize("flag", ["--project-id", "--gcs-bucket", "--dataset", "--output-dir", "--env"])
def test_an_empty_flag_is_refused(stranger: Laptop, flag: str) -> None:
    said = stranger("coverage", flag, "")
    assert said.code == 2
    assert flag in said.complaint


def test_a_flag_overrules_the_environment(cloud: Machine) -> None:
    wrong = {"GCP_PROJECT_ID": "wrong", "GCS_BUCKET": "wrong", "LINERNOTES_ENV": "local"}
    project, bucket = cloud.environ["GCP_PROJECT_ID"], cloud.environ["GCS_BUCKET"]
    places = ("--env", "dev", "--project-id", project, "--gcs-bucket", bucket, "--dataset", "dp_lake_x")
    cloud.tables.refuse, cloud.tables.instead = lambda request: request.method == "POST", 403
    assert cloud("init", *places, **wrong).code == 3
    listed, *_ = cloud.tables.seen
    assert f"/projects/{project}/datasets/dp_lake_x/tables" in listed.path
    assert all(f"/b/{bucket}/o" in request.path for request in cloud.storage.seen)


def test_answers_on_their_way_to_the_bucket_lie_in_the_output_folder_and_without_a_bucket_it_is_the_lake(
    cloud: Machine, tmp_path: Path, artists: Callable[[int], list[str]]
) -> None:
    cloud.storage.refuse = lambda request: "/upload/" in request.path and b"_artists.jsonl" in request.body
    cloud.storage.instead = 403
    files, roster = tmp_path / "files", cloud.roster(*artists(2))
    said = cloud("import", "roster", roster, "--output-dir", files)
    assert (said.code, "roles/storage.objectUser" in said.complaint) == (2, True)
    (waiting,) = [path for path in files.rglob("*") if path.is_file()]
    assert waiting.parent == files / "spool" / "roster"

    cloud.storage.refuse = lambda _: False
    assert cloud("import", "roster", roster, "--output-dir", files).code == 0
    assert [path for path in files.rglob("*") if path.is_file()] == []
    assert len(cloud.lake("roster/archive")) == 3

    del cloud.environ["GCS_BUCKET"]
    cloud.storage.seen.clear()
    said = cloud("import", "roster", cloud.roster(*artists(3)), "--output-dir", files)
    assert said.code == 0, said.err
    assert len(list((files / "roster" / "archive").iterdir())) == 2
    assert cloud.storage.seen == []


def test_a_bucket_that_is_not_there_is_one_line(cloud: Machine) -> None:
    said = cloud("init", "--gcs-bucket", "nobodys")
    assert said.code == 2
    assert said.complaint == "linernotes: bucket gs://nobodys does not exist; check GCS_BUCKET or --gcs-bucket"


@pytest.mark.parametrize(
    ("service", "message", "code", "complaint"),
    [
        ("tables", "Not found: Project nobodys", 404, "check GCP_PROJECT_ID or --project-id"),
        (
            "tables",
            "Access Denied: Dataset p:dp_lake_dev: Permission bigquery.datasets.create denied",
            403,
            "on the project",
        ),
        (
            "tables",
            "Access Denied: Table p:dp_lake_dev.t: Permission bigquery.tables.create denied",
            403,
            "on the dataset",
        ),
        ("storage", "x does not have storage.objects.list access", 403, "roles/storage.objectUser on the bucket"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_google_refuses_is_one_line(cloud: Machine, service: str, message: str, code: int, complaint: str) -> None:
    proxy = getattr(cloud, service)
    proxy.refuse, proxy.instead, proxy.said = lambda _: True, code, message
    said = cloud("init")
    assert said.code in (2, 3)
    assert said.complaint.endswith(complaint)
