"""A service on loopback that answers what it is told to, in order; for what a well-behaved sandbox never says."""

import json
import threading
import time
from collections.abc import Callable
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any, Self


class Answer:
    """One answer; ``cut`` bytes of its body are promised and never sent.

    It comes after ``late`` seconds, and after as many again for each byte of its body, or each of a hundred headers, if
    that is what ``drips``.
    """

    def __init__(
        self,
        status: int = 200,
        body: Any = None,
        cut: int = 0,
        *,
        late: float = 0.0,
        drips: str = "",
        **headers: str,
    ) -> None:
        self.status, self.cut, self.late, self.drips = status, cut, late, drips
        self.body = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


Script = Answer | Callable[[str], Answer]
OK = Answer(200, {"fine": True})
TOKEN = Answer(200, {"access_token": "BQcanary-token", "token_type": "Bearer", "expires_in": 3600})


class Service:
    """Answers ``script`` in order, then its last part for ever; a part is an answer, or a function of the path.

    Calls for tokens get ``token``, if there is one, and do not move the script on. ``seen`` holds all paths in order,
    ``headers`` what came with them.
    """

    def __init__(self, *script: Script, token: Answer | None = None) -> None:
        self._script, self._token = list(script), token
        self._lock = threading.Lock()
        self.seen: list[str] = []
        self.headers: list[Message] = []

    def __enter__(self) -> Self:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # headers and body in one packet: otherwise each answer waits 40 ms for an acknowledgement

            def do_GET(self) -> None:
                answer = service._next(self.path, self.headers)
                time.sleep(answer.late)
                try:
                    self._send(answer)
                except ConnectionError:  # whoever asked has given up
                    self.wfile = BytesIO()
                    self.close_connection = True

            def _send(self, answer: Answer) -> None:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                for number in range(100 if answer.drips == "headers" else 0):
                    self.send_header(f"X-{number}", "x")
                    self.flush_headers()
                    self.wfile.flush()
                    time.sleep(answer.late)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                sent = answer.body[: len(answer.body) - answer.cut]
                for part in map(bytes, zip(sent, strict=True)) if answer.drips == "body" else [sent]:
                    self.wfile.write(part)
                    if answer.drips == "body":
                        self.wfile.flush()
                        time.sleep(answer.late)
                self.close_connection = answer.cut > 0

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.do_GET()

            def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - its name in the base class
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def play(self, *script: Script, token: Answer | None = None) -> None:
        """Begin another script."""
        with self._lock:
            self._script, self._token = list(script), token
            self.seen, self.headers = [], []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def _next(self, path: str, headers: Message) -> Answer:
        with self._lock:
            self.seen.append(path)
            self.headers.append(headers)
            if self._token and path == "/api/token":
                return self._token
            part = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        return part if isinstance(part, Answer) else part(path)
