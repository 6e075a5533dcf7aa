"""The hub: runs dbt when it is needed, over the models that need it, and publishes the result to readers."""

import logging
from collections.abc import Collection, Mapping
from typing import Any

from linernotes.core import sql
from linernotes.core.errors import BelowExpectations, LinernotesError, Stopped
from linernotes.core.faults import fault_point
from linernotes.core.steps import log_step
from linernotes.runs.compiled import Queries, kept_build, kept_hub, kept_tables
from linernotes.runs.dbt import DATA, TESTS_OF_MODELS, Transformed, below_expectations, transform
from linernotes.runs.project import hub_models, project_hash
from linernotes.runs.session import RunSession
from linernotes.storage import ledger
from linernotes.storage.ports import MakesItself
from linernotes.storage.workspace import Workspace

log = logging.getLogger(__name__)
# Tags of the tables of plays, of the queue and the ids of artists, of tracks, and of imported streams.
PLAYS, QUEUE, TRACKS, STREAMS = "plays", "queue", "tracks", "streams"
# What every loaded file adds to.
WITH_EVERY_FILE = frozenset({"ops/attempts", "ops/loaded_files", "ops/rejects"})
# The datasets that the tables of plays are made from.
OF_PLAYS = frozenset({"plays/plays", "spotify/recently_played", "requests/tracks"})


def refresh(session: RunSession) -> None:
    """Rebuild the tables that the queue is read from, if files or policies have changed since they were built."""
    if session.without_hub:
        return
    if session.refreshed is None:
        _refresh(session, _stand(session) or {"plays": True, "queue": True})
    elif session.refreshed != session.ingested.files:  # known without another query
        older = {"plays": bool(session.ingested.datasets & OF_PLAYS), "queue": True}
        _refresh(session, older, {*session.news, *WITH_EVERY_FILE})


def _refresh(session: RunSession, older: Mapping[str, Any], news: Collection[str] | None = None) -> None:
    workspace, session.refreshed, session.news = session.workspace, session.ingested.files, frozenset()
    if older["plays"] or older["queue"]:
        _make_again(workspace, (PLAYS, QUEUE) if older["plays"] else (QUEUE,), news)


def _make_again(workspace: Workspace, tags: tuple[str, ...], news: Collection[str] | None) -> None:
    """Make the tables with these tags again: without dbt where it has left its queries and the warehouse can.

    Only those that are made of ``news``, where that is known and dbt does not make them.
    """
    settings, warehouse, began = workspace.settings, workspace.warehouse, workspace.clock.monotonic()
    if isinstance(warehouse, MakesItself) and (tables := kept_tables(settings, tags)):
        made = warehouse.maker().make(tables, news)
        seconds = workspace.clock.monotonic() - began
        text = f"{made} of {len(tables)} models ({', '.join(tags)})"
        log_step(log, "transform", text, models=made, seconds=seconds)
    else:
        transform(settings, warehouse, _tagged(tags), kinds=("model",))
    fault_point("refreshed")


def _tagged(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Dbt's selectors of these tags."""
    return tuple(f"tag:{tag}" for tag in tags)


def bring_up_to_date(session: RunSession, *, needed: bool = True) -> None:
    """Build the hub if it is missing, broken or of other models, else only the tables that the queue is read from.

    Where it is not ``needed``, such a hub is left to the next command that needs it.

    Data that fails a test does not keep a command from its work: it is reported when the command ends.
    """
    stand = _stand(session) if _has_all_models(session) else None
    if stand and not _of_other_models(session):
        _refresh(session, stand)
        return
    session.without_hub = not needed
    if session.without_hub:
        return
    session.workspace.progress.say("building the hub")
    try:
        build(session, whole=True)
    except BelowExpectations as failed:
        session.trouble = failed
    publish(session.workspace)  # from now on there is something to read while this command goes on


def build(session: RunSession, *, whole: bool = False, with_dbt: bool = False) -> Transformed:
    """Build the hub and remember the state it was built from, so that a run without new data need not repeat it.

    Views are rebuilt only when the models changed or ``whole`` asks for it, and so are the tables that ``refresh``
    keeps up to date; those of tracks also when plays or credits did, and those of streams wherever there are any.
    What can be built without dbt is, unless it is to be ``with_dbt``.
    """
    workspace, stand = session.workspace, None
    if not whole:
        refresh(session)
        stand = _stand(session)
    if stand is None or _of_other_models(session):
        built = None if with_dbt else _build_whole(session)
        built = built or transform(workspace.settings, workspace.warehouse)
        session.refreshed = session.ingested.files
    else:
        left = (PLAYS, QUEUE, *(tag for tag in (TRACKS, STREAMS) if not stand[tag]))
        built = _build_data(workspace, left)
    _, session.built_from = hub_state(session)
    fault_point("built")
    return built


def _build_whole(session: RunSession) -> Transformed | None:
    """Make and test everything without dbt; None where that cannot be.

    Raises:
        BelowExpectations: a test failed; everything is made nevertheless.
    """
    workspace = session.workspace
    kept = kept_hub(workspace.settings)
    if kept and not ledger.files_loaded(workspace):
        kept = Queries(kept.objects, [])  # dbt has tested them without data when it compiled them
    return _by_kept(workspace, kept)


def _build_data(workspace: Workspace, left: tuple[str, ...]) -> Transformed:
    """Make and test what depends on data, but for the tables with the tags ``left``.

    Raises:
        BelowExpectations: a test failed; the tables are made nevertheless.
    """
    settings = workspace.settings
    built = _by_kept(workspace, kept_build(settings, left))
    return built or transform(settings, workspace.warehouse, DATA, (*_tagged(left), *TESTS_OF_MODELS))


def _by_kept(workspace: Workspace, kept: Queries | None) -> Transformed | None:
    """Make and test without dbt what it has compiled; None where that cannot be, and nothing was made.

    Raises:
        BelowExpectations: a test failed; the tables are made nevertheless.
    """
    warehouse, began = workspace.warehouse, workspace.clock.monotonic()
    if kept is None or not isinstance(warehouse, MakesItself):
        return None
    maker = warehouse.maker()
    made, failed = maker.make(kept.objects), maker.failing(kept.tests)
    seconds = workspace.clock.monotonic() - began
    text = f"{made} models, {len(kept.tests)} tests"
    log_step(log, "transform", text, models=made, tests=len(kept.tests), seconds=seconds)
    if failed:
        raise below_expectations(failed, "linernotes transform repeats the tests; see docs/running.md")
    return Transformed(made, len(kept.tests))


def _stand(session: RunSession) -> dict[str, Any] | None:
    """Whether the tables of ``plays``, of the ``queue`` and of ``tracks`` are older than what they are made of.

    None if the hub cannot tell, because something of it is missing or of an older version.
    """
    try:
        (row,) = session.workspace.warehouse.rows(sql.read("runs/hub_stand"))
    except Stopped:
        raise
    except LinernotesError:
        return None
    session.state = session.ingested.files, ledger.state_of(row)
    session.known = session.known or (row["artists"], row["enriched"])
    return row


def publish(workspace: Workspace) -> None:
    """Publish the service models to readers."""
    workspace.warehouse.publish()


def hub_state(session: RunSession) -> tuple[str, str]:
    """The state of the last build and the present one; a state names the models and the loaded files."""
    files = session.ingested.files
    if session.state is None or session.state[0] != files:
        session.state = files, ledger.build_state(session.workspace)
    built, loaded = session.state[1]
    return session.built_from or built, f"models {project_hash()}, {loaded}"


def is_built(session: RunSession) -> bool:
    """Whether the hub was built of today's models from what is loaded now."""
    before, seen = hub_state(session)
    return before == seen


def is_sound(session: RunSession) -> bool:
    """Whether it was, and nothing of it was dropped or damaged since."""
    return _has_all_models(session) and _stand(session) is not None and is_built(session)


def _has_all_models(session: RunSession) -> bool:
    return session.workspace.warehouse.models().issuperset(hub_models())


def is_todays(workspace: Workspace) -> bool:
    """Whether the hub was built of today's models."""
    built, _ = ledger.build_state(workspace)
    return built.startswith(f"models {project_hash()},")


def _of_other_models(session: RunSession) -> bool:
    before, seen = hub_state(session)
    return before.partition(",")[0] != seen.partition(",")[0]
