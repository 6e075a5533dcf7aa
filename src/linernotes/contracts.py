"""configs/ as typed values: datasets, providers, environments.

Unknown keys are errors; ``${ENV}`` is resolved here only.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from linernotes.errors import ConfigurationError

# What may stand in SQL as a name; everything else is a bound value.
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")]
ColumnType = Literal["STRING", "INT64", "FLOAT64", "BOOL", "TIMESTAMP", "DATE", "RECORD"]
Seconds = Annotated[float, Field(ge=0)]

OVERRIDE = re.compile(r"LINERNOTES_([A-Z0-9]+(?:_[A-Z0-9]+)*)__")
VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)(?::-([^}]*))?\}")
M = TypeVar("M", bound="Strict")


class Strict(BaseModel):
    """A frozen model that knows all its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Strict):
    """One column in BigQuery's schema-JSON form."""

    name: Identifier
    type: ColumnType
    mode: Literal["NULLABLE", "REQUIRED", "REPEATED"] = "NULLABLE"
    description: Annotated[str, StringConstraints(min_length=1)]
    fields: tuple["Column", ...] = ()


class Rule(Strict):
    """What a value has to keep beyond its type."""

    pattern: str | None = None
    length: int | None = None
    minimum: int | None = None
    maximum: int | None = None


# Every row knows the file and the line it came from; the manifest tells the rest.
LOADING_COLUMNS = (
    Column(name="_fileHash", type="STRING", description="SHA-256 of the landed file: joins lake_ops__loaded_files."),
    Column(name="_line", type="INT64", description="Line in that file, counted from 1."),
)


class Dataset(Strict):
    """The contract of one table: from it come the DDL of both engines, the row validator and the dbt source.

    ``instant`` orders the answers of one key; ``entity`` is set where a line is the outcome of a question;
    ``carried`` marks our own bookkeeping that no file holds, so that a rebuild carries it over.
    """

    dataset: Identifier
    provider: Identifier
    version: int
    description: str
    table: Identifier
    columns: Annotated[tuple[Column, ...], Field(alias="schema", min_length=1)]
    key: tuple[Identifier, ...]
    pattern: str | None = None
    entity: str | None = None
    instant: Identifier | None = None
    partition: Identifier | None = None
    cluster: tuple[Identifier, ...] = ()
    rules: dict[str, Rule] = {}
    carried: bool = False

    @property
    def name(self) -> str:
        """``provider/dataset``, as the manifest and the command line write it."""
        return f"{self.provider}/{self.dataset}"

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns of the table, loading columns last."""
        return self.columns if self.carried else self.columns + LOADING_COLUMNS

    @model_validator(mode="after")
    def _names_stand_in_the_schema(self) -> Self:
        known = {column.name for column in self.all_columns}
        named = {*self.key, *self.cluster, *filter(None, (self.instant, self.partition))}
        named |= {path.split(".")[0] for path in self.rules}
        if unknown := sorted(named - known):
            raise ValueError(f"{', '.join(unknown)} is named but not a column of the schema")
        return self


class BreakerSettings(Strict):
    """When a provider is left alone for a while."""

    failures: Annotated[int, Field(ge=1)]
    cooldown: Seconds
    successes: Annotated[int, Field(ge=1)]


class RetryDays(Strict):
    """Days to wait before asking again, by how often in a row it went so; the last value counts on."""

    failed: tuple[int, ...]
    not_found: tuple[int, ...]


class ProviderSettings(Strict):
    """One provider's YAML; see configs/providers/spotify.yaml for what each number means."""

    name: Identifier
    entity: str
    dataset: Identifier
    title: str
    credentials: dict[str, str]
    urls: dict[str, str]
    mode: Literal["auto", "extended", "development"] = "auto"
    batch_size: Annotated[int, Field(ge=1)]
    concurrency: Annotated[int, Field(ge=1, le=32)]
    per_second: Annotated[float, Field(gt=0)]
    timeout: Annotated[float, Field(gt=0)]
    attempts: Annotated[int, Field(ge=1)]
    backoff: Annotated[float, Field(ge=1)]
    longest_wait: Seconds
    quota_cooldown: Seconds
    quota_reasons: tuple[str, ...]
    breaker: BreakerSettings
    fresh_seconds: Annotated[int, Field(ge=0)]
    retry_days: RetryDays
    price_per_thousand: Annotated[float, Field(ge=0)]


class Store(Strict):
    """Which adapter stands behind a door, and where it keeps its things."""

    kind: Identifier
    path: Path


class Environment(Strict):
    """One entry of environments.yaml."""

    lake: Store
    warehouse: Store
    lake_dataset: Identifier
    hub_dataset: Identifier


class Configs(Strict):
    """All of configs/, read for one process environment."""

    environments: dict[str, Environment]
    providers: dict[str, ProviderSettings]
    datasets: dict[str, Dataset]

    def dataset(self, name: str) -> Dataset:
        """The dataset called ``provider/dataset``, or just ``dataset`` where that is unambiguous."""
        found = [d for d in self.datasets.values() if name in (d.name, d.dataset)]
        if len(found) != 1:
            raise ConfigurationError(f"no dataset is called {name!r}", _nearest(name, self.datasets))
        return found[0]

    def provider(self, name: str) -> ProviderSettings:
        """The settings of one provider."""
        if name not in self.providers:
            raise ConfigurationError(f"no provider is called {name!r}", _nearest(name, self.providers))
        return self.providers[name]

    def environment(self, name: str) -> Environment:
        """The environment of that name."""
        if name not in self.environments:
            raise ConfigurationError(f"no environment is called {name!r}", _nearest(name, self.environments))
        return self.environments[name]


def read_configs(folder: Path, environ: Mapping[str, str]) -> Configs:
    """Read and check every file of a configs folder; LINERNOTES_{PROVIDER}__{KEY} overrides a provider's value."""
    if not (folder / "environments.yaml").is_file():
        raise ConfigurationError(f"no environments.yaml in {folder}", "set LINERNOTES_CONFIGS to a configs folder")
    _refuse_strangers({path.stem for path in folder.glob("providers/*.yaml")}, environ)
    datasets = [_read(Dataset, path, environ) for path in sorted(folder.glob("datasets/*/*.yaml"))]
    return Configs(
        environments=dict(_environments(folder / "environments.yaml", environ)),
        providers={path.stem: _provider(path, environ) for path in sorted(folder.glob("providers/*.yaml"))},
        datasets={dataset.name: dataset for dataset in datasets},
    )


def _refuse_strangers(providers: set[str], environ: Mapping[str, str]) -> None:
    for variable in environ:
        match = OVERRIDE.match(variable)
        if match and match[1].lower() not in providers:
            known = {f"LINERNOTES_{provider.upper()}__": provider for provider in providers}
            raise ConfigurationError(f"{variable} names no provider", _nearest(match[0], known))


def _environments(path: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, Environment]]:
    for name, values in _yaml(path, environ).items():
        yield name, _checked(Environment, values, f"{path.name}, {name}")


def _provider(path: Path, environ: Mapping[str, str]) -> ProviderSettings:
    values = _yaml(path, environ) | {"name": path.stem}
    prefix = f"LINERNOTES_{path.stem.upper()}__"
    for variable in sorted(v for v in environ if v.startswith(prefix)):
        _override(values, variable, variable.removeprefix(prefix).lower().split("__"), environ[variable])
    return _checked(ProviderSettings, values, f"{path.name} with its LINERNOTES_{path.stem.upper()}__ overrides")


def _override(values: dict[str, Any], variable: str, keys: list[str], value: str) -> None:
    *parents, last = keys
    for key in parents:
        inner = values.get(key)
        values = inner if isinstance(inner, dict) else {}
    if last not in values or isinstance(values[last], dict):
        raise ConfigurationError(f"{variable} names no setting", _nearest(last, values))
    values[last] = _value(value, variable)


def _read(model: type[M], path: Path, environ: Mapping[str, str]) -> M:
    return _checked(model, _yaml(path, environ), f"{path.parent.name}/{path.name}")


def _checked(model: type[M], values: Mapping[str, Any], where: str) -> M:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        # A misspelt key is also a missing one; what stands in the file is what a person can find there.
        first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
        place = ".".join(str(step) for step in first["loc"]) or "the file"
        known = [field.alias or name for name, field in model.model_fields.items()]
        known += [str(one["loc"][-1]) for one in errors if one["type"] == "missing"]
        misspelt = first["type"] == "extra_forbidden"
        hint = _nearest(str(first["loc"][-1]), known) if misspelt else "correct it and repeat the command"
        raise ConfigurationError(f"{where}: {place}: {first['msg']}", hint) from None


class _UniqueKeys(yaml.SafeLoader):
    """YAML in which a key may stand only once: the last one winning silently has cost people weeks."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _yaml(path: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), _UniqueKeys)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not YAML: {' '.join(str(error).split())}", "correct the file") from None
    if not isinstance(values, dict):
        raise ConfigurationError(f"{path}: holds no settings", "correct the file")
    resolved: dict[str, Any] = _resolved(values, environ)
    return resolved


def _resolved(value: Any, environ: Mapping[str, str]) -> Any:
    """``${NAME}`` and ``${NAME:-default}`` in every string; a string that is one variable becomes its YAML value."""
    if isinstance(value, dict):
        return {key: _resolved(item, environ) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, environ) for item in value]
    if not isinstance(value, str) or not VARIABLE.search(value):
        return value
    text = VARIABLE.sub(lambda match: environ.get(match[1]) or match[2] or "", value)
    return _value(text, value) if VARIABLE.fullmatch(value) and not text.startswith("http") else text


def _value(text: str, where: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise ConfigurationError(
            f"{where}: {text!r} is no value of YAML", "correct it and repeat the command"
        ) from None


def _nearest(name: str, known: Mapping[str, Any] | list[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known)) or 'none'}"
