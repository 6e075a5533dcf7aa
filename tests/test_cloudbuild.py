"""cloudbuild.yaml: its steps, its names, and what it must not say."""

import re
import subprocess
from typing import Any

import pytest
import yaml

from linernotes.config.files import VARIABLE
from linernotes.config.settings import read_settings
from tests.programs import ROOT

TEXT = (ROOT / "cloudbuild.yaml").read_text(encoding="utf-8")
BUILD: dict[str, Any] = yaml.safe_load(TEXT)
GIVEN = {"PROJECT_ID": "acme-music", "BUILD_ID": "b-1"}  # by Cloud Build itself
USED = re.compile(r"\$\{?([A-Z_]+)\}?")


def filled(text: str) -> str:
    """As Cloud Build reads it, with every substitution at its default."""
    values = {**GIVEN, **BUILD["substitutions"]}
    while USED.search(text):
        text = USED.sub(lambda match: values[match[1]], text)
    return text


STEPS = {step["id"]: [filled(word) for word in step.get("args", [])] for step in BUILD["steps"]}


def flags(step: str) -> dict[str, str]:
    return dict(word.removeprefix("--").split("=", 1) for word in STEPS[step] if word.startswith("--") and "=" in word)


DEPLOY = flags("deploy")
WATCH = flags("deploy-watch")


@pytest.fixture(scope="module")
def bootstrap() -> str:
    """Everything that scripts/bootstrap makes."""
    command = [str(ROOT / "scripts/bootstrap"), "--project", "acme-music", "--dry-run"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_it_tests_before_it_builds_and_pushes_before_it_deploys() -> None:
    assert list(STEPS) == ["test", "build", "push", "deploy", "init", "deploy-watch"]
    assert all("waitFor" not in step for step in BUILD["steps"])  # each waits for all before it
    (test, *_) = BUILD["steps"]
    assert (ROOT / test["entrypoint"]).is_file()


def test_the_gate_is_quick_and_asks_googles_analyzer() -> None:
    gate, make = (ROOT / ".ci/gate").read_text("utf-8"), (ROOT / "Makefile").read_text("utf-8")
    assert gate.splitlines()[-1] == "exec make test-gate"
    files = re.findall(r"tests/\S+\.py", make.partition("GATE :=")[2].partition("\n\n")[0])
    assert "tests/cloud/test_analyzer.py" in files
    assert all((ROOT / name).is_file() for name in files)
    assert not {name for name in files if "walk" in name or "kill" in name}


def test_the_tables_are_those_of_the_new_version_before_the_next_run() -> None:
    assert STEPS["init"][:4] == ["run", "jobs", "execute", STEPS["deploy"][3]]
    assert flags("init")["args"].split(",") == ["init", "--env=prd"]
    assert "--wait" in STEPS["init"]


def test_the_watch_is_the_same_version_in_the_same_place_and_needs_no_secret() -> None:
    assert WATCH["args"].split(",") == ["check", "runs", "--env=prd"]
    for flag in ("image", "service-account", "set-env-vars", "region", "max-retries"):
        assert WATCH[flag] == DEPLOY[flag]
    assert "set-secrets" not in WATCH


def test_every_substitution_is_defined_and_used() -> None:
    commands = "\n".join(line.partition(" #")[0] for line in TEXT.splitlines() if not line.startswith("#"))
    used = set(USED.findall(commands))
    assert used - set(GIVEN) == set(BUILD["substitutions"])
    assert BUILD["options"]["dynamicSubstitutions"] is True


def test_what_is_deployed_is_what_was_built_and_pushed() -> None:
    assert DEPLOY["image"] in STEPS["build"]
    assert STEPS["push"][-1] == DEPLOY["image"].partition(":")[0]


def test_its_names_are_those_that_bootstrap_makes(bootstrap: str) -> None:
    region, project, repository, _ = DEPLOY["image"].partition(":")[0].split("/")
    assert f"repositories create {repository} --project={project} --location={region.split('-docker')[0]}" in bootstrap
    for step in ("deploy", "init", "deploy-watch"):
        assert f"jobs create {STEPS[step][3]} " in bootstrap
    assert f"--service-account={DEPLOY['service-account']} " in bootstrap
    builder = filled(BUILD["serviceAccount"]).split("/")[-1]
    assert f"serviceAccount:{builder} --role=roles/artifactregistry.writer" in bootstrap
    variables = dict(pair.split("=", 1) for pair in DEPLOY["set-env-vars"].split(","))
    assert f"buckets create gs://{variables['GCS_BUCKET']} " in bootstrap
    assert f"--location={variables['GCP_LOCATION']} mk" in bootstrap
    for secret in secrets().values():
        assert f"secrets create {secret.split(':')[0]} " in bootstrap


def secrets() -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in DEPLOY["set-secrets"].split(","))


def test_secrets_come_from_secret_manager_and_somebody_reads_them() -> None:
    variables = dict(pair.split("=", 1) for pair in DEPLOY["set-env-vars"].split(","))
    credentials = {
        variable
        for provider in read_settings(environ={}).configs.providers.values()
        for variable in provider.credentials.values()
    }
    assert set(secrets()) == credentials
    assert set(variables).isdisjoint(credentials | {"GCP_SERVICE_ACCOUNT_KEY"})
    assert not re.search(r"(?:secret|token|password|key)\s*[:=]\s*[\"']?[A-Za-z0-9+/]{16,}", TEXT, re.IGNORECASE)


def test_every_variable_that_it_sets_is_read() -> None:
    variables = {pair.split("=", 1)[0] for pair in DEPLOY["set-env-vars"].split(",")}
    environments = (ROOT / "configs/environments.yaml").read_text("utf-8")
    settings = (ROOT / "src/linernotes/config/settings.py").read_text("utf-8")
    assert variables <= {match[1] for match in VARIABLE.finditer(environments)} | set(re.findall(r'"(\w+)"', settings))


def test_the_byte_guard_can_be_raised_where_the_build_is_submitted() -> None:
    variables = dict(pair.split("=", 1) for pair in DEPLOY["set-env-vars"].split(","))
    assert variables["LINERNOTES_MAXIMUM_BYTES_BILLED"] == BUILD["substitutions"]["_MAXIMUM_BYTES"]
    environments = (ROOT / "configs/environments.yaml").read_text("utf-8")
    assert f"LINERNOTES_MAXIMUM_BYTES_BILLED:-{BUILD['substitutions']['_MAXIMUM_BYTES']}" in environments


def test_the_job_runs_once_and_stops_asking_before_it_is_stopped() -> None:
    arguments = DEPLOY["args"].split(",")
    assert arguments[:2] == ["run", "--env=prd"]
    minutes = int(arguments[2].removeprefix("--max-minutes="))
    assert minutes * 60 <= int(DEPLOY["task-timeout"].removesuffix("s")) - 600
    assert int(DEPLOY["task-timeout"].removesuffix("s")) >= 4 * 3600  # so that a rebuild fits
    assert (DEPLOY["max-retries"], DEPLOY["tasks"]) == ("0", "1")
    assert BUILD["options"]["logging"] == "CLOUD_LOGGING_ONLY"
