"""What the answers of services without a client library of their own have in common."""

import logging
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from requests import Response

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import AccessRefused, CallFailed, ConfigurationError

log = logging.getLogger(__name__)
M = TypeVar("M", bound=BaseModel)


def body_of(response: Response, service: str, remedy: str) -> Any:
    """The JSON of a good answer; that it is JSON the senders have seen to.

    Raises:
        AccessRefused: we are not let in; ``remedy`` says what may help.
        CallFailed: it is an error that asking again would not change, such as one of a wrong address.
    """
    if response.status_code in (401, 403):
        raise AccessRefused(f"{service}: lets us not in (HTTP {response.status_code})", remedy)
    if not response.ok:
        reason = f"http_{response.status_code}"
        raise CallFailed(f"{service}: {reason}", reason, response.status_code)
    return response.json()


def whole(value: Any) -> int | None:
    """A whole number, also one that is written as text; None where there is none.

    Raises:
        ValueError: it is something else.
    """
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise ValueError(f"{value!r} is no whole number")


@cache
def warn_of_new_field(service: str, things: str, field: str) -> None:
    """Say once that a service sends a field that nobody reads yet."""
    log.warning("%s: %s now come with %r, which stays in the archive and is not read", service, things, field)


def checked_options(model: type[M], settings: ProviderSettings) -> M:
    """A provider's own ``options`` as its model.

    Raises:
        ConfigurationError: one of them is missing, wrong or unknown.
    """
    try:
        return model.model_validate(settings.options)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(["options", *map(str, first["loc"])])
        message = f"{settings.name}.yaml: {place}: {first['msg']}"
        raise ConfigurationError(message, "correct it and repeat the command") from None
