"""Somebody who calls the imitated MusicBrainz or ListenBrainz over real HTTP."""

from typing import Any

import requests

from linernotes.sandbox import Generated, Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge

NAMED = {"User-Agent": "test/1 (me@example.org)"}


class BrainzCaller:
    """A plain session that says who it is."""

    def __init__(self, sandbox: Sandbox, service: str) -> None:
        self.url = sandbox.environment()[f"{service.upper()}_API_URL"]
        self.session = requests.Session()
        self.session.headers.update(NAMED)

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.session.get(self.url + path, params=query, timeout=60)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.session.post(self.url + path, json=body, timeout=60)


def linked(catalogue: Generated, number: int) -> list[Facts]:
    """The first so many artists whose address MusicBrainz knows."""
    knowledge = Knowledge(catalogue)
    live = (index for index in range(3_000) if catalogue.state(index) == "live")
    known = (facts for facts in (knowledge.of(catalogue.id_at(index)) for index in live) if facts and facts.mbid)
    return [next(known) for _ in range(number)]
