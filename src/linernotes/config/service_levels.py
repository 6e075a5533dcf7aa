"""The models of configs/slo.yaml: the objectives of providers, and the alarms of runs."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from linernotes.config.base import Seconds, Strict

Share = Annotated[float, Field(ge=0, le=1)]


class Objectives(Strict):
    """One provider's objectives: rates to exceed, a latency to stay below, and a circuit breaker state."""

    success_rate: Share
    cache_hit_rate: Share
    avg_latency_seconds: Seconds
    circuit_breaker: Literal["closed", "half-open", "open"]


class Alert(Strict):
    """An alarm at the end of a run, if a value is ``at_least`` this in the run and in the last ``minutes``."""

    at_least: Annotated[float, Field(ge=0)]
    minutes: Annotated[float, Field(ge=0, le=525_600)]
    severity: Literal["warning", "critical"]


class Alerts(Strict):
    """All alarms."""

    high_error_rate: Alert
    circuit_breaker_open: Alert


class RunObjectives(Strict):
    """Limits of runs: days without anything fresh, and weeks in a row in which none was complete."""

    fresh_days: Annotated[int, Field(ge=1)] = 10
    partial_weeks: Annotated[int, Field(ge=1)] = 2


class Slo(Strict):
    """All of slo.yaml; ``providers`` overrides the objectives of some providers."""

    objectives: Objectives
    providers: dict[str, Objectives] = Field(default_factory=dict)
    runs: RunObjectives = Field(default_factory=RunObjectives)
    alerts: Alerts

    @model_validator(mode="before")
    @classmethod
    def _fill_in_common_objectives(cls, values: dict[str, Any]) -> dict[str, Any]:
        own, common = values.get("providers"), values.get("objectives")
        if not isinstance(own, dict) or not isinstance(common, dict):
            return values
        return values | {"providers": {name: common | (given or {}) for name, given in own.items()}}

    def of(self, provider: str) -> Objectives:
        """The objectives of a provider."""
        return self.providers.get(provider, self.objectives)
