"""Train a model of pick-ups on labelled days, try it on later ones, and refuse it unless it beats every plain rule."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

import msgspec
import numpy as np

from linernotes.config.triggers import TriggerSettings
from linernotes.reports.song_days import HORIZON_DAYS, LABELS, TARGETS, Features, SongDay, Target, features_of
from linernotes.runs.triggers.linear import NAMES, Linear, Numbers, best_strength, fit_calibrated, unseen_scores
from linernotes.runs.triggers.model import LOGISTIC, Evidence, TriggerModel, hash_of, owner_hash
from linernotes.runs.triggers.refusals import label_of, too_few, trigger_of, why_not
from linernotes.runs.triggers.trials import Trial, auc, baselines, brier, precision, reliability

TEST_SHARE = 0.3  # of the rows, the newest
LEAST_OF_EACH = 10  # pick-ups, and others, in the training part and in the test
LEAKS = 0.98  # a feature that tells pick-ups so well by itself was measured after them
MOST_OUTSIDE = 0.2  # of the test
LEAST_OWNERS = 5
THRESHOLDS = (0.5, 1.0, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """A labelled day of a song."""

    release: str
    owner: str
    day: date
    features: Features
    label: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Some samples as numbers."""

    samples: Sequence[Sample]
    x: Numbers
    y: Numbers

    @property
    def releases(self) -> list[str]:
        """The release of each row."""
        return [each.release for each in self.samples]

    @property
    def is_enough(self) -> bool:
        """Whether there are enough pick-ups and others in it."""
        positives = int(self.y.sum())
        return min(positives, len(self.y) - positives) >= LEAST_OF_EACH


def part_of(samples: Sequence[Sample]) -> Part:
    """Samples as numbers; an unknown feature is not a number."""
    rows = [[np.nan if (value := each.features[name]) is None else value for name in NAMES] for each in samples]
    x = np.array(rows, dtype=float).reshape(len(samples), len(NAMES))
    return Part(samples, x, np.array([each.label for each in samples], dtype=float))


def samples_of(
    rows: Sequence[SongDay], target: Target, settings: TriggerSettings
) -> tuple[list[Sample], dict[str, int]]:
    """The rows that a model may learn from, and the numbers of the others by the reason."""
    samples, left_out = list[Sample](), Counter[str]()
    for row in rows:
        label = label_of(row, target, settings)
        reason = "unlabelled" if label is None else why_not(row, target, settings)
        if reason or label is None:
            left_out[reason or ""] += 1
        else:
            samples.append(Sample(row["releaseId"], row["owner"], row["day"], features_of(row), label))
    samples.sort(key=lambda each: (each.day, each.release))
    return samples, dict(sorted(left_out.items()))


def train_all(
    rows: Sequence[SongDay], settings: TriggerSettings, today: date, *, demo: bool = False
) -> list[TriggerModel]:
    """A model, or the refusal of one, for each playlist."""
    return [_train(rows, target, settings, today, demo=demo) for target in TARGETS]


def _train(
    rows: Sequence[SongDay], target: Target, settings: TriggerSettings, today: date, *, demo: bool
) -> TriggerModel:
    samples, left_out = samples_of(rows, target, settings)
    streams = [row[LABELS[target]] for row in rows if label_of(row, target, settings) is not None]
    threshold = trigger_of(settings, target).streams
    base_rates = [(share, _share_above(streams, share * threshold)) for share in THRESHOLDS if streams]
    owners = sorted({owner_hash(each.owner) for each in samples}) if demo else []
    return train(samples, target, settings, today, Told(threshold, base_rates, left_out, owners))


@dataclass(frozen=True, slots=True)
class Told:
    """What an artefact tells beside what is learnt: the limit of a pick-up, the rates at others, what was left out."""

    threshold: int
    base_rates: list[tuple[float, float]]
    left_out: dict[str, int]
    owners: list[str]


def train(
    samples: Sequence[Sample], target: Target, settings: TriggerSettings, today: date, told: Told
) -> TriggerModel:
    """Train a model on samples in the order of their days; a refused one has its reason."""
    positives = sum(each.label for each in samples)
    evidence = Evidence(
        rows=len(samples),
        positives=positives,
        releases=len({each.release for each in samples}),
        first_day=samples[0].day if samples else None,
        last_day=samples[-1].day if samples else None,
        threshold=told.threshold,
        base_rates=told.base_rates,
        left_out=told.left_out,
        data_hash=hash_of([(each.release, each.day, each.features, each.label) for each in samples]),
    )
    model = TriggerModel(target, LOGISTIC, today, evidence, owners=told.owners, libraries=_libraries())
    if reason := too_few(len(samples), positives, settings):
        return msgspec.structs.replace(model, reason=reason)
    older, newer, cut = split(samples)
    if not (older.is_enough and newer.is_enough):
        counts = f"{len(older.samples)} days before {cut} and {len(newer.samples)} after it"
        return msgspec.structs.replace(model, reason=f"too_few_labels: {counts} can be told apart")
    return _tried(model, part_of(samples), older, newer, cut)


def split(samples: Sequence[Sample]) -> tuple[Part, Part, date]:
    """The older and the newer part, with the days of a label between them, and no release in both."""
    cut = sorted(each.day for each in samples)[int((1 - TEST_SHARE) * len(samples))]
    newer = [each for each in samples if each.day >= cut]
    releases = {each.release for each in newer}
    gap = timedelta(days=HORIZON_DAYS)
    older = [each for each in samples if each.day + gap < cut and each.release not in releases]
    return part_of(older), part_of(newer), cut


def _tried(model: TriggerModel, whole: Part, older: Part, newer: Part, cut: date) -> TriggerModel:
    """The model of all rows, with what a model of the older ones was worth on the newer ones."""
    strength = best_strength(older.x, older.y, older.releases)
    trained = fit_calibrated(older.x, older.y, older.releases, strength)
    evidence, reason = _judged(model.evidence, trained, older, newer)
    evidence = msgspec.structs.replace(
        evidence,
        cut=cut,
        trained_rows=len(older.samples),
        test_rows=len(newer.samples),
        test_positives=int(newer.y.sum()),
        auc_of_other_artists=_auc_of_other_artists(whole, strength),
    )
    used = fit_calibrated(whole.x, whole.y, whole.releases, strength)
    return msgspec.structs.replace(model, evidence=evidence, reason=reason, intercept=used.intercept, terms=used.terms)


def _judged(evidence: Evidence, trained: Linear, older: Part, newer: Part) -> tuple[Evidence, str | None]:
    """How the model did on the newer part, and why it must not be used, if so."""
    forecasts = trained.probabilities(newer.x)
    trial = Trial(newer.y, newer.releases)
    plain = baselines(older.x, older.y, newer.x)
    measures = [trial.measures("the model", forecasts)]
    measures += [trial.measures(name, scores) for name, scores in plain.items()]
    surest = max(plain.values(), key=lambda scores: precision(newer.y, scores))
    closest = min(plain.values(), key=lambda scores: brier(newer.y, scores))
    gain = trial.gain(precision, forecasts, surest, 1)
    brier_gain = trial.gain(brier, forecasts, closest, -1)
    bins, error = reliability(newer.y, forecasts)
    reason = _leak(older) or _shift(trained, newer)
    if not reason and min(gain.low, brier_gain.low) <= 0:
        reason = "no_better_than_a_plain_rule"
    judged = msgspec.structs.replace(
        evidence, measures=measures, gain=gain, brier_gain=brier_gain, bins=bins, calibration_error=error
    )
    return judged, reason


def _leak(part: Part) -> str | None:
    """A feature that tells pick-ups by itself, as one does that was measured after them."""
    for place, name in enumerate(NAMES):
        known = ~np.isnan(part.x[:, place])
        told = auc(part.y[known], part.x[known, place])
        if max(told, 1 - told) >= LEAKS:
            return f"leak_suspected: {name}"
    return None


def _shift(trained: Linear, newer: Part) -> str | None:
    share = float(trained.is_outside(newer.x).mean())
    return f"figures_have_shifted: {share:.0%} of newer days are unlike older ones" if share > MOST_OUTSIDE else None


def _auc_of_other_artists(whole: Part, strength: float) -> float | None:
    """How well days of artists are told apart by models that have seen none of theirs."""
    owners = [each.owner for each in whole.samples]
    if len(set(owners)) < LEAST_OWNERS:
        return None
    return auc(whole.y, unseen_scores(whole.x, whole.y, owners, strength))


def _share_above(streams: Sequence[int | None], threshold: float) -> float:
    return sum(each is not None and each > threshold for each in streams) / len(streams)


def _libraries() -> dict[str, str]:
    return {name: version(name) for name in ("numpy", "scikit-learn")}
