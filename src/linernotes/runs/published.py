"""Reading what was published last, and nothing else: such a reader is never in a run's way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from linernotes.config.environments import DuckDBFile
from linernotes.core import sql
from linernotes.core.errors import ConfigurationError
from linernotes.runs.reading import expect_home, open_for_reading
from linernotes.storage.workspace import Workspace

PUBLISH = "to publish the tables: linernotes run, or linernotes transform, which asks no service"


@contextmanager
def open_published(workspace: Workspace) -> Iterator[Workspace]:
    """Open the tables as they were last published; on BigQuery these are the tables themselves.

    Raises:
        ConfigurationError: nothing was published yet, or only by an older version.
    """
    store = workspace.settings.environment.warehouse
    if not isinstance(store, DuckDBFile):
        with open_for_reading(workspace):
            yield workspace
        return
    place = store.path.parent
    if workspace.warehouse.published_at() is None:
        expect_home(workspace)
        raise ConfigurationError(f"nothing is published in {place} yet", PUBLISH)
    older = ConfigurationError(f"the tables published in {place} are those of another version", PUBLISH)
    with workspace.warehouse.reading(older):
        yield workspace


def last_ended(workspace: Workspace) -> tuple[str, datetime | None]:
    """The id of the command that ended last and when it did, for a warehouse that publishes nothing; "" if none has."""
    row = next(workspace.warehouse.rows(sql.read("runs/last_ended")), None)
    return (row["runId"], row["endedAt"]) if row else ("", None)
