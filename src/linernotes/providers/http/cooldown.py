"""When a service is left alone, and until when: after a quota, a ban or a Retry-After that is too long to wait for."""

from datetime import timedelta

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import Clock, instant
from linernotes.core.errors import CoolingDown

LONGEST_COOLDOWN = 366 * 86_400.0  # longer ones are mistakes of the service, and could overflow a date
COOLDOWN_REASONS = {
    "quota_exceeded": "quota used up",
    "rate_limited": "rate limited",
    "out_of_credit": "out of credit",
}


def cooling_down(provider: str, reason: str, seconds: float, clock: Clock, status: int = 429) -> CoolingDown:
    """The error that ends a provider's run: no call for ``seconds``; ``reason`` is a key of COOLDOWN_REASONS."""
    until = clock.now() + timedelta(seconds=min(seconds, LONGEST_COOLDOWN))
    message = f"{provider}: {COOLDOWN_REASONS[reason]}; no calls until {instant(until.replace(microsecond=0))}"
    return CoolingDown(message, until, reason, status)


def is_too_long(wait: float, settings: ProviderSettings) -> bool:
    """Whether a service asks for a longer wait than a run spends on it: then it cools down instead."""
    return wait > settings.longest_wait
