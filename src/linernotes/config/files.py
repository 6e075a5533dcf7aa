"""The files of configs/, read and validated."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from linernotes.config.agreement import refuse_disagreement
from linernotes.config.alerts import AlertSettings
from linernotes.config.aliases import Ignored
from linernotes.config.base import Strict
from linernotes.config.catalogue import Configs
from linernotes.config.datasets import Dataset
from linernotes.config.drops import DAY, Drop
from linernotes.config.environments import Environment
from linernotes.config.flows import Flow
from linernotes.config.providers import ProviderSettings
from linernotes.config.service_levels import Slo
from linernotes.config.triggers import TriggerSettings
from linernotes.config.variables import STEP
from linernotes.config.yaml_files import VARIABLE, load, resolve, value_of, variables_at
from linernotes.core.errors import ConfigurationError
from linernotes.core.text import nearest

__all__ = ["OURS", "VARIABLE", "provider_values", "read_configs", "unknown_variables"]
OVERRIDE = re.compile(r"LINERNOTES_([A-Z0-9]+(?:_[A-Z0-9]+)*)__")
OURS = [
    "LINERNOTES_CONFIGS",
    "LINERNOTES_CONTACT",
    "LINERNOTES_DASHBOARD_PASSWORD",
    "LINERNOTES_ENV",
    "LINERNOTES_FAULT",
    STEP,
    "LINERNOTES_HOME",
    "LINERNOTES_HUB_DATASET",
    "LINERNOTES_LAKE_DATASET",
    "LINERNOTES_MAXIMUM_BYTES_BILLED",
    "LINERNOTES_OUTPUT_DIR",
    "LINERNOTES_API_DENY",
    "LINERNOTES_API_KEYS",
    "LINERNOTES_API_MAX_AGE",
    "LINERNOTES_API_MAX_COST",
    "LINERNOTES_TIME_ZONE",
    "LINERNOTES_WAREHOUSE_PATH",
]
# Never taken over from the provider that another one stands ``beside``.
OF_ONE_PROVIDER = {"answers", "about", "values", "identifies", "tags", "neighbours", "docs"}
M = TypeVar("M", bound=Strict)
MOST_KEPT = 1_000  # models of files and their values
_MODELS: dict[tuple[type[Strict], str], Any] = {}
Place = tuple[int | str, ...]  # where in a file, as pydantic has it


def read_configs(folder: Path, environ: Mapping[str, str], spelled: Mapping[str, str] | None = None) -> Configs:
    """Read and validate every file of a configs folder; LINERNOTES_{PROVIDER}__{KEY} overrides a provider's value.

    ``spelled`` has the alias that a person typed behind a variable, to name it in errors.
    """
    for name in ("environments.yaml", "slo.yaml", "alerts.yaml", "triggers.yaml"):
        if not (folder / name).is_file():
            raise ConfigurationError(f"{name} not found in {folder}", "set LINERNOTES_CONFIGS to a configs folder")
    _refuse_unknown_overrides({path.stem for path in folder.glob("providers/*.yaml")}, environ)
    names = spelled or {}
    providers = {path.stem: _provider(path, environ, names) for path in sorted(folder.glob("providers/*.yaml"))}
    datasets = [_read(Dataset, path, environ) for path in sorted(folder.glob("datasets/*/*.yaml"))]
    datasets = sorted([*datasets, *(each.answers for each in providers.values())], key=lambda dataset: dataset.name)
    _refuse_duplicates(datasets)
    refuse_disagreement(providers)
    drops = [_read(Drop, path, environ) for path in sorted(folder.glob("drops/*.yaml"))]
    _refuse_unknown_columns(drops, {dataset.name: dataset for dataset in datasets})
    return Configs(
        environments=dict(_environments(folder / "environments.yaml", environ)),
        providers=providers,
        datasets={dataset.name: dataset for dataset in datasets},
        drops={drop.drop: drop for drop in drops},
        slo=_slo(folder / "slo.yaml", providers, environ),
        alerts=_alerts(folder / "alerts.yaml", environ),
        triggers=_validate(TriggerSettings, resolve(load(folder / "triggers.yaml"), environ), "triggers.yaml"),
        flows={path.stem: _flow(path) for path in sorted(folder.glob("flows/*.yaml"))},
    )


def unknown_variables(configs: Configs, environ: Mapping[str, str]) -> Iterator[Ignored]:
    """Each LINERNOTES_ variable that nothing reads, with the likely name."""
    limits = [
        f"LINERNOTES_{name.upper()}__{key.upper()}"
        for name in configs.providers
        for key in ProviderSettings.model_fields
    ]
    for variable in environ:
        if variable.startswith("LINERNOTES_") and "__" not in variable and variable not in OURS:
            yield Ignored(variable, f"unknown setting, {nearest(variable, [*OURS, *limits])}")


def _refuse_unknown_overrides(providers: set[str], environ: Mapping[str, str]) -> None:
    for variable in environ:
        match = OVERRIDE.match(variable)
        if match and match[1].lower() not in providers:
            known = {f"LINERNOTES_{provider.upper()}__": provider for provider in providers}
            raise ConfigurationError(f"{variable}: unknown provider", nearest(match[0], known))


def _refuse_duplicates(datasets: list[Dataset]) -> None:
    for one, other in pairwise(datasets):
        if one.name == other.name:
            message = f"configs/: {one.name} has two contracts"
            raise ConfigurationError(message, f"keep the one in providers/{one.provider}.yaml or the one in datasets/")


def _refuse_unknown_columns(drops: list[Drop], datasets: Mapping[str, Dataset]) -> None:
    for drop in drops:
        if drop.dataset not in datasets:
            raise ConfigurationError(
                f"drops/{drop.drop}.yaml: dataset: {drop.dataset}", nearest(drop.dataset, datasets)
            )
        known = {DAY: 0, **{column.name: 0 for column in datasets[drop.dataset].columns}}
        if unknown := sorted((drop.header.keys() | drop.fixed.keys()) - known.keys()):
            message = f"drops/{drop.drop}.yaml: header: unknown column {unknown[0]!r}"
            raise ConfigurationError(message, nearest(unknown[0], known))


def _slo(path: Path, providers: Mapping[str, ProviderSettings], environ: Mapping[str, str]) -> Slo:
    slo = _validate(Slo, resolve(load(path), environ), path.name)
    if unknown := sorted(slo.providers.keys() - providers.keys()):
        raise ConfigurationError(f"{path.name}: unknown provider {unknown[0]!r}", nearest(unknown[0], providers))
    return slo


def _alerts(path: Path, environ: Mapping[str, str]) -> AlertSettings:
    raw = load(path)

    def culprit(place: Place) -> str:
        return next((each for each in variables_at(raw, place) if environ.get(each)), "")

    return _validate(AlertSettings, resolve(raw, environ), path.name, culprit)


def _flow(path: Path) -> Flow:
    return _validate(Flow, {"name": path.stem, **load(path)}, f"flows/{path.name}")


def _environments(path: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, Environment]]:
    for name, raw in load(path).items():

        def culprit(place: Place, raw: Any = raw) -> str:
            return next((each for each in variables_at(raw, place) if environ.get(each)), "")

        yield name, _validate(Environment, resolve(raw, environ), f"{path.name}, {name}", culprit)


def _provider(path: Path, environ: Mapping[str, str], spelled: Mapping[str, str]) -> ProviderSettings:
    values = _provider_values(path, environ) | {"name": path.stem}
    if isinstance(values.get("answers"), dict):
        values["answers"] = _contract(values, values["answers"])

    def culprit(place: Place) -> str:
        steps = [f"LINERNOTES_{path.stem}", *map(str, place)]
        above = ["__".join(steps[:number]).upper() for number in range(len(steps), 1, -1)]
        below = [each for each in environ if each.startswith(f"{above[0]}__")] if above else []
        variable = next(filter(environ.get, [*above, *below, *variables_at(provider_values(path), place)]), "")
        return spelled.get(variable, variable)

    return _validate(ProviderSettings, values, path.name, culprit)


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


def provider_values(path: Path) -> dict[str, Any]:
    """The values of a provider as they are written; one ``beside`` another takes over the values it does not set."""
    values = load(path)
    if beside := values.get("beside"):
        known = [each.stem for each in sorted(path.parent.glob("*.yaml"))]
        if beside not in known:
            raise ConfigurationError(f"{path.name}: beside: unknown provider {beside!r}", nearest(beside, known))
        shared = load(path.with_name(f"{beside}.yaml"))
        if shared.get("beside"):
            raise ConfigurationError(f"{path.name}: beside: {beside} is beside another provider", "name that one")
        values = {key: value for key, value in shared.items() if key not in OF_ONE_PROVIDER} | values
    return values


def _provider_values(path: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """The same with its variables and overrides filled in; those of the other provider come first."""
    values: dict[str, Any] = resolve(provider_values(path), environ)
    written = load(path)
    for name in filter(None, (written.get("beside"), path.stem)):
        own = {key: value for key, value in values.items() if name == path.stem or key not in written}
        for variable in sorted(v for v in environ if v.startswith(f"LINERNOTES_{name.upper()}__")):
            keys = variable.removeprefix(f"LINERNOTES_{name.upper()}__").lower().split("__")
            if name == path.stem or keys[0] in own:
                _override(values, variable, keys, environ[variable])
    return values


def _override(values: dict[str, Any], variable: str, keys: list[str], value: str) -> None:
    *parents, last = keys
    for key in parents:
        inner = values.get(key)
        values = inner if isinstance(inner, dict) else {}
    if last not in values or isinstance(values[last], dict):
        raise ConfigurationError(f"{variable}: unknown setting", nearest(last, values))
    values[last] = value_of(value, variable)


def _read(model: type[M], path: Path, environ: Mapping[str, str]) -> M:
    return _validate(model, resolve(load(path), environ), f"{path.parent.name}/{path.name}")


def _model(model: type[M], values: Mapping[str, Any]) -> M:
    """The values as that frozen model; a process that reads the same values again checks them once."""
    written = model, repr(values)
    if written not in _MODELS:
        if len(_MODELS) >= MOST_KEPT:
            _MODELS.clear()
        _MODELS[written] = model.model_validate(values)
    made: M = _MODELS[written]
    return made


def _validate(
    model: type[M], values: Mapping[str, Any], where: str, culprit: Callable[[Place], str] = lambda _: ""
) -> M:
    """The values as that model; an error names the variable that ``culprit`` finds behind the wrong place, if any."""
    try:
        return _model(model, values)
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
        variable = culprit(first["loc"] or (reason.partition(" ")[0],))  # our own checks begin with the field's name
        message = f"{variable}: {reason} ({place} of {where})" if variable else f"{where}: {place}: {reason}"
        raise ConfigurationError(message, hint) from None
