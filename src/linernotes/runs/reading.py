"""Opening the tables to read them: nothing is made, and nothing is loaded that only a run needs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from linernotes.config.environments import DuckDBFile
from linernotes.core.errors import Busy, ConfigurationError, LinernotesError
from linernotes.runs.project import hub_models
from linernotes.storage.workspace import Workspace

BEGIN = "to begin: linernotes import plays FILE, then linernotes run; LINERNOTES_HOME selects another home"


@contextmanager
def open_for_reading(workspace: Workspace) -> Iterator[Workspace]:
    """Open the workspace for reading; while a run holds it, readers get the hub published before.

    Raises:
        ConfigurationError: the tables were never built; nothing is made.
        Busy: the warehouse is in use, and nothing is published yet.
    """
    warehouse = workspace.warehouse
    with ExitStack() as reading:
        reading.enter_context(warehouse.reading())
        try:
            expect_hub(workspace)
        except Busy as busy:
            if not (published := warehouse.published_at()):
                raise
            workspace.progress.say(as_of_line(busy, published))
            reading.enter_context(warehouse.reading(busy))
            expect_hub(workspace)
        yield workspace


@contextmanager
def open_lake_for_reading(workspace: Workspace) -> Iterator[Workspace]:
    """Open the workspace for reading its lake alone, of which there is something from the first import on.

    Raises:
        ConfigurationError: there is nothing yet; nothing is made.
    """
    store = workspace.settings.environment.warehouse
    expect_home(workspace)
    if isinstance(store, DuckDBFile) and not store.path.exists():
        raise ConfigurationError(f"nothing is loaded into {store.path} yet", BEGIN)
    with workspace.warehouse.reading():
        yield workspace


def as_of_line(busy: LinernotesError, published: datetime) -> str:
    """The line that says how old the published hub is that is shown instead."""
    return f"{busy.message}; showing the data published by the last run, as of {published:%Y-%m-%d %H:%M} UTC"


def expect_hub(workspace: Workspace) -> None:
    """Raise a ConfigurationError that names the next command unless all tables that are read exist."""
    if hub_exists(workspace):
        return
    expect_home(workspace)
    place = workspace.settings.environment.warehouse.place
    raise ConfigurationError(
        f"the tables in {place} are not built yet",
        "to build them: linernotes run, or linernotes transform, which asks no service",
    )


def expect_home(workspace: Workspace) -> None:
    """Raise a ConfigurationError that says how to begin if there is no home yet, and it would hold the warehouse."""
    place = workspace.settings.environment.warehouse.place
    if not workspace.settings.home.exists() and Path(place).is_relative_to(workspace.settings.home):
        raise ConfigurationError(f"there is nothing in {workspace.settings.home} yet", BEGIN)


def hub_exists(workspace: Workspace) -> bool:
    """Whether every service model exists, which is what Python and readers of a published hub read."""
    return workspace.warehouse.models().issuperset(model for model in hub_models() if "__svc_" in model)
