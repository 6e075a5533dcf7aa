"""What to type for a file that is a table, but no history in a known form."""

from contextlib import closing

from linernotes.core.errors import ConfigurationError
from linernotes.core.text import first_of
from linernotes.runs.imports.table_columns import SHOWN, columns_by_name, value_columns
from linernotes.sources.histories.table import missing_columns
from linernotes.storage.foreign import open_table
from linernotes.storage.workspace import Workspace

FEWEST = 2  # columns of a table that might tell of plays


def from_table_advice(workspace: Workspace, path: str) -> str:
    """The command that imports a file as a table, with its columns; empty if it is no table."""
    command = f"if these are plays: linernotes import plays --from-table {path}"
    try:
        with closing(open_table(workspace, path)) as table:
            columns = table.columns
    except ConfigurationError as error:
        tables = error.remedy.partition("; its tables: ")[2]
        return f"{command}:SCHEMA.TABLE; its tables: {tables}" if tables else ""
    listed = value_columns(columns)
    if len(listed) < FEWEST:
        return ""
    missing = ",".join(f"{name}=COLUMN" for name in missing_columns(columns_by_name(columns)))
    return f"{command}{' --map ' * bool(missing)}{missing}; its columns: {first_of(listed, SHOWN)}"
