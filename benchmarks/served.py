"""What people look at over a million plays: the page about them, and the API with fifty clients at once."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.commands import HURRIED, Measure, command, timed
from linernotes.rest.keys import new_key, read_keys
from linernotes.sandbox import Generated, Sandbox

CLIENTS, REQUESTS = 50, 40  # at once, and of each: no bearer has more than 60 a minute
PAGE_SECONDS, API_SECONDS = 5.0, 0.05
PAGE = ("report", "listening", "--all-time", "--time-zone", "Europe/Berlin", "--out")


def served(work: Path, home: Path, plays: int) -> list[Measure]:
    """The page and the API of a home with plays, after its artists are enriched."""
    with Sandbox(Generated()) as sandbox:
        spotify = {name: value for name, value in sandbox.environment().items() if name.startswith("SPOTIFY_")}
        words = (
            "run",
            "--mode",
            "backfill",
            "--limit",
            "5000",
            "--provider",
            "spotify",
            "--provider",
            "spotify_tracks",
        )
        command(home, *words, environ=spotify | HURRIED)
    seconds = min(timed(lambda: command(home, *PAGE, str(work / "page.html"))) for _ in range(2))
    return [
        Measure(
            f"report listening of {plays:,} plays",
            f"{seconds:.2f} s",
            f"{PAGE_SECONDS:.2f} s",
            seconds / PAGE_SECONDS,
            1.0,
        ),
        _api(home),
    ]


def _api(home: Path) -> Measure:
    """The slowest twentieth of the answers about artists that were read before."""
    keys = new_key(datetime.now(UTC))
    with duckdb.connect(str(home / "published.duckdb"), read_only=True) as connection:
        query = "select artistId from dp_hub_local.hub_music__svc_dim_artists order by playCount desc limit 20"
        artists = [row[0] for row in connection.execute(query).fetchall()]
    with _serving(home, keys) as port:
        asyncio.run(_ask(port, _token(keys, "first"), artists))
        slow = min(
            _slowest(port, [_token(keys, f"{trial} {each}") for each in range(CLIENTS)], artists) for trial in "abc"
        )
    what = f"API: an artist read before, {CLIENTS} clients at once, 95 %"
    return Measure(what, f"{slow * 1_000:.1f} ms", f"{API_SECONDS * 1_000:.0f} ms", slow / API_SECONDS, 1.0)


def _token(keys: str, subject: str) -> str:
    now = datetime.now(UTC)
    return read_keys({"LINERNOTES_API_KEYS": keys}).token(subject, ["read"], timedelta(days=1), now)


def _slowest(port: int, tokens: list[str], artists: list[str]) -> float:
    """The seconds within which 95 of 100 answers came."""
    taken = sorted(asyncio.run(_ask_at_once(port, tokens, artists)))
    return taken[int(0.95 * len(taken))]


async def _ask_at_once(port: int, tokens: list[str], artists: list[str]) -> list[float]:
    wanted = [artists[number % len(artists)] for number in range(REQUESTS)]
    several = await asyncio.gather(*(_ask(port, token, wanted) for token in tokens))
    return [seconds for each in several for seconds in each]


async def _ask(port: int, token: str, artists: list[str]) -> list[float]:
    """The seconds of each answer to one client, which asks the next question when it has read the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    taken = []
    for artist in artists:
        began = time.monotonic()
        path = f"/api/v1/enrichment/artists/{artist}"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            sys.exit(f"the API answered {head.decode()}")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        taken.append(time.monotonic() - began)
    writer.close()
    return taken


@contextmanager
def _serving(home: Path, keys: str) -> Iterator[int]:
    """The port of an API in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {"PATH": os.environ["PATH"], "LINERNOTES_HOME": str(home), "LINERNOTES_API_KEYS": keys}
    process = subprocess.Popen([sys.executable, "-m", "linernotes", "api", "--port", str(port)], env=environ)
    try:
        for _ in range(300):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
