"""Time zones by their names."""

import os
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from linernotes.core.clock import SystemClock
from linernotes.core.errors import ConfigurationError

LOCAL_TIME = Path("/etc/localtime")
DATABASE = "zoneinfo"
NO_OFFSET = timedelta()


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name, such as Europe/Berlin.

    Raises:
        ConfigurationError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError
        raise ConfigurationError(f"{name!r} is not a time zone", "use a name such as Europe/Berlin or UTC") from None


def machine_zone() -> str:
    """The name of the zone that this machine is set to; where it cannot be told, that of its offset today."""
    _, _, linked = str(LOCAL_TIME.resolve()).partition(f"{DATABASE}/")
    for name in (os.environ.get("TZ", "").lstrip(":"), linked):
        if name and is_zone(name):
            return name
    offset = round((SystemClock().now().astimezone().utcoffset() or NO_OFFSET) / timedelta(hours=1))
    return f"Etc/GMT{-offset:+d}" if offset else "UTC"


def is_zone(name: str) -> bool:
    """Whether there is a zone of that name."""
    try:
        zone_named(name)
    except ConfigurationError:
        return False
    return True
