"""One folder per service, found by its name: there is no list of services to maintain.

A folder's own provider is exported by its ``__init__``; another provider of the same service, such as
``spotify_tracks``, is the module ``tracks`` in the folder ``spotify``. Each exports ``provider``, which makes a
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
from linernotes.providers.door import Door
from linernotes.providers.http.preflight import check_secrets
from linernotes.providers.port import CheckedProvider

Parser = Callable[[str, Json], Json]


def open_provider(
    settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session, access_mode: str | None
) -> CheckedProvider:
    """The provider of ``settings.name``, calling through ``session``; ``access_mode`` comes from earlier runs."""
    check_secrets(settings, secrets)
    connection = Connection(settings, secrets, session, access_mode)
    return Door(_module(settings.name).provider(connection), settings)


def parser_of(name: str) -> Parser | None:
    """``parse(key, raw)`` of a provider: the record of an archived response by the current code; None without one."""
    if _module_name(name) is None:
        return None
    parser: Parser = _module(name).parse
    return parser


def _module(name: str) -> ModuleType:
    return import_module(_module_name(name) or f"{__name__}.{name}")


def _module_name(name: str) -> str | None:
    """The module of a provider: the folder of its name, or a module in the folder of its service."""
    if find_spec(f"{__name__}.{name}"):
        return f"{__name__}.{name}"
    service, _, asked = name.partition("_")
    beside = f"{__name__}.{service}"
    return f"{beside}.{asked}" if asked and find_spec(beside) and find_spec(f"{beside}.{asked}") else None
