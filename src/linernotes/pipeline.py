"""The corridor: one run, room by room, in rounds until the queue or the budget is used up. No logic of its own."""

import logging
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from linernotes import books
from linernotes.contracts import ProviderSettings
from linernotes.discover import Selection, discover
from linernotes.errors import BelowExpectations, ConfigurationError, LinernotesError, Parked, Stopped
from linernotes.extract import Extraction
from linernotes.house import House
from linernotes.ingest import Ingest, Reparse, ingest, restore_unknown
from linernotes.land import Spool, salvage, scratch_folder
from linernotes.providers import open_provider
from linernotes.transform import Transformed, project_hash, transform
from linernotes.values import Asked, Ingested, Json, Mode, Run, RunReport, WorkItem, instant
from linernotes.web import line_to

log = logging.getLogger(__name__)
READ_BY_US = (
    "hub_music__stg_enrichment_queue",
    "hub_music__svc_dim_artists",
    "hub_music__svc_coverage",
    "hub_music__svc_stale_artists",
    "hub_music__svc_latest_enrichments",
    "hub_music__svc_genres",
)
ROUND_ITEMS = 50_000  # what is asked before it is loaded and shown; bounds memory, and a day's backfill shows progress


@dataclass(slots=True)
class Walk:
    """A command that writes: its house, its run and what it has done so far."""

    house: House
    run: Run
    command: str
    mode: Mode | None = None
    window_start: datetime | None = None
    asked: Asked = field(default_factory=Asked)
    ingested: Ingested = field(default_factory=Ingested)
    partial: list[str] = field(default_factory=list)
    trouble: LinernotesError | None = None
    built_from: str | None = None
    sources: dict[str, str] = field(default_factory=dict)  # the person's file behind a landed one

    @property
    def untold(self) -> list[str]:
        """Why it is partial, without what the command ends with as its error."""
        return [reason for reason in self.partial if not self.trouble or reason != self.trouble.message]

    def report(self, status: str, reason: str = "") -> RunReport:
        """What is told and stored of it."""
        return RunReport(self.run, self.command, self.mode, status, reason, self.asked, self.ingested)


@dataclass(frozen=True, slots=True)
class Budget:
    """How far a run may go: exactly ``limit`` items, until ``deadline`` on the monotonic clock."""

    limit: int | None = None
    deadline: float | None = None


@contextmanager
def writing(
    house: House,
    command: str,
    mode: Mode | None = None,
    datasets: Collection[str] | None = None,
    *,
    fresh: bool = False,
    reparse: Reparse | None = None,
) -> Iterator[Walk]:
    """Hold the lease, have everything in place, recover what a dead run left, and keep the books at the end.

    ``datasets`` limits what recovery ingests; ``fresh`` starts over with an empty warehouse.
    """
    run = Run(secrets.token_hex(6), house.clock.now().replace(microsecond=0))
    with house.lake.lease(run), scratch_folder(house.scratch):
        walk = Walk(house, run, command, mode)
        carried = house.warehouse.set_aside() if fresh else {}
        prepare(house)
        books.carry(house, carried)
        try:
            recover(walk, datasets, reparse)
            yield walk
        except LinernotesError as error:
            _close_books(walk, "stopped" if isinstance(error, Stopped) else "failed", error.message)
            raise
        _close_books(walk, "partial" if walk.partial else "ok", "; ".join(walk.partial))
    if trouble := walk.trouble or poor_data(walk.ingested, walk.sources):
        raise trouble


def prepare(house: House) -> None:
    """Folders, lake tables, the queue's rules and a first hub: whatever is missing. Repeating it changes nothing."""
    providers = house.settings.configs.providers
    house.lake.prepare(sorted({dataset.provider for dataset in house.datasets if dataset.pattern}))
    house.warehouse.ensure(house.datasets)
    books.write_policies(house, providers.values())
    if not _hub_exists(house):
        house.tell.say("building the hub")
        transform(house.settings, house.warehouse)


def recover(walk: Walk, datasets: Collection[str] | None = None, reparse: Reparse | None = None) -> None:
    """Land a dead run's spool, bring back archived files that the manifest has lost, and ingest all of landing."""
    house = walk.house
    if salvaged := salvage(house.lake, house.settings.spool):
        house.tell.say(f"recovered {salvaged} unfinished part(s) of an earlier run")
    if restored := restore_unknown(house.lake, house.warehouse, house.datasets):
        house.tell.say(f"loading {len(restored)} archived file(s) that the warehouse does not hold")
    ingest_landing(walk, datasets, reparse)
    if walk.ingested.landed and walk.command not in ("ingest", "rebuild"):
        house.tell.say(f"loaded {walk.ingested.landed:,} lines that waited in landing/")
    if reparse is None:
        # How good they are was said when they were loaded for the first time.
        again = {f"{file.provider}/{file.name}" for file in restored}
        walk.ingested = replace(
            walk.ingested, poor_files=tuple(name for name in walk.ingested.poor_files if name not in again)
        )


def ingest_landing(walk: Walk, datasets: Collection[str] | None = None, reparse: Reparse | None = None) -> None:
    """Everything in landing/, or the files of some datasets."""
    house = walk.house
    work = Ingest(house.lake, house.warehouse, walk.run, house.scratch, reparse=reparse)
    walk.ingested += ingest(work, house.datasets, datasets)


def check_landing(house: House, datasets: Collection[str] | None = None) -> Ingested:
    """What ingesting would do; nothing is loaded and nothing moved."""
    run = Run("0" * 12, house.clock.now())
    with scratch_folder(house.settings.home / "dry-run") as scratch:
        return ingest(Ingest(house.lake, house.warehouse, run, scratch, write=False), house.datasets, datasets)


def import_lines(walk: Walk, dataset: str, source: str, lines: Iterable[Json]) -> None:
    """Land the lines of the file ``source`` as one part and ingest it."""
    house = walk.house
    spool = Spool(house.lake, house.settings.spool, house.dataset(dataset), walk.run, house.clock, part_lines=None)
    try:
        for line in lines:
            spool.line(line)
    except BelowExpectations as damaged:  # what came before the damage is good
        walk.trouble = damaged
    if landed := spool.seal():
        walk.sources[f"{landed.provider}/{landed.name}"] = source
    ingest_landing(walk)


def walk_all(
    walk: Walk, providers: Iterable[ProviderSettings], selection: Selection, limit: int | None, budget_end: float | None
) -> None:
    """Ask each provider in rounds; after every round what it brought is loaded and reaches the hub."""
    _open_books(walk, selection)
    for settings in providers:
        for _ in rounds(walk, settings, selection, Budget(limit, budget_end)):
            ingest_landing(walk)
            build(walk)
    if not walk.built_from and (walk.ingested.files or books.built_from(walk.house) != _buildable(walk.house)):
        build(walk)
    books.reconcile(walk.house, walk.report("ok"))
    if walk.built_from:
        walk.house.warehouse.publish()


def build(walk: Walk) -> Transformed:
    """Run dbt over everything, and remember what it saw: a run that brings nothing need not do it again."""
    seen = _buildable(walk.house)
    built = transform(walk.house.settings, walk.house.warehouse)
    walk.built_from = seen
    return built


def extract_one(
    walk: Walk, settings: ProviderSettings, selection: Selection, limit: int | None, deadline: float | None
) -> None:
    """Ask one provider and leave what it said in landing/."""
    _open_books(walk, selection)
    for _ in rounds(walk, settings, selection, Budget(limit, deadline)):
        break  # without loading, a second round would find the same items


def rounds(walk: Walk, settings: ProviderSettings, selection: Selection, budget: Budget) -> Iterator[Asked]:
    """Ask one provider; yields after each round of at most ROUND_ITEMS that asked something."""
    left = budget.limit
    while left is None or left > 0:
        items = discover(walk.house.warehouse, settings.name, selection, min(ROUND_ITEMS, left or ROUND_ITEMS))
        if not items or not may_ask(walk, settings, len(items)):
            break
        asked = ask(walk, settings, items, budget.deadline)
        walk.asked += asked
        over = bool(asked.ended) or asked.total < len(items)
        if over:
            walk.partial.append(asked.ended or f"{settings.name}: time is up")
        if asked.total:
            yield asked
        if over:
            break
        left = None if left is None else left - asked.total


def may_ask(walk: Walk, settings: ProviderSettings, items: int) -> bool:
    """Is the provider usable now? If not, one line says why and the others go on."""
    if missing := walk.house.settings.missing(settings):
        walk.partial.append(f"{settings.name}: skipped, {', '.join(missing)} not set; {items} items wait")
        walk.trouble = ConfigurationError(
            f"{settings.name}: {', '.join(missing)} not set", "see .env.example, or try it with: linernotes demo"
        )
        return False
    if until := books.parked_until(walk.house, settings.name):
        walk.partial.append(f"{settings.name}: parked until {instant(until)}; {items} items wait")
        return False
    return True


def ask(walk: Walk, settings: ProviderSettings, items: list[WorkItem], deadline: float | None) -> Asked:
    """One round with one provider: ask, spool, land; what it cost goes into the books."""
    house = walk.house
    line = line_to(settings, house.clock, house.settings.user_agent)
    credentials = house.settings.credentials(settings)
    provider = open_provider(settings, credentials, line.session, books.capability(house, settings.name))
    spool = Spool(
        house.lake, house.settings.spool, house.dataset(f"{settings.name}/{settings.dataset}"), walk.run, house.clock
    )
    extraction = Extraction(provider, spool, house.clock, settings.concurrency, deadline)
    house.tell.begin(settings.title, len(items))
    try:
        asked = extraction.ask(items, house.tell.advance)
    finally:
        house.tell.end()
    trouble = extraction.trouble
    until = trouble.until if isinstance(trouble, Parked) else None
    books.write_calls(house, walk.run.id, replace(line.calls(), cooldown_until=until, capability=provider.capability))
    if isinstance(trouble, Stopped):
        walk.asked += asked
        house.tell.say(f"{spool.lines:,} answers wait in landing/; the next command loads them")
        raise trouble
    if trouble and not isinstance(trouble, Parked):
        walk.trouble = trouble
    return replace(asked, landed_lines=spool.lines, ended=trouble.message if trouble else "")


def poor_data(ingested: Ingested, sources: Mapping[str, str] | None = None) -> BelowExpectations | None:
    """What the exit code has to say of the data: files were rejected, or more than 5 % of the lines of one."""
    refused = ingested.refused_files
    poor = [(sources or {}).get(name, name) for name in ingested.poor_files]
    if refused:
        return BelowExpectations(f"ingest: rejected {', '.join(refused)}", "the reason stands beside each in rejected/")
    if poor:
        remedy = "see lake_ops__rejects; the good ones are loaded"
        return BelowExpectations(f"ingest: more than 5 % bad lines in {', '.join(poor)}", remedy)
    return None


def ensure_ready(house: House) -> None:
    """For commands that only read: make what ``init`` would make, if it is missing."""
    if not _hub_exists(house):
        with writing(house, "init"):
            log.info("init: everything is in place")


def _hub_exists(house: House) -> bool:
    return all(house.warehouse.exists(model) for model in READ_BY_US)


def _buildable(house: House) -> str:
    return f"models {project_hash()}, {books.loaded_so_far(house)}"


def _open_books(walk: Walk, selection: Selection) -> None:
    walk.window_start = selection.window_start
    books.open_run(walk.house, walk.report("ok"), walk.window_start)


def _close_books(walk: Walk, status: str, reason: str) -> None:
    books.write_run(walk.house, walk.report(status, reason), walk.window_start, walk.built_from)
