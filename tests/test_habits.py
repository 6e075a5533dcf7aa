"""What editors and git do with the files here: the same as the linters and `make test` ask for."""

import re
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.programs import ROOT

HOOKS: list[dict[str, Any]] = [
    {"repo": repo["repo"], **hook}
    for repo in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    for hook in repo["hooks"]
]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8").replace("$(BIN)", ".venv/bin")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
INSTALLED = {re.split(r"[\[<>=]", line)[0] for line in PROJECT["project"]["optional-dependencies"]["dev"]} | {"python"}
KINDS = ("*.py", "*.yaml", "*.yml", "*.sql")
WRITTEN = sorted(
    path
    for kind in KINDS
    for folder in ("benchmarks", "configs", "dbt_dataplatform", "scripts", "src", "tests")
    for path in (ROOT / folder).rglob(kind)
    if not {"target", "logs"} & set(path.parts)
)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_commit_runs_only_programs_that_are_installed_and_files_that_are_there(hook: dict[str, Any]) -> None:
    program, *arguments = hook["entry"].split()
    assert (hook["repo"], hook["language"]) == ("local", "system")  # nothing is downloaded
    assert program.removeprefix(".venv/bin/") in INSTALLED
    assert [word for word in arguments if "/" in word and not (ROOT / word).exists()] == []
    if "files" in hook and not hook["files"].startswith("^src/"):
        assert [path for path in WRITTEN if re.search(hook["files"], path.relative_to(ROOT).as_posix())]


def test_every_linter_that_make_runs_runs_before_a_commit_too() -> None:
    made = re.findall(r"^\t\.venv/bin/((?:ruff|sqlfluff|mypy)(?: check| format| lint)?)", MAKEFILE, re.MULTILINE)
    assert len(made) >= 4
    assert set(made) == {
        match[1]
        for hook in HOOKS
        if (match := re.match(r"\.venv/bin/((?:ruff|sqlfluff|mypy)(?: check| format| lint)?)", hook["entry"]))
    }


def test_editors_and_linters_agree_on_how_long_a_line_is() -> None:
    editors = ConfigParser()
    editors.read_string("[root]\n" + (ROOT / ".editorconfig").read_text("utf-8"))
    assert int(editors["*"]["max_line_length"]) == PROJECT["tool"]["ruff"]["line-length"]
    assert int(editors["*"]["indent_size"]) == 4  # what ruff format and sqlfluff write


@pytest.mark.parametrize("kind", KINDS)
def test_files_are_written_as_editors_are_told_to(kind: str) -> None:
    wrong = [path for path in WRITTEN if path.match(kind) and _is_untidy(path)]
    assert [path.relative_to(ROOT).as_posix() for path in wrong] == []


def _is_untidy(path: Path) -> bool:
    content = path.read_bytes()
    return bool(content) and (not content.endswith(b"\n") or bool(re.search(rb"[ \t\r]\n|\t", content)))
