"""What is logged, where, and what never is."""

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from linernotes.cli.logs import Redacting, set_up_logging
from linernotes.core.steps import DETAIL, log_step, steps_of
from linernotes.sandbox import Faults, Sandbox
from tests.laptop import Laptop

SECRET = "canary-secret-1234"
log = logging.getLogger("linernotes.test")


@pytest.mark.parametrize(
    ("verbosity", "shown"),
    [
        (0, ["WARNING w"]),
        (1, ["INFO i", "WARNING w"]),
        (2, ["DEBUG d", "INFO i", "WARNING w"]),
        (9, ["DEBUG d", "INFO i", "WARNING w"]),
    ],
)
def test_stderr_says_more_the_more_it_is_asked_to(
    verbosity: int, shown: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(verbosity, None, [])
    log.debug("d")
    log.info("i")
    log.warning("w")
    said = capsys.readouterr()
    assert (said.err.splitlines(), said.out) == (shown, "")


def test_a_log_file_holds_one_json_object_per_record(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    set_up_logging(0, str(path), [SECRET])
    log.debug("not this")
    log.info("first\nline %s", SECRET)
    log.warning("second 🎷")
    first, second = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert (first["message"], second["message"]) == ("first\nline ***", "second 🎷")
    assert (first["level"], first["source"]) == ("INFO", "linernotes.test")
    assert first["at"].endswith("Z")
    assert isinstance(first["process"], int)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"key {SECRET} and {SECRET}", "key *** and ***"),
        ("Authorization: Bearer BQabc.def-_~+/=", "Authorization: Bearer ***"),
        ("authorization: basic Zm9vOmJhcg==", "authorization: basic ***"),
        ("GET /?api_key=abc&x=1", "GET /?api_key=***&x=1"),
        ("GET /?x=1&token=abc", "GET /?x=1&token=***"),
        ("client_secret=abc refresh_token=def", "client_secret=*** refresh_token=***"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_secrets_are_taken_out_of_every_message(text: str, clean: str) -> None:
    assert Redacting([SECRET]).clean(text) == clean


def test_a_secret_is_taken_out_wherever_it_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(2, None, [SECRET])
    log.warning("as an argument: %s", SECRET)
    log.warning("in a value: %r", {"secret": SECRET})
    log.error("in a traceback", exc_info=ValueError(SECRET))
    said = capsys.readouterr().err
    assert SECRET not in said
    assert said.count("***") >= 3


def test_a_secret_too_short_to_be_one_is_left_in_place() -> None:
    assert Redacting(["a", ""]).clean("a banana") == "a banana"


def test_setting_it_up_again_says_nothing_twice(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        set_up_logging(0, None, [])
    log.warning("once")
    assert capsys.readouterr().err == "WARNING once\n"


def test_a_step_is_a_sentence_on_the_screen_and_fields_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.jsonl"
    set_up_logging(1, str(path), [SECRET])
    with steps_of("0123456789ab"):
        log_step(log, "extract", "spotify: asked 3", provider="spotify", asked=3, seconds=1.23456, reason=None)
        log_step(log, "batch", "spotify 1", DETAIL, note=f"key {SECRET}")
    log_step(log, "start", "later")
    assert capsys.readouterr().err.splitlines() == ["INFO extract: spotify: asked 3 in 1.2 s", "INFO start: later"]
    first, second, third = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {name: first[name] for name in ("step", "run", "provider", "asked", "seconds")} == {
        "step": "extract",
        "run": "0123456789ab",
        "provider": "spotify",
        "asked": 3,
        "seconds": 1.235,
    }
    assert "reason" not in first
    assert (second["level"], second["note"]) == ("DETAIL", "key ***")
    assert "run" not in third


def test_the_screen_takes_json_lines_too(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(1, None, [], as_json=True)
    log.warning("careful")
    log_step(log, "ingest", "one file", lines=3)
    first, second = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (first["level"], first["message"]) == ("WARNING", "careful")
    assert (second["step"], second["lines"]) == ("ingest", 3)


def test_a_log_of_a_run_says_what_each_provider_did_and_how_long_it_took(
    online: Laptop, sandbox: Sandbox, artists: Callable[[int], list[str]], tmp_path: Path
) -> None:
    path = tmp_path / "log.jsonl"
    online("import", "roster", online.roster(*artists(120)))
    sandbox.faults = Faults.parse("5xx=0.2,seed=3")
    said = online("-v", "--log-file", str(path), "run", "--provider", "spotify", "--provider", "deezer")
    assert said.code == 0, said.err
    steps = [line for line in map(json.loads, path.read_text(encoding="utf-8").splitlines()) if "step" in line]
    (run,) = {line["run"] for line in steps}
    assert run == online.value("select runId from {lake}.lake_ops__runs where command = 'run'")
    assert [line["step"] for line in steps if line["step"] in ("start", "end")] == ["start", "end"]
    assert {"discover", "batch", "extract", "ingest", "transform"} <= {line["step"] for line in steps}
    batches = [line for line in steps if line["step"] == "batch"]
    assert [line["batch"] for line in batches] == [1, 2, 3]
    assert sum(line["asked"] for line in batches) == 120
    (extracted,) = [line for line in steps if line["step"] == "extract"]
    assert (extracted["provider"], extracted["asked"]) == ("spotify", 120)
    assert extracted["found"] + extracted["not_found"] + extracted["failed"] == 120
    assert extracted["calls"] == online.called()["spotify"]
    assert all(line["seconds"] >= 0 for line in steps if line["step"] != "start")
    end = steps[-1]
    assert (end["status"], end["asked"], end["loaded"]) == ("ok", 120, 120)
    told = [line for line in said.err.splitlines() if line.startswith("INFO ")]
    assert len(told) == len(steps) - len(batches) + 1  # and the line that names environment and home
    assert not [line for line in told if line.startswith("INFO batch")]
