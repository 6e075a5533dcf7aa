"""What the services know of an artist is the same to all of them, and every id leads back to the artist."""

from pathlib import Path

import pytest

from linernotes.sandbox import FromFile, Generated
from linernotes.sandbox.world.facts import KNOWN, Facts, Knowledge, _digits

CATALOGUE = Generated()
FIRST = 3_000
GIMS = "2pvfGvbL4mouaDY9ZSwUmv"


@pytest.fixture(scope="module")
def known() -> list[Facts]:
    knowledge = Knowledge(CATALOGUE)
    return [facts for facts in map(knowledge.of, map(CATALOGUE.id_at, range(FIRST))) if facts]


def test_the_same_artist_has_the_same_facts_everywhere(known: list[Facts]) -> None:
    again = Knowledge(Generated())
    assert [again.of(facts.artist.id) for facts in known[:50]] == known[:50]


def test_every_id_of_every_service_leads_back_to_its_artist(known: list[Facts]) -> None:
    knowledge = Knowledge(CATALOGUE)
    for facts in known[:500]:
        for mbid in filter(None, (facts.mbid, facts.old_mbid)):
            assert knowledge.by_mbid(mbid) == facts
        numbers = (facts.deezer, facts.discogs, int(facts.wikidata[1:]) if facts.wikidata else None)
        assert all(knowledge.by_number(number) == facts for number in numbers if number)


@pytest.mark.parametrize("mbid", ["", "5dfdca28-9ddc-4853-933c-8bc97d87beec", "no uuid at all"])
def test_an_id_of_nobody_leads_nowhere(mbid: str) -> None:
    assert Knowledge(CATALOGUE).by_mbid(mbid) is None


def test_some_artists_are_unknown_some_shared_and_some_merged(known: list[Facts]) -> None:
    shares = [sum(map(test, known)) / len(known) for test in (_unlinked, _shared, _merged, _managed)]
    assert 0.03 < shares[0] < 0.1
    assert 0 < shares[1] < 0.03
    assert 0 < shares[2] < 0.03
    assert 0.15 < shares[3] < 0.35


def test_a_name_finds_one_artist_even_where_several_have_it(known: list[Facts]) -> None:
    knowledge = Knowledge(CATALOGUE)
    names = [facts.artist.name.casefold() for facts in known]
    twice = next(name for name in names if names.count(name) > 1)
    found = knowledge.by_name(twice.upper())
    assert found == next(facts for facts in known if facts.artist.name.casefold() == twice)


def _unlinked(facts: Facts) -> bool:
    return facts.mbid is None


def _shared(facts: Facts) -> bool:
    return facts.other_mbid is not None


def _merged(facts: Facts) -> bool:
    return facts.old_mbid is not None


def _managed(facts: Facts) -> bool:
    return facts.manager is not None


def test_the_real_ones_are_known_to_every_service_and_every_id_leads_back() -> None:
    knowledge = Knowledge(CATALOGUE)
    facts = knowledge.of(GIMS)
    assert facts
    assert (facts.artist.name, facts.monthly_listeners) == ("Gims", 18_500_000)
    assert (facts.label, facts.manager) == ("Play Two", "Renversant Artists")
    assert facts.mbid
    assert knowledge.by_mbid(facts.mbid) == facts
    assert knowledge.by_name("gims") == facts
    assert all(knowledge.by_number(n) == facts for n in (_digits(facts.wikidata), facts.deezer, facts.discogs) if n)


@pytest.mark.parametrize("size", [5, 1000])
def test_the_real_ones_are_no_part_of_the_made_up_ones(size: int) -> None:
    catalogue = Generated(size=size)
    assert len(catalogue) == size
    assert GIMS not in list(catalogue.ids())
    assert catalogue.artist(GIMS)
    assert catalogue.id_at(catalogue.index_of(GIMS) or 0) == GIMS
    with pytest.raises(IndexError):
        catalogue.id_at(size + len(KNOWN))


def test_the_real_ones_are_themselves_in_a_list_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(f"artist_id,name,followers,popularity,genres,image_url\n{GIMS},GIMS,-,-,-,-\n", encoding="utf-8")
    facts = Knowledge(FromFile(path)).of(GIMS)
    assert facts
    assert (facts.artist.name, facts.label, facts.monthly_listeners) == ("GIMS", "Play Two", 18_500_000)


def test_a_catalogue_without_the_real_ones_knows_nothing_of_them(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(f"artist_id,name,followers,popularity,genres,image_url\n{'0' * 22},X,-,-,-,-\n", encoding="utf-8")
    knowledge = Knowledge(FromFile(path))
    assert knowledge.of(GIMS) is None
    assert knowledge.by_name("gims") is None
    assert knowledge.by_number(11) is None
