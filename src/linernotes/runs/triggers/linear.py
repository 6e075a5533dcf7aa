"""A calibrated logistic regression of standardised features: what scikit-learn fits, as plain numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedGroupKFold

from linernotes.reports.song_days import FEATURES
from linernotes.runs.triggers.model import MARGIN, Term

Numbers: TypeAlias = NDArray[np.float64]
Groups: TypeAlias = Sequence[str]
STRENGTHS = (0.01, 0.1, 1.0, 10.0)  # inverse, of the regularisation
FOLDS = 5
FREE = 1e6  # as good as no regularisation
NAMES = tuple(FEATURES)


@dataclass(frozen=True, slots=True)
class Linear:
    """Log-odds as an intercept and standardised columns; a column is a feature, or whether it is unknown."""

    columns: tuple[tuple[int, bool], ...]
    mean: Numbers
    scale: Numbers
    low: Numbers
    high: Numbers
    coefficients: Numbers
    intercept: float

    def design(self, x: Numbers) -> Numbers:
        """The columns of these rows; an unknown feature counts as its mean."""
        return _columns(x, self.columns, self.mean)

    def log_odds(self, x: Numbers) -> Numbers:
        """The log-odds of each row."""
        return self.intercept + ((self.design(x) - self.mean) / self.scale) @ self.coefficients

    def probabilities(self, x: Numbers) -> Numbers:
        """The probability of each row."""
        return 1 / (1 + np.exp(-self.log_odds(x)))

    def is_outside(self, x: Numbers) -> NDArray[np.bool_]:
        """Which rows have a feature unlike any in training."""
        margin, values = MARGIN * (self.high - self.low), self.design(x)
        outside: NDArray[np.bool_] = np.any((values < self.low - margin) | (values > self.high + margin), axis=1)
        return outside

    def calibrated(self, slope: float, offset: float) -> "Linear":
        """The same model with log-odds stretched and moved, which leaves them a sum."""
        return Linear(
            self.columns,
            self.mean,
            self.scale,
            self.low,
            self.high,
            self.coefficients * slope,
            self.intercept * slope + offset,
        )

    @property
    def terms(self) -> list[Term]:
        """The columns as they stand in an artefact."""
        numbers = np.column_stack((self.mean, self.scale, self.coefficients, self.low, self.high)).tolist()
        return [
            Term(NAMES[place], FEATURES[NAMES[place]][0], mean, scale, weight, low, high, missing)
            for (place, missing), (mean, scale, weight, low, high) in zip(self.columns, numbers, strict=True)
        ]


def fit(x: Numbers, y: Numbers, strength: float) -> Linear:
    """Fit the features that vary, and for each that is unknown somewhere whether it is."""
    candidates = [(place, missing) for missing in (False, True) for place in range(x.shape[1])]
    means = np.array([_mean(x[:, place], missing=missing) for place, missing in candidates])
    whole = _columns(x, tuple(candidates), means)
    kept = np.flatnonzero(whole.std(axis=0) > 1e-9)
    columns, used = tuple(candidates[place] for place in kept), whole[:, kept]
    mean, scale = used.mean(axis=0), used.std(axis=0)
    model = LogisticRegression(C=strength, max_iter=2_000).fit((used - mean) / scale, y)
    span = used.min(axis=0), used.max(axis=0)
    return Linear(columns, mean, scale, *span, model.coef_[0], float(model.intercept_[0]))


def fit_calibrated(x: Numbers, y: Numbers, groups: Groups, strength: float) -> Linear:
    """The same, with probabilities calibrated on scores of releases that each model had not seen (Platt)."""
    scores = unseen_scores(x, y, groups, strength)
    platt = LogisticRegression(C=FREE).fit(scores.reshape(-1, 1), y)
    return fit(x, y, strength).calibrated(float(platt.coef_[0][0]), float(platt.intercept_[0]))


def best_strength(x: Numbers, y: Numbers, groups: Groups) -> float:
    """The strength with the smallest loss on releases that were not seen."""
    losses = {c: float(log_loss(y, 1 / (1 + np.exp(-unseen_scores(x, y, groups, c))))) for c in STRENGTHS}
    return min(losses, key=lambda strength: losses[strength])


def unseen_scores(x: Numbers, y: Numbers, groups: Groups, strength: float) -> Numbers:
    """The log-odds of each row by a model that has seen no row of its group."""
    scores = np.zeros(len(y))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    for seen, unseen in folds.split(x, y, groups):
        scores[unseen] = fit(x[seen], y[seen], strength).log_odds(x[unseen])
    return scores


def _mean(column: Numbers, *, missing: bool) -> float:
    known = ~np.isnan(column)
    if missing:
        return float(1 - known.mean())
    return float(column[known].mean()) if known.any() else 0.0


def _columns(x: Numbers, columns: Sequence[tuple[int, bool]], means: Numbers) -> Numbers:
    unknown = np.isnan(x)
    made = [
        unknown[:, place].astype(float) if missing else np.where(unknown[:, place], mean, x[:, place])
        for (place, missing), mean in zip(columns, means, strict=True)
    ]
    return np.column_stack(made) if made else np.zeros((len(x), 0))
