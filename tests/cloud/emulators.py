"""Google's services on loopback, each in a process of its own, from an environment of their own.

LINERNOTES_EMULATORS_VENV names that environment: python3.13 -m venv somewhere, then
somewhere/bin/pip install -r tests/cloud/constraints.txt. The emulators stay out of the project's own environment
because they register pytest plugins and want other versions of the same libraries.
"""

import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.programs import ROOT

VENV = "LINERNOTES_EMULATORS_VENV"


@contextmanager
def running(launcher: str, *arguments: str) -> Iterator[str]:
    """The URL of an emulator, as its launcher says on its first line; it is ended afterwards."""
    command = [_python(), "-m", f"tests.cloud.{launcher}", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("http"), f"{launcher} did not start"
            yield url
        finally:
            process.kill()


@pytest.fixture(scope="session")
def bigquery_emulator() -> Iterator[str]:
    """The URL of a BigQuery that holds nothing yet; tests use projects of their own in it."""
    with running("bigquery_emulator") as url:
        yield url


@contextmanager
def project_in(address: str) -> Iterator[str]:
    """A project of its own in an emulated BigQuery, gone afterwards: each one left behind makes all others slower."""
    project = f"test-{uuid.uuid4().hex[:12]}"
    datasets = f"{address}/bigquery/v2/projects/{project}/datasets"
    try:
        yield project
    finally:
        for dataset in requests.get(datasets, timeout=60).json().get("datasets", []):
            name = dataset["datasetReference"]["datasetId"]
            requests.delete(f"{datasets}/{name}", params={"deleteContents": "true"}, timeout=60).raise_for_status()


def _python() -> str:
    folder = os.environ.get(VENV)
    if not folder:
        pytest.skip(f"NOT TESTED AGAINST GOOGLE'S SERVICES: set {VENV}, see tests/cloud/emulators.py")
    return str(Path(folder) / "bin" / "python")
