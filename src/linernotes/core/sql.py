"""SQL files: one whole statement each, in a ``sql/`` folder next to the module that runs it."""

from functools import cache
from importlib.resources import files


@cache
def read(name: str) -> str:
    """The text of a statement: ``reports/coverage`` is the file reports/sql/coverage.sql."""
    room, _, statement = name.rpartition("/")
    return files("linernotes").joinpath(room, "sql", f"{statement}.sql").read_text(encoding="utf-8")
