"""Models in the lake: a trained model is a landed line like any other, so the archive has every version."""

from collections.abc import Sequence

from linernotes.core import sql
from linernotes.core.clock import instant
from linernotes.core.errors import ConfigurationError
from linernotes.core.extras import require
from linernotes.reports.song_days import Target, labelled_days
from linernotes.runs.lifecycle import import_lines, open_session
from linernotes.runs.triggers.model import TriggerModel, model_of
from linernotes.storage.workspace import Workspace

MODELS = "ml/models"
TRAIN = "linernotes ml train makes one"


def train_models(workspace: Workspace, *, demo: bool = False) -> list[TriggerModel]:
    """Train a model for each playlist on the labels that are imported, and keep it, or the reason why there is none.

    A ``demo`` is made of invented artists, and its models are of no use for others. A model that has not changed is not
    kept twice.

    Raises:
        ConfigurationError: the libraries are not installed.
        Busy: another run holds the workspace.
    """
    require("ml", "ml train")
    from linernotes.runs.triggers.training import train_all  # noqa: PLC0415 - scikit-learn takes a second

    settings, now = workspace.settings.configs.triggers, workspace.clock.now()
    with open_session(workspace, "ml train") as session:
        rows = labelled_days(workspace.warehouse, settings)
        models = train_all(rows, settings, now.date(), demo=demo)
        kept = {each.version for each in newest_models(workspace).values()}
        lines = [_line(each) | {"trainedAt": instant(now)} for each in models if each.version not in kept]
        if lines:
            import_lines(session, MODELS, "ml train", lines)
    return models


def newest_models(workspace: Workspace) -> dict[Target, TriggerModel]:
    """The newest model of each playlist that there is."""
    rows = workspace.warehouse.rows(sql.read("runs/triggers/models"), version="")
    models = [model_of(row["artefact"]) for row in rows]
    return {each.target: each for each in models}


def models_named(workspace: Workspace, version: str) -> Sequence[TriggerModel]:
    """The model of that version, or without one the newest of each playlist.

    Raises:
        ConfigurationError: there is none.
    """
    rows = workspace.warehouse.rows(sql.read("runs/triggers/models"), version=version)
    if found := [model_of(row["artefact"]) for row in rows]:
        return found
    raise ConfigurationError(f"ml card: no model {version!r}" if version else "ml card: there is no model yet", TRAIN)


def _line(model: TriggerModel) -> dict[str, object]:
    return {
        "modelVersion": model.version,
        "target": model.target,
        "reason": model.reason,
        "labelledDays": model.evidence.rows,
        "positives": model.evidence.positives,
        "artefact": model.json(),
    }
