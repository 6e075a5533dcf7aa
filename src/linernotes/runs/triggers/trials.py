"""How a model does on days after those it was trained on, beside plain rules that need no model."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.stats import rankdata

from linernotes.runs.triggers.linear import FREE, NAMES, Numbers, fit
from linernotes.runs.triggers.model import Bin, Figure, Measures

RESAMPLES = 300
BINS = 10
LEAST_IN_A_BIN = 20
FOLLOWERS, AGE = NAMES.index("followers"), NAMES.index("daysSinceRelease")
FOUR_WEEKS = np.log1p(28)
Measure = Callable[[Numbers, Numbers], float]


def auc(y: Numbers, scores: Numbers) -> float:
    """The chance that a pick-up has a higher score than another row; scikit-learn's takes ten times as long."""
    positives, others = y.sum(), len(y) - y.sum()
    if not positives or not others:
        return 0.5
    return float((rankdata(scores)[y == 1].sum() - positives * (positives + 1) / 2) / (positives * others))


def precision(y: Numbers, scores: Numbers) -> float:
    """The average precision; rows of equal scores are one step."""
    if not y.sum():
        return 0.0
    order = np.argsort(-scores, kind="stable")
    steps = np.append(np.flatnonzero(np.diff(scores[order])), len(y) - 1)
    found = np.cumsum(y[order])[steps]
    return float(np.sum(np.diff(found / y.sum(), prepend=0) * found / (steps + 1)))


def brier(y: Numbers, scores: Numbers) -> float:
    """The mean squared error of the forecasts."""
    return float(np.mean((scores - y) ** 2)) if len(y) else 0.0


class Trial:
    """Test rows, resampled by whole releases: rows of one release are alike."""

    def __init__(self, y: Numbers, releases: Sequence[str]) -> None:
        self.y = y
        _, release = np.unique(np.asarray(releases), return_inverse=True)
        rows = [np.flatnonzero(release == number) for number in range(release.max() + 1)]
        dice = np.random.default_rng(0)
        draws = [dice.integers(0, len(rows), len(rows)) for _ in range(RESAMPLES)]
        self._samples = [np.concatenate([rows[number] for number in drawn]) for drawn in draws]

    def measures(self, name: str, scores: Numbers) -> Measures:
        """The measures of these forecasts, with their bands."""
        return Measures(name, *(self._figure(measure, scores) for measure in (precision, auc, brier)))

    def gain(self, measure: Measure, scores: Numbers, other: Numbers, sign: int) -> Figure:
        """How much better these forecasts are than others; ``sign`` is -1 where less is better."""
        values = [sign * self._difference(measure, scores, other, sample) for sample in self._samples]
        everything = np.arange(len(self.y))
        return _banded(sign * self._difference(measure, scores, other, everything), values)

    def _difference(self, measure: Measure, scores: Numbers, other: Numbers, rows: np.ndarray) -> float:
        return measure(self.y[rows], scores[rows]) - measure(self.y[rows], other[rows])

    def _figure(self, measure: Measure, scores: Numbers) -> Figure:
        return _banded(measure(self.y, scores), [measure(self.y[rows], scores[rows]) for rows in self._samples])


def _banded(value: float, values: Sequence[float]) -> Figure:
    low, high = np.quantile(values, (0.025, 0.975))
    return Figure(value, float(low), float(high))


def baselines(x: Numbers, y: Numbers, test: Numbers) -> dict[str, Numbers]:
    """Forecasts for test rows by rules that need no model, with rates taken from the training rows."""
    found = {"the share of pick-ups": np.full(len(test), y.mean())}
    early, later = x[:, AGE] <= FOUR_WEEKS, ~(x[:, AGE] <= FOUR_WEEKS)
    if early.any() and later.any():
        rates = y[early].mean(), y[later].mean()
        found["released in the last 28 days"] = np.where(test[:, AGE] <= FOUR_WEEKS, *rates)
    if np.nanstd(x[:, FOLLOWERS]) > 0:
        column = slice(FOLLOWERS, FOLLOWERS + 1)
        found["followers alone"] = fit(x[:, column], y, FREE).probabilities(test[:, column])
    return found


def reliability(y: Numbers, forecasts: Numbers) -> tuple[list[Bin], float]:
    """Forecasts beside what came true, in bins of equal numbers of rows, and the mean distance of the two."""
    order, number = np.argsort(forecasts, kind="stable"), max(1, min(BINS, len(y) // LEAST_IN_A_BIN))
    parts = np.array_split(order, number)
    bins = [Bin(len(part), float(forecasts[part].mean()), float(y[part].mean())) for part in parts]
    error = sum(each.rows * abs(each.forecast - each.share) for each in bins) / len(y)
    return bins, float(error)
