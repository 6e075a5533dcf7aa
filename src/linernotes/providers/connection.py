"""The settings, credentials and session with which a provider is opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from requests import Response, Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import ConfigurationError


class Options(BaseModel):
    """The ``options`` of a provider's YAML; a provider with options adds their fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Switch(Options):
    """Whether a run asks it; empty where nobody has said."""

    enabled: bool | Literal[""] | None


OptionsModel = TypeVar("OptionsModel", bound=Options)


@dataclass(frozen=True, slots=True)
class Connection:
    """A service's settings, our credentials there, the session for calls, and the access mode of earlier runs."""

    settings: ProviderSettings
    secrets: Mapping[str, SecretStr]
    session: Session
    access_mode: str | None = None

    def url(self, role: str = "api", ending: str = "") -> str:
        """A base URL without a slash at its end.

        Raises:
            ConfigurationError: it does not end in ``ending``. Under another path everything would be a 404, which
                looks like deleted artists.
        """
        url = self.settings.urls[role].rstrip("/")
        if not url.endswith(ending):
            service = self.settings.service
            message = f"{service}: {service.upper()}_{role.upper()}_URL is {url}"
            raise ConfigurationError(message, f"it must end in {ending}")
        return url

    def send(self, method: str, url: str, **request: Any) -> Response:
        """The service's response, within its timeout."""
        return self.session.request(method, url, timeout=self.settings.timeout, **request)

    def options(self, model: type[OptionsModel]) -> OptionsModel:
        """The provider's own options as its model.

        Raises:
            ConfigurationError: one of them is missing, wrong or unknown.
        """
        try:
            return model.model_validate(self.settings.options)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(["options", *map(str, first["loc"])])
            message = f"{self.settings.name}.yaml: {place}: {first['msg']}"
            raise ConfigurationError(message, "fix it, then repeat the command") from None
