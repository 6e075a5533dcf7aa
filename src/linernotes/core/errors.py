"""Every error that linernotes raises, grouped by what to do next.

    LinernotesError               exit 1    anything not named below
    ├── ConfigurationError        exit 2    change a setting, a flag or a file, then repeat the command
    ├── AccessRefused             exit 3    change the credentials or the app they belong to
    ├── BelowExpectations         exit 4    look at the rejects; the good rows are loaded all the same
    ├── Busy                      exit 75   wait for the run that holds the lease
    ├── Stopped                   exit 128 + signal: repeat the command; everything fetched is landed
    ├── NumbersDiffer             exit 1    a reconciliation failed: a bug, please report it
    ├── UnreadableFile            -         a landed file is moved to rejected/ and the ingest continues
    └── ServiceTrouble            -         one provider's trouble: the run continues without it
        ├── CoolingDown           -         the service must not be called before an instant
        ├── ServiceDown           -         the circuit breaker is open
        ├── UnusualAnswers        -         a storm: far more misses or failures than the service usually reports
        └── CallFailed            -         one call failed for good; its items are retried by a later run

A message is one line: which step failed, on what. ``remedy`` says what to do next. Neither may ever hold a secret.
"""

import signal
from datetime import datetime

TRY_LATER = "try again later, or run linernotes doctor"
LATER = f"responses so far are kept; {TRY_LATER}"


class LinernotesError(Exception):
    """Any failure with a known cause; ``exit_code`` is the exit code of the command."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class ConfigurationError(LinernotesError):
    """A setting, a flag or a named file is wrong."""

    exit_code = 2


class AccessRefused(LinernotesError):
    """A service refused our credentials, our app or the endpoint we need.

    ``status`` is set where only the status of one call says so: it may be about the item that was asked for.
    """

    exit_code = 3

    def __init__(self, message: str, remedy: str = "", status: int | None = None) -> None:
        super().__init__(message, remedy)
        self.status = status


class BelowExpectations(LinernotesError):
    """The data is loaded, but its quality is below what is expected."""

    exit_code = 4


class Busy(LinernotesError):
    """Another run holds the lease or the warehouse file."""

    exit_code = 75


class Stopped(LinernotesError):
    """A signal stopped the run; everything fetched is landed."""

    def __init__(self, signum: int) -> None:
        super().__init__(f"stopped by {signal.Signals(signum).name}", "repeat the command to continue where it stopped")
        self.signum = signum
        self.exit_code = 128 + signum


class NumbersDiffer(LinernotesError):
    """The counts of a run do not add up."""


class UnreadableFile(LinernotesError):
    """A landed file cannot be read as lines of JSON."""


class ServiceTrouble(LinernotesError):
    """One provider cannot continue in this run."""


class CoolingDown(ServiceTrouble):
    """No call to this provider before ``until`` (aware, UTC); ``reason`` and ``status`` as in CallFailed.

    ``asked`` is false where another thread was told: these items were not asked for and keep their place.
    """

    def __init__(
        self, message: str, until: datetime, reason: str, status: int | None = 429, *, asked: bool = True
    ) -> None:
        super().__init__(message)
        self.until = until
        self.reason = reason
        self.status = status
        self.asked = asked


class ServiceDown(ServiceTrouble):
    """Too many calls in a row failed."""


class UnusualAnswers(ServiceTrouble):
    """A storm: the share of misses or failures is far from usual, so it says more about the service than the items."""


class CallFailed(ServiceTrouble):
    """A call failed after all its attempts; ``reason`` and ``status`` go into the attempts table."""

    def __init__(self, message: str, reason: str, status: int | None = None) -> None:
        super().__init__(message, TRY_LATER)
        self.reason = reason
        self.status = status
