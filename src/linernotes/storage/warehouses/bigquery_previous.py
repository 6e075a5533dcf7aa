"""The lake's tables in BigQuery that a rebuild sets aside, renamed to ``…__previous``."""

from collections.abc import Iterable, Mapping
from typing import Any

from linernotes.config.catalogue import Configs
from linernotes.storage.warehouses.schema import statement

PREVIOUS = "__previous"
DROP = "drop table if exists {lake}.{table}"
RENAME = "alter table if exists {lake}.{table} rename to {previous}"


def tables_of(listed: Mapping[str, Any]) -> list[str]:
    """The tables of the lake in use, from a listing of its dataset."""
    tables = [name for name, each in listed.items() if each.table_type == "TABLE"]
    return [name for name in tables if name.startswith("lake_") and not name.endswith(PREVIOUS)]


def rename_to_previous(lake: str, tables: list[str], configs: Configs) -> list[str]:
    """The scripts that rename the tables; none without tables.

    Either can be repeated after a lost response: the dropped tables are of an earlier time, and nothing new has their
    names yet; a renamed table is skipped.
    """
    order = sorted(tables, key=lambda table: _order(table, configs))
    dropped = [statement(DROP, lake=lake, table=f"{table}{PREVIOUS}") for table in order]
    renamed = [statement(RENAME, lake=lake, table=table, previous=f"{table}{PREVIOUS}") for table in order]
    return [";\n".join(script) for script in (dropped, renamed) if script]


def drop_previous(lake: str, tables: Iterable[str]) -> str:
    """The script that drops the tables set aside; empty without any."""
    kept = sorted(table for table in tables if table.startswith("lake_") and table.endswith(PREVIOUS))
    return ";\n".join(statement(DROP, lake=lake, table=table) for table in kept)


def _order(table: str, configs: Configs) -> tuple[int, str]:
    """The order in which tables are renamed, so that a crash in between does no harm.

    The service tables go first, because dbt can make them again; next the manifest, without which nothing counts;
    the ledger last. A lake table that is left behind keeps its jobs: no file is loaded into it a second time.
    """
    known = {dataset.table: dataset for dataset in configs.datasets.values()}
    if table not in known:
        return 0, table
    return 1 if table == "lake_ops__loaded_files" else 3 if known[table].carried else 2, table
