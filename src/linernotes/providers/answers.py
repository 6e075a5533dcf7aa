"""Strict readers of the JSON that services send, and what becomes of an answer that cannot be read.

A number written as text is still a number, and one thing where several may stand is a list of one; anything else that
is not of the promised kind makes the answer unreadable. A value that goes into a record as it came needs no reader: the
dataset's contract checks it, and then says which column was wrong.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from requests import Response

from linernotes.core.errors import AccessRefused, CallFailed
from linernotes.core.values import Failed, Found, Json, WorkItem

log = logging.getLogger(__name__)
INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
REFUSED = (401, 403)


class Unreadable(ValueError):
    """An answer is not of the shape that its service promises."""


def json_body(response: Response, service: str, remedy: str) -> Any:
    """The JSON of a good answer; the senders have made sure that it is JSON.

    Raises:
        AccessRefused: the service refuses us; ``remedy`` says what may help.
        CallFailed: an error that asking again would not change, such as a wrong address.
    """
    if response.status_code in REFUSED:
        raise AccessRefused(f"{service}: access denied (HTTP {response.status_code})", remedy)
    if not response.ok:
        reason = f"http_{response.status_code}"
        raise CallFailed(f"{service}: {reason}", reason, response.status_code)
    return response.json()


def read_outcome(item: WorkItem, parse: Callable[[str, Json], Json], raw: Json) -> Found | Failed:
    """An item as found, with the record that ``parse`` makes of ``raw``; failed if it cannot be read or stored."""
    try:
        record = parse(item.key, raw)
        json.dumps([record, raw], ensure_ascii=False).encode()  # half a surrogate pair is JSON, but not UTF-8
    except (ValueError, RecursionError):
        return Failed(item, "unreadable", 200)
    return Found(item, record, raw)


def text(value: Any) -> str | None:
    """A text or nothing."""
    if value is None or isinstance(value, str):
        return value
    raise Unreadable("not a text")


def integer(value: Any) -> int | None:
    """A whole number or nothing."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and INTEGER.fullmatch(value):
        return int(value)
    raise Unreadable("not a whole number")


def share(value: Any) -> float | None:
    """A number from 0 to 1 or nothing."""
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= 1:
        raise Unreadable("not a number from 0 to 1")
    return number


def boolean(value: Any) -> bool | None:
    """True, false or nothing."""
    if value is None or isinstance(value, bool):
        return value
    raise Unreadable("neither true nor false")


def json_object(value: Any) -> dict[str, Any]:
    """An object, as a copy that fields may be popped from; an empty one for nothing."""
    if value is None or isinstance(value, dict):
        return dict(value or {})
    raise Unreadable("not an object")


def required_object(value: Any) -> dict[str, Any]:
    """An object that has to be there, as a copy."""
    if value is None:
        raise Unreadable("nothing where an object should be")
    return json_object(value)


def json_list(value: Any) -> list[Any]:
    """A list; one thing is a list of one, nothing an empty list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def warn_of_new_fields(service: str, things: str, fields: Iterable[str]) -> None:
    """Say once of each field that a service sends it and that it is not read."""
    for field in sorted(fields):
        _warn_of_new_field(service, things, field)


@cache
def _warn_of_new_field(service: str, things: str, field: str) -> None:
    log.warning("%s: %s now come with %r, which stays in the archive and is not read", service, things, field)
