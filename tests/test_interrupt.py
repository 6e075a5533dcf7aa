"""Ctrl-C at any moment: one line, exit 130, and nothing left behind."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.laptop import Laptop, Said
from tests.samples import ID, artist, lines

BUSY = """
import signal, sys, threading, time
from linernotes.core.clock import SystemClock, interruptible
from linernotes.core.errors import Stopped
clock = SystemClock()
clock.stop_on_signals()
{before}
try:
    with interruptible():
        print("ready", flush=True)
        time.sleep(30)
except Stopped as stopped:
    print(stopped.exit_code, signal.getsignal(signal.SIGINT) == clock.on_signal)
"""
# A semaphore and a child process that a bare end of the process would leave behind, and a library that heeds nothing.
STUBBORN = """
import multiprocessing, os, sys, time
from linernotes.core import clock
clock.GRACE_SECONDS = 0.2
if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    lock, child = spawn.RLock(), spawn.Process(target=time.sleep, args=(60,))
    child.start()
    clock.SystemClock().stop_on_signals()
    print(child.pid, flush=True)
    while True:
        try:
            time.sleep(30)
        except BaseException:
            pass
"""


def started(code: str) -> "tuple[subprocess.Popen[str], str]":
    """A process that runs this code, and the first line it prints."""
    process = subprocess.Popen([sys.executable, "-c", code], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    return process, process.stdout.readline().strip()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_library_that_never_asks_the_clock_is_interrupted(signum: signal.Signals) -> None:
    process, _ = started(BUSY.format(before=""))
    process.send_signal(signum)
    out, err = process.communicate(timeout=10)
    assert (out.split(), err) == ([str(128 + signum), "True"], "")


def test_a_library_is_not_called_any_more_once_a_signal_came() -> None:
    process, said = started(BUSY.format(before="clock.on_signal(signal.SIGINT, None)"))
    process.communicate(timeout=10)
    assert said == "130 True"


def test_a_process_that_heeds_nothing_is_ended_in_one_line_without_complaints(tmp_path: Path) -> None:
    script = tmp_path / "stubborn.py"
    script.write_text(STUBBORN, encoding="utf-8")
    process = subprocess.Popen([sys.executable, script], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    child = int(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == "linernotes: stopped by SIGINT; repeat the command to continue where it stopped\n"
    deadline = time.monotonic() + 5
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{child}").exists()


def test_ctrl_c_while_the_hub_is_built_is_one_line_and_the_command_can_be_repeated(laptop: Laptop) -> None:
    laptop.drop(lines(artist(ID)))
    process, log = laptop.start("transform"), laptop.home / "dbt" / "logs" / "dbt.log"
    deadline = time.monotonic() + 60
    while (not log.exists() or log.stat().st_size < 5_000) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    said = Said(process.returncode, out, err)
    assert (said.code, said.err.splitlines()[-1], "leaked" in said.err) == (130, said.complaint, False)
    assert said.complaint.startswith("linernotes: stopped by SIGINT")
    assert laptop.value("select status from {lake}.lake_ops__runs order by endedAt desc limit 1") == "stopped"
    assert laptop("transform", "--select", "lake_spotify__svc_artist_enrichment").code == 0


def test_ctrl_c_in_a_command_that_only_plans_is_one_line(tmp_path: Path) -> None:
    process = Laptop(tmp_path / "home").start("plan")
    assert process.stderr
    assert process.stderr.readline() == "building the hub\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err.split("\n")) == (130, "", ["", "linernotes: stopped", ""])
