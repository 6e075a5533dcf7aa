"""The extras: whoever installs none has every command that needs none, and the others say which one they need."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence

import pytest

from linernotes.core.extras import EXTRAS
from tests.laptop import Laptop
from tests.programs import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OPTIONAL: dict[str, list[str]] = PROJECT["optional-dependencies"]
# Modules that cannot be imported, then commands one after the other, and how each of them ended.
WITHOUT = """
import json, sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
hidden, commands = map(json.loads, sys.argv[1:])
sys.modules.update(dict.fromkeys(hidden))
from linernotes.__main__ import main
ended = []
for command in commands:
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(command)
    ended.append((code, out.getvalue(), err.getvalue()))
print(json.dumps(ended))
"""
Ended = tuple[int, str, str]
Run = Callable[..., list[Ended]]


def names(requirements: Sequence[str]) -> set[str]:
    return {match[0] for line in requirements if (match := re.match(r"[\w.-]+", line))}


@pytest.fixture
def without(online: Laptop) -> Run:
    """Run commands, with words between blanks, on a machine that lacks the modules of these extras."""

    def run(extras: Sequence[str], *commands: str) -> list[Ended]:
        hidden = [module for extra in extras for module in EXTRAS[extra]]
        words = [command.split() for command in commands]
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT, json.dumps(hidden), json.dumps(words)],
            env=online.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return [(code, out, err) for code, out, err in json.loads(done.stdout.splitlines()[-1])]

    return run


@pytest.mark.parametrize(
    ("extra", "command", "complaint"),
    [
        ("excel", "report top-artists --out top.xlsx", "report top-artists: an .xlsx file needs openpyxl"),
        ("metrics", "metrics --format prometheus", "metrics --format prometheus needs prometheus_client"),
        ("sandbox", "sandbox --port 0", "the sandbox needs flask and waitress"),
        ("sandbox", "demo", "the sandbox needs flask and waitress"),
        (
            "bigquery",
            "plan --env dev --project-id acme-music --gcs-bucket acme-music-dp",
            "environment dev needs google-cloud-bigquery, google-cloud-storage and dbt-bigquery",
        ),
    ],
)
def test_a_command_that_lacks_its_extra_names_it_in_one_line(
    without: Run, extra: str, command: str, complaint: str
) -> None:
    ((code, out, err),) = without([extra], command)
    assert (code, out) == (2, "")
    assert err == f"linernotes: {complaint}; pip install 'linernotes[{extra}]'\n"


def test_everything_else_works_without_any_extra(
    without: Run, online: Laptop, artists: Callable[[int], list[str]]
) -> None:
    roster = online.roster(*artists(2))
    commands = (
        "init",
        f"import roster {roster}",
        "plan",
        "run",
        "doctor",
        "report top-artists --out top.csv",
        "metrics --format json",
        "coverage",
    )
    ended = without(list(EXTRAS), *commands)
    assert [code for code, _, _ in ended] == [0] * len(commands), ended
    assert online.outcomes() == [(key, "found", None) for key in sorted(artists(2))]


def test_the_extras_that_errors_name_are_those_that_can_be_installed() -> None:
    assert {extra: names(OPTIONAL[extra]) for extra in EXTRAS} == {
        extra: set(packages.values()) for extra, packages in EXTRAS.items()
    }
    assert names(PROJECT["dependencies"]).isdisjoint(
        {name for packages in EXTRAS.values() for name in packages.values()}
    )
    assert OPTIONAL["all"] == [f"linernotes[{','.join(sorted(EXTRAS))}]"]
