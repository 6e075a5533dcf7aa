"""The image: what the Dockerfile says holds, and what it installs works where nothing else is."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IGNORED = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and line[0] != "#"]
LINES = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
STEPS = [(line.split()[0], line.partition(" ")[2].strip()) for line in LINES if line.strip()]
VENV = "/opt/linernotes"


def steps(name: str) -> list[str]:
    return [rest for found, rest in STEPS if found == name]


def let_in(path: str) -> bool:
    """What .dockerignore says about a path: the last line that matches it or a folder above it."""
    answer = True
    for line in IGNORED:
        pattern = line.removeprefix("!")
        whole = pattern.removeprefix("**/")
        parts = path.split("/")
        above = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        hit = any(fnmatch(part, whole) for part in (parts if whole != pattern else above))
        answer = line[0] == "!" if hit else answer
    return answer


def build_context(into: Path) -> None:
    """The files that COPY takes and .dockerignore lets in."""
    sources = [ROOT / source for copy in steps("COPY") if "--from" not in copy for source in copy.split()[:-1]]
    for path in [path for source in sources for path in (source, *source.rglob("*")) if path.is_file()]:
        name = str(path.relative_to(ROOT))
        if let_in(name):
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, into / name)


def python_of_the_image() -> str:
    """The Python that the image has, where it is installed; else the one that runs the tests."""
    name = "python" + re.findall(r"python:(\d+\.\d+)", steps("FROM")[0])[0]
    found = shutil.which(name)
    works = found and subprocess.run([found, "-c", "import venv"], capture_output=True, check=False).returncode == 0
    return found if found and works else sys.executable


def test_the_base_is_one_python_by_its_version() -> None:
    assert {base.split()[0] for base in steps("FROM")} == {"python:3.12-slim"}


def test_python_is_process_one_and_the_run_is_what_it_does() -> None:
    assert json.loads(steps("ENTRYPOINT")[0]) == ["python", "-m", "linernotes"]
    assert json.loads(steps("CMD")[0])[0] == "run"


def test_nobody_is_root_and_what_is_written_goes_into_a_home_of_its_own() -> None:
    names = [name for name, _ in STEPS]
    assert steps("USER")[-1] == "10001"
    assert names.index("USER") > max(n for n, name in enumerate(names) if name in ("RUN", "COPY"))
    settings = dict(word.split("=", 1) for word in shlex.split(steps("ENV")[0]))
    assert f"--create-home --home-dir {settings['LINERNOTES_HOME']} " in steps("RUN")[-1]
    assert steps("WORKDIR")[-1] == settings["LINERNOTES_HOME"]
    assert settings["PYTHONUNBUFFERED"] == "1"


def test_no_secret_can_be_in_it() -> None:
    assert steps("ARG") == []
    assert not re.search(r"SECRET|TOKEN|CREDENTIAL|_KEY|PASSWORD", " ".join(steps("ENV") + steps("RUN")))
    assert not any(map(let_in, [".env", "src/.env", "key.json", ".git/config", ".linernotes/warehouse.duckdb"]))


def test_everything_that_is_copied_is_there_and_let_in() -> None:
    sources = [source for copy in steps("COPY") if "--from" not in copy for source in copy.split()[:-1]]
    assert len(sources) > 5
    assert [source for source in sources if not (ROOT / source).exists() or not let_in(source)] == []
    assert all(
        map(let_in, ["src/linernotes/__main__.py", "configs/environments.yaml", "dbt_dataplatform/dbt_project.yml"])
    )


def test_what_pip_needs_of_the_tree_is_copied(tmp_path: Path) -> None:
    build_context(tmp_path)
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    included = re.findall(r'^"(\w+)" = "linernotes/shipped', project, re.MULTILINE)
    assert included == ["configs", "dbt_dataplatform"]
    assert all((tmp_path / name).exists() for name in [*included, "src/linernotes", "README.md", "constraints.txt"])


@pytest.mark.cloud
def test_what_the_image_installs_runs_on_its_own(tmp_path: Path) -> None:
    context, venv, elsewhere = tmp_path / "context", tmp_path / "venv", tmp_path / "elsewhere"
    build_context(context)
    elsewhere.mkdir()
    kept = {name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "SSL_", "HOME", "LANG"))}
    kept |= {"PATH": os.environ["PATH"], "PIP_NO_COMPILE": "1"}  # of 9,000 modules few are imported here
    for step in steps("RUN"):
        if VENV in step:
            python = shlex.quote(python_of_the_image())
            command = re.sub(r"^python ", f"{python} ", step).replace(VENV, str(venv)).replace("--no-cache-dir ", "")
            subprocess.run(command, shell=True, cwd=context, env=kept, check=True)

    def said(*words: str) -> str:
        alone = {"PATH": f"{venv / 'bin'}:/usr/bin:/bin", "LINERNOTES_HOME": str(tmp_path / "home")}
        return subprocess.run(words, cwd=elsewhere, env=alone, check=True, capture_output=True, text=True).stdout

    assert "Usage: linernotes" in said("python", "-m", "linernotes", "--help")
    assert "Usage: linernotes" in said("linernotes", "--help")
    asked = "from linernotes.config.settings import shipped_folder as at; print(at('configs'), at('dbt_dataplatform'))"
    assert said("python", "-c", asked).count(f"{venv}/") == 2
    said("python", "-c", "import google.cloud.bigquery, google.cloud.storage, dbt.adapters.bigquery")
    assert "No broken requirements" in said("pip", "check")
