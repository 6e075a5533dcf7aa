"""The scripts that people and cron start, with a linernotes and a gcloud that only write down what is asked."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.programs import ROOT, Programs

WAITS = """#!/bin/sh
trap 'sleep 0.3; echo landed; exit 4' TERM
echo asking
while :; do sleep 0.05; done
"""


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    """linernotes, gcloud and bq; nothing that is described is there."""
    recorded = Programs(tmp_path / "bin", "linernotes", "gcloud", "bq", "python", "sleep")
    recorded.answer((" describe ", 1))
    return recorded


@pytest.mark.parametrize(
    "name", sorted(path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and path.suffix != ".py")
)
def test_every_script_is_a_program_that_its_shell_understands(name: str) -> None:
    path = ROOT / "scripts" / name
    shell = path.read_text("utf-8").splitlines()[0].removeprefix("#!").split()[-1].split("/")[-1]
    assert subprocess.run([shell, "-n", str(path)], capture_output=True, check=False).stderr == b""
    assert name == "make_venv.sh" or path.stat().st_mode & 0o111


def test_every_week_it_runs_production_unless_told_otherwise(programs: Programs) -> None:
    programs.run("weekly_enrichment.sh")
    programs.run("weekly_enrichment.sh", "dev")
    assert [call[1:] for call in programs.calls] == [
        ["run", "--env", name, "--mode", "incremental"] for name in ("prd", "dev")
    ]


@pytest.mark.parametrize(("code", "word"), [(0, "done"), (75, "another run is active"), (3, "failed"), (143, "fail")])
def test_the_exit_code_is_passed_on_and_said_plainly(programs: Programs, code: int, word: str) -> None:
    programs.answer(("run", code))
    said = programs.run("weekly_enrichment.sh")
    assert said.returncode == code
    assert word in said.stdout.splitlines()[-1]


def test_it_adds_to_a_log_if_it_is_given_one(programs: Programs, tmp_path: Path) -> None:
    log = tmp_path / "weekly.log"
    said = [programs.run("weekly_enrichment.sh", "dev", str(log)) for _ in range(2)]
    assert [one.stdout for one in said] == ["", ""]
    assert log.read_text().count("exit 0: done") == 2


def test_a_log_that_cannot_be_written_is_no_run(programs: Programs, tmp_path: Path) -> None:
    said = programs.run("weekly_enrichment.sh", "dev", str(tmp_path))
    assert (said.returncode, len(said.stderr.splitlines())) == (2, 1)
    assert programs.calls == []


def test_a_signal_reaches_the_run_and_its_work_is_waited_for(programs: Programs) -> None:
    (programs.folder / "linernotes").write_text(WAITS)
    path = f"{programs.folder}:/usr/bin:/bin"
    weekly = [str(ROOT / "scripts/weekly_enrichment.sh")]
    with subprocess.Popen(weekly, stdout=subprocess.PIPE, text=True, env={"PATH": path}) as running:
        assert running.stdout
        assert [running.stdout.readline().split()[-1] for _ in range(2)][-1] == "asking"
        running.send_signal(signal.SIGTERM)
        rest = running.communicate(timeout=10)[0]
    assert "landed" in rest
    assert running.returncode == 4  # what the run ended with, not what the signal made of the shell


def test_the_smoke_test_asks_before_it_spends(programs: Programs) -> None:
    for answer in ("", "no\n", "y\n"):
        said = programs.run("smoke_cloud.sh", "acme-music", stdin=answer)
        assert (said.returncode, programs.calls) == (0, [])
        assert "nothing was created" in said.stdout


def test_the_smoke_test_walks_with_ten_artists_and_says_how_to_throw_it_away(programs: Programs) -> None:
    said = programs.run("smoke_cloud.sh", "acme-music", stdin="yes\n")
    assert said.returncode == 0, said.stderr
    walked = [call[1] for call in programs.calls if call[0] == "linernotes"]
    assert walked == ["init", "import", "import", "run", "transform", "coverage"]
    assert ["linernotes", "run", "--mode", "backfill", "--dry-run"] in programs.calls
    (asked,) = [call for call in programs.calls if call[0] == "python"]
    assert {"--project", "acme-music", "dp_hub_smoke"} <= set(asked)
    assert asked[-1] == "linernotes-smoke-analyst@acme-music.iam.gserviceaccount.com"
    roles = {role for call in programs.calls for role in re.findall(r"roles/[\w.]+", " ".join(call))}
    assert roles == {"roles/bigquery.jobUser", "roles/bigquery.dataViewer", "roles/iam.serviceAccountTokenCreator"}
    assert "rm -r -f --dataset acme-music:dp_lake_smoke" in said.stdout
    assert "gcloud storage rm --recursive gs://acme-music-dp-smoke" in said.stdout
    assert not any(re.search(r"\brm\b", " ".join(call)) for call in programs.calls)
    assert not list(programs.folder.glob("tmp.*"))


def test_a_smoke_test_that_fails_says_so_and_still_how_to_throw_it_away(programs: Programs) -> None:
    programs.answer(("import", 4))
    said = programs.run("smoke_cloud.sh", "acme-music", stdin="yes\n")
    assert said.returncode == 4
    assert programs.calls[-1][1] == "import"
    assert "To delete it" in said.stdout


def test_the_smoke_test_names_what_is_missing(programs: Programs) -> None:
    said = programs.run("smoke_cloud.sh")
    assert (said.returncode, len(said.stderr.splitlines())) == (2, 1)


def test_installing_touches_nothing_that_this_machine_is_set_up_for(tmp_path: Path) -> None:
    """The models are compiled in a home of their own, whatever the environment or a .env file of the folder says."""
    command, seen = tmp_path / "linernotes", tmp_path / "seen"
    command.write_text(f"#!/bin/sh\n{{ pwd; echo $*; env | grep LINERNOTES_; }} > {seen}\n", encoding="utf-8")
    command.chmod(0o755)
    theirs = {"LINERNOTES_ENV": "prd", "LINERNOTES_HOME": "theirs", "LINERNOTES_WAREHOUSE_PATH": "theirs.duckdb"}
    script = [ROOT / "scripts/compile_models.sh", command]
    done = subprocess.run(script, cwd=tmp_path, env=os.environ | theirs, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    folder, words, *variables = seen.read_text("utf-8").splitlines()
    assert (words, variables) == ("init --env local", [f"LINERNOTES_HOME={folder}/home"])
    assert folder != str(tmp_path)
    assert not Path(folder).exists()
