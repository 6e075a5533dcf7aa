"""The models of configs/flows/: commands that run one after the other, and when."""

import re
import shlex
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from linernotes.config.base import Identifier, Strict
from linernotes.core.zones import zone_named

# Minute, hour, day of the month, month and day of the week, as cron and Cloud Scheduler read them.
CRON = re.compile(r"^(\*|[0-9*/,-]+)( (\*|[0-9*/,-]+)){4}$")


class FlowStep(Strict):
    """One step: ``command`` is what would be typed after ``linernotes``.

    ``always`` runs also after a step that failed. ``needs`` is a path without which the step is skipped.
    A step without a command is skipped for the reason in ``skip``.
    """

    name: Identifier
    command: str | None = None
    always: bool = False
    needs: Annotated[str, Field(pattern=r"^[A-Za-z0-9_./-]+$")] | None = None
    skip: str | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> "FlowStep":
        if (self.command is None) == (self.skip is None):
            raise ValueError(f"step {self.name} needs either a command, or under skip the reason why it has none")
        return self

    @property
    def words(self) -> list[str]:
        """The words of the command."""
        return shlex.split(self.command or "")


class Flow(Strict):
    """A flow: ``schedule`` is a line of cron in ``time_zone``, which also decides what day it is."""

    name: Identifier
    description: str
    schedule: Annotated[str, Field(pattern=CRON.pattern)]
    time_zone: str = "UTC"
    steps: Annotated[tuple[FlowStep, ...], Field(min_length=1)]

    @field_validator("time_zone")
    @classmethod
    def _exists(cls, name: str) -> str:
        zone_named(name)
        return name

    @model_validator(mode="after")
    def _has_each_step_once(self) -> "Flow":
        names = [step.name for step in self.steps]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two steps are called {name}")
        return self
