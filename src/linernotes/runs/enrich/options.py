"""What a run is to ask and how far it may go, as one value: the command line, the Library and flows all make it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from linernotes.config.catalogue import Configs
from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import ConfigurationError
from linernotes.core.values import Mode
from linernotes.runs.enrich.budget import Budget, CostBudget
from linernotes.runs.enrich.queue import Selection, select
from linernotes.storage.workspace import Workspace

WINDOW = timedelta(days=7)


class PlanArguments(TypedDict, total=False):
    """The fields of ``EnrichOptions`` that choose what is asked, as keyword arguments."""

    providers: Sequence[str]
    mode: Mode | None
    top: int | None
    artists: Sequence[str]
    window: timedelta
    older_than: timedelta | None
    limit: int | None


class RunArguments(PlanArguments, total=False):
    """All fields of ``EnrichOptions`` as keyword arguments."""

    max_minutes: float | None
    max_cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichOptions:
    """Which part of the queue to ask, of which providers, and the limits of a run.

    ``mode``, ``top`` and ``artists`` exclude each other; without any of them the mode is incremental. ``limit`` counts
    items of each provider, ``max_cost`` is in US dollars over all providers.

    Raises:
        ConfigurationError: options that contradict each other.
    """

    providers: Sequence[str] = ()
    mode: Mode | None = None
    top: int | None = None
    artists: Sequence[str] = ()
    window: timedelta = WINDOW
    older_than: timedelta | None = None
    limit: int | None = None
    max_minutes: float | None = None
    max_cost: float | None = None

    def __post_init__(self) -> None:
        """Refuse options that contradict each other."""
        if sum(bool(given) for given in (self.mode, self.top, self.artists)) > 1:
            raise ConfigurationError("give one of --mode, --top and --artist", "linernotes run --help explains them")
        if self.older_than is not None and self.mode != "refresh" and not self.top:
            remedy = "linernotes run --help explains them"
            raise ConfigurationError("--older-than is for --mode refresh and for --top", remedy)

    @property
    def run_mode(self) -> Mode:
        """How the run is recorded: asking again about the best or about named artists is a refresh."""
        return "refresh" if self.top or self.artists else self.mode or "incremental"

    def chosen_providers(self, configs: Configs) -> list[ProviderSettings]:
        """The named providers, or all.

        Raises:
            ConfigurationError: there is no such provider.
        """
        return [configs.provider(name) for name in dict.fromkeys(self.providers or configs.providers)]

    def selection(self, configs: Configs, at: datetime, artist_ids: Sequence[str]) -> Selection:
        """The part of the queue that is wanted; ``artist_ids`` are the ids of ``artists``."""
        mode, top, age = self.run_mode, self.top or 0, self.older_than
        return select(mode, at, self.window, age, priced=configs.priced, top=top, artists=artist_ids)

    def budget(self, workspace: Workspace) -> Budget:
        """The limits, with the time counted from now."""
        minutes = self.max_minutes
        deadline = None if minutes is None else workspace.clock.monotonic() + minutes * 60
        return Budget(self.limit, deadline, CostBudget(self.max_cost))
