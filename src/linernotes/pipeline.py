"""The corridor: one run, room by room, in rounds until the queue or the budget is used up. No logic of its own."""

import logging
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from linernotes import books
from linernotes.errors import BelowExpectations, Busy, LinernotesError, Stopped
from linernotes.house import House
from linernotes.ingest import Ingest, Reparse, ingest, restore_unknown
from linernotes.land import Spool, salvage, scratch_folder
from linernotes.transform import DATA, Transformed, project_hash, transform
from linernotes.values import Asked, Ingested, Json, Mode, Run, RunReport, many
from linernotes.web.tallied import unsettled
from linernotes.web.throttled import Queues

log = logging.getLogger(__name__)
READ_BY_US = (
    "hub_music__stg_enrichment_queue",
    "hub_music__svc_dim_artists",
    "hub_music__svc_coverage",
    "hub_music__svc_stale_artists",
    "hub_music__svc_latest_enrichments",
    "hub_music__svc_genres",
    "hub_music__svc_top_artists",
    "hub_music__svc_provider_metrics",
    "hub_music__stg_artist_winners",
    "hub_music__svc_artist_facts",
    "hub_music__svc_artist_identities",
    "hub_music__svc_field_coverage",
    "hub_music__svc_field_alarms",
    "hub_music__svc_name_resolutions",
)
COUNTED_PLAYS = (  # tables; views over a million plays would take their time whenever the queue is read
    "hub_music__stg_tracks",
    "hub_music__stg_play_names",
    "hub_music__stg_name_candidates",
    "hub_music__stg_credited_names",
)
OF_PLAYS = frozenset({"plays/plays", "spotify/recently_played"})
UNCOUNTED_PLAYS = (
    "select count(*) as files from {lake}.lake_ops__loaded_files "
    "where dataset in (select * from unnest($datasets)) and loadedRows > 0 "
    "and loadSequence > (select coalesce(max(seenSequence), 0) from {hub}.hub_music__stg_tracks)"
)


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
    recovered: Ingested = field(default_factory=Ingested)  # that part of it which an earlier run had left
    partial: list[str] = field(default_factory=list)
    trouble: LinernotesError | None = None
    built_from: str | None = None
    stopped: Stopped | None = None
    queues: Queues = field(default_factory=Queues)
    sources: dict[str, str] = field(default_factory=dict)  # the person's file behind a landed one

    @property
    def untold(self) -> list[str]:
        """Why it is partial, without what the command ends with as its error."""
        return [reason for reason in self.partial if not self.trouble or reason != self.trouble.message]

    @property
    def brought(self) -> Ingested:
        """What it has ingested of its own."""
        return self.ingested.beyond(self.recovered)

    def report(self, status: str, reason: str = "") -> RunReport:
        """What is told and stored of it."""
        return RunReport(self.run, self.command, self.mode, status, reason, self.asked, self.ingested)


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
    run = _new_run(house)
    with house.lake.lease(run), scratch_folder(house.scratch):
        walk = Walk(house, run, command, mode)
        carried = house.warehouse.set_aside() if fresh else {}
        prepare(walk)
        books.carry(house, carried)
        try:
            recover(walk, datasets, reparse)
            count_plays(walk)
            yield walk
            count_plays(walk)
        except LinernotesError as error:
            _close_books(walk, "stopped" if isinstance(error, Stopped) else "failed", error.message)
            raise
        _close_books(walk, "partial" if walk.partial else "ok", "; ".join(walk.partial))
    if trouble := walk.trouble or poor_data(walk.ingested, walk.sources):
        raise trouble


def _new_run(house: House) -> Run:
    return Run(secrets.token_hex(6), house.clock.now().replace(microsecond=0))


def prepare(walk: Walk) -> None:
    """Folders, lake tables, the queue's rules and a first hub: whatever is missing. Repeating it changes nothing."""
    house = walk.house
    house.lake.prepare(sorted({dataset.provider for dataset in house.datasets if dataset.pattern}))
    house.warehouse.ensure(house.datasets)
    books.write_policies(house)
    if not _hub_exists(house):
        house.tell.say("building the hub")
        build(walk, whole=True)


def recover(walk: Walk, datasets: Collection[str] | None = None, reparse: Reparse | None = None) -> None:
    """Land a dead run's spool, bring back archived files that the manifest has lost, and ingest all of landing."""
    house = walk.house
    if salvaged := salvage(house.lake, house.settings.spool):
        house.tell.say(f"recovered {many(salvaged, 'unfinished part')} of an earlier run")
    for dead in unsettled(house.settings.spool):
        books.write_calls(house, dead.run_id, dead.calls, dead.at)
        dead.path.unlink()
    if restored := restore_unknown(house.lake, house.warehouse, house.datasets):
        house.tell.say(f"loading {many(len(restored), 'archived file')} that the warehouse does not hold")
    ingest_landing(walk, datasets, reparse)
    if walk.ingested.landed and walk.command not in ("ingest", "rebuild", "purge"):
        house.tell.say(f"loaded {many(walk.ingested.landed, 'line')} that waited in landing/")
    if reparse is None:
        # How good they are was said when they were loaded for the first time.
        again = {f"{file.provider}/{file.name}" for file in restored}
        walk.ingested = replace(
            walk.ingested, poor_files=tuple(name for name in walk.ingested.poor_files if name not in again)
        )
    walk.recovered = walk.ingested


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


def count_plays(walk: Walk) -> None:
    """Make the tables again that hold all the queue knows of plays, if any were loaded since."""
    house = walk.house
    if (
        walk.ingested.datasets & OF_PLAYS
        and next(house.warehouse.rows(UNCOUNTED_PLAYS, datasets=sorted(OF_PLAYS)))["files"]
    ):
        transform(house.settings, house.warehouse, COUNTED_PLAYS)


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


def build(walk: Walk, *, whole: bool = False) -> Transformed:
    """Run dbt over everything, and remember what it saw: a run that brings nothing need not do it again.

    Views are made again only if the models are others than last time, or the ``whole`` project is wanted.
    """
    house = walk.house
    before, seen = hub_state(walk)
    stand = not whole and models_of(before) == models_of(seen)
    built = transform(house.settings, house.warehouse, DATA if stand else ())
    walk.built_from = seen
    return built


def publish(house: House) -> None:
    """Show readers what is there now; of staging only what reports read."""
    house.warehouse.publish(READ_BY_US)


def poor_data(ingested: Ingested, sources: Mapping[str, str] | None = None) -> BelowExpectations | None:
    """What the exit code has to say of the data: files were rejected, or more than 5 % of the lines of one."""
    refused = ingested.refused_files
    poor = [(sources or {}).get(name, name) for name in ingested.poor_files]
    if refused:
        return BelowExpectations(f"ingest: rejected {', '.join(refused)}", "the reason stands beside each in rejected/")
    if poor:
        remedy = "linernotes rejects shows them; the good ones are loaded"
        return BelowExpectations(f"ingest: more than 5 % bad lines in {', '.join(poor)}", remedy)
    return None


def ensure_ready(house: House) -> None:
    """For commands that only read: make what ``init`` would make, if it is missing."""
    if not _hub_exists(house):
        with writing(house, "init"):
            log.info("init: everything is in place")


def ensure_rules(house: House) -> None:
    """For plans, besides: credentials may have come or gone since the last run. A run at work keeps its own."""
    ensure_ready(house)
    if books.changed_policies(house):
        with suppress(Busy), house.lake.lease(_new_run(house)):
            books.write_policies(house)


def _hub_exists(house: House) -> bool:
    return all(house.warehouse.exists(model) for model in COUNTED_PLAYS + READ_BY_US)


def hub_state(walk: Walk) -> tuple[str, str]:
    """What dbt saw last, and what it would see now: the models and every file that is loaded."""
    built, loaded = books.built_and_loaded(walk.house)
    return walk.built_from or built, f"models {project_hash()}, {loaded}"


def is_built(walk: Walk) -> bool:
    """Whether building the hub again would change nothing."""
    before, seen = hub_state(walk)
    return before == seen


def models_of(seen: str) -> str:
    """Which models a hub was built with."""
    return seen.partition(",")[0]


def open_books(walk: Walk, window_start: datetime | None) -> None:
    """Book a run before it asks anybody."""
    walk.window_start = window_start
    books.open_run(walk.house, walk.report("ok"), window_start)


def _close_books(walk: Walk, status: str, reason: str) -> None:
    books.write_run(walk.house, walk.report(status, reason), walk.window_start, walk.built_from)
