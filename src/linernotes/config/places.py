"""Which environment a command is about, by its flags and variables."""

from collections.abc import Iterable, Mapping
from typing import Any

from linernotes.config.yaml_files import resolve, variables_in
from linernotes.core.errors import ConfigurationError
from linernotes.core.text import nearest

ENV, DATASET, OUTPUT = "LINERNOTES_ENV", "LINERNOTES_LAKE_DATASET", "LINERNOTES_OUTPUT_DIR"
DEFAULT = "local"
FLAGS = {
    DATASET: "--dataset",
    "GCP_PROJECT_ID": "--project-id",
    "GCS_BUCKET": "--gcs-bucket",
    OUTPUT: "--output-dir",
}


def chosen_environment(raw: Mapping[str, Any], known: Mapping[str, str], flags: Iterable[str]) -> str:
    """The environment that is named, else the one whose lake dataset is, else ``local``.

    ``raw`` is environments.yaml as it is written; ``flags`` are the variables that were given with the command.

    Raises:
        ConfigurationError: the environment is unknown, the dataset belongs to another one, or it does not use a flag.
    """
    named, implied = known.get(ENV), _environment_of(raw, known)
    chosen = named or implied or DEFAULT
    if chosen not in raw:
        raise ConfigurationError(f"unknown environment {chosen!r}", nearest(chosen, raw))
    if implied and implied != chosen:
        given = FLAGS[DATASET] if DATASET in flags else DATASET
        raise ConfigurationError(
            f"{given} {known[DATASET]} belongs to environment {implied}, and the environment is {chosen}",
            f"use --env {implied}, or another dataset",
        )
    for variable, flag in FLAGS.items():
        if variable in flags and not _uses(raw[chosen], variable):
            users = " or ".join(f"--env {name}" for name in raw if _uses(raw[name], variable))
            remedy = f"add {users}, or leave {flag} out" if users else f"leave {flag} out"
            raise ConfigurationError(f"{flag} has no meaning in environment {chosen}", remedy)
    return chosen


def _environment_of(raw: Mapping[str, Any], known: Mapping[str, str]) -> str | None:
    """The one environment whose lake dataset, if nothing else is set, has the given name."""
    dataset, others = known.get(DATASET), {name: value for name, value in known.items() if name != DATASET}
    owners = [name for name, values in raw.items() if dataset and _lake_dataset(values, others) == dataset]
    return owners[0] if len(owners) == 1 else None


def _lake_dataset(values: Any, environ: Mapping[str, str]) -> Any:
    return resolve(values.get("lake_dataset"), environ) if isinstance(values, dict) else None


def _uses(values: Any, variable: str) -> bool:
    """Whether an environment reads a variable; the output folder is for lakes that are not a folder already."""
    if variable == OUTPUT:
        return isinstance(values, dict) and (values.get("lake") or {}).get("kind") == "bucket"
    return variable in variables_in(values)
