"""The files of configs/, read and validated; only here is ``${ENV}`` resolved."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from linernotes.config.agreement import refuse_disagreement
from linernotes.config.base import Strict
from linernotes.config.catalogue import Configs
from linernotes.config.datasets import Dataset
from linernotes.config.environments import Environment
from linernotes.config.providers import ProviderSettings
from linernotes.config.service_levels import Slo
from linernotes.core.errors import ConfigurationError
from linernotes.core.text import nearest

OVERRIDE = re.compile(r"LINERNOTES_([A-Z0-9]+(?:_[A-Z0-9]+)*)__")
VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)(?::-([^}]*))?\}")
OURS = [
    "LINERNOTES_CONFIGS",
    "LINERNOTES_CONTACT",
    "LINERNOTES_ENV",
    "LINERNOTES_HOME",
    "LINERNOTES_HUB_DATASET",
    "LINERNOTES_LAKE_DATASET",
    "LINERNOTES_MAXIMUM_BYTES_BILLED",
    "LINERNOTES_OUTPUT_DIR",
    "LINERNOTES_TIME_ZONE",
    "LINERNOTES_WAREHOUSE_PATH",
]
# Never taken over from the provider that another one stands ``beside``.
OF_ONE_PROVIDER = {"answers", "about", "values", "identifies", "tags", "neighbours", "docs"}
M = TypeVar("M", bound=Strict)


def read_configs(folder: Path, environ: Mapping[str, str]) -> Configs:
    """Read and validate every file of a configs folder; LINERNOTES_{PROVIDER}__{KEY} overrides a provider's value."""
    for name in ("environments.yaml", "slo.yaml"):
        if not (folder / name).is_file():
            raise ConfigurationError(f"{name} not found in {folder}", "set LINERNOTES_CONFIGS to a configs folder")
    _refuse_unknown_variables({path.stem for path in folder.glob("providers/*.yaml")}, environ)
    providers = {path.stem: _provider(path, environ) for path in sorted(folder.glob("providers/*.yaml"))}
    datasets = [_read(Dataset, path, environ) for path in sorted(folder.glob("datasets/*/*.yaml"))]
    datasets = sorted([*datasets, *(each.answers for each in providers.values())], key=lambda dataset: dataset.name)
    _refuse_duplicates(datasets)
    refuse_disagreement(providers)
    return Configs(
        environments=dict(_environments(folder / "environments.yaml", environ)),
        providers=providers,
        datasets={dataset.name: dataset for dataset in datasets},
        slo=_slo(folder / "slo.yaml", providers, environ),
    )


def _refuse_unknown_variables(providers: set[str], environ: Mapping[str, str]) -> None:
    for variable in environ:
        if variable.startswith("LINERNOTES_") and "__" not in variable and variable not in OURS:
            raise ConfigurationError(f"unknown setting {variable}", nearest(variable, OURS))
        match = OVERRIDE.match(variable)
        if match and match[1].lower() not in providers:
            known = {f"LINERNOTES_{provider.upper()}__": provider for provider in providers}
            raise ConfigurationError(f"{variable}: unknown provider", nearest(match[0], known))


def _refuse_duplicates(datasets: list[Dataset]) -> None:
    for one, other in pairwise(datasets):
        if one.name == other.name:
            message = f"configs/: {one.name} has two contracts"
            raise ConfigurationError(message, f"keep the one in providers/{one.provider}.yaml or the one in datasets/")


def _slo(path: Path, providers: Mapping[str, ProviderSettings], environ: Mapping[str, str]) -> Slo:
    slo = _validate(Slo, _yaml(path, environ), path.name)
    if unknown := sorted(slo.providers.keys() - providers.keys()):
        raise ConfigurationError(f"{path.name}: unknown provider {unknown[0]!r}", nearest(unknown[0], providers))
    return slo


def _environments(path: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, Environment]]:
    for name, values in _yaml(path, environ).items():
        yield name, _validate(Environment, values, f"{path.name}, {name}")


def _provider(path: Path, environ: Mapping[str, str]) -> ProviderSettings:
    values = _provider_values(path, environ) | {"name": path.stem}
    if isinstance(values.get("answers"), dict):
        values["answers"] = _contract(values, values["answers"])
    return _validate(ProviderSettings, values, f"{path.name} with its LINERNOTES_{path.stem.upper()}__ overrides")


def _contract(provider: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The contract of a provider's answers, with the names that follow from the provider's own."""
    name, dataset = provider["name"], provider.get("dataset")
    derived = {
        "provider": name,
        "dataset": dataset,
        "entity": provider.get("entity"),
        "table": f"lake_{name}__normalized_{dataset}",
        "pattern": f"*_{dataset}.jsonl",
        "partition": answers.get("instant"),
        "cluster": answers.get("key", ()),
    }
    return {**derived, **answers}


def _provider_values(path: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """The values in a provider's file; one ``beside`` another takes over the values it does not set."""
    values = _yaml(path, environ)
    if beside := values.get("beside"):
        known = [each.stem for each in sorted(path.parent.glob("*.yaml"))]
        if beside not in known:
            raise ConfigurationError(f"{path.name}: beside: unknown provider {beside!r}", nearest(beside, known))
        if _yaml(path.with_name(f"{beside}.yaml"), environ).get("beside"):
            raise ConfigurationError(f"{path.name}: beside: {beside} is beside another provider", "name that one")
        shared = _provider_values(path.with_name(f"{beside}.yaml"), environ)
        values = {key: value for key, value in shared.items() if key not in OF_ONE_PROVIDER} | values
    prefix = f"LINERNOTES_{path.stem.upper()}__"
    for variable in sorted(v for v in environ if v.startswith(prefix)):
        _override(values, variable, variable.removeprefix(prefix).lower().split("__"), environ[variable])
    return values


def _override(values: dict[str, Any], variable: str, keys: list[str], value: str) -> None:
    *parents, last = keys
    for key in parents:
        inner = values.get(key)
        values = inner if isinstance(inner, dict) else {}
    if last not in values or isinstance(values[last], dict):
        raise ConfigurationError(f"{variable}: unknown setting", nearest(last, values))
    values[last] = _value(value, variable)


def _read(model: type[M], path: Path, environ: Mapping[str, str]) -> M:
    return _validate(model, _yaml(path, environ), f"{path.parent.name}/{path.name}")


def _validate(model: type[M], values: Mapping[str, Any], where: str) -> M:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        # A misspelt key is also a missing one; report the one that a person can find in the file.
        first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
        place = ".".join(str(step) for step in first["loc"]) or "the file"
        known = [field.alias or name for name, field in model.model_fields.items()]
        known += [str(one["loc"][-1]) for one in errors if one["type"] == "missing"]
        misspelt = first["type"] == "extra_forbidden"
        hint = nearest(str(first["loc"][-1]), known) if misspelt else "fix it, then repeat the command"
        reason = str(first["msg"]).removeprefix("Value error, ")  # pydantic's prefix to our own messages
        raise ConfigurationError(f"{where}: {place}: {reason}", hint) from None


class _UniqueKeys(yaml.CSafeLoader):
    """YAML in which duplicate keys are errors: the last one winning silently has cost people weeks."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        own = [key for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        keys = [self.construct_object(key, deep=True) for key in own]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key!r}", node.start_mark)
        return super().construct_mapping(node, deep)


def _yaml(path: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), _UniqueKeys)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: invalid YAML: {' '.join(str(error).split())}", "fix the file") from None
    if not isinstance(values, dict):
        raise ConfigurationError(f"{path}: no settings found", "fix the file")
    resolved: dict[str, Any] = _resolve(values, environ)
    return resolved


def _resolve(value: Any, environ: Mapping[str, str]) -> Any:
    """Resolve ``${NAME}`` and ``${NAME:-default}`` in strings; one that is a single variable becomes a YAML value."""
    if isinstance(value, dict):
        return {key: _resolve(item, environ) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolve(item, environ) for item in value]
    if not isinstance(value, str) or not VARIABLE.search(value):
        return value
    text = VARIABLE.sub(lambda match: environ.get(match[1]) or match[2] or "", value)
    return _value(text, value) if VARIABLE.fullmatch(value) and not text.startswith("http") else text


def _value(text: str, where: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise ConfigurationError(f"{where}: {text!r} is not valid YAML", "fix it, then repeat the command") from None
