"""The state that all services of one sandbox share."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import count
from threading import Event, Lock
from typing import Any

from linernotes.sandbox.calls import CallLog
from linernotes.sandbox.faults import FaultPlan, Faults
from linernotes.sandbox.world.accounts import Accounts
from linernotes.sandbox.world.catalogue import Catalogue
from linernotes.sandbox.world.discographies import Discographies
from linernotes.sandbox.world.facts import Knowledge
from linernotes.sandbox.world.listening import LARGEST_CIRCLE, Listener
from linernotes.sandbox.world.namesakes.catalogue import Namesakes
from linernotes.sandbox.world.namesakes.mistakes import Mistaken
from linernotes.sandbox.world.namesakes.sleeves import Sleeves, tracks_of


@dataclass
class Stage:
    """The catalogue, the faults and the call log of a sandbox; ``profile`` is extended or development.

    ``grants`` are the access tokens in circulation.
    """

    catalogue: Catalogue
    profile: str
    faults: Faults
    token_seconds: float
    now: datetime
    seed: int
    grants: dict[str, Any] = field(default_factory=dict)
    special: dict[str, Faults] = field(default_factory=dict)
    calls: CallLog = field(default_factory=CallLog)
    closing: Event = field(default_factory=Event)
    _numbers: "dict[str, count[int]]" = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def plan(self, service: str) -> FaultPlan:
        """Number a service's next call, and return its plan of faults."""
        with self._lock:
            faults = self.special.get(service, self.faults)
            return FaultPlan(faults, next(self._numbers.setdefault(service, count(1))))

    def trouble(self, service: str, faults: Faults) -> None:
        """Put faults in force for one service alone, which numbers its calls from 1 again."""
        with self._lock:
            self.special[service] = faults
            self._numbers.pop(service, None)

    @cached_property
    def knowledge(self) -> Knowledge:
        """The services' data of the catalogue's artists."""
        if isinstance(self.catalogue, Namesakes):
            return Mistaken(self.catalogue, self.seed)
        return Knowledge(self.catalogue, self.seed)

    @cached_property
    def discographies(self) -> Discographies:
        """What the catalogue's artists have released."""
        return Discographies(self.knowledge, self.seed)

    @cached_property
    def tracks(self) -> Listener | Sleeves:
        """The tracks that Spotify knows, which cover every exported history."""
        return tracks_of(self.catalogue, self.seed, LARGEST_CIRCLE)

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts at Last.fm and ListenBrainz."""
        return Accounts(self.catalogue, self.now, self.seed)

    def change(self, faults: Faults) -> None:
        """Put other faults in force for all services, which number the calls from 1 again."""
        with self._lock:
            self.faults = faults
            self.special.clear()
            self._numbers.clear()

    def reset(self) -> None:
        """Forget all calls: counts, quotas and fault numbers begin again."""
        self.calls.reset()
        with self._lock:
            self._numbers.clear()

    def pause(self, seconds: float) -> None:
        """Keep a caller waiting, but only as long as the sandbox is open."""
        if seconds:
            self.closing.wait(seconds)
