"""Flows: commands that run one after the other, each in a process of its own, with a row for every step.

A step is a command like any other: it takes the lease, loads once, and can be killed and repeated. The flow itself
holds nothing while a command runs. A step is recorded as failed before it begins, so one that is killed leaves a row.
"""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import IO, Any

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from linernotes.config.flows import Flow, FlowStep
from linernotes.core import sql
from linernotes.core.errors import Busy, ConfigurationError, LinernotesError, Stopped
from linernotes.core.text import nearest
from linernotes.core.zones import zone_named
from linernotes.reports.rows import published_columns
from linernotes.runs.child import start_command
from linernotes.runs.exclusive import exclusive_session, new_run
from linernotes.storage.workspace import Workspace

UNFINISHED = "did not finish: killed, or the machine went down"
PATIENCE = timedelta(minutes=10)  # for a command that somebody else runs between two steps
POLL_SECONDS = 0.1
PREFIX = "linernotes: "


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of a flow; its fields are columns of lake_ops__steps."""

    step: str
    status: str
    started_at: datetime
    ended_at: datetime | None = None
    command: str | None = None
    exit_code: int | None = None
    records: int | None = None
    errors: int | None = None
    reason: str | None = None

    @property
    def seconds(self) -> float | None:
        """From start to end."""
        return None if self.ended_at is None else round((self.ended_at - self.started_at).total_seconds(), 3)


@dataclass(slots=True)
class FlowRun:
    """A run of a flow for a day, with the steps that it has come to.

    ``unwritten`` has the rows of steps that could not be written yet, because another command held the workspace;
    ``busy`` says which.
    """

    flow: Flow
    id: str
    day: date
    steps: list[StepResult] = field(default_factory=list)
    error: LinernotesError | None = None
    unwritten: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    busy: Busy | None = None

    def key_of(self, step: str) -> str:
        """What the ledger keeps with the runs of a step."""
        return f"{self.id}/{step}"

    def finished(self, result: StepResult) -> None:
        """Keep the result of a step; the first that failed is the flow's error."""
        self.steps.append(result)
        if result.status == "failed" and self.error is None:
            self.error = StepFailed(self.flow.name, result)


class StepFailed(LinernotesError):
    """A step of a flow failed; the flow ends with its exit code."""

    def __init__(self, flow: str, result: StepResult) -> None:
        reason = result.reason or f"exit {result.exit_code}"
        super().__init__(
            f"flow {flow}: {result.step} failed: {reason}", f"after that: linernotes flow {flow} --from {result.step}"
        )
        self.exit_code = result.exit_code or 1


def flow_named(workspace: Workspace, name: str) -> Flow:
    """The flow of that name.

    Raises:
        ConfigurationError: configs/flows has none.
    """
    flows = workspace.settings.configs.flows
    if name not in flows:
        raise ConfigurationError(f"unknown flow {name!r}", nearest(name, flows))
    return flows[name]


def run_flow(workspace: Workspace, flow: Flow, day: date | None = None, first: str | None = None) -> FlowRun:
    """Run the steps of a flow, from the step called ``first`` on; ``day`` is today where the flow's time zone is.

    After a step that failed, only those that run ``always`` are run; ``error`` of the result is about that step.

    Raises:
        ConfigurationError: the flow has no step ``first``.
        Busy: another command holds the workspace.
    """
    names = [step.name for step in flow.steps]
    if first and first not in names:
        raise ConfigurationError(f"flow {flow.name} has no step {first!r}", nearest(first, names))
    today = workspace.clock.now().astimezone(zone_named(flow.time_zone)).date()
    run = FlowRun(flow, new_run(workspace).id, day or today)
    _end_killed_steps(workspace, flow)
    for place, step in enumerate(flow.steps, 1):
        run.finished(_step(workspace, run, step, place, _reason_to_skip(workspace, run, step, first)))
    return run


def _step(workspace: Workspace, run: FlowRun, step: FlowStep, place: int, skipped: str | None) -> StepResult:
    now = workspace.clock.now()
    begun = StepResult(step.name, "failed", now, command=step.command, reason=UNFINISHED)
    if skipped:
        done = replace(begun, status="skipped", ended_at=now, command=None, reason=skipped)
    else:
        _record(workspace, run, begun, place, patience=PATIENCE)
        busy = None if step.always else run.busy
        code, said = (busy.exit_code, busy.message) if busy else _outcome(workspace, run, step)
        status, reason = ("failed", said) if code else ("ok", None)
        done = replace(begun, status=status, exit_code=code, reason=reason, ended_at=workspace.clock.now())
    return _record(workspace, run, done, place, patience=timedelta() if run.busy else PATIENCE)


def _reason_to_skip(workspace: Workspace, run: FlowRun, step: FlowStep, first: str | None) -> str | None:
    names = [each.name for each in run.flow.steps]
    if first and names.index(step.name) < names.index(first):
        return f"the flow began with {first}"
    if run.error and not step.always:
        return f"{next(each.step for each in run.steps if each.status == 'failed')} failed"
    if step.needs and not Path(step.needs).exists():
        return f"there is no {step.needs} in {Path.cwd()}"
    return step.skip


def _outcome(workspace: Workspace, run: FlowRun, step: FlowStep) -> tuple[int, str | None]:
    """The exit code of the step's command, and the line that it failed with; a stop of ours is passed on to it."""
    with start_command(workspace.settings, step.words, step=run.key_of(step.name)) as child:
        said = list[str]()
        listener = Thread(target=_listen, args=(child.stderr, workspace, step.name, said))
        listener.start()
        code = _wait(workspace, child, always=step.always)
        listener.join()
    return (128 - code if code < 0 else code), (said[-1] if said else None)


def _listen(stream: IO[str] | None, workspace: Workspace, step: str, said: list[str]) -> None:
    """Show what a command says after the name of its step, and keep the lines that errors are told in."""
    for line in stream or ():
        text = line.rstrip().removeprefix(PREFIX)
        workspace.progress.say(f"{step}: {text}")
        if line.startswith(PREFIX):
            said.append(text)


def _wait(workspace: Workspace, child: "subprocess.Popen[str]", *, always: bool) -> int:
    passed_on = always  # what tells people of a stop is not stopped by it
    while True:
        try:
            return child.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if passed_on:
                continue
        try:
            workspace.clock.check()
        except Stopped as stopped:
            child.send_signal(stopped.signum)
            passed_on = True


def _record(workspace: Workspace, run: FlowRun, result: StepResult, place: int, *, patience: timedelta) -> StepResult:
    """Write the row of a step, with what its command has loaded; returns the result with these counts.

    While another command holds the workspace for long, the row waits for that of a later step.
    """
    try:
        with _alone(workspace, patience):
            if result.exit_code is not None:
                result = _with_counts(workspace, run, result)
            run.unwritten[result.step] = _row(run, result, place)
            _put(workspace, list(run.unwritten.values()))
        run.unwritten.clear()
        run.busy = None
    except Busy as busy:
        run.busy = busy
        run.unwritten[result.step] = _row(run, result, place)
    return result


def _with_counts(workspace: Workspace, run: FlowRun, result: StepResult) -> StepResult:
    counted = next(workspace.warehouse.rows(sql.read("runs/work_of_step"), step=run.key_of(result.step)))
    if not counted["runs"]:
        return result
    status = "partial" if result.status == "ok" and counted["isPartial"] else result.status
    reason = counted["reason"] if status == "partial" else result.reason
    return replace(result, status=status, reason=reason, records=counted["records"], errors=counted["errors"])


def _end_killed_steps(workspace: Workspace, flow: Flow) -> None:
    with _alone(workspace, timedelta()):
        rows = list(workspace.warehouse.rows(sql.read("runs/killed_steps"), flow=flow.name))
        _put(workspace, [row | {"endedAt": workspace.clock.now()} for row in rows])


@contextmanager
def _alone(workspace: Workspace, patience: timedelta) -> Iterator[None]:
    """The workspace for a moment, after whoever holds it; it is given back for the next command."""
    waiting = Retrying(
        retry=retry_if_exception_type(Busy),
        stop=stop_after_attempt(1 + int(patience.total_seconds())),  # a second each
        wait=wait_fixed(1),
        sleep=workspace.clock.pause,
        reraise=True,
    )
    with ExitStack() as held:
        waiting(lambda: held.enter_context(exclusive_session(workspace, "flow")))
        held.callback(workspace.warehouse.close)
        workspace.warehouse.ensure([workspace.dataset("ops/runs"), workspace.dataset("ops/steps")])
        yield


def _row(run: FlowRun, result: StepResult, place: int) -> Mapping[str, Any]:
    of_run = {"flowRunId": run.id, "flow": run.flow.name, "runDate": run.day}
    return {**published_columns(result), **of_run, "place": place, "seconds": result.seconds}


def _put(workspace: Workspace, rows: list[Mapping[str, Any]]) -> None:
    if rows:
        workspace.warehouse.put(workspace.dataset("ops/steps"), rows)
