"""Somebody's machine: a home, an environment and the command line, for tests that use the product as people do."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb

from linernotes.cli import main


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> Any:
        """The report it printed with ``--format json``."""
        return json.loads(self.out)


@dataclass
class Laptop:
    """``environ`` is the whole environment its commands see, besides the PATH."""

    home: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str | Path, **environ: str) -> Said:
        """Run a command in this process."""
        out, err = StringIO(), StringIO()
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        with (
            mock.patch.dict(os.environ, self._environ(environ), clear=True),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = main([str(argument) for argument in arguments])
        for number, handler in handlers.items():
            signal.signal(number, handler)
        return Said(code, out.getvalue(), err.getvalue())

    def start(self, *arguments: str | Path, **environ: str) -> "subprocess.Popen[str]":
        """Run a command in a process of its own, which can be killed."""
        command = [sys.executable, "-m", "linernotes", *map(str, arguments)]
        return subprocess.Popen(
            command, env=self._environ(environ), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def rows(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of a query on the warehouse; ``{lake}`` and ``{hub}`` are its schemas."""
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as connection:
            cursor = connection.execute(sql.format(lake="dp_lake_local", hub="dp_hub_local"), parameters or None)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def value(self, sql: str, **parameters: Any) -> Any:
        """The one value of a query."""
        ((value,),) = [tuple(row.values()) for row in self.rows(sql, **parameters)]
        return value

    def lake(self, place: str) -> list[str]:
        """The names of the files in ``provider/place``."""
        return sorted(path.name for path in (self.home / "lake" / place).iterdir())

    def roster(self, *ids: str, name: str = "roster.csv") -> Path:
        """A roster file of these artists, beside the home."""
        path = self.home.parent / name
        path.write_text("artistId,artistName\n" + "".join(f"{key},\n" for key in ids), encoding="utf-8")
        return path

    def _environ(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "LINERNOTES_HOME": str(self.home), **self.environ, **more}
