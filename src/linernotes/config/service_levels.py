"""What configs/slo.yaml may say: what is expected of the providers, and when a run raises an alarm."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from linernotes.config.base import Seconds, Strict

Share = Annotated[float, Field(ge=0, le=1)]


class Objectives(Strict):
    """What one provider is held against: more than the two rates, less than the latency, and this breaker state."""

    success_rate: Share
    cache_hit_rate: Share
    avg_latency_seconds: Seconds
    circuit_breaker: Literal["closed", "half-open", "open"]


class Alert(Strict):
    """An alarm at the end of a run, when a value is ``at_least`` so much in that run and the last ``minutes``."""

    at_least: Annotated[float, Field(ge=0)]
    minutes: Annotated[float, Field(ge=0, le=525_600)]
    severity: Literal["warning", "critical"]


class Alerts(Strict):
    """The alarms there are."""

    high_error_rate: Alert
    circuit_breaker_open: Alert


class Slo(Strict):
    """All of slo.yaml; in ``providers`` stands what is expected otherwise of some."""

    objectives: Objectives
    providers: dict[str, Objectives] = Field(default_factory=dict)
    alerts: Alerts

    @model_validator(mode="before")
    @classmethod
    def _what_is_not_said_is_as_for_all(cls, values: dict[str, Any]) -> dict[str, Any]:
        own, common = values.get("providers"), values.get("objectives")
        if not isinstance(own, dict) or not isinstance(common, dict):
            return values
        return values | {"providers": {name: common | (given or {}) for name, given in own.items()}}

    def of(self, provider: str) -> Objectives:
        """What is expected of a provider."""
        return self.providers.get(provider, self.objectives)
