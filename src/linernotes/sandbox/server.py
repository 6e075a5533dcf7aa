"""Serves the imitated services on loopback, in threads of this process."""

import logging
import re
import signal
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Thread
from types import FrameType
from typing import Any, Protocol

import waitress  # type: ignore[import-untyped]
import waitress.wasyncore  # type: ignore[import-untyped]
from flask import Blueprint, Flask, Response, g, request

from linernotes.core.errors import ConfigurationError
from linernotes.sandbox.calls import Call, Report
from linernotes.sandbox.faults import Faults
from linernotes.sandbox.responses import answer, error
from linernotes.sandbox.services import found_services
from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.catalogue import Catalogue
from linernotes.sandbox.world.generated import Generated

HOST = "127.0.0.1"
PROFILES = ("extended", "development")
THREADS = 32
"""Each hanging call occupies a thread, and other calls must not wait for them."""

LOOP_SECONDS = 0.2
"""The longest sleep of the loop if nothing wakes it."""

OWN_PAGES = "/_sandbox/"


class Service(Protocol):
    """One imitated service: the ``SERVICE`` of a module in ``services/``, made from a ``Stage``."""

    def blueprint(self) -> Blueprint:
        """Its routes. Give them a prefix, so that they do not clash with those of another service on the same port."""

    def environment(self, url: str) -> dict[str, str]:
        """The settings that make linernotes call this service under ``url``."""


class Sandbox:
    """The music services on 127.0.0.1, served within the context; port 0 takes any free one."""

    def __init__(  # noqa: PLR0913 - they are independent, and none is needed
        self,
        catalogue: Catalogue | None = None,
        profile: str = "extended",
        faults: Faults | None = None,
        port: int = 0,
        *,
        token_seconds: float = 3600,
        now: datetime | None = None,
        seed: int = 1,
    ) -> None:
        self._stage = Stage(
            catalogue=Generated() if catalogue is None else catalogue,
            profile=_known(profile),
            faults=faults or Faults(),
            token_seconds=token_seconds,
            now=_to_the_millisecond(now or datetime.now(UTC)),
            seed=seed,
        )
        self._services = [imitation(self._stage) for imitation in found_services()]
        self._asked_port = port

    def __enter__(self) -> "Sandbox":
        """Start serving."""
        door = _opened(self._asked_port)
        self.port: int = door.getsockname()[1]
        self._stage.closing.clear()
        # Truncated bodies and clients that give up are the sandbox's purpose, not worth a warning on stderr.
        logging.getLogger("waitress").setLevel(logging.ERROR)
        self._connections: dict[int, Any] = {}
        self._server: Any = waitress.create_server(
            self._app(), map=self._connections, sockets=[door], threads=THREADS, log_socket_errors=False
        )
        self._thread = Thread(target=self._serve, name=f"sandbox-{self.port}", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop serving, and end hanging calls."""
        self._stage.closing.set()
        self._server.task_dispatcher.shutdown(timeout=0.5)
        self._server.pull_trigger()
        self._thread.join()
        # Not before: a thread that is still serving would write to a closed file, or to one that reuses its number.
        waitress.wasyncore.close_all(self._connections)

    @property
    def url(self) -> str:
        """The sandbox's URL, without a path."""
        return f"http://{HOST}:{self.port}"

    @property
    def faults(self) -> Faults:
        """The faults in force; they may be replaced at any time, which numbers the calls from 1 again."""
        return self._stage.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._stage.change(faults)

    @property
    def profile(self) -> str:
        """The access Spotify grants: extended or development; it may be changed at any time."""
        return self._stage.profile

    @profile.setter
    def profile(self, profile: str) -> None:
        self._stage.profile = _known(profile)

    @property
    def catalogue(self) -> Catalogue:
        """The artists the services know."""
        return self._stage.catalogue

    def environment(self) -> dict[str, str]:
        """The settings that make linernotes call the sandbox instead of the real services."""
        return {name: value for service in self._services for name, value in service.environment(self.url).items()}

    def trouble(self, service: str, faults: Faults) -> None:
        """Put faults in force for one service alone, until ``faults`` are replaced."""
        self._stage.trouble(service, faults)

    def calls(self, *, asked: bool = False) -> Report:
        """The calls so far; with ``asked`` also how often each id was requested."""
        return self._stage.calls.report(asked=asked)

    def revoke_tokens(self) -> None:
        """Invalidate every access token issued so far."""
        self._stage.grants.clear()

    def reset(self) -> None:
        """Forget the calls, and start quotas and seeded faults again."""
        self._stage.reset()

    def _serve(self) -> None:
        """Waitress's own loop, except that it ends when the sandbox closes."""
        while not self._stage.closing.is_set():
            waitress.wasyncore.loop(timeout=LOOP_SECONDS, use_poll=True, map=self._connections, count=1)

    def _app(self) -> Flask:
        app = Flask(__name__, static_folder=None)
        for service in self._services:
            app.register_blueprint(service.blueprint())
        app.before_request(self._arrived)
        app.after_request(self._answered)
        app.register_error_handler(404, lambda _error: error(404, "Service not found"))
        app.add_url_rule("/_sandbox/calls", "calls", lambda: answer(self.calls(asked="asked" in request.args)))
        app.add_url_rule("/_sandbox/health", "health", lambda: answer({"status": "ok"}))
        app.add_url_rule("/_sandbox/reset", "reset", self._forgotten, methods=["POST"])
        return app

    def _forgotten(self) -> Response:
        self.reset()
        return answer({"status": "ok"})

    def _arrived(self) -> None:
        if not request.path.startswith(OWN_PAGES):
            g.call = Call(request.method, request.path, request.query_string.decode("latin-1"))
            self._stage.calls.arrived(_route(), g.call)

    def _answered(self, response: Response) -> Response:
        if "call" in g:
            self._stage.calls.answered(g.call, response.status_code)
        return response


def serve_forever(sandbox: Sandbox, started: Callable[[Sandbox], None] | None = None) -> int:
    """Serve until SIGINT or SIGTERM, and return that signal; ``started`` is called once the port is open."""
    # A SimpleQueue, unlike an Event, may be used by a signal handler that interrupts its own reader.
    signals: SimpleQueue[int] = SimpleQueue()

    def caught(signum: int, _frame: FrameType | None) -> None:
        signals.put(signum)

    earlier = {each: signal.signal(each, caught) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        with sandbox:
            if started:
                started(sandbox)
            return signals.get()
    finally:
        for each, action in earlier.items():
            signal.signal(each, action)


def _opened(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except (OSError, OverflowError) as trouble:
        reason = getattr(trouble, "strerror", None) or str(trouble)
        message = f"sandbox: cannot listen on {HOST}:{port}: {reason}"
        raise ConfigurationError(message, "choose another port, or 0 for any") from trouble


def _to_the_millisecond(at: datetime) -> datetime:
    """Cursors and played_at must name the same instant, and cursors count milliseconds."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _known(profile: str) -> str:
    if profile not in PROFILES:
        raise ConfigurationError(f"sandbox: unknown profile {profile!r}", f"choose one of {', '.join(PROFILES)}")
    return profile


def _route() -> str:
    """The route of the current call, its variable parts written <id>, so that counts do not depend on Python names."""
    return re.sub(r"<\w+>", "<id>", request.url_rule.rule) if request.url_rule else "(no such route)"
