"""The commands about pick-ups by Spotify's own playlists. Heavy modules are imported inside them."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linernotes.cli.options import command_workspace, environment_options, format_option
from linernotes.cli.reports import ready

if TYPE_CHECKING:
    from linernotes.runs.triggers.model import TriggerModel

SHOWN = ("artistName", "trackName", "date", "predTriggerRr", "predTriggerDw", "reason")


@click.group()
def ml() -> None:
    """Forecast which songs Release Radar and Discover Weekly pick up, from labels of your own."""


@ml.command()
@format_option
@environment_options
def train(form: str) -> None:
    """Train the models on imported labels, and try them on days after those they were trained on.

    Labels are playlists files of songs with a period of 28 days, or a filled template: linernotes template labels. A
    model is used only if it beats every plain rule; otherwise the reason is kept, and ml predict gives it.
    """
    from linernotes.cli.console import show
    from linernotes.runs.triggers.models import train_models

    with command_workspace(stoppable=True) as workspace:
        models = train_models(workspace)
        show([_row(each) for each in models], form, "models")
        workspace.progress.say("linernotes ml card shows how they were tried; linernotes ml predict uses them")


@ml.command()
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="As of this day.  [default: today]")
@format_option
@environment_options
def predict(day: datetime | None, form: str) -> None:
    """Forecast the pick-ups of the 28 days after a day, for each song with figures; or say why there is no forecast.

    The rows are kept in hub_music__svc_ml_predictions, with what moved each forecast.
    """
    from linernotes.cli.console import show
    from linernotes.core.text import many
    from linernotes.runs.triggers.predict import predict as predict_all

    with command_workspace(stoppable=True) as workspace:
        rows = predict_all(workspace, day.date() if day else None)
        made = sum(row["predTriggerRr"] is not None or row["predTriggerDw"] is not None for row in rows)
        show([shown(row) for row in rows] if form == "table" else rows, form, "forecasts")
        workspace.progress.say(
            f"{made} of {many(len(rows), 'song')} have a forecast"
            if rows
            else "no songs with figures by the day; linernotes import streams FILE brings them"
        )


@ml.command()
@click.argument("version", default="")
@click.option("--out", type=click.Path(dir_okay=False), help="Write to this Markdown file instead of the screen.")
@environment_options
def card(version: str, out: str | None) -> None:
    """Show the card of a model: its data, its test, its calibration and its limits, as Markdown.

    VERSION is a model's version; without one, the newest model of each playlist is shown.
    """
    from linernotes.cli.console import echo
    from linernotes.runs.triggers.card import card as card_of
    from linernotes.runs.triggers.models import models_named

    with ready() as workspace:
        text = "\n".join(card_of(each) for each in models_named(workspace, version))
        if out:
            Path(out).write_text(text, encoding="utf-8")
            workspace.progress.say(f"wrote {out}")
        else:
            echo(text)


def shown(row: Mapping[str, object]) -> dict[str, object]:
    """The columns of the screen, with percentages that can be read."""
    told = {name: row[name] for name in SHOWN}
    return {name: f"{value:.1%}" if isinstance(value, float) else value for name, value in told.items()}


def _row(model: "TriggerModel") -> dict[str, object]:
    evidence = model.evidence
    tried = evidence.measures[0] if evidence.measures else None
    return {
        "target": model.target,
        "modelVersion": model.version,
        "labelledDays": evidence.rows,
        "positives": evidence.positives,
        "auc": round(tried.auc.value, 3) if tried else None,
        "averagePrecision": round(tried.average_precision.value, 3) if tried else None,
        "brier": round(tried.brier.value, 3) if tried else None,
        "reason": model.reason,
    }
