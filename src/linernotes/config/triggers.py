"""The models of configs/triggers.yaml: what a pick-up is, and when there is no forecast of one."""

from typing import Annotated

from pydantic import Field

from linernotes.config.base import Strict

Days = Annotated[int, Field(ge=1, le=3_660)]
Count = Annotated[int, Field(ge=1)]


class Trigger(Strict):
    """A playlist of Spotify's, and what counts as a pick-up by it; see the comments in the file."""

    playlist: str
    streams: Count
    oldest_days: Days | None = None


class TriggerSettings(Strict):
    """All of triggers.yaml."""

    release_radar: Trigger
    discover_weekly: Trigger
    least_rows: Annotated[int, Field(ge=20)] = 200
    least_positives: Annotated[int, Field(ge=10)] = 30
    figures_days: Days = 7
    model_days: Days = 180
