"""An answer far poorer than the one we hold is kept, takes nothing away, and is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import QUICK
from tests.laptop import Laptop
from tests.samples import keys
from tests.service import TOKEN, Answer, Service

POORER, THINNER = keys(2)
REFRESH = ("run", "--provider", "spotify", "--mode", "refresh", "--older-than", "0d")
FIELDS = "artistName", "genres", "popularity", "followerCount", "imageUrlLarge"


def full(key: str, popularity: int) -> dict[str, Any]:
    """An artist with all that Spotify says of one."""
    images = [{"url": f"https://i.scdn.co/image/{key}", "height": 640, "width": 640}]
    followers = {"total": 1000 + popularity}
    return {"id": key, "name": f"Number {key}", "genres": ["pop"], "images": images} | {
        "popularity": popularity,
        "followers": followers,
    }


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service(Answer(500), token=TOKEN) as running:
        yield running


@pytest.fixture(scope="module")
def machine(built_home: Path, tmp_path_factory: pytest.TempPathFactory, service: Service) -> Laptop:
    """A machine that was told everything about two artists."""
    work = tmp_path_factory.mktemp("doubted")
    urls = {"SPOTIFY_API_URL": f"{service.url}/v1", "SPOTIFY_ACCOUNTS_URL": service.url}
    secrets = {"SPOTIFY_CLIENT_ID": "id", "SPOTIFY_CLIENT_SECRET": "secret", "LINERNOTES_SPOTIFY__MODE": "extended"}
    laptop = Laptop(work / "home", urls | secrets | QUICK).take_over(built_home)
    assert laptop("import", "roster", laptop.roster(POORER, THINNER)).code == 0
    service.play(answering(full(POORER, 50), full(THINNER, 50)), token=TOKEN)
    assert laptop("run", "--provider", "spotify").code == 0
    return laptop


def answering(*artists: dict[str, Any]) -> Any:
    known = {artist["id"]: artist for artist in artists}

    def answer(path: str) -> Answer:
        asked = path.split("ids=")[1].replace("%2C", ",").split(",")
        return Answer(200, {"artists": [known[key] for key in asked]})

    return answer


def values(machine: Laptop, key: str) -> tuple[Any, ...]:
    row = machine.dimension()[key]
    return tuple(row[field] for field in FIELDS)


def test_what_is_known_stays_until_a_fuller_answer_comes_and_a_rebuild_decides_alike(
    machine: Laptop, service: Service
) -> None:
    before = values(machine, POORER)
    thinner = {**full(THINNER, 60), "genres": []}
    service.play(answering({"id": POORER, "name": "A Proxy"}, thinner), token=TOKEN)
    said = machine(*REFRESH)
    assert said.code == 0, said.err
    assert (
        f"alarm: spotify answered with far fewer fields than before about 1 artist, such as Number {POORER}; "
        "the fuller answers are kept: hub_music__svc_doubted_answers lists them"
    ) in said.err
    assert values(machine, POORER) == before
    assert values(machine, THINNER)[1:4] == ([], 60, 1060)
    assert machine.value("select count(*) from {lake}.lake_spotify__normalized_artist_enrichment") == 4
    (note,) = [note for note in machine("show", POORER).rows["notes"] if "fewer fields" in note]
    assert note.startswith("spotify: the answer of 20")
    assert note.endswith(", whose values are kept")
    assert not [note for note in machine("show", THINNER).rows["notes"] if "fewer fields" in note]
    seen = {key: values(machine, key) for key in (POORER, THINNER)}
    assert machine("rebuild").code == 0
    assert {key: values(machine, key) for key in (POORER, THINNER)} == seen
    service.play(answering(full(POORER, 70), thinner), token=TOKEN)
    again = machine(*REFRESH)
    assert "fewer fields" not in again.err
    assert values(machine, POORER)[2] == 70
