"""Answers that are kept in memory for one snapshot of the published tables, as they are sent."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple, TypeAlias

from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from linernotes.runs.snapshots import Snapshots
from linernotes.storage.workspace import Workspace

MOST_KEPT = 10_000
Address: TypeAlias = tuple[str, str]  # a path and a query


class Kept(NamedTuple):
    """An answer as JSON, and an ETag for it."""

    body: bytes
    tag: str


class Answers:
    """Makes each answer once a snapshot; a newer snapshot drops them all."""

    def __init__(self, snapshots: Snapshots) -> None:
        self.snapshots = snapshots
        self._changing = threading.Lock()
        self._of: tuple[str, OrderedDict[Address, Kept]] = "", OrderedDict()  # the answers of one snapshot

    def kept(self, name: Address, make: Callable[[Workspace], object]) -> Kept:
        """What is made of the published tables."""
        with self.snapshots.reading() as (workspace, key):
            before, answers = self._of
            found = answers.get(name) if key == before else None
            if found is None:
                body = bytes(JSONResponse(jsonable_encoder(make(workspace))).body)
                found = Kept(body, f'W/"{sha256(repr((key, name)).encode()).hexdigest()[:20]}"')
                self._keep(key, name, found)
        return found

    def known(self, name: Address) -> Kept | None:
        """What was made of the tables that are published now; None if it has to be made. It waits for nobody."""
        key, answers = self._of
        return answers.get(name) if key and key == self.snapshots.current() else None

    def _keep(self, key: str, name: Address, made: Kept) -> None:
        with self._changing:
            if key != self._of[0]:
                self._of = key, OrderedDict()
            answers = self._of[1]
            answers[name] = made
            if len(answers) > MOST_KEPT:
                answers.popitem(last=False)
