"""A flow runs commands one after the other, and leaves a row for each, also for one that was killed."""

import ast
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from linernotes.config.flows import FlowStep
from linernotes.config.settings import shipped_folder
from linernotes.core.clock import SystemClock
from linernotes.core.errors import Busy, ConfigurationError
from linernotes.runs import flows
from linernotes.runs.exclusive import exclusive_session
from linernotes.storage.workspace import Workspace
from tests.laptop import Laptop
from tests.programs import ROOT
from tests.samples import settings

BUSY = 75
SHIPPED = settings().configs.flows
STEPS = """
description: A flow for tests.
schedule: 0 7 * * 0
steps:
  - {name: load, command: config home}
  - {name: drops, command: config, needs: drops}
  - {name: wrong, command: ingest --dataset nothing}
  - {name: after, command: config home}
  - {name: notify, command: alert, always: true}
"""
ROWS = "select step, status, exitCode, reason from {lake}.lake_ops__steps order by startedAt, place"


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    """A home whose configs have a flow of our own."""
    configs = tmp_path / "configs"
    shutil.copytree(shipped_folder("configs"), configs)
    (configs / "flows/mine.yaml").write_text(STEPS, encoding="utf-8")
    return Laptop(tmp_path / "home", {"LINERNOTES_CONFIGS": str(configs)})


def rows(laptop: Laptop) -> dict[str, tuple[Any, ...]]:
    return {row["step"]: (row["status"], row["exitCode"], row["reason"]) for row in laptop.rows(ROWS)}


def begun(laptop: Laptop) -> "subprocess.Popen[str]":
    """A flow of which a step runs that takes long, in a process of its own."""
    path = Path(laptop.environ["LINERNOTES_CONFIGS"]) / "flows/mine.yaml"
    path.write_text(STEPS.replace("load, command: config home", "load, command: -vv transform"), encoding="utf-8")
    flow = laptop.start("flow", "mine")
    assert flow.stderr
    assert any(
        line.startswith("load: ") for line in flow.stderr
    )  # its row is written, and its command at work, of which -vv tells from the start
    return flow


def test_after_a_step_that_failed_only_what_always_runs_is_run(laptop: Laptop) -> None:
    said = laptop("flow", "mine", "--date", "2026-11-28", "--format", "json")
    assert said.code == 2
    assert "flow mine: wrong failed: unknown dataset 'nothing'" in said.complaint
    assert "linernotes flow mine --from wrong" in said.complaint
    found = rows(laptop)
    assert [row["step"] for row in said.rows] == list(found)
    assert found["load"] == ("ok", 0, None)
    assert found["drops"][0] == "skipped"
    assert found["wrong"][:2] == ("failed", 2)
    assert found["after"] == ("skipped", None, "wrong failed")
    assert found["notify"] == ("ok", 0, None)


def test_what_a_flow_failed_with_is_an_alert_until_it_went_well(laptop: Laptop) -> None:
    laptop("flow", "mine")
    (failed,) = [row for row in laptop("alert", "--format", "json").rows if row["finding"].startswith("flow mine")]
    assert failed["closedAt"] is None
    assert laptop("flow", "mine", "--from", "after").code == 0
    (over,) = [row for row in laptop("alert", "--format", "json").rows if row["finding"].startswith("flow mine")]
    assert over["closedAt"]


def test_a_killed_flow_leaves_its_step_and_the_next_run_says_so(laptop: Laptop) -> None:
    flow = begun(laptop)
    flow.kill()
    flow.communicate()
    deadline = time.monotonic() + 60
    while (said := laptop("flow", "mine", "--from", "after")).code == BUSY and time.monotonic() < deadline:
        time.sleep(0.2)  # the command goes on until it has something to say
    assert said.code == 0, said.err
    killed = [row for row in laptop.rows(ROWS) if row["reason"] and "did not finish" in row["reason"]]
    unended = laptop.rows("select step from {lake}.lake_ops__steps where endedAt is null")
    assert unended == []
    assert [(row["step"], row["status"]) for row in killed] == [("load", "failed")]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_stopped_flow_stops_its_step_and_still_tells(laptop: Laptop, signum: signal.Signals) -> None:
    flow = begun(laptop)
    flow.send_signal(signum)
    _, err = flow.communicate(timeout=60)
    assert "Traceback" not in err
    assert flow.returncode == 128 + signum, err
    found = rows(laptop)
    assert (found["load"][:2], found["after"][0]) == (("failed", 128 + signum), "skipped")
    assert found["notify"] == ("ok", 0, None)


def test_a_name_or_step_that_does_not_exist_is_named_with_the_nearest(laptop: Laptop) -> None:
    assert "did you mean 'weekly'?" in laptop("flow", "weekli").complaint
    assert "did you mean 'notify'?" in laptop("flow", "mine", "--from", "notfy").complaint


def test_flows_are_listed_without_a_name(laptop: Laptop) -> None:
    assert {row["flow"] for row in laptop("flow", "--format", "json").rows} == {*SHIPPED, "mine"}


def test_whatever_fails_people_are_told() -> None:
    assert all(flow.steps[-1].always and flow.steps[-1].command == "alert" for flow in SHIPPED.values())


def test_a_step_counts_what_its_own_command_has_loaded(laptop: Laptop) -> None:
    path = Path(laptop.environ["LINERNOTES_CONFIGS"]) / "flows/mine.yaml"
    files = [laptop.write(f"{name}.csv", f"artist,track,time\nA,{name},2026-11-0{name} 10:00:00\n") for name in "12"]
    steps = [f"  - {{name: load{n}, command: import plays {file}}}\n" for n, file in enumerate(files)]
    path.write_text(STEPS.partition("  - ")[0] + "".join(steps) + "  - {name: notify, command: alert, always: true}\n")
    assert laptop("import", "plays", laptop.write("0.csv", "artist,track,time\nB,0,2026-11-09 10:00:00\n")).code == 0
    said = laptop("flow", "mine", "--format", "json")
    assert said.code == 0, said.err
    # A play, and the file that it is from.
    assert [(row["step"], row["records"]) for row in said.rows] == [("load0", 2), ("load1", 2), ("notify", 0)]
    started = laptop.rows(
        "select startedBy from {lake}.lake_ops__runs where command = 'import plays' order by startedAt"
    )
    assert [(row["startedBy"] or "/by hand").partition("/")[2] for row in started] == ["by hand", "load0", "load1"]


def test_a_flow_that_does_not_get_the_workspace_back_still_tells(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SystemClock, "pause", lambda *_: None)
    begin, held, tried = flows._outcome, ExitStack(), list[str]()

    def outcome(workspace: Workspace, run: flows.FlowRun, step: FlowStep) -> tuple[int, str | None]:
        tried.append(step.name)
        if step.name == "load":
            held.enter_context(exclusive_session(workspace, "somebody else"))  # until the flow tells
        else:
            held.close()
        return begin(workspace, run, step)

    monkeypatch.setattr(flows, "_outcome", outcome)
    said = laptop("flow", "mine", "--format", "json")
    assert said.code == BUSY
    assert tried == ["load", "notify"]
    assert rows(laptop)["notify"] == ("ok", 0, None)
    assert rows(laptop)["load"] == ("ok", 0, None)
    assert rows(laptop)["wrong"][:2] == ("failed", BUSY)
    assert laptop.rows("select step from {lake}.lake_ops__steps where endedAt is null") == []


@pytest.mark.parametrize("name", ["airflow_flows", "dagster_flows"])
def test_the_examples_for_schedulers_start_every_flow_when_its_file_says(name: str) -> None:
    """Neither library is installed here, so the files are read, not run."""
    text = (ROOT / f"scripts/{name}.py").read_text(encoding="utf-8")
    assigned = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper()
        if node.targets[0].id != "JOBS"
    }
    assert assigned["FLOWS"] == {flow.name: (flow.schedule, flow.time_zone) for flow in SHIPPED.values()}
    assert assigned["BUSY"] == Busy.exit_code
    assert "linernotes" not in {
        alias.name for node in ast.walk(ast.parse(text)) for alias in getattr(node, "names", ())
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("schedule: 0 7 * * 0", "schedule: on Sundays", "schedule"),
        ("name: after", "name: load", "two steps are called load"),
        ("command: alert, ", "", "needs either a command"),
        ("description: A flow for tests.", "description: x\ntime_zone: Mars/Olympus", "is not a time zone"),
    ],
    ids=["no cron", "twice", "no command", "no zone"],
)
def test_a_flow_that_cannot_be_is_refused(laptop: Laptop, old: str, new: str, said: str) -> None:
    path = Path(laptop.environ["LINERNOTES_CONFIGS"]) / "flows/mine.yaml"
    path.write_text(STEPS.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        settings(**laptop.environ)
    assert said in refused.value.message
