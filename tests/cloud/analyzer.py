"""Google's SQL analyzer, asked from Python."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_suffix(".js")
FOLDER = "LINERNOTES_ANALYZER"


@dataclass(frozen=True, slots=True)
class Statement:
    """A query; the table it ``makes`` can be read by the statements after it."""

    name: str
    sql: str
    makes: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """``error`` is empty where the query is good; ``columns`` are the names of what it gives."""

    name: str
    error: str
    columns: tuple[str, ...]


def analyze(tables: Mapping[str, Sequence[Mapping[str, Any]]], statements: Sequence[Statement]) -> list[Verdict]:
    """What BigQuery's analyzer says of these queries; ``tables`` are by full name, columns in schema-JSON form."""
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip(f"LEFT OUT: no SQL analyzer here ({FOLDER} is not set); run: make test-cloud")
    asked = {
        "modules": str(Path(folder).absolute()),
        "port": _free_port(),
        "tables": tables,
        "statements": [asdict(statement) for statement in statements],
    }
    return [
        Verdict(said["name"], said["error"], tuple(said["columns"])) for said in json.loads(_run(json.dumps(asked)))
    ]


def _run(asked: str) -> str:
    """In a group of its own: however the script ends, the server it started ends with it."""
    with subprocess.Popen(
        ["node", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            said, _ = process.communicate(asked, timeout=120)
        finally:
            _end_group(process.pid)
    assert process.returncode == 0, "the analyzer broke, see above"
    return said


def _end_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
