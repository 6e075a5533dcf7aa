"""Retry-After in all its forms: seconds, whole or not, a date, an instant, or several of these in one header."""

import email.utils
import re
from datetime import UTC, datetime, timedelta

import requests

from linernotes.core.clock import utc
from linernotes.providers.http.cooldown import LONGEST_COOLDOWN

NUMBER = re.compile(r"\d+(\.\d*)?", re.ASCII)  # "\u00b2" is a digit too, and possible in a header
UNITS = re.compile(r"\s*(s|secs?|seconds?)$", re.IGNORECASE)
DATES = re.compile(r"(?:[A-Za-z]+, )?\d{1,2}[ -][A-Za-z]{3}[ -][^,]*")
FAR_AWAY = 2300  # a year that no service means; with an odd offset it would even lie outside of the calendar


def retry_after(response: requests.Response, now: datetime) -> float | None:
    """Seconds a Retry-After header asks for; None without a usable one.

    Two headers arrive as one, with a comma between them: the longest wait counts.
    """
    value = response.headers.get("Retry-After", "").strip()
    parts = DATES.findall(value) or value.split(",")
    waits = [wait for part in parts if (wait := _seconds(part.strip().strip("\"'"), now)) is not None]
    return max(waits, default=None)


def _seconds(value: str, now: datetime) -> float | None:
    number = UNITS.sub("", value)
    return _of_number(float(number), now) if NUMBER.fullmatch(number) else _of_date(value, now)


def _of_number(number: float, now: datetime) -> float:
    """Seconds; a number that is an instant near the present, as some servers send it, is taken for one."""
    for unit in (1.0, 1000.0):
        left = number / unit - now.timestamp()
        if -timedelta(days=1).total_seconds() < left < LONGEST_COOLDOWN:
            return max(0.0, left)
    return min(number, LONGEST_COOLDOWN)


def _of_date(value: str, now: datetime) -> float | None:
    moment = _moment(value)
    if moment is None:
        return None
    if moment.year >= FAR_AWAY:
        return LONGEST_COOLDOWN
    try:
        return max(0.0, (utc(moment) - now).total_seconds())
    except OverflowError:  # the year 1, brought forward by an offset
        return 0.0


def _moment(value: str) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
