"""Waits on this machine for the one request with which a browser comes back from a service's page."""

import hmac
import socketserver
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from linernotes.core.clock import SystemClock
from linernotes.core.errors import ConfigurationError

HOST = "127.0.0.1"  # never "localhost", which Spotify refuses, and never an address that others can reach
GLANCE_SECONDS = 0.2
PAGE = "<!doctype html><meta charset=utf-8><title>linernotes</title><p>{}</p>"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought back: a code, or the word of an error."""

    code: str = ""
    error: str = ""


class RedirectListener:
    """Listens on 127.0.0.1 within its context; port 0 takes any free one.

    Requests for other paths or with another state are turned away and change nothing: a page left open from an earlier
    login, or another program, must not end this one.
    """

    def __init__(self, port: int, path: str, state: str = "") -> None:
        self._port, self._path, self.state = port, path, state
        self._answers: SimpleQueue[Answer] = SimpleQueue()

    def __enter__(self) -> Self:
        """Start to listen.

        Raises:
            ConfigurationError: the port is taken.
        """
        try:
            self._server = _Server((HOST, self._port), _handler(self))
        except OSError as error:
            raise ConfigurationError(
                f"login spotify: cannot listen on port {self._port}: {error.strerror}",
                "give a free one with --port, and add its address to the app's redirect URIs",
            ) from None
        Thread(target=self._server.serve_forever, args=(0.05,), name="redirect", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def uri(self) -> str:
        """The address that the browser is sent back to."""
        return f"http://{HOST}:{self._server.server_address[1]}{self._path}"

    def wait(self, clock: SystemClock, seconds: float) -> Answer | None:
        """The browser's answer; None if none comes in time.

        Raises:
            Stopped: the command was asked to stop.
        """
        until = clock.monotonic() + seconds
        while clock.monotonic() < until:
            clock.check()
            try:
                return self._answers.get(timeout=GLANCE_SECONDS)
            except Empty:
                continue
        return None

    def answer(self, target: str) -> tuple[int, str]:
        """Take a request; the status and the text of the page that answers it."""
        asked = urlsplit(target)
        given = {name: values[0] for name, values in parse_qs(asked.query).items()}
        if asked.path != self._path:
            return 404, "There is nothing here."
        if not hmac.compare_digest(given.get("state", "").encode(), self.state.encode()):
            return 400, "This answer belongs to another login. Use the address that the command has printed last."
        if "code" not in given and "error" not in given:
            return 400, "This answer has neither a code nor an error."
        self._answers.put(Answer(given.get("code", ""), given.get("error", "")))
        return 200, "Done. You can close this page and go back to the terminal."


class _Server(socketserver.ThreadingTCPServer):
    """Threads, since browsers open connections that they may never use. Asks no name server for its own name."""

    allow_reuse_address = True
    daemon_threads = True


def _handler(listener: RedirectListener) -> type[BaseHTTPRequestHandler]:
    class _Handler(BaseHTTPRequestHandler):
        timeout = 10  # seconds

        def do_GET(self) -> None:
            """Answer the browser."""
            status, text = listener.answer(self.path)
            body = PAGE.format(text).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by http.server
            """Log nothing: the address holds the code."""

    return _Handler
