"""Readers of the JSON that services send, and the outcome of a response that cannot be read.

A number written as text is still a number, and a single value in place of a list is a list of one. A reader by itself
is strict: for what tells whom a response is about, anything else makes it unreadable. All other fields are read by
``take``, where a value of the wrong type costs that field alone. A value that is stored unchanged needs no reader: the
dataset's contract checks it, and takes out what it does not allow.
"""

import json
import logging
import math
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

from requests import Response

from linernotes.core.errors import AccessRefused, CallFailed
from linernotes.core.values import Failed, Found, Json, WorkItem

log = logging.getLogger(__name__)
INTEGER = re.compile(r"-?\d{1,18}(\.0+)?|-?\d{1,3}(,\d{3}){1,5}", re.ASCII)  # 12, 12.0 and 1,234
INT64 = 2**63
NEARLY_ONE = 1.001  # what a sum of parts comes to
REFUSED = (401, 403)
Value = TypeVar("Value")


class Unreadable(ValueError):
    """A response does not have the structure that its service promises."""


def json_body(response: Response, service: str, remedy: str) -> Any:
    """The JSON of a good response; the senders have made sure that it is JSON.

    Raises:
        AccessRefused: the service denies access; ``remedy`` says what may help.
        CallFailed: an error that a retry would not change, such as a wrong address.
    """
    if response.status_code in REFUSED:
        raise AccessRefused(f"{service}: access denied (HTTP {response.status_code})", remedy, response.status_code)
    if not response.ok:
        reason = f"http_{response.status_code}"
        raise CallFailed(f"{service}: {reason}", reason, response.status_code)
    return response.json()


def read_outcome(item: WorkItem, parse: Callable[[str, Json], Json], raw: Json) -> Found | Failed:
    """The found item with the record that ``parse`` makes of ``raw``; failed if that cannot be read or stored."""
    try:
        record = parse(item.key, raw)
        json.dumps([record, raw], ensure_ascii=False).encode()  # half a surrogate pair is JSON, but not UTF-8
    except (ValueError, RecursionError):
        return Failed(item, "unreadable", 200)
    except Exception as error:
        # One unexpected value must not keep the other items of the response from being read.
        log.warning("%s: cannot read the response about %s: %s", item.provider, item.key, place_of(error))
        return Failed(item, "unreadable", 200)
    return Found(item, record, raw)


def says_nothing(record: Json, *ids: Any) -> bool:
    """Whether all that a record has are ``ids``: stored, its nulls would take the place of what is known."""
    known = {str(each) for each in ids}
    return all(value in (None, "", [], {}) or str(value) in known for value in _leaves(record))


def _leaves(value: Any) -> Iterable[Any]:
    if not isinstance(value, Mapping):
        return [value]
    return (leaf for each in value.values() for leaf in _leaves(each))


def place_of(error: BaseException) -> str:
    """The kind of an unexpected error and the line of code that it comes from; its text could hold anything."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"unexpected {type(error).__name__}{place}"


def text(value: Any) -> str | None:
    """A text or None."""
    if value is None or isinstance(value, str):
        return value
    raise Unreadable("not a text")


def integer(value: Any) -> int | None:
    """A whole number or None."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and -INT64 <= value < INT64):
        return value
    if isinstance(value, float) and value.is_integer() and -INT64 <= value < INT64:
        return int(value)
    if isinstance(value, str) and INTEGER.fullmatch(value.strip()):
        return int(value.strip().partition(".")[0].replace(",", ""))
    raise Unreadable("not a whole number")


def number(value: Any) -> float | None:
    """A finite number or None."""
    if value is None:
        return None
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise Unreadable("not a number")
    return found


def share(value: Any) -> float | None:
    """A number from 0 to 1 or None."""
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= NEARLY_ONE:
        raise Unreadable("not a number from 0 to 1")
    return min(number, 1.0)


def boolean(value: Any) -> bool | None:
    """True, False or None."""
    if value is None or isinstance(value, bool):
        return value
    raise Unreadable("neither true nor false")


def json_object(value: Any) -> dict[str, Any]:
    """A copy of an object, from which fields may be popped; an empty one for None."""
    if value is None or isinstance(value, dict):
        return dict(value or {})
    raise Unreadable("not an object")


def required_object(value: Any) -> dict[str, Any]:
    """A copy of an object that must not be missing."""
    if value is None:
        raise Unreadable("object missing")
    return json_object(value)


def json_list(value: Any) -> list[Any]:
    """A list; a single value becomes a list of one, None an empty list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def take(left: dict[str, Any], field: str, read: Callable[[Any], Value], things: str) -> Value:
    """Pop and read a field; one that cannot be read is empty, with a warning, and costs no other.

    ``things`` are what the field is of, with their service: ``deezer artists``.
    """
    return read_or_empty(left.pop(field, None), read, f"{field!r} in {things}")


def read_or_empty(value: Any, read: Callable[[Any], Value], place: str) -> Value:
    """The value as ``read`` reads it, or as it reads none; the second is warned of once, with its ``place``."""
    try:
        return read(value)
    except (Unreadable, RecursionError) as error:
        _warn_of_unread(place, str(error))
        return read(None)


def objects(value: Any) -> list[dict[str, Any]]:
    """Copies of the objects in a list, or of a single one; whatever else is in it is left out."""
    return [dict(each) for each in json_list(value) if isinstance(each, dict)]


def texts(value: Any) -> list[str]:
    """The texts in a list, or a single one; whatever else is in it is left out."""
    return [each for each in json_list(value) if isinstance(each, str)]


@cache
def _warn_of_unread(place: str, reason: str) -> None:
    log.warning("%s: %s; it is archived but not loaded", place, reason)


def warn_of_new_fields(service: str, things: str, fields: Iterable[str]) -> None:
    """Warn once of each new field that a service sends."""
    for field in sorted(fields):
        _warn_of_new_field(service, things, field)


@cache
def _warn_of_new_field(service: str, things: str, field: str) -> None:
    log.warning("%s: new field %r in %s; it is archived but not loaded", service, field, things)
