"""Retries calls that may succeed the next time, after the wait that the service asks for if that is short enough.

A Retry-After beyond ``longest_wait``, or a used-up quota, is never waited for: the provider cools down until a later
run. Calling during a ban lengthens it.
"""

from typing import Any

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import Clock
from linernotes.core.errors import CallFailed
from linernotes.providers.http.cooldown import Cooldowns, is_too_long
from linernotes.providers.http.retry_after import retry_after
from linernotes.providers.http.transport import Sender, json_of, wire_fault

RETRIED = (408, 425)  # like a server's own error: the same request may be answered the next time
SHORTEST_WAIT = 1.0  # seconds; a service that asks for less is asked again as if it had said nothing


class _Retryable(Exception):
    def __init__(self, reason: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.status, self.wait = reason, status, wait

    @property
    def throttled(self) -> bool:
        return self.reason == "rate_limited"


class Retries:
    """Retries one request up to ``attempts`` times."""

    def __init__(self, inner: Sender, settings: ProviderSettings, clock: Clock, cooldowns: Cooldowns) -> None:
        self._inner, self._settings, self._clock, self._cooldowns = inner, settings, clock, cooldowns

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """A response worth reading: 2xx with JSON, or a 4xx that a retry would not change.

        Raises:
            CoolingDown: the service demands a longer wait than a call may take.
            CallFailed: every attempt failed.
        """
        attempts = Retrying(
            stop=stop_after_attempt(self._settings.attempts),
            wait=self._wait,
            sleep=self._clock.sleep,
            retry=retry_if_exception(lambda error: self._may_be_repeated(request, error)),
            reraise=True,
        )
        try:
            return attempts(self._once, request, **options)
        except _Retryable as last:
            raise self._final_error(last) from None

    def _once(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        try:
            response = self._inner.send(request, **options)
        except requests.RequestException as error:
            # Neither its text nor its request may be passed on: both contain URLs, and some of those contain keys.
            raise _Retryable(wire_fault(error)) from None
        if self._out_of_credit(response):
            raise self._cooldowns.begin("out_of_credit", self._settings.quota_cooldown, response.status_code)
        if response.status_code == 429:
            raise self._throttle_error(response)
        if self._too_much(response):
            raise CallFailed(f"{self._settings.name}: request too large", "too_much", response.status_code)
        if response.status_code >= 500 or response.status_code in RETRIED:
            raise self._retry_or_cooldown(response, f"http_{response.status_code}")
        if response.is_redirect:
            raise CallFailed(f"{self._settings.name}: unexpected redirect", "redirected", response.status_code)
        if response.ok and json_of(response) is None:
            raise _Retryable("broken_body", response.status_code)
        return response

    def _out_of_credit(self, response: requests.Response) -> bool:
        """Whether the account must be topped up, by the status or by the words of a refusal."""
        words = [word for word in self._settings.credit_words if word.encode() in response.content]
        return response.status_code in self._settings.credit_statuses or (bool(words) and response.status_code == 403)

    def _too_much(self, response: requests.Response) -> bool:
        """Whether the service found the request too large, in an error or at the end of half a response."""
        words = [word.encode() for word in self._settings.too_much_words if word.encode() in response.content]
        return bool(words) and (response.status_code >= 500 or (response.ok and json_of(response) is None))

    def _may_be_repeated(self, request: requests.PreparedRequest, error: BaseException) -> bool:
        """Whether to retry a call; one that costs money may have been received without a response, unless refused."""
        costly = request.method in self._settings.never_twice
        return isinstance(error, _Retryable) and (error.throttled or not costly)

    def _throttle_error(self, response: requests.Response) -> Exception:
        body = json_of(response)
        error = body.get("error") if isinstance(body, dict) else None
        if isinstance(error, dict) and error.get("reason") in self._settings.quota_reasons:
            wait = retry_after(response, self._clock.now())
            seconds = self._settings.quota_cooldown if wait is None else wait
            return self._cooldowns.begin("quota_exceeded", seconds)
        return self._retry_or_cooldown(response, "rate_limited")

    def _retry_or_cooldown(self, response: requests.Response, reason: str) -> Exception:
        """A retry after the service's own Retry-After, or a cooldown when that is too long; a 503 can mean both."""
        wait = retry_after(response, self._clock.now())
        if wait is not None and is_too_long(wait, self._settings):
            return self._cooldowns.begin("rate_limited", wait)
        self._cooldowns.hold(wait or 0.0)
        return _Retryable(reason, response.status_code, wait)

    def _final_error(self, last: _Retryable) -> Exception:
        if last.throttled:
            return self._cooldowns.begin("rate_limited", last.wait or self._settings.longest_wait)
        return CallFailed(f"{self._settings.name}: {last.reason}", last.reason, last.status)

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        requested = error.wait if isinstance(error, _Retryable) else None
        first = self._settings.slow_down_wait if isinstance(error, _Retryable) and error.throttled else 1.0
        backoff = first * self._settings.backoff ** (state.attempt_number - 1)
        unsaid = requested is None or requested < SHORTEST_WAIT
        return min(backoff if unsaid else requested or backoff, self._settings.longest_wait)
