"""What Deezer answers about barcodes, and what becomes of it."""

from dataclasses import replace
from typing import Any

import pytest

from linernotes.core.identifiers import canonical_barcode
from linernotes.core.values import WorkItem
from linernotes.providers.deezer.albums import parse
from linernotes.sandbox import Sandbox
from tests.providers.asking import Asks, AsksScript
from tests.providers.conformance import Conformance
from tests.providers.contracts import landed
from tests.providers.test_discogs import works
from tests.service import Answer

NAME = "deezer_albums"
UPC = "602475093060"
ROUTE = "GET /deezer/album/upc:<id>"
FULL: dict[str, Any] = {
    "id": 629506181,
    "title": "Dust",
    "upc": UPC,
    "link": "https://www.deezer.com/album/629506181",
    "genres": {"data": [{"id": 132, "name": "Pop", "type": "genre"}]},
    "label": "Blue Mill (2)",
    "nb_tracks": 11,
    "fans": 15022,
    "release_date": "2007-11-05",
    "record_type": "album",
    "artist": {"id": 9, "name": "Nova", "type": "artist"},
}


def barcodes(sandbox: Sandbox, number: int) -> list[str]:
    """Barcodes of releases that the sandbox has."""
    known = dict.fromkeys(canonical_barcode(item.barcode or "") for item in works(sandbox, 2 * number + 20))
    return [barcode for barcode in known if barcode][:number]


class TestDeezerAlbums(Conformance):
    name = NAME
    item = WorkItem(NAME, "release", UPC)
    invalid = tuple(
        WorkItem(NAME, "release", key) for key in ("short", "0602475093060", "60247509306X", "../artist/27")
    )
    thing = FULL
    essential = frozenset({"upc"})
    unknown = Answer(200, {"error": {"type": "DataException", "message": "no data", "code": 800}})

    def body(self, path: str, thing: Any) -> Any:
        return thing

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=barcode) for barcode in barcodes(sandbox, 20)]


def test_a_barcode_is_one_call_and_some_are_unknown(asking: Asks, sandbox: Sandbox) -> None:
    told = asking().kinds(*barcodes(sandbox, 30))
    assert set(told.values()) == {("Found", None, None), ("Missing", "not_found", 200)}
    assert sandbox.calls()["calls"] == {ROUTE: 30}


def test_an_album_is_read_with_its_label_and_as_much_of_its_date_as_is_known() -> None:
    record = parse(UPC, FULL)
    landed(f"{NAME}/albums", record)
    assert record == {
        "upc": UPC,
        "deezerAlbumId": "629506181",
        "title": "Dust",
        "artistName": "Nova",
        "labelName": "Blue Mill",
        "recordType": "album",
        "releaseDate": "2007-11-05",
        "genres": ["Pop"],
        "trackCount": 11,
        "fans": 15022,
        "link": "https://www.deezer.com/album/629506181",
    }
    unknown = parse(UPC, {**FULL, "release_date": "0000-00-00", "label": "", "genres": {"data": []}, "nb_tracks": -1})
    assert [unknown[name] for name in ("releaseDate", "labelName", "genres", "trackCount")] == [None, None, [], None]


@pytest.mark.parametrize(
    ("key", "sent"),
    [("602475093060", "602475093060"), ("75678671", "000075678671"), ("9338684000223", "9338684000223")],
    ids=["twelve", "eight", "thirteen"],
)
def test_a_barcode_is_sent_with_as_many_digits_as_deezer_has(scripted: AsksScript, key: str, sent: str) -> None:
    asked, service = scripted(Answer(200, {**FULL, "upc": sent}))
    assert asked.kinds(key) == {key: ("Found", None, None)}
    assert service.seen == [f"/album/upc:{sent}"]


@pytest.mark.parametrize("other", ["724352255320", None, "", 5], ids=repr)
def test_an_album_with_another_barcode_is_no_answer(scripted: AsksScript, other: Any) -> None:
    asked, _ = scripted(Answer(200, {**FULL, "upc": other}))
    assert asked.kinds(UPC) == {UPC: ("Failed", "unreadable", 200)}
