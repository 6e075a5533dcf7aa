"""A forecast of pick-ups finds the truth where it is known, and keeps silent where it would only look like one."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import fmean

import numpy as np
import pytest
from scipy.stats import kendalltau
from sklearn.metrics import average_precision_score, roc_auc_score

from linernotes.reports.song_days import FEATURES, Features
from linernotes.runs.triggers.card import card
from linernotes.runs.triggers.linear import unseen_scores
from linernotes.runs.triggers.model import TriggerModel, model_of
from linernotes.runs.triggers.training import Sample, Told, part_of, split, train
from linernotes.runs.triggers.trials import auc, brier, precision
from tests.samples import configs

SETTINGS = configs().triggers
TODAY, FIRST = date(2026, 12, 1), date(2025, 1, 1)
TOLD = Told(137, [(1.0, 0.2)], {}, [])
# What pick-ups follow from in this world; two features mean nothing, and two are alike.
WEIGHTS = {
    "songStreams7": 0.9,
    "artistStreams30": 0.5,
    "playlistAdds30": 1.3,
    "savesPerStream30": 0.7,
    "songTrend": 0.45,
    "followers": -0.25,
    "spend30": 0.0,
    "linkClicks30": 0.0,
}
PAIR = {"songStreams7", "artistStreams30"}
SCALE = 2.0


def world(number: int, seed: int = 1, start: float = -2.0) -> tuple[list[Sample], list[float]]:
    """A sample of each of so many releases, and the true chances."""
    dice, samples, chances = random.Random(seed), list[Sample](), list[float]()
    for place in range(number):
        drawn = {name: dice.gauss(0, 1) for name in WEIGHTS}
        drawn["artistStreams30"] = 0.8 * drawn["songStreams7"] + 0.6 * drawn["artistStreams30"]
        chance = 1 / (1 + math.exp(-start - sum(WEIGHTS[name] * value for name, value in drawn.items())))
        features: Features = dict.fromkeys(FEATURES) | {name: 5 + SCALE * value for name, value in drawn.items()}
        label = dice.random() < chance
        samples.append(Sample(f"r{place}", f"a{place % 40}", FIRST + timedelta(days=place // 6), features, label))
        chances.append(chance)
    return samples, chances


def trained(samples: Sequence[Sample]) -> TriggerModel:
    return train(samples, "dw", SETTINGS, TODAY, TOLD)


def changed(sample: Sample, **features: float | None) -> Sample:
    return replace(sample, features=sample.features | features)


@pytest.fixture(scope="module")
def truth() -> tuple[list[Sample], list[float]]:
    return world(3_000)


@pytest.fixture(scope="module")
def model(truth: tuple[list[Sample], list[float]]) -> TriggerModel:
    return trained(truth[0])


@pytest.fixture(scope="module")
def fresh() -> tuple[list[Sample], list[float]]:
    """More of the same world, which no model has seen."""
    return world(3_000, seed=2)


def test_it_is_as_good_as_the_true_chances_are(model: TriggerModel, fresh: tuple[list[Sample], list[float]]) -> None:
    samples, chances = fresh
    came = np.array([each.label for each in samples], dtype=float)
    forecasts = np.array([model.probability(each.features) for each in samples])
    assert model.reason is None
    assert auc(came, forecasts) == pytest.approx(auc(came, np.array(chances)), abs=0.02)
    assert brier(came, forecasts) <= brier(came, np.array(chances)) + 0.01
    assert fmean(forecasts) == pytest.approx(came.mean(), abs=0.02)


def test_what_moves_a_forecast_is_what_the_truth_follows_from(
    model: TriggerModel, fresh: tuple[list[Sample], list[float]]
) -> None:
    samples = fresh[0]
    names = [term.name for term in model.terms]
    moved = np.array([model.contributions(each.features) for each in samples])
    sizes = dict(zip(names, np.abs(moved).mean(axis=0), strict=True))
    together = float(np.abs(moved[:, [names.index(name) for name in PAIR]].sum(axis=1)).mean())
    told = {name: value for name, value in sizes.items() if name not in PAIR} | {"pair": together}
    true = {name: abs(weight) for name, weight in WEIGHTS.items() if name not in PAIR}
    true["pair"] = math.sqrt(0.9**2 + 0.5**2 + 2 * 0.9 * 0.5 * 0.8)
    assert kendalltau([told[name] for name in true], list(true.values())).statistic >= 0.8
    assert set(sorted(told, key=lambda name: told[name])[:2]) == {"spend30", "linkClicks30"}
    signs = {term.name: math.copysign(1, term.coefficient) for term in model.terms}
    assert {name: signs[name] for name, weight in WEIGHTS.items() if weight} == {
        name: math.copysign(1, weight) for name, weight in WEIGHTS.items() if weight
    }


def test_contributions_add_up_to_the_log_odds_and_are_told_whole(
    model: TriggerModel, fresh: tuple[list[Sample], list[float]]
) -> None:
    for sample in fresh[0][:50]:
        chance = model.probability(sample.features)
        told = model.explanation(sample.features)
        top = told["top"]
        assert isinstance(top, list)
        assert len(top) == 5
        total = sum(each["contribution"] for each in top) + told["rest"] + told["base"]
        assert total == pytest.approx(math.log(chance / (1 - chance)), abs=1e-9)


def test_an_artefact_is_read_back_exactly_and_two_trainings_are_the_same(
    model: TriggerModel, truth: tuple[list[Sample], list[float]]
) -> None:
    again = model_of(model.json())
    assert again == model
    assert again.version == model.version
    assert [again.probability(each.features) for each in truth[0][:100]] == [
        model.probability(each.features) for each in truth[0][:100]
    ]
    assert trained(truth[0]).json() == model.json()


def test_labels_that_follow_from_nothing_give_no_forecasts(truth: tuple[list[Sample], list[float]]) -> None:
    labels = [each.label for each in truth[0]]
    random.Random(3).shuffle(labels)
    refused = trained([replace(each, label=label) for each, label in zip(truth[0], labels, strict=True)])
    assert refused.reason == "no_better_than_a_plain_rule"
    assert 0.45 <= refused.evidence.measures[0].auc.value <= 0.55


def test_a_feature_that_was_measured_after_the_pick_up_is_noticed(truth: tuple[list[Sample], list[float]]) -> None:
    leaking = [
        changed(each, monthlyListeners=(8 if each.label else 2) + 0.01 * n % 3) for n, each in enumerate(truth[0])
    ]
    assert trained(leaking).reason == "leak_suspected: monthlyListeners"


def test_figures_unlike_those_of_the_training_give_no_forecasts(
    model: TriggerModel, truth: tuple[list[Sample], list[float]]
) -> None:
    cut = split(truth[0])[2]
    shifted = [
        changed(each, songStreams7=(each.features["songStreams7"] or 0) + 25) if each.day >= cut else each
        for each in truth[0]
    ]
    reason = trained(shifted).reason
    assert reason
    assert reason.startswith("figures_have_shifted: ")
    assert model.outside(truth[0][0].features) == []
    assert model.outside(truth[0][0].features | {"songTrend": 40.0}) == ["songTrend"]


@pytest.mark.parametrize(
    ("number", "positives", "reason"),
    [
        (0, 0, "no_labels"),
        (150, 60, "too_few_labels: 150 labelled days, 60 pick-ups; 200 labelled days and 30 pick-ups are needed"),
        (400, 12, "too_few_labels: 400 labelled days, 12 pick-ups; 200 labelled days and 30 pick-ups are needed"),
    ],
)
def test_too_few_labels_give_no_model(number: int, positives: int, reason: str) -> None:
    samples = [replace(each, label=place < positives) for place, each in enumerate(world(number)[0])]
    refused = trained(samples)
    assert refused.reason == reason
    assert refused.terms == []
    assert reason in card(refused)


def test_labels_of_a_single_month_cannot_be_tried_on_later_days() -> None:
    samples = [replace(each, day=FIRST + timedelta(days=place // 20)) for place, each in enumerate(world(400)[0])]
    assert (trained(samples).reason or "").startswith("too_few_labels: 0 days before")


def test_no_release_is_on_both_sides_and_no_label_reaches_into_the_test(
    truth: tuple[list[Sample], list[float]],
) -> None:
    doubled = sorted(
        [*truth[0], *(replace(each, day=each.day + timedelta(days=40)) for each in truth[0])], key=lambda each: each.day
    )
    older, newer, cut = split(doubled)
    assert not set(older.releases) & set(newer.releases)
    assert max(each.day for each in older.samples) + timedelta(days=28) < cut <= min(e.day for e in newer.samples)


def test_rows_of_one_release_flatter_a_random_split_and_not_ours() -> None:
    dice = random.Random(5)
    ones = [
        Sample(f"r{place}", "a", FIRST, {name: dice.gauss(0, 1) for name in FEATURES}, place % 3 == 0)
        for place in range(45)
    ]
    part = part_of([each for each in ones for _ in range(12)])
    random_split = auc(part.y, unseen_scores(part.x, part.y, [str(n) for n in range(len(part.y))], 1.0))
    by_release = auc(part.y, unseen_scores(part.x, part.y, part.releases, 1.0))
    assert random_split > by_release + 0.15


def test_an_unknown_figure_is_no_zero(truth: tuple[list[Sample], list[float]]) -> None:
    holes = [changed(each, songTrend=None) if place % 4 == 0 else each for place, each in enumerate(truth[0])]
    model = trained(holes)
    unknown: Mapping[str, float | None] = holes[0].features
    mean = next(term.mean for term in model.terms if term.name == "songTrend" and not term.missing)
    flagged = next(term for term in model.terms if term.name == "songTrend" and term.missing)
    known = model.log_odds(dict(unknown) | {"songTrend": mean})
    assert mean == pytest.approx(5, abs=0.2)
    assert model.log_odds(dict(unknown)) - known == pytest.approx(flagged.coefficient / flagged.scale)


def test_measures_are_those_of_scikit_learn() -> None:
    dice = np.random.default_rng(4)
    came, scores = (dice.random(400) < 0.3).astype(float), np.round(dice.random(400), 1)  # with ties
    assert auc(came, scores) == pytest.approx(roc_auc_score(came, scores))
    assert precision(came, scores) == pytest.approx(average_precision_score(came, scores))


def test_a_card_tells_data_test_and_limits(model: TriggerModel) -> None:
    text = card(model)
    for said in (
        model.version,
        "Do not use it for payments",
        "In use",
        "the share of pick-ups",
        "ECE",
        model.evidence.data_hash,
    ):
        assert said in text
    assert "A demo" not in text
    assert "A demo" in card(train(world(600)[0], "dw", SETTINGS, TODAY, replace(TOLD, owners=["a"])))
