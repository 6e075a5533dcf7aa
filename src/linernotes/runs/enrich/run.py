"""Enrichment from beginning to end: the work of ``run``, ``plan``, ``extract`` and ``show --refresh``."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from linernotes.core.values import WorkItem
from linernotes.reports.queries import doubted_answers, failures, field_alarms
from linernotes.runs.enrich.artists import known_artists, register_artists
from linernotes.runs.enrich.budget import Budget
from linernotes.runs.enrich.news import LibrarySize, news_lines
from linernotes.runs.enrich.options import EnrichOptions
from linernotes.runs.enrich.plan import Plan, exclusion_notes, first_items, next_step, plan, total_of
from linernotes.runs.enrich.queue import Selection
from linernotes.runs.enrich.scheduler import enrich_all, extract_provider
from linernotes.runs.lifecycle import ensure_rules, run_in_session
from linernotes.runs.session import RunResult, RunSession
from linernotes.storage.workspace import Workspace

Work = Callable[[RunSession, Selection, Budget], None]


@dataclass(frozen=True, slots=True)
class PlanReport:
    """The plan of a run: one per provider, their total, the next command, and the first items if asked for."""

    plans: tuple[Plan, ...]
    total: Plan
    next_step: str
    first_items: dict[str, list[WorkItem]] = field(default_factory=dict)


def run(workspace: Workspace, options: EnrichOptions, command: str = "run") -> RunResult:
    """Discover, extract, land, load and transform, with all chosen providers side by side.

    A failing service ends only its own part: the results of the others are in the tables, and ``error`` names it.

    Raises:
        ConfigurationError: a provider or an artist is not known; no call was made.
        Busy: another run holds the workspace.
    """
    providers = options.chosen_providers(workspace.settings.configs)

    def work(session: RunSession, selection: Selection, budget: Budget) -> None:
        before = session.known or LibrarySize.of(workspace.warehouse).known
        enrich_all(session, providers, selection, budget)
        after = LibrarySize.of(workspace.warehouse)
        if options.limit == 0:
            session.notes = ("nothing was asked: the limit is 0; linernotes plan shows what is due",)
        elif not session.asked.total and not session.partial and after.artists:
            excluded = exclusion_notes(workspace, providers, selection)
            session.notes = (f"nothing to enrich: all {options.entity or 'artist'}s are up to date", *excluded)
        if not session.trouble:  # else the error names the next step
            missing = [each.name for each in providers if workspace.settings.missing(each)]
            session.notes += tuple(news_lines(before, after, session.partial, missing))

    return _enrich(workspace, options, command, work)


def extract(workspace: Workspace, provider: str, options: EnrichOptions) -> RunResult:
    """Fetch from one provider and leave the responses in landing/.

    Raises:
        ConfigurationError: the provider or an artist is not known; no call was made.
        Busy: another run holds the workspace.
    """
    settings = workspace.settings.configs.provider(provider)

    def work(session: RunSession, selection: Selection, budget: Budget) -> None:
        extract_provider(session, settings, selection, budget)

    return _enrich(workspace, options, "extract", work)


def refresh_artist(workspace: Workspace, artist: str) -> RunResult:
    """Fetch one artist from every provider, even if its data is fresh; a new Spotify id is added to the roster."""
    return run(workspace, EnrichOptions(artists=(artist,), window=timedelta(0)), "show --refresh")


def plan_run(workspace: Workspace, options: EnrichOptions, *, with_items: bool = False) -> PlanReport:
    """Plan a run: calls, time and cost. Calls no service; ``with_items`` adds each provider's first items."""
    ensure_rules(workspace)
    artists = known_artists(workspace.warehouse, options.artists)
    configs = workspace.settings.configs
    selection = options.selection(configs, workspace.clock.now(), artists)
    plans = plan(workspace, options.chosen_providers(configs), selection, options.limit)
    items = first_items(workspace, plans, selection, options.limit) if with_items else {}
    return PlanReport(tuple(plans), total_of(plans), next_step(plans, with_options=options != EnrichOptions()), items)


def _enrich(workspace: Workspace, options: EnrichOptions, command: str, work: Work) -> RunResult:
    """Do ``work`` in a session; once it has begun, an error becomes part of the result."""

    def enrich(session: RunSession) -> None:
        artists = register_artists(session, options.artists)
        # Not the run's start: that is cut to the second, in which an earlier run may still have asked.
        selection = options.selection(workspace.settings.configs, workspace.clock.now(), artists)
        session.reportable = True
        work(session, selection, options.budget(workspace))
        if session.asked.failed:
            session.failures = failures(workspace.warehouse, session.run.id)
        if session.built_from:
            session.field_alarms = field_alarms(workspace.warehouse)
            session.doubted = doubted_answers(workspace.warehouse)

    return run_in_session(workspace, command, enrich, options.run_mode).result()
