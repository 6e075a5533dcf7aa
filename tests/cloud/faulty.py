"""A network that loses answers: an HTTP proxy in front of an emulator."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

LOST = b'{"error": {"code": 503, "message": "lost", "errors": [{"reason": "backendError", "message": "lost"}]}}'
NOT_PASSED_ON = {"transfer-encoding", "connection", "content-encoding", "content-length"}


@dataclass(frozen=True)
class Request:
    """One call as it came; ``agent`` is how the caller introduced itself."""

    method: str
    path: str
    body: bytes
    agent: str


@dataclass
class Proxy:
    """Forwards every request; those that ``lose`` chooses are forwarded too, but answered with 503.

    ``refuse`` chooses requests that never arrive.
    """

    target: str
    url: str = ""
    seen: list[Request] = field(default_factory=list)
    lose: Callable[[Request], bool] = lambda _: False
    refuse: Callable[[Request], bool] = lambda _: False


@contextmanager
def proxy_to(target: str) -> Iterator[Proxy]:
    """A proxy on loopback; Google's client is pointed at its ``url``."""
    proxy = Proxy(target)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Passing", (_Passing,), {"proxy": proxy}))
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def proxy(bigquery_emulator: str) -> Iterator[Proxy]:
    """The emulator, over a network that can lose answers."""
    with proxy_to(bigquery_emulator) as running:
        yield running


class _Passing(BaseHTTPRequestHandler):
    proxy: Proxy
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        request = Request(self.command, self.path, body, self.headers.get("user-agent") or "")
        self.proxy.seen.append(request)
        if self.proxy.refuse(request):
            self._answer(503, LOST, {"content-type": "application/json"})
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        answer = requests.request(self.command, self.proxy.target + self.path, headers=headers, data=body, timeout=60)
        if self.proxy.lose(request):
            self._answer(503, LOST, {"content-type": "application/json"})
        else:
            self._answer(answer.status_code, answer.content, dict(answer.headers))

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in NOT_PASSED_ON:
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass  # noqa: N815 - the base class looks for these names

    def log_message(self, *_: object) -> None:
        """Nothing is written to the screen."""
