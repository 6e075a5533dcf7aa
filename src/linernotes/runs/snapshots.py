"""The published tables in a process that lives long: each snapshot is opened once, until the next one is there."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from linernotes.config.environments import DuckDBFile
from linernotes.config.settings import Settings
from linernotes.core.clock import Clock
from linernotes.core.progress import Quiet
from linernotes.runs.published import last_ended, open_published
from linernotes.storage.workspace import Workspace, open_workspace

LOOK_SECONDS = 30.0  # BigQuery is asked no more often whether its tables are newer, for each question has a price


class Snapshots:
    """Opens what was published last. Readers share it; a new one is opened when all of them have left the old one.

    DuckDB gives a process the same file as long as any connection to it is open, also after it was replaced.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        store = settings.environment.warehouse
        self._file = store.path.with_name("published.duckdb") if isinstance(store, DuckDBFile) else None
        self._changed = threading.Condition()
        self._readers = 0
        self._open: ExitStack | None = None
        self._workspace: Workspace | None = None
        self._key = ""
        self._newest, self._looked = "", 0.0  # in BigQuery: who ended last, and when that was asked

    @contextmanager
    def reading(self) -> Iterator[tuple[Workspace, str]]:
        """The workspace, and the name of what was published."""
        with self._changed:
            while self._stale() and self._readers:
                self._changed.wait(0.05)
            if self._stale():
                self._renew()
            self._readers += 1
            workspace, key = self._workspace, self._key
        try:
            assert workspace is not None  # noqa: S101 - opened above
            yield workspace, key
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    def current(self) -> str:
        """The name of what is open, if that is what is published now, else ""; it waits for nobody and asks nobody."""
        if self._file is None:
            return self._key if self._clock.monotonic() - self._looked < LOOK_SECONDS else ""
        return self._key if self._key == self._name_of_file() else ""

    def published_at(self) -> datetime | None:
        """When that was published; in BigQuery, when a command ended last."""
        if self._file is None:
            with self.reading() as (workspace, _):
                return last_ended(workspace)[1]
        with open_workspace(self._settings, Quiet()) as workspace:
            return workspace.warehouse.published_at()

    def close(self) -> None:
        """Leave what is open."""
        with self._changed:
            if self._open is not None:
                self._open.close()
            self._open = self._workspace = None
            self._key = ""

    def _stale(self) -> bool:
        return self._workspace is None or self._key != self._now(self._workspace)

    def _now(self, workspace: Workspace) -> str:
        """A name of what is published now: a new file has another number or time, a command another id."""
        if self._file is not None:
            return self._name_of_file()
        if not self._newest or self._clock.monotonic() - self._looked >= LOOK_SECONDS:
            self._looked = self._clock.monotonic()
            self._newest, _ = last_ended(workspace)
        return self._newest

    def _name_of_file(self) -> str:
        try:
            known = self._file.stat() if self._file else None
        except OSError:
            return ""
        return f"{known.st_ino}.{known.st_mtime_ns}" if known else ""

    def _renew(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open, self._workspace = None, None
        key = self._name_of_file()  # before it is opened: a file that comes in between is opened again
        with ExitStack() as stack:
            workspace = stack.enter_context(open_workspace(self._settings, Quiet()))
            stack.enter_context(open_published(workspace))
            self._key = key or self._now(workspace)
            self._open = stack.pop_all()
        self._workspace = workspace
