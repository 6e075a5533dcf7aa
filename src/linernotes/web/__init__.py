"""Talking to services: senders that hold senders, ``breaking(retrying(throttled(recording(http))))``."""

from dataclasses import dataclass

import requests

from linernotes.contracts import ProviderSettings
from linernotes.ports import Clock
from linernotes.values import Calls
from linernotes.web.breaking import Breaking
from linernotes.web.recording import Recording
from linernotes.web.retrying import PatientSender
from linernotes.web.sender import Http, session_over
from linernotes.web.throttled import Throttled


@dataclass(frozen=True, slots=True)
class Line:
    """Our line to one service: the session to ask through, and what it counted."""

    session: requests.Session
    recording: Recording
    breaking: Breaking

    def calls(self) -> Calls:
        """What the calls of this run cost so far."""
        counted = self.recording.calls()
        return Calls(
            counted.provider,
            counted.calls,
            counted.throttles,
            counted.errors,
            counted.p50,
            counted.p95,
            counted.slowest,
            breaker_state=self.breaking.state,
        )


def line_to(settings: ProviderSettings, clock: Clock, user_agent: str) -> Line:
    """A session to a provider. Its accounts host, where tokens come from, is retried but has no rate and no count."""
    http = Http()
    recording = Recording(http, settings.name, clock)
    patient = PatientSender(Throttled(recording, settings.per_second, clock), settings, clock)
    breaking = Breaking(patient, settings.name, settings.breaker, clock)
    senders = {url: breaking for role, url in settings.urls.items() if role != "accounts"}
    if "accounts" in settings.urls:
        # Mounted by prefix, longest first: on loopback both hosts are one.
        senders[f"{settings.urls['accounts'].rstrip('/')}/api/token"] = PatientSender(http, settings, clock)  # type: ignore[assignment]
    return Line(session_over(senders, user_agent), recording, breaking)
