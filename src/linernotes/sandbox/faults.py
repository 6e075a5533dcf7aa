"""The faults of an imitated service, and the calls that they affect."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from linernotes.core.errors import ConfigurationError
from linernotes.sandbox.world.seeded import SeededRandom


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 <= rate <= 1:
        raise ValueError("must be between 0 and 1")
    return rate


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise ValueError("must be 0 or more")
    return seconds


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError("must be a whole number")
    return int(text)


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    return read


def _fault(default: Any, read: Callable[[str], Any], key: str = "") -> Any:
    return field(default=default, metadata={"key": key, "read": read})


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of a service; none by default. Rates are shares of the API calls.

    Calls for a token are only ever slow (``latency``) or refused (``credentials``): every other fault depends on
    the number of the API call, so a seed affects the same calls regardless of calls for tokens in between.
    """

    seed: int = _fault(1, _whole)
    server_errors: float = _fault(0.0, _rate, "5xx")
    throttled: float = _fault(0.0, _rate, "429")
    throttled_kind: str = _fault("limit", _one_of("plain", "limit", "quota"), "429_kind")
    retry_after: int = _fault(1, _whole)
    quota: int | None = _fault(None, _whole)
    quota_retry_after: int = _fault(50_000, _whole)
    broken: float = _fault(0.0, _rate)
    truncated: float = _fault(0.0, _rate)
    latency: float = _fault(0.0, _seconds)
    hang: float = _fault(0.0, _rate)
    hang_seconds: float = _fault(5.0, _seconds)
    expire: float = _fault(0.0, _rate)
    premium: str = _fault("yes", _one_of("yes", "no"))
    credentials: str = _fault("accepted", _one_of("accepted", "refused"))
    consent: str = _fault("given", _one_of("given", "refused", "expired"))
    removed: str = _fault("no", _one_of("yes", "no"))
    short: float = _fault(0.0, _rate)
    allowance: int | None = _fault(None, _whole)
    window: float = _fault(10.0, _seconds)
    too_long: float = _fault(0.0, _rate)
    too_many: int | None = _fault(None, _whole)
    lastfm_error: float = _fault(0.0, _rate)
    lastfm_code: int = _fault(8, _whole)
    lastfm_status: int = _fault(200, _whole)
    run_ends: str = _fault("SUCCEEDED", _one_of("SUCCEEDED", "FAILED", "TIMED-OUT", "ABORTED", "never"))
    run_reads: str = _fault("all", _one_of("all", "half", "none"))
    credit: str = _fault("yes", _one_of("yes", "no"))
    drifted: str = _fault("no", _one_of("yes", "no"))

    @classmethod
    def parse(cls, text: str) -> "Faults":
        """Read faults written as ``5xx=0.1,429=0.05,seed=7``; an empty text means none."""
        pairs = (pair.partition("=") for pair in text.split(",") if pair.strip())
        return cls(**dict(_read(key.strip(), value.strip()) for key, _, value in pairs))


_KNOWN = {each.metadata["key"] or each.name: each for each in fields(Faults)}


def _read(key: str, value: str) -> tuple[str, Any]:
    remedy = f"known faults: {', '.join(_KNOWN)}; for example 5xx=0.1,429=0.05,retry_after=2"
    if key not in _KNOWN:
        raise ConfigurationError(f"sandbox faults: {key!r} is not a known fault", remedy)
    try:
        return _KNOWN[key].name, _KNOWN[key].metadata["read"](value)
    except ValueError as error:
        raise ConfigurationError(f"sandbox faults: {key}={value}: {error}", remedy) from error


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """The faults in force for one call; ``number`` counts a service's API calls from 1."""

    faults: Faults
    number: int

    def strikes(self, fault: str) -> bool:
        """Whether a fault, named by its rate in Faults, affects this call."""
        rate: float = getattr(self.faults, fault)
        return rate > 0 and self.chance(fault).happens(rate)

    def chance(self, what: str) -> SeededRandom:
        """Random numbers for this call, by the seed, the call's number and their purpose, never by the clock."""
        return SeededRandom(self.faults.seed, what, self.number)
