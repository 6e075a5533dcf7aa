"""Time zones by their names."""

from zoneinfo import ZoneInfo

from linernotes.core.errors import ConfigurationError


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name, such as Europe/Berlin.

    Raises:
        ConfigurationError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError
        raise ConfigurationError(f"{name!r} is not a time zone", "use a name such as Europe/Berlin or UTC") from None
