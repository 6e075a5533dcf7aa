"""A trained model of pick-ups by a playlist, as JSON without code: read back exactly, and scored without libraries.

A logistic regression of standardised features. A feature that is unknown counts as its mean, and for each feature that
was unknown somewhere in training there is a second one that says so.
"""

import hashlib
import math
from collections.abc import Sequence
from datetime import date

import msgspec

from linernotes.reports.song_days import Features, Target

TOP = 5
MARGIN = 0.1  # of its span in training, by which a feature may lie outside it


class Term(msgspec.Struct, frozen=True):
    """A feature with its place in the sum; ``missing`` is the one that says that the feature is unknown."""

    name: str
    unit: str
    mean: float
    scale: float
    coefficient: float
    low: float
    high: float
    missing: bool = False

    def value_of(self, features: Features) -> float:
        """The value that counts."""
        value = features.get(self.name)
        if self.missing:
            return float(value is None)
        return self.mean if value is None else value

    def contribution(self, features: Features) -> float:
        """What it moves the log-odds by, from those of a mean row."""
        return self.coefficient * (self.value_of(features) - self.mean) / self.scale

    def is_outside(self, features: Features) -> bool:
        """Whether the value is unlike any that the model was trained on."""
        margin = MARGIN * (self.high - self.low)
        return not self.low - margin <= self.value_of(features) <= self.high + margin


class Figure(msgspec.Struct, frozen=True):
    """A measure on the test, with the band that holds 95 % of resamples of its releases."""

    value: float
    low: float
    high: float


class Bin(msgspec.Struct, frozen=True):
    """Test rows with forecasts like each other: their number, mean forecast, and the share that was picked up."""

    rows: int
    forecast: float
    share: float


class Measures(msgspec.Struct, frozen=True):
    """How a model did on the test."""

    name: str
    average_precision: Figure
    auc: Figure
    brier: Figure


class Evidence(msgspec.Struct, frozen=True):
    """What a model was trained on, and how one of the older rows did on the newer ones."""

    rows: int
    positives: int
    releases: int
    first_day: date | None
    last_day: date | None
    threshold: int
    base_rates: list[tuple[float, float]]
    left_out: dict[str, int]
    data_hash: str
    trained_rows: int = 0
    test_rows: int = 0
    test_positives: int = 0
    cut: date | None = None
    measures: list[Measures] = []
    gain: Figure | None = None  # average precision above the best baseline
    brier_gain: Figure | None = None  # and the Brier score below the best of them
    bins: list[Bin] = []
    calibration_error: float | None = None
    auc_of_other_artists: float | None = None


class TriggerModel(msgspec.Struct, frozen=True):
    """A model, or the refusal of one: ``reason`` says why it gives no forecasts."""

    target: Target
    method: str
    trained_on: date
    evidence: Evidence
    intercept: float = 0.0
    terms: list[Term] = []
    libraries: dict[str, str] = {}
    owners: list[str] = []  # of a demo: the artists it may be used for, by a hash of their keys
    reason: str | None = None

    @property
    def version(self) -> str:
        """Target, method, day and the start of a hash of everything in it; models of a demo are called so."""
        digest = hashlib.sha256(self.json().encode()).hexdigest()[:8]
        method = "lr" if self.method == LOGISTIC else "gbm"
        return f"{'demo-' if self.owners else ''}{self.target}-{method}-{self.trained_on:%Y%m%d}-{digest}"

    def json(self) -> str:
        """The artefact; numbers are written so that the same numbers are read."""
        return msgspec.json.encode(self).decode()

    def log_odds(self, features: Features) -> float:
        """The intercept and all contributions."""
        return math.fsum([self.intercept, *self.contributions(features)])

    def contributions(self, features: Features) -> list[float]:
        """What each term moves the log-odds by; exact, for the model is their sum."""
        return [term.contribution(features) for term in self.terms]

    def probability(self, features: Features) -> float:
        """The forecast."""
        return sigmoid(self.log_odds(features))

    def outside(self, features: Features) -> list[str]:
        """The known features that are unlike any in training."""
        return [t.name for t in self.terms if features.get(t.name) is not None and t.is_outside(features)]

    def may_score(self, owner: str) -> bool:
        """Whether it may be used for this artist: a demo's model only for the demo's own."""
        return not self.owners or owner_hash(owner) in self.owners

    def explanation(self, features: Features) -> dict[str, object]:
        """What moved the forecast most, and the rest, which add up to its log-odds."""
        moved = sorted(zip(self.terms, self.contributions(features), strict=True), key=lambda each: -abs(each[1]))
        top = [
            {
                "feature": f"{term.name} is unknown" if term.missing else term.name,
                "value": term.value_of(features) if term.missing else features.get(term.name),
                "unit": "0 or 1" if term.missing else term.unit,
                "contribution": moved_by,
            }
            for term, moved_by in moved[:TOP]
        ]
        rest = math.fsum(moved_by for _, moved_by in moved[TOP:])
        return {"base": self.intercept, "top": top, "rest": rest, "logOdds": self.log_odds(features)}


LOGISTIC = "logistic regression"


def model_of(text: str) -> TriggerModel:
    """Read a model from its artefact."""
    return msgspec.json.decode(text, type=TriggerModel)


def sigmoid(value: float) -> float:
    """The probability of log-odds."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))


def owner_hash(owner: str) -> str:
    """Twelve digits for an artist."""
    return hashlib.sha256(owner.encode()).hexdigest()[:12]


def hash_of(rows: Sequence[object]) -> str:
    """Sixteen digits for the rows that a model was trained on."""
    return hashlib.sha256(msgspec.json.encode(rows)).hexdigest()[:16]
