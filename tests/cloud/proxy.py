"""A network that loses answers: an HTTP proxy in front of an emulator, which also counts what goes through it."""

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest

KEPT_TO_ONE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
REASONS = {403: "accessDenied", 404: "notFound"}
Chosen = Callable[["Request"], bool]


@dataclass(frozen=True, slots=True)
class Request:
    """One call as it came over the wire; ``agent`` is how the caller introduced itself."""

    method: str
    path: str
    body: bytes
    agent: str = ""


def nothing(_: Request) -> bool:
    """Chooses no request."""
    return False


def no_reason(_: Request) -> str:
    """Gives no request a reason to be refused."""
    return ""


@dataclass
class Proxy:
    """Forwards every request to ``target``; those that ``lose`` chooses are forwarded too, but answered with 503.

    ``refuse`` chooses requests that never arrive. ``instead`` is the status of an answer that is lost or refused, and
    ``said`` its message. ``deny`` says why Google would refuse a request, which then does not arrive either.
    ``seen`` holds every request that came, so it also counts calls.
    """

    target: str
    url: str = ""
    lose: Chosen = nothing
    refuse: Chosen = nothing
    instead: int = 503
    said: str = "lost"
    deny: Callable[["Request"], str] = no_reason
    seen: list[Request] = field(default_factory=list)

    def answer(self, request: Request, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body of what the caller hears."""
        self.seen.append(request)
        if reason := self.deny(request):
            return _error(403, reason)
        answered = None if self.refuse(request) else self._asked(request, headers)
        return self._lost() if answered is None or self.lose(request) else answered

    def _asked(self, request: Request, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
        target = urlsplit(self.target)
        connection = http.client.HTTPConnection(str(target.hostname), target.port, timeout=60)
        try:
            connection.request(request.method, request.path, request.body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _lost(self) -> tuple[int, list[tuple[str, str]], bytes]:
        return _error(self.instead, self.said)


def _error(status: int, said: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """An answer as Google gives it for a failure."""
    reason = REASONS.get(status, "backendError")
    body = {"code": status, "message": said, "errors": [{"reason": reason, "message": said}]}
    return status, [("Content-Type", "application/json")], json.dumps({"error": body}).encode()


@contextmanager
def proxy_to(target: str) -> Iterator[Proxy]:
    """A proxy on loopback; Google's client is pointed at its ``url``."""
    proxy = Proxy(target)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Passing", (_Passing,), {"proxy": proxy}))
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def proxy(bigquery_emulator: str) -> Iterator[Proxy]:
    """The emulated BigQuery, over a network that can lose answers."""
    with proxy_to(bigquery_emulator) as running:
        yield running


class _Passing(BaseHTTPRequestHandler):
    proxy: Proxy
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet: otherwise each answer waits 40 ms for an acknowledgement

    def _pass(self) -> None:
        request = Request(self.command, self.path, self._body(), self.headers.get("user-agent") or "")
        headers = {name: value for name, value in self.headers.items() if name.lower() not in KEPT_TO_ONE_HOP}
        status, answered, body = self.proxy.answer(request, headers)
        self.send_response_only(status)
        for name, value in answered:
            if name.lower() not in KEPT_TO_ONE_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass  # noqa: N815 - the base class looks for these names

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def log_message(self, *_: object) -> None:
        """Nothing is written to the screen."""
