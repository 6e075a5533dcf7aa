"""One folder per service, found by its name: a new service needs no list to be entered in.

A folder's own provider is what its ``__init__`` exports; one that asks the same service something else, as
``spotify_tracks`` does, is the module ``tracks`` in the folder ``spotify``. Each exports ``provider``, which makes a
CheckedProvider of a Connection, and ``parse``.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from pydantic import SecretStr
from requests import Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.values import Json
from linernotes.providers.connection import Connection
from linernotes.providers.port import CheckedProvider

Parser = Callable[[str, Json], Json]


def open_provider(
    settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session, access_mode: str | None
) -> CheckedProvider:
    """The provider of ``settings.name``, asking through ``session``; ``access_mode`` is what an earlier run learned."""
    connection = Connection(settings, secrets, session, access_mode)
    provider: CheckedProvider = _module(settings.name).provider(connection)
    return provider


def parser_of(name: str) -> Parser | None:
    """``parse(key, raw)`` of a provider: the record of the service's own object by today's rules; None without one."""
    if _found(name) is None:
        return None
    parser: Parser = _module(name).parse
    return parser


def _module(name: str) -> ModuleType:
    return import_module(_found(name) or f"{__name__}.{name}")


def _found(name: str) -> str | None:
    """Where a provider lies: in the folder of its name, or in that of the service it stands beside."""
    if find_spec(f"{__name__}.{name}"):
        return f"{__name__}.{name}"
    service, _, asked = name.partition("_")
    beside = f"{__name__}.{service}"
    return f"{beside}.{asked}" if asked and find_spec(beside) and find_spec(f"{beside}.{asked}") else None
