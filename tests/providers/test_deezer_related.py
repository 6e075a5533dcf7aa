"""What Deezer answers about the neighbours of an artist, and what becomes of it."""

from dataclasses import replace
from typing import Any

from linernotes.core.values import WorkItem
from linernotes.sandbox import Sandbox
from tests.providers.asking import AsksScript, facts_of
from tests.providers.conformance import Conformance
from tests.service import Answer

NAME = "deezer_related"
NEIGHBOUR: dict[str, Any] = {
    "id": 3350,
    "name": "Phoenix",
    "link": "https://www.deezer.com/artist/3350",
    "picture": "https://api.deezer.com/artist/3350/image",
    "nb_album": 30,
    "nb_fan": 330_000,
    "radio": True,
    "tracklist": "https://api.deezer.com/artist/3350/top?limit=50",
    "type": "artist",
}


class TestDeezerRelated(Conformance):
    name = NAME
    item = WorkItem(NAME, "artist", "27")
    invalid = tuple(WorkItem(NAME, "artist", key) for key in ("abc", "27/top", "../user/1", "-27"))
    thing = NEIGHBOUR
    essential = frozenset({"id"})
    unknown = Answer(200, {"error": {"type": "DataException", "message": "no data", "code": 800}})

    def body(self, path: str, thing: Any) -> Any:
        return {"data": [thing], "total": 1}

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=str(facts.deezer)) for facts in facts_of(sandbox) if facts.deezer]


def test_neighbours_come_in_the_order_of_the_service(scripted: AsksScript) -> None:
    other = {**NEIGHBOUR, "id": 1, "name": "Air"}
    asked, service = scripted(Answer(200, {"data": [NEIGHBOUR, other], "total": 2}))
    assert asked.found("27").record == {
        "deezerId": "27",
        "related": [{"deezerId": "3350", "name": "Phoenix"}, {"deezerId": "1", "name": "Air"}],
    }
    assert service.seen == ["/artist/27/related"]


def test_an_artist_may_have_no_neighbours(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(200, {"data": [], "total": 0}))
    assert asked.found("27").record["related"] == []
