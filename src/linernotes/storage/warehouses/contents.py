"""What a rebuild needs of the warehouse that it replaces."""

import logging
from collections.abc import Callable, Collection, Iterator
from typing import Any

from linernotes.config.catalogue import Configs
from linernotes.core import sql
from linernotes.core.errors import Busy, LinernotesError
from linernotes.storage.ports import Contents
from linernotes.storage.warehouses.schema import statement

log = logging.getLogger(__name__)
MANIFEST = "lake_ops__loaded_files"
ALL_ROWS = "select * from {{lake}}.{table}"
Rows = Callable[[str], Iterator[dict[str, Any]]]


def read_contents(rows: Rows, configs: Configs, there: Collection[str] | None = None) -> Contents | None:
    """The manifest and the bookkeeping rows; None if there are none.

    ``there`` are the tables that exist, where an engine can tell; else what cannot be read is lost, with a warning.
    """
    if there is not None and not there:
        return None
    carried = [d for d in configs.datasets.values() if d.carried and (there is None or d.table in there)]
    try:
        files = list(rows(sql.read("storage/manifest"))) if there is None or MANIFEST in there else []
        return Contents(files, {d.name: list(rows(statement(ALL_ROWS, table=d.table))) for d in carried})
    except Busy:
        raise
    except LinernotesError as error:
        if there is not None:
            raise
        log.warning("rebuild: the warehouse cannot be read, its runs and calls are lost: %s", error.message)
        return None
