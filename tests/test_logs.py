"""What is logged, where, and what never is."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from linernotes.cli.logs import Redacting, set_up_logging

SECRET = "canary-secret-1234"
log = logging.getLogger("linernotes.test")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    ours = logging.getLogger("linernotes")
    before = (ours.handlers, ours.propagate, ours.level)
    yield
    for handler in ours.handlers:
        handler.close()
    ours.handlers, ours.propagate = before[0], before[1]
    ours.setLevel(before[2])


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
