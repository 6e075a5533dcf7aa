"""Bodies are read by their bytes, and what could not be stored is repaired or refused."""

import json

import pytest

from linernotes.providers.http.body import MOST_LEVELS, clean_body


def read(body: bytes, content_type: str = "application/json") -> object:
    return json.loads(clean_body(body, content_type, good=True))


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (rb'"cut \ud83d"', "cut \ufffd"),
        (rb'"cut \uDE00 and on"', "cut \ufffd and on"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'"\\ud83d"', r"\ud83d"),
        (rb'{"\ud83d": 1}', {"\ufffd": 1}),
        (b'"\xed\xa0\xbd\xed\xb8\x80"', "\U0001f600"),
        (b'"\xed\xa0\xbd"', "\ufffd"),
    ],
)
def test_half_a_pair_is_replaced_and_everything_else_is_kept(body: bytes, value: object) -> None:
    assert read(body) == value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
@pytest.mark.parametrize("declared", ["", "application/json", "text/html; charset=iso-8859-1", "text/plain; charset=x"])
def test_the_bytes_decide_on_the_encoding(encoding: str, declared: str) -> None:
    assert read('{"name": "N\u00efnny"}'.encode(encoding), declared) == {"name": "N\u00efnny"}


@pytest.mark.parametrize("charset", ["ISO-8859-1", "latin1", '"windows-1252"', "cp1252"])
def test_a_declared_encoding_counts_for_bytes_that_are_not_utf_8(charset: str) -> None:
    assert read(b'"N\xefnny"', f"application/json; charset={charset}") == "N\u00efnny"


@pytest.mark.parametrize(
    ("body", "declared"),
    [(b'"N\xefnny"', ""), (b'"\x93N\x94"', "text/plain; charset=iso-8859-1"), (b'"N\xef"', "a/b; charset=rot13")],
)
def test_letters_are_not_guessed(body: bytes, declared: str) -> None:
    assert clean_body(body, declared, good=True) == b""


def test_nesting_has_a_limit() -> None:
    assert read(b"[" * MOST_LEVELS + b"]" * MOST_LEVELS)
    for levels in (MOST_LEVELS + 1, 1_200, 200_000):
        assert clean_body(b"[" * levels + b"]" * levels, "", good=True) == b""


@pytest.mark.parametrize(
    ("number", "value"),
    [("NaN", None), ("-Infinity", None), ("1e999", None), ("9" * 30, 1e30), ("-1", -1), ("2.50", 2.5)],
)
def test_a_number_is_one_that_can_be_stored(number: str, value: object) -> None:
    assert read(b'{"x": %s}' % number.encode()) == {"x": value}


def test_a_number_without_end_makes_a_body_unreadable() -> None:
    assert clean_body(b"9" * 5_000, "", good=True) == b""


def test_the_words_of_an_error_are_kept() -> None:
    assert clean_body(b"Too many requests", "text/plain", good=False) == b"Too many requests"
    assert clean_body(b"Zu viele Anfragen f\xfcr heute", "text/plain", good=False).startswith(b"Zu viele Anfragen f")
