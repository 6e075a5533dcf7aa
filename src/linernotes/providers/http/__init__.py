"""Talking to services: senders that hold senders, ``breaking(retrying(throttled(recording(candid(http)))))``.

Where a service says more than others in its headers or errors, ``pacing`` stands around ``throttled`` and
``translating`` around ``candid``. A run's calls go through ``tallied`` around ``recording`` too, and through
``rationed`` around both where a day has only so many.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import requests

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import Clock
from linernotes.core.counts import Calls
from linernotes.providers.http.call_journal import CallJournal
from linernotes.providers.http.call_stats import CallStats
from linernotes.providers.http.circuit_breaker import CircuitBreaker
from linernotes.providers.http.daily_quota import DailyQuota
from linernotes.providers.http.rate_limit import Queue, RateLimit
from linernotes.providers.http.retries import Retries
from linernotes.providers.http.server_limits import ServerRateLimit
from linernotes.providers.http.status_mapping import StatusMapping
from linernotes.providers.http.translating import Translating
from linernotes.providers.http.transport import Http, Sender, session_over


@dataclass(frozen=True, slots=True)
class ServiceClient:
    """Our line to one service: the session to ask through, and what it counted."""

    session: requests.Session
    recording: CallStats
    breaking: CircuitBreaker
    tallied: CallJournal | None = None

    def settle(self) -> None:
        """What ``calls`` told is in the books."""
        if self.tallied:
            self.tallied.settle()

    def calls(self) -> Calls:
        """What the calls of this run cost so far."""
        breaking = self.breaking
        return replace(self.recording.calls(), breaker_state=breaking.state, breaker_trips=breaking.trips)


def open_client(
    settings: ProviderSettings,
    clock: Clock,
    user_agent: str,
    calls_left: int | None = None,
    summary: Path | None = None,
    queue: Queue | None = None,
) -> ServiceClient:
    """A session to a provider, for so many calls where they are numbered, marked in the file ``tally``.

    ``queue`` is that of the service, where others call it at the same time.

    Its accounts host, where tokens come from, is retried but has no rate and no count.
    """
    http = Http()
    told: Sender = StatusMapping(http, settings)
    spoken = Translating(told, settings.throttle_words) if settings.throttle_words else told
    recording = CallStats(spoken, settings.name, clock)
    tallied = CallJournal(recording, summary) if summary else None
    counted = tallied or recording
    rationed = counted if calls_left is None else DailyQuota(counted, settings.name, calls_left, clock)
    throttled = RateLimit(rationed, queue or Queue(settings.per_second), clock)
    patient = Retries(_paced(throttled, settings, clock), settings, clock)
    breaking = CircuitBreaker(patient, settings.name, settings.breaker, clock)
    senders = {url: breaking for role, url in settings.urls.items() if role != "accounts"}
    if "accounts" in settings.urls:
        # Mounted by prefix, longest first: on loopback both hosts are one.
        senders[f"{settings.urls['accounts'].rstrip('/')}/api/token"] = Retries(http, settings, clock)  # type: ignore[assignment]
    return ServiceClient(session_over(senders, user_agent), recording, breaking, tallied)


def _paced(throttled: Sender, settings: ProviderSettings, clock: Clock) -> Sender:
    """Around our own rate the service's, if it tells one: its waits must not end in a burst."""
    if settings.pacing is None:
        return throttled
    return ServerRateLimit(throttled, settings.name, settings.pacing, settings.longest_wait, clock)
