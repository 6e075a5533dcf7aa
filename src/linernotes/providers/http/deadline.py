"""Connections whose answers have a deadline: for headers and body together, however slowly they come.

The timeout of a socket counts from one byte to the next, so a server that sends a byte now and then holds a call for
ever. Here every read is given what is left of the time of the whole call.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http.client import HTTPResponse
from socket import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from linernotes.core.clock import SystemClock

_CLOCK = SystemClock()  # a socket waits by the machine's time, whatever a test's clock says
_ENDS: ContextVar[float] = ContextVar("ends")


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Give what this thread sends and receives in here ``seconds`` altogether."""
    token = _ENDS.set(_CLOCK.monotonic() + seconds)
    try:
        yield
    finally:
        _ENDS.reset(token)


class _Reads(io.RawIOBase):
    """The bytes of a socket; a read that the deadline leaves no time for is a timeout."""

    def __init__(self, sock: socket) -> None:
        self._sock, self._timeout, self._raw = sock, sock.gettimeout(), sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = _ENDS.get() - _CLOCK.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline for the whole response is over")
        self._sock.settimeout(left if self._timeout is None else min(left, self._timeout))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Opened:
    """All that a response needs of a socket."""

    def __init__(self, sock: socket) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reads(self._sock))


class _Response(HTTPResponse):
    def __init__(self, sock: Any, *arguments: Any, **options: Any) -> None:
        super().__init__(_Opened(sock), *arguments, **options)  # type: ignore[arg-type]


class _Http(HTTPConnection):
    response_class = _Response


class _Https(HTTPSConnection):
    response_class = _Response


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


POOLS = {"http": _HttpPool, "https": _HttpsPool}


class DeadlineAdapter(HTTPAdapter):
    """The adapter of requests, whose calls must be made within a ``deadline``."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """The pools of connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):  # its connections are of a kind of their own
            manager.pool_classes_by_scheme = POOLS
        return manager
