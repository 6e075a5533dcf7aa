"""Somebody's machine: a home, an environment and the command line, for tests that use the product as people do."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb

from linernotes.__main__ import main
from linernotes.sandbox import Catalogue

# dbt's own switches. Its tests of the data take as long as the models, so only the walks that hold them run them; the
# JSON that it writes about itself nobody reads here.
QUICK_DBT = {"DBT_EXCLUDE_RESOURCE_TYPES": "test", "DBT_WRITE_JSON": "false"}
WITH_DATA_TESTS = {"DBT_EXCLUDE_RESOURCE_TYPES": ""}
TABLES = ("--select", "config.materialized:incremental", "--select", "config.materialized:table")
PORTRAIT = ("artistName", "genres", "popularity", "followerCount")


def portraits(catalogue: Catalogue, ids: Iterable[str]) -> dict[str, tuple[Any, ...]]:
    """What ``PORTRAIT`` of each artist is, by the sandbox's own catalogue; deleted ones are left out."""
    known = {key: catalogue.artist(key) for key in ids}
    return {key: (a.name, list(a.genres), a.popularity, a.followers) for key, a in known.items() if a}


def play_of(key: str, played_at: str) -> dict[str, Any]:
    """One item of Spotify's recently-played, of one artist whom nobody shares a name with."""
    artist = {"id": key, "name": f"Somebody {key}"}
    track = {"id": key, "uri": f"spotify:track:{key}", "name": "A Song", "artists": [artist]}
    return {"track": track, "played_at": played_at, "context": None}


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

    @property
    def complaint(self) -> str:
        """The one line it failed with; a failure never takes more, and never shows where in the code it happened."""
        (line,) = [line for line in self.err.splitlines() if line.startswith("linernotes: ")]
        assert "Traceback" not in self.err
        assert 'File "' not in self.err
        return line


def _as_from_a_terminal() -> None:
    """Ctrl-C counts, also where the tests run in the background of a shell, which has it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


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
            mock.patch.dict(os.environ, self.environment(**environ), clear=True),
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
            command,
            env=self.environment(**environ),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=_as_from_a_terminal,  # noqa: PLW1509 - it only sets a signal
        )

    def environment(self, **more: str) -> dict[str, str]:
        """The whole environment that its commands see."""
        place = {"PATH": os.environ["PATH"], "LINERNOTES_HOME": str(self.home)}
        if "PYTHONPATH" in os.environ:  # so that a process of its own runs the same code
            place["PYTHONPATH"] = os.environ["PYTHONPATH"]
        return {**place, **QUICK_DBT, **self.environ, **more}

    def take_over(self, home: Path) -> "Laptop":
        """Go on from another home, which stays as it is."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(home, self.home)
        return self

    def make_tables(self) -> Said:
        """Load what waits and make what holds data; the views are there from ``init`` on, and follow by themselves.

        A run that may ask for nothing makes the tables without dbt, in a fifth of the time of a ``transform``.
        """
        return self("run", "--limit", "0")

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

    def plays(self, *ids: str, at: str = "2026-11-20T10:{:02}:00Z", name: str = "plays.jsonl") -> Path:
        """A listening history, one play of each artist and a minute between them."""
        items = [play_of(key, at.format(minute)) for minute, key in enumerate(ids)]
        return self.write(name, "".join(f"{json.dumps(item)}\n" for item in items))

    def write(self, name: str, content: str | bytes) -> Path:
        """A file beside the home."""
        path = self.home.parent / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def drop(self, content: bytes, name: str = "mine_artist_enrichment.jsonl", provider: str = "spotify") -> Path:
        """Copy a file into landing/ by hand, long enough ago that nobody waits for it to stop growing."""
        path = self.home / "lake" / provider / "landing" / name
        path.write_bytes(content)
        os.utime(path, (1, 1))
        return path

    def waits(self, mode: str = "backfill", *options: str) -> int:
        """How many artists a run would ask for."""
        return int(self.planned("--mode", mode, *options)["spotify"]["items"])

    def planned(self, *options: str, **environ: str) -> dict[str, dict[str, Any]]:
        """The rows of a plan by their providers; ``all`` is one of them."""
        return {row["provider"]: row for row in self("plan", *options, "--format", "json", **environ).rows}

    def called(self) -> dict[str, int]:
        """The calls of all runs by their providers."""
        rows = self.rows("select provider, sum(calls) as calls from {lake}.lake_ops__provider_calls group by provider")
        return {row["provider"]: int(row["calls"]) for row in rows}

    def dimension(self) -> dict[str, dict[str, Any]]:
        """The artists of the hub by their ids."""
        rows = self.rows("select * from {hub}.hub_music__svc_dim_artists")
        assert len(rows) == len({row["artistId"] for row in rows})
        return {row["artistId"]: row for row in rows}

    def answers(self) -> dict[str, tuple[Any, ...]]:
        """What the lake holds of each artist, without when it was asked; every artist stands in it once."""
        rows = self.rows("select * from {lake}.lake_spotify__normalized_artist_enrichment")
        assert len(rows) == len({row["artistId"] for row in rows})
        return {row["artistId"]: tuple(map(row.get, PORTRAIT)) for row in rows}

    def outcomes(self) -> list[tuple[str, str, str | None]]:
        """Every question's key, outcome and reason."""
        rows = self.rows("select key, outcome, reason from {lake}.lake_ops__attempts order by key, attemptedAt")
        return [(row["key"], row["outcome"], row["reason"]) for row in rows]

    def rejects(self) -> list[dict[str, Any]]:
        """What was rejected: file, line, field, reason and raw text."""
        return self.rows("select file, line, field, reason, raw from {lake}.lake_ops__rejects order by file, line, raw")
