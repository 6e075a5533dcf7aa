"""The questions of make smoke-cloud, asked of a Google that only plays its part."""

import importlib.util
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("google.cloud.bigquery", reason="LEFT OUT: Google's libraries are not installed")

from google.api_core.exceptions import BadRequest, Forbidden

from tests.programs import ROOT


@pytest.fixture(scope="module")
def smoke() -> ModuleType:
    spec = importlib.util.spec_from_file_location("smoke_questions", ROOT / "scripts/smoke_questions.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Client:
    """A BigQuery that gives the same rows to every query, or refuses those with a word in them."""

    def __init__(self, refuses: str = "", error: type[Exception] = Forbidden, **table: Any) -> None:
        self.refuses, self.error, self.table = refuses, error, table
        self.asked: list[str] = []

    def query_and_wait(self, sql: str, job_config: Any) -> list[dict[str, Any]]:
        assert job_config.maximum_bytes_billed <= 2_000_000_000
        self.asked.append(sql)
        if self.refuses and self.refuses in sql:
            raise self.error(f"no {self.refuses}")
        rows = [{"job_type": kind, "jobs": 3, "seconds": 4.0, "billed": 2**20} for kind in ("LOAD", "QUERY")]
        return rows if "JOBS_BY_USER" in sql else [{"files": 7, "hashes": 7}]

    def query(self, sql: str, job_config: Any = None) -> SimpleNamespace:
        size = 10 if "2000" in sql else 500
        return SimpleNamespace(total_bytes_processed=size, job_id="j", location="EU", result=lambda: None)

    def get_job(self, *_: Any, **__: Any) -> None:
        raise self.error("no jobs.get")

    def get_table(self, _: str) -> SimpleNamespace:
        fields = [SimpleNamespace(description=text) for text in self.table.get("columns", ["a"])]
        return SimpleNamespace(description="a table", schema=fields)


def bucket(seconds: int) -> SimpleNamespace:
    policy = SimpleNamespace(retention_duration_seconds=seconds)
    return SimpleNamespace(reload=lambda: None, soft_delete_policy=policy)


Ask = Callable[..., dict[str, tuple[str, str]]]


@pytest.fixture
def ask(smoke: ModuleType) -> Ask:
    """The verdict and answer of every question."""

    def asked(owner: Client, analyst: Client, kept: int = 0) -> dict[str, tuple[str, str]]:
        known = smoke.Asked(owner, analyst, bucket(kept), "dp_lake_smoke", "dp_hub_smoke", "eu")
        return {row.question: (row.verdict, row.answer) for row in smoke.answers(known)}

    return asked


def test_everything_that_can_be_asked_is_answered_and_the_rest_named_with_its_command(ask: Ask) -> None:
    owner, analyst = Client(), Client(refuses="dp_lake_smoke")
    said = ask(owner, analyst)
    assert {verdict for verdict, _ in said.values()} == {"good", "by hand"}
    assert said["How long does a rebuild take?"][1].endswith("3,500 files: about 33 minutes")
    models = {path.stem for path in (ROOT / "dbt_dataplatform/models/hub/service/music").glob("*.sql")}
    for client in (owner, analyst):
        assert {sql.split("dp_hub_smoke.")[1].split()[0] for sql in client.asked if "dp_hub" in sql} == models


def test_a_model_that_cannot_be_planned_is_named_with_googles_words(ask: Ask) -> None:
    said = ask(Client(refuses="svc_coverage", error=BadRequest), Client(refuses="dp_lake_smoke"))
    verdict, answer = said["Can every model be planned and read?"]
    assert verdict == "BAD"
    assert "hub_music__svc_coverage: BadRequest: 400 no svc_coverage" in answer
    assert said["Is a file that comes twice loaded once?"][0] == "good"


def test_an_analyst_who_reads_the_lake_or_not_the_hub_is_bad(ask: Ask) -> None:
    said = ask(Client(), Client(refuses="svc_coverage"))
    assert said["Is the lake closed to an analyst?"][0] == "BAD"
    assert said["Does an analyst with the hub alone read every model?"][0] == "BAD"


def test_what_cannot_be_asked_is_unknown_and_stops_nothing(ask: Ask) -> None:
    said = ask(Client(refuses="INFORMATION_SCHEMA"), Client(refuses="dp_lake_smoke"), kept=604800)
    assert said["What was billed?"][0] == "unknown"
    assert said["How long are deleted files kept?"] == ("BAD", "7 days")


def test_missing_descriptions_are_counted(ask: Ask) -> None:
    said = ask(Client(columns=["a", None]), Client(refuses="dp_lake_smoke"))
    assert said["Are tables and columns described?"] == ("BAD", "the table is, 1 of 2 columns are")


def test_the_table_has_one_line_per_question(smoke: ModuleType) -> None:
    rows = [smoke.Row("Is it?", "yes", "good"), smoke.Row("And that one?", "no", "BAD")]
    assert smoke.table(rows) == "good     Is it?         yes\nBAD      And that one?  no"
