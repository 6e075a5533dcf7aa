import secrets

import pytest

from linernotes.sandbox.world.base62 import DIGITS, Numbering, decode, encode, new_id, well_formed


def test_ten_thousand_numbers_come_back_from_their_ids() -> None:
    numbering = Numbering(seed=1, size=1_000_000)
    ids = [numbering.id_at(index) for index in range(0, 1_000_000, 100)]
    assert [numbering.index_of(each) for each in ids] == list(range(0, 1_000_000, 100))
    assert len(set(ids)) == 10_000
    assert all(map(well_formed, ids))


def test_an_invented_id_is_unknown() -> None:
    numbering = Numbering(seed=1, size=1_000_000)
    invented = ["".join(secrets.choice(DIGITS) for _ in range(22)) for _ in range(1000)]
    assert {numbering.index_of(each) for each in [*invented, "0" * 22, "Z" * 22, "short", ""]} == {None}


def test_another_seed_gives_other_ids() -> None:
    numbering, other = Numbering(seed=1, size=10), Numbering(seed=2, size=10)
    assert other.index_of(numbering.id_at(3)) is None


def test_there_is_no_artist_beyond_the_last() -> None:
    with pytest.raises(IndexError):
        Numbering(seed=1, size=10).id_at(10)
    assert Numbering(seed=1, size=10).index_of(Numbering(seed=1, size=11).id_at(10)) is None


@pytest.mark.parametrize("text", ["4uLU6hMCjMI75M1A2tKUQ", "4uLU6hMCjMI75M1A2tKUQC0", "4uLU6hMCjMI75M1A2tKU-C", ""])
def test_an_id_is_twenty_two_letters_and_digits(text: str) -> None:
    assert not well_formed(text)


def test_a_number_is_written_and_read_alike() -> None:
    assert decode(encode(2**128 - 1)) == 2**128 - 1
    assert new_id("album", 1) == new_id("album", 1) != new_id("album", 2)
