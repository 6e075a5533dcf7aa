"""What so many items cost, and how many so much suffices for."""

import pytest

from linernotes.config.providers import ProviderSettings
from linernotes.runs.enrich.budget import CostBudget, calls_for, days_for, items_for
from tests.samples import configs

PROVIDERS = configs().providers
NAMES = ["apify", "deezer", "lastfm", "listenbrainz", "musicbrainz", "spotify", "spotify_tracks", "wikidata"]


def provider(name: str) -> ProviderSettings:
    return PROVIDERS[name]


@pytest.mark.parametrize(
    ("name", "items", "calls"),
    [
        ("musicbrainz", 0, 0),
        ("musicbrainz", 1000, 10),
        ("musicbrainz", 1001, 11),
        ("listenbrainz", 1000, 11),
        ("listenbrainz", 1, 2),
        ("listenbrainz", 2150, 1 + 10 + 1 + 10 + 1 + 2),
        ("wikidata", 1000, 10),
        ("lastfm", 1000, 3000),
        ("deezer", 7, 7),
        ("spotify", 51, 2),
        ("apify", 51, 28),
    ],
)
def test_calls_are_those_of_whole_and_broken_batches(name: str, items: int, calls: int) -> None:
    assert calls_for(provider(name), items, provider(name).batch_size) == calls


@pytest.mark.parametrize("name", NAMES)
def test_so_many_calls_suffice_for_so_many_items_and_not_for_one_more(name: str) -> None:
    settings, batch = provider(name), provider(name).batch_size
    for calls in range(40):
        items = items_for(settings, calls, batch)
        assert calls_for(settings, items, batch) <= calls < calls_for(settings, items + 1, batch)


@pytest.mark.parametrize(("dollars", "items"), [(None, None), (0, 0), (0.05, 50), (0.0999, 99), (0.1, 100), (0.3, 300)])
def test_a_purse_pays_to_the_last_cent_and_no_further(dollars: float | None, items: int | None) -> None:
    assert CostBudget(dollars).pays_for(provider("apify")) == items
    assert CostBudget(dollars).pays_for(provider("spotify")) is None


def test_what_was_paid_for_and_not_asked_is_given_back() -> None:
    cost = CostBudget(0.1)
    cost.spend(provider("apify"), 100)
    assert cost.pays_for(provider("apify")) == 0
    cost.spend(provider("apify"), -30)
    assert cost.pays_for(provider("apify")) == 30


@pytest.mark.parametrize(("calls", "left", "days"), [(0, 0, 0), (5, 10, 1), (10, 10, 1), (11, 10, 2), (11, 0, 3)])
def test_what_does_not_fit_into_today_takes_further_days(calls: int, left: int, days: int) -> None:
    assert days_for(provider("spotify").model_copy(update={"daily_calls": 10}), calls, left) == days


def test_those_who_tell_what_others_are_asked_by_are_there() -> None:
    assert {name for settings in PROVIDERS.values() for name in settings.known_from} <= PROVIDERS.keys()
    # The address of a track stands on the play itself.
    assert [name for name, settings in PROVIDERS.items() if not settings.known_from] == ["reccobeats", "spotify_tracks"]
