"""The daily forecast: a row for each song with figures, with a probability for each playlist or the reason why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from linernotes.config.triggers import TriggerSettings
from linernotes.core.clock import instant
from linernotes.reports.song_days import (
    TARGETS,
    SongDay,
    Target,
    days_of,
    days_since_release,
    features_of,
    labelled_days,
)
from linernotes.runs.hub import publish
from linernotes.runs.lifecycle import import_lines, open_session
from linernotes.runs.triggers.model import TriggerModel
from linernotes.runs.triggers.models import newest_models
from linernotes.runs.triggers.refusals import NO_LABELS, label_of, why_not
from linernotes.storage.workspace import Workspace

PREDICTIONS = "ml/predictions"
COLUMNS: Mapping[Target, str] = {"rr": "predTriggerRr", "dw": "predTriggerDw"}
NOT_KEPT = {"day", "owner", "radar", "weekly", "radarBefore", "weeklyBefore", "songStreams28", "songDays28"}
NOT_KEPT |= {"artistDays7", "artistDays30", "artistDays90"}
NEEDED: Mapping[Target, tuple[str, ...]] = {"rr": ("daysSinceRelease", "songStreams30"), "dw": ("songStreams30",)}


@dataclass(frozen=True, slots=True)
class Forecaster:
    """A model, if there is one, and why there is no forecast of any song, if so."""

    model: TriggerModel | None
    reason: str | None


def predict(workspace: Workspace, day: date | None = None) -> list[dict[str, object]]:
    """Forecast what each playlist will pick up in the 28 days after a day, today unless one is given, and keep it.

    The figures are those that exports had by that day, also where newer ones are known by now.

    Raises:
        Busy: another run holds the workspace.
    """
    settings, now = workspace.settings.configs.triggers, workspace.clock.now()
    with open_session(workspace, "ml predict") as session:
        asked = day or now.date()
        forecasters = _forecasters(workspace, settings, asked)
        songs = days_of(workspace.warehouse, settings, asked)
        rows = [prediction(song, forecasters, settings) for song in songs]
        if rows:
            import_lines(session, PREDICTIONS, "ml predict", [row | {"predictedAt": instant(now)} for row in rows])
            publish(workspace)
    return sorted(rows, key=lambda row: (row["reason"] is not None, str(row["artistName"]), str(row["trackName"])))


def prediction(song: SongDay, forecasters: Mapping[Target, Forecaster], settings: TriggerSettings) -> dict[str, object]:
    """The row of a song: its figures, the probabilities, what moved them, or why there are none."""
    reasons = {target: _reason(song, target, forecasters[target], settings) for target in TARGETS}
    features, chances, told = features_of(song), dict.fromkeys(COLUMNS.values()), {}
    for target, reason in reasons.items():
        model = forecasters[target].model
        if model and not reason:
            chances |= {COLUMNS[target]: model.probability(features)}
            told[target] = model.explanation(features)
    versions = [model.version for each in forecasters.values() if (model := each.model)]
    figures = {name: _written(value) for name, value in song.items() if name not in NOT_KEPT}
    return {
        **figures,
        "date": song["day"].isoformat(),
        "daysSinceRelease": days_since_release(song),
        **chances,
        "explainability": msgspec.json.encode(told).decode() if told else None,
        "modelVersion": ",".join(versions) or None,
        "reason": _joined(reasons),
    }


def _written(value: object) -> object:
    """A value as a landed line has it."""
    return value.isoformat() if isinstance(value, date) else value


def _forecasters(workspace: Workspace, settings: TriggerSettings, day: date) -> dict[Target, Forecaster]:
    models = newest_models(workspace)
    learnt = all(target in models and models[target].reason != NO_LABELS for target in TARGETS)
    rows = [] if learnt else labelled_days(workspace.warehouse, settings)
    return {target: _forecaster(models.get(target), rows, target, settings, day) for target in TARGETS}


def _forecaster(
    model: TriggerModel | None, rows: Sequence[SongDay], target: Target, settings: TriggerSettings, day: date
) -> Forecaster:
    if model is None or model.reason == NO_LABELS:  # of which there may be some since
        labelled = any(label_of(row, target, settings) is not None for row in rows)
        return Forecaster(model, "not_trained" if labelled else NO_LABELS)
    age = (day - model.trained_on).days
    return Forecaster(model, model.reason or ("model_too_old" if age > settings.model_days else None))


def _reason(song: SongDay, target: Target, forecaster: Forecaster, settings: TriggerSettings) -> str | None:
    """Why there is no forecast for this song; the first reason that holds."""
    model = forecaster.model
    if forecaster.reason or model is None:
        return forecaster.reason
    if not model.may_score(song["owner"]):
        return "model_of_the_demo"
    if reason := why_not(song, target, settings):
        return reason
    features = features_of(song)
    if unknown := [name for name in NEEDED[target] if features[name] is None]:
        return f"unknown: {unknown[0]}"
    outside = model.outside(features)
    return f"unlike_training: {outside[0]}" if outside else None


def _joined(reasons: Mapping[Target, str | None]) -> str | None:
    """One text for both playlists."""
    if len(set(reasons.values())) == 1:
        return next(iter(reasons.values()))
    return "; ".join(f"{target}: {reason}" for target, reason in reasons.items() if reason)
