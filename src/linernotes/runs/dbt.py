"""Run the dbt project in this process and turn its results into ours."""

import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from linernotes.config.settings import Settings, shipped_folder
from linernotes.core.clock import SystemClock, interruptible
from linernotes.core.errors import BelowExpectations, ConfigurationError, LinernotesError
from linernotes.core.steps import log_step
from linernotes.runs.compiled import keep_queries
from linernotes.storage.ports import MakesItself, Warehouse

log = logging.getLogger(__name__)
# The nodes that depend on data: tables, and the tests of tables and of all service models. Views, and the tests of the
# other views, change only with the models.
DATA = ("config.materialized:table", "config.materialized:incremental", "path:models/hub/service,resource_type:test")
# That ids join is a property of the models, whatever the data: it is tested when the models have changed.
TESTS_OF_MODELS = ("test_name:relationships",)
# Unit tests check the models, not the data: `make test` runs them, a weekly run need not.
BUILT = ("model", "seed", "test")
# dbt parses all again when a variable of the profile has changed; its results depend on the file's name alone.
WAREHOUSE_PATH = "LINERNOTES_WAREHOUSE_PATH"
DAMAGED = re.compile("[Cc]orrupt|checksum|invalidated|INTERNAL Error|Serialization Error|Fatal Error")
_PARSED: dict[tuple[str, ...], Any] = {}  # dbt's manifests, by everything in them that depends on the environment


@dataclass(frozen=True, slots=True)
class Transformed:
    """The number of nodes that dbt built or tested, by kind."""

    models: int
    tests: int


def transform(
    settings: Settings,
    warehouse: Warehouse,
    select: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    kinds: tuple[str, ...] = BUILT,
) -> Transformed:
    """Build and test the models; ``select`` and ``exclude`` take dbt's own selectors, ``kinds`` are kinds of nodes.

    Raises:
        BelowExpectations: a data test failed; the tables are built nevertheless.
        ConfigurationError: ``select`` selects nothing.
        LinernotesError: a model could not be built.
    """
    clock = SystemClock()
    began, arguments = clock.monotonic(), ["build", *(f"--resource-type={kind}" for kind in kinds)]
    for option, selectors in {"--select": select, "--exclude": exclude}.items():
        arguments += [option, *selectors] if selectors else []
    results = dbt(settings, warehouse, arguments)
    if select and not results:
        raise ConfigurationError(
            f"transform: no model matches {', '.join(select)}", "try for example lake_spotify__stg_artist_enrichment+"
        )
    _raise_first(settings, results)
    if not select and not exclude and isinstance(warehouse, MakesItself):
        keep_queries(settings, results, warehouse.maker())
    built = [str(result.node.resource_type) for result in results]
    done = Transformed(built.count("model") + built.count("seed"), built.count("test"))
    text = f"{done.models} models, {done.tests} tests" + (f" ({', '.join(select)})" if select else "")
    log_step(log, "transform", text, models=done.models, tests=done.tests, seconds=clock.monotonic() - began)
    return done


def dbt(settings: Settings, warehouse: Warehouse, arguments: list[str]) -> list[Any]:
    """Run one dbt command on this environment and return dbt's own results.

    Raises:
        LinernotesError: dbt could not run at all.
    """
    warehouse.close()  # DuckDB lets one process write, and within it dbt opens the file for itself
    with _environment(dbt_variables(settings)):
        outcome = _invoke(settings, arguments, parsed_json(settings))
    warehouse.close()
    return list(outcome.results)


def parsed_json(settings: Settings) -> Any:
    """The project as parsed by dbt, which takes seconds; cached, so a process that builds twice parses once."""
    environment = settings.environment
    named = environment.warehouse.database, environment.lake_dataset, environment.hub_dataset, environment.dbt_target
    if named not in _PARSED:
        with _environment({WAREHOUSE_PATH: f"{environment.warehouse.database}.duckdb"}):
            _PARSED[named] = _invoke(settings, ["parse"])
    return _PARSED[named]


def _invoke(settings: Settings, arguments: list[str], manifest: Any = None) -> Any:
    with interruptible():
        from dbt.cli.main import dbtRunner  # noqa: PLC0415 - four seconds to import

        outcome = dbtRunner(manifest).invoke([*arguments, *_flags(settings)])
        if isinstance(outcome.exception, KeyboardInterrupt):  # it returns even that
            raise outcome.exception
    if outcome.exception is not None:
        raise _error(settings, f"transform: {_one_line(str(outcome.exception))}")
    return outcome.result


def dbt_variables(settings: Settings) -> dict[str, str]:
    """The environment variables that profiles.yml and the macros read."""
    environment = settings.environment
    return {
        **environment.warehouse.dbt_variables,
        "LINERNOTES_LAKE_DATASET": environment.lake_dataset,
        "LINERNOTES_HUB_DATASET": environment.hub_dataset,
    }


def _flags(settings: Settings) -> list[str]:
    project, made = shipped_folder("dbt_dataplatform"), settings.home / "dbt"
    folders = {"project": project, "profiles": project}
    places = [f"--{name}-dir={path}" for name, path in folders.items()]
    return [
        *places,
        f"--target-path={made / 'target'}",
        f"--log-path={made / 'logs'}",
        f"--target={settings.environment.dbt_target}",
        "--log-level=none",
        "--log-level-file=info",
        "--no-use-colors",
    ]


def _raise_first(settings: Settings, results: list[Any]) -> None:
    broken = [result for result in results if result.status in ("error", "runtime error")]
    failed = [result.node.name for result in results if result.status == "fail"]
    if broken:
        raise _error(settings, f"transform: {broken[0].node.name}: {_one_line(str(broken[0].message))}")
    if failed:
        raise below_expectations(failed, _where_to_look(settings))


def below_expectations(failed: Sequence[str], remedy: str) -> BelowExpectations:
    """The error of data that these tests find wrong."""
    return BelowExpectations(f"transform: tests failed: {', '.join(failed[:5])}", remedy)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _error(settings: Settings, message: str) -> LinernotesError:
    """The error of a build; dbt passes on what the engine says of a damaged file."""
    damaged = DAMAGED.search(message)
    remedy = "check the disk, then restore the file from archive/ with: linernotes rebuild" if damaged else ""
    return LinernotesError(message, remedy or _where_to_look(settings))


def _where_to_look(settings: Settings) -> str:
    return f"see {settings.home / 'dbt' / 'logs' / 'dbt.log'}"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]
