"""Enriching from beginning to end: what ``run``, ``plan``, ``extract`` and ``show --refresh`` do."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from linernotes.core.values import WorkItem
from linernotes.reports.queries import Failures, FieldAlarm, failures, field_alarms
from linernotes.runs.enrich.artists import known_artists, register_artists
from linernotes.runs.enrich.budget import Budget
from linernotes.runs.enrich.options import EnrichOptions
from linernotes.runs.enrich.plan import Plan, first_items, left_out, next_step, plan, total_of
from linernotes.runs.enrich.queue import Selection
from linernotes.runs.enrich.scheduler import enrich_all, extract_provider
from linernotes.runs.lifecycle import ensure_rules, in_session
from linernotes.runs.session import RunResult, RunSession
from linernotes.storage.workspace import Workspace

Work = Callable[[RunSession, Selection, Budget], None]


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What a run with the same options would do: a plan per provider, their sum, and what to type next."""

    plans: tuple[Plan, ...]
    total: Plan
    next_step: str
    first_items: dict[str, list[WorkItem]] = field(default_factory=dict)


def run(workspace: Workspace, options: EnrichOptions, command: str = "run") -> RunResult:
    """Discover, extract, land, load and transform, with all chosen providers side by side.

    A service that fails ends its own part alone: what the others brought is in the tables, and ``error`` names it.

    Raises:
        ConfigurationError: a provider or an artist is not known; nothing was asked.
        Busy: another run holds the workspace.
    """
    providers = options.chosen_providers(workspace.settings.configs)

    def work(session: RunSession, selection: Selection, budget: Budget) -> None:
        enrich_all(session, providers, selection, budget)

    result, selection = _enrich(workspace, options, command, work)
    if result.report.asked.total or result.partial or result.error:
        return result
    return replace(result, notes=("no artists to enrich", *left_out(workspace, providers, selection)))


def extract(workspace: Workspace, provider: str, options: EnrichOptions) -> RunResult:
    """Ask one provider and leave its answers in landing/.

    Raises:
        ConfigurationError: the provider or an artist is not known; nothing was asked.
        Busy: another run holds the workspace.
    """
    settings = workspace.settings.configs.provider(provider)

    def work(session: RunSession, selection: Selection, budget: Budget) -> None:
        extract_provider(session, settings, selection, budget)

    result, _ = _enrich(workspace, options, "extract", work)
    return result


def refresh_artist(workspace: Workspace, artist: str) -> RunResult:
    """Ask every provider again about one artist, however fresh its answers are; a new Spotify id is brought in."""
    return run(workspace, EnrichOptions(artists=(artist,), window=timedelta(0)), "show --refresh")


def plan_run(workspace: Workspace, options: EnrichOptions, *, with_items: bool = False) -> PlanReport:
    """What ``run`` would ask and what that costs; calls no service. ``with_items`` adds each provider's first items."""
    ensure_rules(workspace)
    artists = known_artists(workspace.warehouse, options.artists)
    configs = workspace.settings.configs
    selection = options.selection(configs, workspace.clock.now(), artists)
    plans = plan(workspace, options.chosen_providers(configs), selection, options.limit)
    items = first_items(workspace, plans, selection, options.limit) if with_items else {}
    return PlanReport(tuple(plans), total_of(plans), next_step(plans), items)


def _enrich(workspace: Workspace, options: EnrichOptions, command: str, work: Work) -> tuple[RunResult, Selection]:
    """One session in which ``work`` is done; from its beginning on an error is part of the result."""
    wanted: list[Selection] = []
    failed: list[Failures] = []
    alarms: list[FieldAlarm] = []

    def enrich(session: RunSession) -> None:
        artists = register_artists(session, options.artists)
        selection = options.selection(workspace.settings.configs, session.run.started_at, artists)
        wanted.append(selection)
        session.reportable = True
        work(session, selection, options.budget(workspace))
        failed.extend(failures(workspace.warehouse, session.run.id) if session.asked.failed else [])
        alarms.extend(field_alarms(workspace.warehouse) if session.built_from else [])

    session = in_session(workspace, command, enrich, options.run_mode)
    return replace(session.result(), failures=failed, field_alarms=alarms), wanted[0]
