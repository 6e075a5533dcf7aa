"""The items a run selects and its limits, as one value for the command line, the Library and flows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypedDict, get_args

from linernotes.config.catalogue import Configs
from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import ConfigurationError
from linernotes.core.values import Mode
from linernotes.runs.enrich.budget import Budget, CostBudget
from linernotes.runs.enrich.queue import Selection, select
from linernotes.storage.workspace import Workspace

WINDOW = timedelta(days=7)
Entity = Literal["artist", "track", "release"]
ENTITIES = {
    "artist": {"artist"},
    "track": {"track", "recording"},
    "release": {"release"},
}  # and what providers call these


class PlanArguments(TypedDict, total=False):
    """The fields of ``EnrichOptions`` that select items, as keyword arguments."""

    providers: Sequence[str]
    mode: Mode | None
    top: int | None
    artists: Sequence[str]
    window: timedelta
    older_than: timedelta | None
    limit: int | None
    entity: Entity | None
    min_plays: int


class RunArguments(PlanArguments, total=False):
    """All fields of ``EnrichOptions`` as keyword arguments."""

    max_minutes: float | None
    max_cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichOptions:
    """The part of the queue to fetch, the providers to use, and the limits of a run.

    ``mode``, ``top`` and ``artists`` exclude each other; without any of them the mode is incremental. ``limit`` counts
    items per provider, ``max_cost`` is in US dollars for all providers together. ``entity`` limits the run to
    providers that are asked about artists, or about tracks; items with fewer plays than ``min_plays`` are left out.

    Raises:
        ConfigurationError: an unknown mode or entity, or options that contradict each other.
    """

    providers: Sequence[str] = ()
    mode: Mode | None = None
    top: int | None = None
    artists: Sequence[str] = ()
    window: timedelta = WINDOW
    older_than: timedelta | None = None
    limit: int | None = None
    entity: Entity | None = None
    min_plays: int = 0
    max_minutes: float | None = None
    max_cost: float | None = None

    def __post_init__(self) -> None:
        """Reject an unknown mode, and options that contradict each other."""
        if self.mode not in (None, *get_args(Mode)):
            raise ConfigurationError(f"there is no mode {self.mode!r}", f"use one of {', '.join(get_args(Mode))}")
        if self.entity not in (None, *ENTITIES):
            raise ConfigurationError(f"there is no entity {self.entity!r}", f"use one of {', '.join(ENTITIES)}")
        if sum(bool(given) for given in (self.mode, self.top, self.artists)) > 1:
            raise ConfigurationError(
                "use only one of --mode, --top and --artist", "linernotes run --help explains them"
            )
        if self.older_than is not None and self.mode != "refresh" and not self.top:
            remedy = "linernotes run --help explains them"
            raise ConfigurationError("--older-than works only with --mode refresh or --top", remedy)

    @property
    def run_mode(self) -> Mode:
        """The mode that is recorded for the run; with ``top`` or ``artists`` it is a refresh."""
        return "refresh" if self.top or self.artists else self.mode or "incremental"

    def chosen_providers(self, configs: Configs) -> list[ProviderSettings]:
        """The named providers, or all; of them those that are asked about the ``entity``, if one is given.

        Raises:
            ConfigurationError: a provider is unknown, or none of them is asked about that.
        """
        named = [configs.provider(name) for name in dict.fromkeys(self.providers or configs.providers)]
        chosen = [each for each in named if self.entity is None or each.entity in ENTITIES[self.entity]]
        if not chosen:
            message = f"{', '.join(each.name for each in named)}: not asked about {self.entity}s"
            raise ConfigurationError(message, "leave out --provider or --entity")
        return chosen

    def selection(self, configs: Configs, at: datetime, artist_ids: Sequence[str]) -> Selection:
        """The selected part of the queue; ``artist_ids`` are the ids of ``artists``."""
        mode, top, age = self.run_mode, self.top or 0, self.older_than
        return select(
            mode,
            at,
            self.window,
            age,
            priced=configs.paid_providers,
            top=top,
            artists=artist_ids,
            min_plays=self.min_plays,
        )

    def budget(self, workspace: Workspace) -> Budget:
        """The limits of the run, with its time counted from now."""
        minutes = self.max_minutes
        deadline = None if minutes is None else workspace.clock.monotonic() + minutes * 60
        return Budget(self.limit, deadline, CostBudget(self.max_cost))
