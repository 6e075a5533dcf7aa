"""A world of namesakes: the services err as real ones do, and every error is one that is meant."""

import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import requests

from linernotes.core.errors import ConfigurationError
from linernotes.providers.wikidata.queries import facts_of, names_of
from linernotes.sandbox import Namesakes, Sandbox, chosen_catalogue, write_history
from linernotes.sandbox.world.facts import Facts
from linernotes.sandbox.world.namesakes.cast import OF_GROUPS, OF_ONE, Part, Trap
from linernotes.sandbox.world.namesakes.mistakes import Mistaken
from linernotes.sandbox.world.namesakes.sleeves import PLAIN, TRICKY, Sleeves
from linernotes.sandbox.world.namesakes.truth import Truth

from .callers import Caller

US = {"User-Agent": "linernotes/test (me@example.org)", "Accept": "application/sparql-results+json"}
WORLD = Namesakes(size=120, namesakes=0.5, errors=0.8)
SLEEVES = Sleeves(WORLD)


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with Sandbox(WORLD) as sandbox:
        yield sandbox


def parts(trap: Trap) -> list[Part]:
    return [part for part in WORLD.here if part.trap == trap]


def key(part: Part) -> str:
    return WORLD.id_at(part.number)


def known(number: int) -> Facts:
    facts = Mistaken(WORLD).of(WORLD.id_at(number))
    assert facts is not None
    return facts


def linked(sandbox: Sandbox, part: Part) -> list[str]:
    url = f"{sandbox.environment()['MUSICBRAINZ_API_URL']}/url"
    address = f"https://open.spotify.com/artist/{key(part)}"
    reply = requests.get(url, {"resource": address, "inc": "artist-rels", "fmt": "json"}, headers=US, timeout=60)
    return [link["artist"]["id"] for link in reply.json().get("relations", ()) if not link["ended"]]


def page(sandbox: Sandbox, name: str) -> dict[str, Any]:
    settings = sandbox.environment()
    question = {"method": "artist.getInfo", "api_key": settings["LASTFM_API_KEY"], "format": "json", "artist": name}
    found: dict[str, Any] = requests.get(settings["LASTFM_API_URL"], question, timeout=60).json()["artist"]
    return found


def sparql(sandbox: Sandbox, query: str) -> list[dict[str, Any]]:
    url = sandbox.environment()["WIKIDATA_SPARQL_URL"]
    reply = requests.post(url, data={"query": query}, headers=US, timeout=60)
    found: list[dict[str, Any]] = reply.json()["results"]["bindings"]
    return found


def claims(sandbox: Sandbox, part: Part, wanted: str) -> set[str]:
    rows = sparql(sandbox, facts_of([key(part)]))
    values = {row["value"]["value"] for row in rows if row["property"]["value"].endswith(f"/{wanted}")}
    return {value.rpartition("/")[2] for value in values}


def looked_up(sandbox: Sandbox, artist: str, track: str) -> list[str]:
    settings = sandbox.environment()
    headers = {**US, "Authorization": f"Token {settings['LISTENBRAINZ_TOKEN']}"}
    names = {"recordings": [{"artist_name": artist, "recording_name": track}]}
    url = f"{settings['LISTENBRAINZ_API_URL']}/metadata/lookup/"
    found: list[str] = requests.post(url, json=names, headers=headers, timeout=60).json()[0].get("artist_mbids", [])
    return found


def test_the_same_seed_makes_the_same_world() -> None:
    assert Namesakes(seed=3, size=50).parts == Namesakes(seed=3, size=50).parts != Namesakes(seed=4, size=50).parts


@pytest.mark.parametrize(("namesakes", "errors"), [(0.0, 0.0), (0.3, 0.5), (1.0, 1.0)])
def test_both_shares_hold(namesakes: float, errors: float) -> None:
    here = Namesakes(size=300, namesakes=namesakes, errors=errors).here
    names = Counter(part.name for part in here if part.trap not in (Trap.TWO_PROFILES, Trap.LOOKALIKES))
    alike = sum(often for often in names.values() if often > 1) + sum(part.trap == Trap.LOOKALIKES for part in here)
    groups = [trap for trap, _ in groupby(here, key=lambda part: (part.group, part.trap))]
    wrong = sum(trap in OF_GROUPS + OF_ONE for _, trap in groups)
    assert alike / len(here) == pytest.approx(namesakes, abs=0.05)
    assert wrong / len(groups) == pytest.approx(errors, abs=0.05)


def test_every_trap_is_set() -> None:
    assert {part.trap for part in WORLD.here} == set(Trap)


def test_every_value_and_every_id_shows_whose_it_is() -> None:
    truth = Truth(WORLD)
    for part in WORLD.here:
        facts = known(part.number)
        values = (facts.listeners, facts.fans, facts.artist.followers, facts.label, facts.manager, facts.country[1])
        assert {truth.owner(str(value)) for value in values} == {part.person}
        assert truth.by_spotify(key(part)) == truth.by_mbid(facts.mbid or "") == part.person


def test_one_page_serves_all_who_share_a_name(served: Sandbox) -> None:
    groups = {part.group for part in WORLD.here if part.trap == Trap.NAMESAKES}
    assert groups
    for group in groups:
        listeners = int(page(served, WORLD.parts[group[0]].name)["stats"]["listeners"])
        assert Truth(WORLD).owner(str(listeners)) in group


def test_a_strangers_page_has_the_id_of_the_stranger(served: Sandbox) -> None:
    for part in parts(Trap.STRANGERS_PAGE):
        assert WORLD.parts[part.group[-1]].stranger
        assert page(served, part.name)["mbid"] == known(part.group[-1]).mbid


def test_of_some_namesakes_only_one_is_linked(served: Sandbox) -> None:
    for part in parts(Trap.ONE_LINKED):
        assert linked(served, part) == ([known(part.number).mbid] if part.place == 0 else [])


def test_two_artists_can_have_one_url_and_one_artist_two(served: Sandbox) -> None:
    assert {len(linked(served, part)) for part in parts(Trap.SHARED_URL)} == {2}
    for part in parts(Trap.TWO_PROFILES):
        assert linked(served, part) == [known(part.person).mbid]


def test_an_item_of_another_name_has_another_artists_id(served: Sandbox) -> None:
    for part in parts(Trap.OTHERS_ITEM):
        (item,) = {row["item"]["value"].rpartition("/")[2] for row in sparql(served, facts_of([key(part)]))}
        names = {row["name"]["value"] for row in sparql(served, names_of([item], ["en", "fr", "mul", "ja"]))}
        assert names
        assert part.name not in names


def test_an_item_of_a_namesake_contradicts_musicbrainz(served: Sandbox) -> None:
    for part in (part for part in parts(Trap.NAMESAKES_ITEM) if part.place == 0):
        assert claims(served, part, "P434") == {known(part.group[1]).mbid}
        assert claims(served, part, "P434").isdisjoint(linked(served, part))


def test_a_merged_id_leads_to_the_one_it_was_merged_into(served: Sandbox) -> None:
    for part in parts(Trap.MERGED_MBID):
        (old,) = claims(served, part, "P434")
        url = f"{served.environment()['LISTENBRAINZ_API_URL']}/metadata/artist/"
        answered = requests.get(url, {"artist_mbids": old}, headers=US, timeout=60).json()
        assert [each["mbid"] for each in answered] in ([], [known(part.number).mbid])
        assert old != known(part.number).mbid


def test_some_tracks_are_gone_and_some_have_another_id(served: Sandbox) -> None:
    caller = Caller(served)
    for trap, status in ((Trap.GONE, 404), (Trap.RELINKED, 200), (Trap.NONE, 200)):
        part = parts(trap)[0]
        asked = SLEEVES.recorded(part, TRICKY).id
        reply = caller.session.get(f"{caller.url}/tracks/{asked}", timeout=60)
        assert reply.status_code == status
        assert (reply.json().get("id") == asked) == (trap == Trap.NONE)


def test_a_look_up_can_mean_a_namesake(served: Sandbox) -> None:
    for trap in (Trap.WRONG_MATCH, Trap.SAME_TITLE):
        wrong = [part for part in parts(trap) if part.place == 1]
        told = [looked_up(served, part.name, SLEEVES.recorded(part, TRICKY).name) for part in wrong]
        assert all(found in ([], [known(part.group[0]).mbid]) for found, part in zip(told, wrong, strict=True))
        assert any(told)


def test_a_look_up_tells_both_artists_of_a_credit(served: Sandbox) -> None:
    credited = [(part, SLEEVES.credited(part, TRICKY)) for part in parts(Trap.GUEST)]
    told = [looked_up(served, credit, SLEEVES.recorded(part, TRICKY).name) for part, credit in credited]
    assert {len(found) for found in told} - {0} == {2}


def test_plays_have_the_earlier_name_of_whoever_was_renamed(served: Sandbox) -> None:
    part = parts(Trap.RENAMED)[0]
    (first, *_) = [play for play in SLEEVES.plays(names_only=True) if play.part == part]
    assert first.artist == part.former != part.name
    caller = Caller(served)
    track = caller.session.get(f"{caller.url}/tracks/{first.track.id}", timeout=60).json()
    assert track["artists"][0]["name"] == part.name


def test_a_compilation_has_an_album_artist_who_is_nobody() -> None:
    part = parts(Trap.COMPILATION)[0]
    album, own = (SLEEVES.recorded(part, which).album.artists[0].name for which in (TRICKY, PLAIN))
    assert own == part.name != album
    assert SLEEVES.matched(album, SLEEVES.recorded(part, TRICKY).name) == ()


def test_an_exported_history_has_tracks_of_this_world(tmp_path: Path) -> None:
    write_history(tmp_path / "history.zip", WORLD, 200)
    with zipfile.ZipFile(tmp_path / "history.zip") as archive:
        (file,) = [name for name in archive.namelist() if "Audio" in name]
        entries = json.loads(archive.read(file))
    played = {entry["spotify_track_uri"] for entry in entries} - {None}
    assert len(played) > 50
    assert played <= {track.uri for tracks in SLEEVES.repertoire() for track in tracks}


def test_a_file_of_artists_and_a_world_of_namesakes_exclude_each_other() -> None:
    assert isinstance(chosen_catalogue(None, 0.2, None), Namesakes)
    with pytest.raises(ConfigurationError, match="--catalogue cannot be combined"):
        chosen_catalogue("artists.tsv", 0.2, 0.1)
