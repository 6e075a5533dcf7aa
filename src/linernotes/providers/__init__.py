"""One file per service. ``open_provider`` finds it by its name: a new service needs no list to be entered in."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pkgutil import iter_modules

from pydantic import SecretStr
from requests import Session

from linernotes.contracts import ProviderSettings
from linernotes.ports import Provider
from linernotes.values import Json

Parser = Callable[[str, Json], Json]
Checker = Callable[[ProviderSettings, Mapping[str, SecretStr], Session], None]


def open_provider(
    settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session, capability: str | None
) -> Provider:
    """The provider of ``settings.name``, asking through ``session``; ``capability`` is what an earlier run learned."""
    module = import_module(f"linernotes.providers.{settings.name}")
    provider: Provider = module.provider(settings, secrets, session, capability)
    return provider


def parser_of(name: str) -> Parser | None:
    """``parse(key, raw)`` of a provider: the record of the service's own object by today's rules; None without one."""
    if name not in {module.name for module in iter_modules(__path__)}:
        return None
    parser: Parser = import_module(f"linernotes.providers.{name}").parse
    return parser


def checker_of(name: str) -> Checker:
    """``check(settings, secrets, session)`` of a provider: raises AccessRefused if it refuses the credentials."""
    checker: Checker = import_module(f"linernotes.providers.{name}").check
    return checker
