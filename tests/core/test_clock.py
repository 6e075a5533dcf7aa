"""Real time, and waiting that a signal ends."""

import ast
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import linernotes
from linernotes.core.clock import SystemClock
from linernotes.core.errors import Stopped

PACKAGE = Path(linernotes.__file__).parent
TWICE = """
import os, signal
from linernotes.core.clock import SystemClock
clock = SystemClock()
clock.stop_on_signals()
for _ in range(2):
    os.kill(os.getpid(), signal.SIGTERM)
print("not reached")
"""
STUCK = """
import os, signal, time
from linernotes.core import clock
clock.GRACE_SECONDS = 0.1
running = clock.SystemClock()
running.stop_on_signals()
os.kill(os.getpid(), signal.SIGINT)
time.sleep(20)
"""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[SystemClock]:
    """A clock that listens to signals, in a process that its watchdog must not end."""
    monkeypatch.setattr(threading.Timer, "start", lambda _: None)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    clock = SystemClock()
    clock.stop_on_signals()
    yield clock
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_now_is_aware_and_in_utc() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs((now - datetime.now(UTC)).total_seconds()) < 1


def test_sleeping_takes_as_long_as_it_says() -> None:
    clock = SystemClock()
    began = clock.monotonic()
    clock.sleep(0.05)
    assert clock.monotonic() - began >= 0.05


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_wait_at_once_and_gives_the_exit_code(
    clock: SystemClock, signum: signal.Signals, code: int
) -> None:
    began = time.monotonic()
    threading.Thread(target=os.kill, args=(os.getpid(), signum)).start()
    with pytest.raises(Stopped) as stopped:
        clock.sleep(20)
    assert time.monotonic() - began < 2
    assert stopped.value.exit_code == code


def test_after_a_signal_every_wait_and_every_check_says_so(clock: SystemClock) -> None:
    clock.check()
    os.kill(os.getpid(), signal.SIGTERM)
    for wait in (clock.check, lambda: clock.sleep(20)):
        with pytest.raises(Stopped):
            wait()


@pytest.mark.parametrize(("program", "code"), [(TWICE, 143), (STUCK, 130)], ids=["asked twice", "stuck in a step"])
def test_nothing_keeps_a_process_that_has_to_go(program: str, code: int) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=15, check=False)
    assert (done.returncode, done.stdout) == (code, b"")


def test_pausing_goes_on_when_the_run_is_asked_to_stop(clock: SystemClock) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    began = clock.monotonic()
    clock.pause(0.05)
    assert clock.monotonic() - began >= 0.05


def test_nothing_but_the_clock_reads_the_time_of_the_machine() -> None:
    """The sandbox is exempt: it stands for services elsewhere, with clocks of their own."""
    exempt = (PACKAGE / "core" / "clock.py", PACKAGE / "sandbox")
    files = [path for path in PACKAGE.rglob("*.py") if not any(path.is_relative_to(other) for other in exempt)]
    assert len(files) > 100
    assert {path.relative_to(PACKAGE).as_posix(): found for path in files if (found := reads_of_time(path))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "from time import monotonic",
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "field(default_factory=datetime.now)",
    ],
)
def test_a_read_of_the_time_is_seen(tmp_path: Path, line: str) -> None:
    (tmp_path / "module.py").write_text(line, encoding="utf-8")
    assert reads_of_time(tmp_path / "module.py")


def reads_of_time(path: Path) -> list[int]:
    """The lines of a module that import ``time`` or ask a date for the present."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [node.lineno for node in nodes if isinstance(node, ast.stmt | ast.expr) and _reads_time(node)]


def _reads_time(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return any(name.name == "time" for name in names)
        case ast.ImportFrom(module=module):
            return module == "time"
        case ast.Attribute(attr="now" | "utcnow" | "today", value=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in ("datetime", "date")
    return False
