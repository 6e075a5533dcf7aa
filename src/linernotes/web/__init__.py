"""Talking to services: senders that hold senders, ``breaking(retrying(throttled(recording(candid(http)))))``.

Where a service says more than others in its headers or errors, ``pacing`` stands around ``throttled`` and
``translating`` around ``candid``. A run's calls go through ``tallied`` around ``recording`` too, and through
``rationed`` around both where a day has only so many.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import requests

from linernotes.contracts import ProviderSettings
from linernotes.ports import Clock
from linernotes.values import Calls
from linernotes.web.breaking import Breaking
from linernotes.web.candid import Candid
from linernotes.web.pacing import Pacing
from linernotes.web.rationed import Rationed
from linernotes.web.recording import Recording
from linernotes.web.retrying import PatientSender
from linernotes.web.sender import Http, Sender, session_over
from linernotes.web.tallied import Tallied
from linernotes.web.throttled import Queue, Throttled
from linernotes.web.translating import Translating


@dataclass(frozen=True, slots=True)
class Line:
    """Our line to one service: the session to ask through, and what it counted."""

    session: requests.Session
    recording: Recording
    breaking: Breaking
    tallied: Tallied | None = None

    def settle(self) -> None:
        """What ``calls`` told is in the books."""
        if self.tallied:
            self.tallied.settle()

    def calls(self) -> Calls:
        """What the calls of this run cost so far."""
        breaking = self.breaking
        return replace(self.recording.calls(), breaker_state=breaking.state, breaker_trips=breaking.trips)


def line_to(
    settings: ProviderSettings,
    clock: Clock,
    user_agent: str,
    calls_left: int | None = None,
    tally: Path | None = None,
    queue: Queue | None = None,
) -> Line:
    """A session to a provider, for so many calls where they are numbered, marked in the file ``tally``.

    ``queue`` is that of the service, where others call it at the same time.

    Its accounts host, where tokens come from, is retried but has no rate and no count.
    """
    http = Http()
    told: Sender = Candid(http, settings)
    spoken = Translating(told, settings.throttle_words) if settings.throttle_words else told
    recording = Recording(spoken, settings.name, clock)
    tallied = Tallied(recording, tally) if tally else None
    counted = tallied or recording
    rationed = counted if calls_left is None else Rationed(counted, settings.name, calls_left, clock)
    throttled = Throttled(rationed, queue or Queue(settings.per_second), clock)
    patient = PatientSender(_paced(throttled, settings, clock), settings, clock)
    breaking = Breaking(patient, settings.name, settings.breaker, clock)
    senders = {url: breaking for role, url in settings.urls.items() if role != "accounts"}
    if "accounts" in settings.urls:
        # Mounted by prefix, longest first: on loopback both hosts are one.
        senders[f"{settings.urls['accounts'].rstrip('/')}/api/token"] = PatientSender(http, settings, clock)  # type: ignore[assignment]
    return Line(session_over(senders, user_agent), recording, breaking, tallied)


def _paced(throttled: Sender, settings: ProviderSettings, clock: Clock) -> Sender:
    """Around our own rate the service's, if it tells one: its waits must not end in a burst."""
    if settings.pacing is None:
        return throttled
    return Pacing(throttled, settings.name, settings.pacing, settings.longest_wait, clock)
