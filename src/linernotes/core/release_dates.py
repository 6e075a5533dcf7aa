"""Dates of releases as services write them: a day, a month or a year, with zeroes for what is unknown."""

import re

DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")


def release_date(text: str) -> str | None:
    """The date, or its month or year as far as it is known; None without a year.

    >>> release_date("1998-12-00"), release_date("2016"), release_date("0000-00-00")
    ('1998-12', '2016', None)
    """
    found = DATE.fullmatch(text.strip())
    if found is None or found["year"] == "0000":
        return None
    year, month, day = found["year"], found["month"], found["day"]
    if month is None or not 1 <= int(month) <= 12:
        return year
    return f"{year}-{month}-{day}" if day and 1 <= int(day) <= 31 else f"{year}-{month}"
