"""Retry-After in all its forms: seconds, amounts with units, a date, an instant, or several of these in one header."""

import email.utils
import re
from datetime import UTC, datetime, timedelta

import requests

from linernotes.core.clock import utc
from linernotes.providers.http.cooldown import LONGEST_COOLDOWN

NUMBER = re.compile(r"\+?\d+(\.\d*)?", re.ASCII)  # "\u00b2" is a digit too, and possible in a header
AMOUNT = re.compile(r"(\d{1,12}(?:\.\d+)?)\s*([a-z]+)", re.ASCII)
THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+", re.ASCII)
LABEL = re.compile(r"^[a-z-]+\s*[=:]\s*(?=[\d+])", re.IGNORECASE)  # "seconds=30"
DAYS_THEN_HOURS = re.compile(r"(?<=\d)([wd])t(?=\d)")  # of P1DT2H
CLOCK = re.compile(r"(\d{1,3}):(\d\d):(\d\d)", re.ASCII)
SECONDS = {
    name: seconds
    for seconds, names in (
        (0.001, "ms millisecond milliseconds"),
        (1.0, "s sec secs second seconds"),
        (60.0, "m min mins minute minutes"),
        (3_600.0, "h hr hrs hour hours"),
        (86_400.0, "d day days"),
        (604_800.0, "w week weeks"),
    )
    for name in names.split()
}
DATES = re.compile(r"(?:[A-Za-z]+, )?\d{1,2}[ -][A-Za-z]{3}[ -][^,]*")
FAR_AWAY = 2300  # a year that no service means; with an odd offset it would even lie outside of the calendar


def retry_after(response: requests.Response, now: datetime) -> float | None:
    """Seconds a Retry-After header asks for; None without a usable one.

    Two headers arrive as one, with a comma between them: the longest wait counts.
    """
    value = re.sub("[\"']", "", response.headers.get("Retry-After", ""))
    dates = [wait for part in DATES.findall(value) if (wait := _of_date(part.strip(), now)) is not None]
    parts = [*re.split("[,;]", value), value.replace(",", "") if THOUSANDS.fullmatch(value.strip()) else ""]
    others = [wait for part in parts if (wait := _seconds(LABEL.sub("", part.strip()), now)) is not None]
    return max(dates or others, default=None)


def _seconds(value: str, now: datetime) -> float | None:
    if NUMBER.fullmatch(value):
        return _of_number(float(value), now)
    wait = _of_date(value, now)
    return _of_units(value.lower()) if wait is None else wait


def _of_units(value: str) -> float | None:
    """Seconds of ``30 seconds``, ``1m30s``, ``PT2H``, with whatever words around them, or of ``00:01:30``."""
    if clock := CLOCK.fullmatch(value):
        hours, minutes, seconds = map(int, clock.groups())
        return min(hours * 3_600.0 + minutes * 60 + seconds, LONGEST_COOLDOWN)
    found = AMOUNT.findall(DAYS_THEN_HOURS.sub(r"\1 ", value))
    amounts = [float(number) * SECONDS[unit] for number, unit in found if unit in SECONDS]
    return min(sum(amounts), LONGEST_COOLDOWN) if amounts else None


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
