"""The settings of a process: its variables and the files of configs/ as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from pydantic import SecretStr

from linernotes.config.aliases import Ignored
from linernotes.config.catalogue import Configs
from linernotes.config.environments import Environment
from linernotes.config.files import read_configs, unknown_variables
from linernotes.config.places import chosen_environment
from linernotes.config.providers import ProviderSettings
from linernotes.config.variables import Variables, read_variables
from linernotes.config.yaml_files import load
from linernotes.core.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a command needs to know before its first step."""

    env: str
    home: Path
    configs: Configs
    environ: Mapping[str, str] = field(repr=False)
    folder: Path
    variables: Variables = field(repr=False)

    @property
    def environment(self) -> Environment:
        """The entry of environments.yaml that is in use."""
        return self.configs.environment(self.env)

    @property
    def ignored(self) -> list[Ignored]:
        """The variables that look like settings and change nothing."""
        read = {name for provider in self.configs.providers.values() for name in provider.credentials.values()}
        return [*unknown_variables(self.configs, self.environ), *self.variables.idle(read)]

    @property
    def spool(self) -> Path:
        """The folder of responses that are not landed yet; always on this machine."""
        given = self.environ.get("LINERNOTES_OUTPUT_DIR")
        return Path(given).expanduser().resolve() / "spool" if given else self.home / "spool"

    @property
    def contact(self) -> str:
        """The email address or URL at which services can reach the user; empty if not set."""
        return self.environ.get("LINERNOTES_CONTACT", "").strip()

    @property
    def user_agent(self) -> str:
        """The User-Agent header of our requests."""
        return f"linernotes/{version('linernotes')}" + (f" ({self.contact})" if self.contact else "")

    def secret(self, variable: str) -> SecretStr | None:
        """The credential in that variable; None where it is missing or empty."""
        value = self.environ.get(variable, "").strip()
        return SecretStr(value) if value else None

    def credentials(self, provider: ProviderSettings) -> dict[str, SecretStr]:
        """A provider's credentials by role, without those that are missing."""
        secrets = {role: self.secret(variable) for role, variable in provider.credentials.items()}
        return {role: secret for role, secret in secrets.items() if secret}

    def missing(self, provider: ProviderSettings) -> list[str]:
        """The variables that a provider still needs; its ``unready`` text, if any, precedes the first."""
        unset = [variable for variable in provider.credentials.values() if not self.secret(variable)]
        unset += [variable for option, variable in provider.needs.items() if provider.options[option] is None]
        if provider.needs_contact and not self.contact:
            unset.append("LINERNOTES_CONTACT")
        return [f"{provider.unready}: {unset[0]}", *unset[1:]] if unset and provider.unready else unset


def read_settings(flags: Mapping[str, str] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process: ``flags`` override the environment, which overrides ``.env`` in this folder."""
    variables = read_variables(flags or {}, environ)
    known = variables.values
    home = Path(known.get("LINERNOTES_HOME") or ".linernotes").expanduser().resolve()
    folder = Path(known["LINERNOTES_CONFIGS"]) if known.get("LINERNOTES_CONFIGS") else shipped_folder("configs")
    configs = read_configs(folder, {**known, "LINERNOTES_HOME": str(home)}, variables.spelled)
    env = chosen_environment(load(folder / "environments.yaml"), known, flags or {})
    return Settings(env, home, configs, known, folder, variables)


def shipped_folder(name: str) -> Path:
    """A folder that travels with the code: beside ``src`` in a checkout, inside the package in a wheel."""
    package = Path(str(files("linernotes")))
    for folder in (package / "shipped" / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise ConfigurationError(f"folder {name}/ is missing from the installation", "reinstall linernotes")
