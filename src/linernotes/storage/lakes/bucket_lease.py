"""A lease on a bucket: an object that only one writer can make, renewed while it works, and void when old.

Safety does not depend on it: every write to the bucket and every load is safe next to another writer. It keeps two
runs from doing the same work, and names the holder to the second.
"""

import json
import logging
import os
import secrets
import socket
import threading

from linernotes.core.errors import Busy, LinernotesError
from linernotes.core.values import Run
from linernotes.storage.lakes.objects import Objects, Stored, Taken

PATH = "_state/lease.json"
TTL_SECONDS = 60.0  # a lease that was not renewed for this long is over
MARGIN_SECONDS = 20.0  # beyond that, before it is taken from its holder: a renewal may be on its way
TRIES = 4  # how often the lease can change hands while we ask for it
log = logging.getLogger(__name__)


class Lease:
    """Held between ``__enter__``, which raises Busy naming the holder, and ``__exit__``."""

    def __init__(self, objects: Objects, run: Run, ttl: float = TTL_SECONDS) -> None:
        self._objects, self._ttl = objects, ttl
        # The token tells two holds of one run apart, so that neither mistakes the other's object for its own.
        holder = {"process": os.getpid(), "host": socket.gethostname(), "run": run.id, "token": secrets.token_hex(8)}
        self._body = json.dumps(holder).encode()
        self._done = threading.Event()
        self._renewing = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> None:
        self._held: Stored | None = self._take()
        self._renewing.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._renewing.join()
        try:
            self._release()
        except LinernotesError as error:
            log.warning("lease: could not release it; it expires in %.0f s: %s", self._ttl, error.message)

    def _take(self) -> Stored:
        generation, said = 0, b""
        for _ in range(TRIES):
            try:
                return self._objects.put(PATH, self._body, generation)
            except Taken:
                there = self._objects.get(PATH)
            generation = there.generation if there else 0
            if there is None:
                continue  # released this very moment
            said = self._objects.read(there)
            if said == self._body:
                return there  # our own write, whose response got lost
            if not self._is_over(there):
                break
        raise Busy(f"{self._objects} is in use by {_holder(said)}", "wait until it finishes, then repeat the command")

    def _is_over(self, there: Stored) -> bool:
        """Whether a lease has expired by the server's clock: both instants are its own."""
        if there.updated is None:
            return False
        return (self._objects.now - there.updated).total_seconds() > self._ttl + MARGIN_SECONDS

    def _keep(self) -> None:
        while self._held and not self._done.wait(self._ttl / 3):
            try:
                self._held = self._renew(self._held)
            except LinernotesError as error:
                log.warning("lease: not renewed: %s", error.message)

    def _renew(self, held: Stored) -> Stored | None:
        try:
            return self._objects.put(PATH, self._body, held.generation)
        except Taken:
            ours = self._ours()
        if ours is None:
            log.warning("lease: taken over by another run; continuing is safe, but work may be done twice")
        return ours

    def _release(self) -> None:
        if self._held is None:
            return
        try:
            self._objects.delete(self._held)
        except Taken:
            if ours := self._ours():  # renewed, but the response got lost
                self._objects.delete(ours)

    def _ours(self) -> Stored | None:
        there = self._objects.get(PATH)
        return there if there and self._objects.read(there) == self._body else None


def _holder(body: bytes) -> str:
    try:
        said = json.loads(body)
        return f"process {said['process']} on {said['host']}, run {said['run']}"
    except (ValueError, KeyError, TypeError):
        return "another process"
