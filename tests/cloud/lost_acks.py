"""A network that loses answers: the service did what it was asked, and whoever asked hears 503."""

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

KEPT_TO_ONE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came over the wire."""

    method: str
    path: str
    body: bytes


class LostAcks:
    """A proxy on loopback before ``upstream``; it forwards everything and drops the answers that ``lose`` names.

    ``asked`` holds every request that came, so it also counts calls. ``instead`` is the status of a lost answer.
    """

    def __init__(self, upstream: str, lose: Callable[[Asked], bool] = lambda _: False, instead: int = 503) -> None:
        self.upstream = urlsplit(upstream)
        self.lose = lose
        self.instead = instead
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Through", (_Forwarding,), {"proxy": self}))
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def forward(self, asked: Asked, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
        """Let the service answer."""
        connection = http.client.HTTPConnection(str(self.upstream.hostname), self.upstream.port, timeout=60)
        try:
            connection.request(asked.method, asked.path, asked.body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()


class _Forwarding(BaseHTTPRequestHandler):
    proxy: LostAcks

    def _through(self) -> None:
        asked = Asked(self.command, self.path, self._body())
        self.proxy.asked.append(asked)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in KEPT_TO_ONE_HOP}
        status, answered, body = self.proxy.forward(asked, headers)
        if self.proxy.lose(asked):
            status, answered, body = self.proxy.instead, [("Content-Type", "application/json")], b"{}"
        self.send_response_only(status)
        for name, value in answered:
            if name.lower() not in KEPT_TO_ONE_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _through  # noqa: N815 - the names that http.server calls

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
        """Quiet."""
