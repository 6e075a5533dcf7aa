"""What a rule has found: the shape that all rules share, so that each of them can stand in a file of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["critical", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a rule about a ``series``; ``day`` is None for a state that lasts rather than an event."""

    rule: str
    series: str
    day: date | None
    severity: Severity
    text: str
    look: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """The findings, and what could not be judged, with the reason; ``series`` counts the judged series of figures.

    ``anomalies`` is the number of these series that have a finding.
    """

    findings: list[Finding]
    not_judged: list[str]
    series: int = 0
    anomalies: int = 0
