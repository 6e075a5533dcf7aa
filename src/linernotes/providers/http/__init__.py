"""Calls to services go through a stack of senders, each of which wraps another.

    CircuitBreaker(Retries(RateLimit(CallStats(StatusMapping(Http)))))

Where a service's headers report the remaining calls, ServerRateLimit wraps RateLimit. A CallJournal around CallStats
also marks the calls of a run in a file, and a DailyQuota around both counts them if there is a daily limit.
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
from linernotes.providers.http.cooldown import Cooldowns
from linernotes.providers.http.daily_quota import DailyQuota
from linernotes.providers.http.preflight import check_settings
from linernotes.providers.http.rate_limit import Queue, RateLimit
from linernotes.providers.http.retries import Retries
from linernotes.providers.http.server_rate_limit import ServerRateLimit
from linernotes.providers.http.status_mapping import StatusMapping
from linernotes.providers.http.token_endpoint import TokenEndpoint
from linernotes.providers.http.transport import Http, Sender, session_over


@dataclass(frozen=True, slots=True)
class ServiceClient:
    """A client of one service: the session for calls, and their statistics."""

    session: requests.Session
    stats: CallStats
    breaker: CircuitBreaker
    journal: CallJournal | None = None

    def settle(self) -> None:
        """Drop the journal: ``calls`` is recorded in the ledger."""
        if self.journal:
            self.journal.settle()

    def calls(self) -> Calls:
        """The statistics of this run's calls so far."""
        return replace(self.stats.calls(), breaker_state=self.breaker.state, breaker_trips=self.breaker.trips)


def open_client(
    settings: ProviderSettings,
    clock: Clock,
    user_agent: str,
    calls_left: int | None = None,
    journal_file: Path | None = None,
    queue: Queue | None = None,
) -> ServiceClient:
    """A client of a provider, limited to ``calls_left`` calls if given; ``journal_file`` is the file that marks them.

    ``queue`` is shared by all clients that call the same service at the same time.
    The accounts host, where tokens come from, is retried but neither limited nor counted.

    Raises:
        ConfigurationError: an address, a proxy, the certificates or the contact cannot be used.
    """
    check_settings(settings, user_agent)
    http = Http(settings.seconds_for_answer, settings.largest_answer)
    stats = CallStats(StatusMapping(http, settings), settings.name, clock)
    journal = CallJournal(stats, journal_file) if journal_file else None
    counted = journal or stats
    queue = queue or Queue(settings.per_second)
    cooldowns = Cooldowns(settings.name, queue, clock, journal)
    limited = counted if calls_left is None else DailyQuota(counted, settings.name, calls_left, clock)
    paced = _with_server_limit(RateLimit(limited, queue, clock), settings, clock, cooldowns)
    breaker = CircuitBreaker(Retries(paced, settings, clock, cooldowns), settings.name, settings.breaker, clock)
    senders: dict[str, Sender] = {url: breaker for role, url in settings.urls.items() if role != "accounts"}
    if "accounts" in settings.urls:
        # Mounted by prefix, longest first: on loopback both hosts are one.
        senders[f"{settings.urls['accounts'].rstrip('/')}/api/token"] = TokenEndpoint(http, settings, clock, cooldowns)
    return ServiceClient(session_over(senders, user_agent), stats, breaker, journal)


def _with_server_limit(limited: Sender, settings: ProviderSettings, clock: Clock, cooldowns: Cooldowns) -> Sender:
    """Wrap our rate limit in the server's, if it has one; not the reverse, or its waits would end in a burst."""
    if settings.pacing is None:
        return limited
    return ServerRateLimit(limited, cooldowns, settings.pacing, settings.longest_wait, clock)
