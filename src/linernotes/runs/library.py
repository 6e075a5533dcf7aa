"""The Python API: one workspace as an object, for a notebook, an Airflow task or a script."""

import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from typing_extensions import Unpack

from linernotes.config.settings import read_settings
from linernotes.core.errors import ConfigurationError
from linernotes.core.progress import Progress, Quiet
from linernotes.core.zones import zone_named
from linernotes.reports.artist import ArtistProfile, artist_profile, find_artist
from linernotes.runs.enrich.options import EnrichOptions, PlanArguments, RunArguments
from linernotes.runs.enrich.run import PlanReport, plan_run, refresh_artist, run
from linernotes.runs.imports.histories import import_plays
from linernotes.runs.imports.result import ImportResult
from linernotes.runs.imports.roster import import_roster
from linernotes.runs.imports.table import TableOfPlays, import_table
from linernotes.runs.queries import ask
from linernotes.runs.reading import open_for_reading
from linernotes.runs.session import RunResult
from linernotes.sources.histories.formats import ReadOptions
from linernotes.storage.workspace import Workspace, open_workspace

log = logging.getLogger(__name__)


class Library:
    """Your artists, your plays, and the data that the services have about them.

    Each method does the same as the command of its name. A failing service or a few bad lines in a file do not raise:
    the result holds them as ``error``, next to everything that was done. Other errors raise a ``LinernotesError``, also
    the one of an import that brought nothing.
    """

    def __init__(self, workspace: Workspace, resources: ExitStack) -> None:
        self._workspace, self._resources = workspace, resources

    @classmethod
    def open(
        cls,
        home: str | Path | None = None,
        env: str | None = None,
        *,
        settings: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Open the library in ``home`` (default: LINERNOTES_HOME, else ``.linernotes``) of environment ``env``.

        ``settings`` are environment variables that win over those of the process, such as credentials. ``progress``
        receives messages and steps; without it they go to the log.

        Raises:
            ConfigurationError: a setting is wrong, or a library that the environment needs is not installed.
        """
        given = {"LINERNOTES_HOME": str(Path(home).expanduser()) if home else None, "LINERNOTES_ENV": env}
        flags = {**(settings or {}), **{name: value for name, value in given.items() if value}}
        resources = ExitStack()
        workspace = resources.enter_context(open_workspace(read_settings(flags), progress or Quiet()))
        return cls(workspace, resources)

    def import_plays(
        self, *paths: str | Path, time_zone: str | None = None, day_first: bool | None = None
    ) -> ImportResult:
        """Import listening histories: zips, folders or files, in any supported format.

        ``time_zone`` is that of times that name none, such as Europe/Berlin (UTC without it); ``day_first`` says how to
        read dates like 03/04/2024 where a file does not show it.

        Raises:
            BelowExpectations: none of them holds a listening history, or none of their rows can be read.
            ConfigurationError: a path does not exist, or there is no such time zone.
        """
        options = ReadOptions(zone_named(time_zone) if time_zone else None, day_first)
        return _something_of(import_plays(self._workspace, [_existing(path) for path in paths], options))

    def import_table(
        self,
        table: str | Sequence[str],
        columns: Mapping[str, str] | None = None,
        *,
        since_column: str | None = None,
        time_zone: str | None = None,
        day_first: bool | None = None,
    ) -> ImportResult:
        """Import plays from a table: of the warehouse, ``file.duckdb:schema.table``, or a Parquet, CSV or JSON file.

        Several tables, or a pattern such as ``exp-*.json``, are read as one. ``columns`` maps columns of plays to
        the table's; with ``since_column``, only newer rows are read the next time. ``time_zone`` and ``day_first`` are
        as in ``import_plays``.

        Raises:
            BelowExpectations: none of its rows can be read.
            ConfigurationError: the table or a column does not exist.
        """
        options = ReadOptions(zone_named(time_zone) if time_zone else None, day_first)
        first, *others = [table] if isinstance(table, str) else table
        wanted = TableOfPlays(first, dict(columns or {}), since_column, options, tuple(others))
        return _something_of(import_table(self._workspace, wanted))

    def import_roster(self, file: str | Path, name: str | None = None) -> ImportResult:
        """Import a roster of artists under ``name`` (default: the file's), replacing an earlier one of that name.

        Raises:
            BelowExpectations: the file is empty, or none of its rows can be read.
            ConfigurationError: the file does not exist, or is no list of artists.
        """
        return _something_of(import_roster(self._workspace, _existing(file), name))

    def plan(self, **options: Unpack[PlanArguments]) -> PlanReport:
        """Plan a ``run`` with the same arguments: its calls, time and cost. Calls no service."""
        return plan_run(self._workspace, EnrichOptions(**options))

    def run(self, **options: Unpack[RunArguments]) -> RunResult:
        """Fetch the artists that are due from the services, load the responses and build the tables.

        The arguments are those of ``EnrichOptions``, such as ``mode="backfill"`` or ``providers=["spotify"]``.

        Raises:
            ConfigurationError: an option, a provider or an artist is wrong; no call was made.
            Busy: another run holds the workspace.
        """
        return run(self._workspace, EnrichOptions(**options))

    def artist(self, artist: str, *, refresh: bool = False) -> ArtistProfile:
        """One artist by Spotify id, URL, URI, MBID or name; with ``refresh`` it is fetched from every service first.

        Raises:
            ConfigurationError: the artist is not known, or several share the name.
        """
        if refresh and (error := refresh_artist(self._workspace, artist).error):
            log.warning("artist %s: %s", artist, error.message)
        with open_for_reading(self._workspace):
            return artist_profile(self._workspace.warehouse, find_artist(self._workspace.warehouse, artist))

    def sql(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of a query; ``{lake}`` and ``{hub}`` in it stand for the schemas, ``$name`` for a parameter.

        Raises:
            ConfigurationError: the statement would change something, or the warehouse rejects it.
        """
        return ask(self._workspace, query, parameters).records

    def close(self) -> None:
        """Close the warehouse, so that other processes can open it. Closing twice is fine."""
        self._resources.close()

    def __enter__(self) -> Self:
        """Return the library itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def _something_of(result: ImportResult) -> ImportResult:
    """The result, unless all it tells is an error."""
    if result.error and not (result.new or result.known):
        raise result.error
    return result


def _existing(path: str | Path) -> str:
    if not Path(path).exists():
        raise ConfigurationError(f"import {path}: file not found", "check the path")
    return os.fspath(path)
