"""Every setting with its value and where that comes from. Secrets are set or not set, and never shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linernotes.config.base import Strict
from linernotes.config.files import provider_values
from linernotes.config.settings import Settings
from linernotes.config.yaml_files import lines_of, load, variables_at

# Parts of a provider's file that say what it answers, not how it is asked.
NOT_SETTINGS = {
    "name",
    "answers",
    "about",
    "values",
    "identifies",
    "tags",
    "neighbours",
    "docs",
    "credentials",
    "needs",
}
LISTENER = ("SPOTIFY_REDIRECT_URI", "SPOTIFY_REFRESH_TOKEN")  # of the consent of a listener, not of a provider
OWN_SECRETS = ("ALERTS_SMTP_PASSWORD", "LINERNOTES_API_KEYS", "LINERNOTES_DASHBOARD_PASSWORD")
SET, NOT_SET, DEFAULT = "set", "not set", "default"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting; ``source`` is a variable with its origin, a file with the line, or ``default``."""

    setting: str
    value: Any
    source: str
    note: str = ""

    @property
    def changed(self) -> bool:
        """Whether somebody has set it, instead of what is shipped."""
        return self.source.endswith(")")

    @property
    def row(self) -> dict[str, Any]:
        """The setting as a row of the report."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"setting": self.setting, "value": value, "source": self.source, "note": self.note}


@dataclass(frozen=True, slots=True)
class _File:
    """A file of configs/ as it is written, with its lines; ``overrides`` begin the variables that set its values."""

    settings: Settings
    path: Path
    raw: Mapping[str, Any]
    lines: Mapping[tuple[str, ...], int]
    overrides: Sequence[str] = ()

    def source(self, place: tuple[str, ...]) -> str:
        """Where the value at a place comes from."""
        environ = self.settings.environ
        names = ["__".join((start, *place)).upper() for start in self.overrides]
        variable = next(filter(environ.get, [*names, *variables_at(self.raw, place)]), None)
        if variable:
            return _origin(self.settings, variable)
        line = next((found for end in range(len(place), 0, -1) if (found := self.lines.get(place[:end]))), None)
        return f"{self.path.relative_to(self.settings.folder.parent)}:{line}" if line else DEFAULT


def settings_report(settings: Settings, name: str = "", *, changed: bool = False) -> list[Setting]:
    """Every setting whose name has ``name`` in it; with ``changed`` only those that differ from what is shipped."""
    found = [
        *_variables(settings),
        *_secrets(settings),
        *_environment(settings),
        *(row for provider in settings.configs.providers for row in _provider(settings, provider)),
        *_objectives(settings),
        *_whole_file(settings, "alerts", settings.configs.alerts),
        *_whole_file(settings, "triggers", settings.configs.triggers),
        *(Setting(each.name, SET, _origin(settings, each.name), each.why) for each in settings.ignored),
    ]
    return [
        each for each in found if name.lower() in each.setting.lower() and (each.changed or each.note or not changed)
    ]


def _origin(settings: Settings, variable: str) -> str:
    spelled = settings.variables.spelled.get(variable, variable)
    return f"{spelled} ({settings.variables.origins.get(variable, 'environment')})"


def _variables(settings: Settings) -> Iterator[Setting]:
    """The variables that are no part of a file, with the value that holds."""
    known: dict[str, Any] = {
        "LINERNOTES_ENV": settings.env,
        "LINERNOTES_HOME": str(settings.home),
        "LINERNOTES_CONFIGS": str(settings.folder),
        "LINERNOTES_CONTACT": settings.contact or NOT_SET,
        "LINERNOTES_TIME_ZONE": settings.environ.get("LINERNOTES_TIME_ZONE") or NOT_SET,
        "LINERNOTES_API_DENY": settings.environ.get("LINERNOTES_API_DENY") or NOT_SET,
        "LINERNOTES_API_MAX_AGE": settings.environ.get("LINERNOTES_API_MAX_AGE") or "300",
        "LINERNOTES_API_MAX_COST": settings.environ.get("LINERNOTES_API_MAX_COST") or "0",
        "LINERNOTES_OUTPUT_DIR": settings.environ.get("LINERNOTES_OUTPUT_DIR") or NOT_SET,
    }
    for variable, value in known.items():
        given = settings.environ.get(variable)
        yield Setting(variable, value, _origin(settings, variable) if given else DEFAULT)


def _secrets(settings: Settings) -> Iterator[Setting]:
    providers = settings.configs.providers.values()
    of_providers = [name for each in providers for name in each.credentials.values()]
    names = dict.fromkeys([*of_providers, *LISTENER, *OWN_SECRETS])
    for name in names:
        given = settings.secret(name) is not None
        yield Setting(name, SET if given else NOT_SET, _origin(settings, name) if given else DEFAULT)


def _environment(settings: Settings) -> Iterator[Setting]:
    path = settings.folder / "environments.yaml"
    file = _File(settings, path, load(path), lines_of(path))
    yield from _rows(file, f"environments.{settings.env}", (settings.env,), settings.environment.model_dump())


def _objectives(settings: Settings) -> Iterator[Setting]:
    path = settings.folder / "slo.yaml"
    file = _File(settings, path, load(path), lines_of(path))
    yield from _rows(file, "slo", (), settings.configs.slo.model_dump(exclude_unset=True))


def _whole_file(settings: Settings, name: str, values: Strict) -> Iterator[Setting]:
    path = settings.folder / f"{name}.yaml"
    file = _File(settings, path, load(path), lines_of(path))
    yield from _rows(file, name, (), values.model_dump(by_alias=True))


def _provider(settings: Settings, name: str) -> Iterator[Setting]:
    folder, provider = settings.folder / "providers", settings.configs.provider(name)
    values = {key: value for key, value in provider.model_dump().items() if key not in NOT_SETTINGS}
    path, shared = folder / f"{name}.yaml", folder / f"{provider.service}.yaml"
    own, raw = lines_of(path), provider_values(path)
    file = _File(settings, path, raw, own, [f"LINERNOTES_{name}"])
    beside = _File(settings, shared, raw, lines_of(shared), [f"LINERNOTES_{name}", f"LINERNOTES_{provider.service}"])
    for key, value in values.items():
        yield from _rows(file if (key,) in own else beside, f"{name}.{key}", (key,), value)


def _rows(file: _File, setting: str, place: tuple[str, ...], value: Any) -> Iterator[Setting]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _rows(file, f"{setting}.{key}", (*place, str(key)), inner)
    else:
        yield Setting(setting, str(value) if isinstance(value, Path) else value, file.source(place))
