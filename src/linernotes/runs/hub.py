"""The hub: runs dbt when it is needed, over the models that need it, and publishes the result to readers."""

from linernotes.core import sql
from linernotes.runs.dbt import DATA, Transformed, project_hash, transform
from linernotes.runs.session import RunSession
from linernotes.storage import ledger
from linernotes.storage.workspace import Workspace

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
    "hub_music__stg_artist_identities",
    "hub_music__svc_artist_identities",
    "hub_music__svc_artist_ids",
    "hub_music__svc_field_coverage",
    "hub_music__svc_field_alarms",
    "hub_music__svc_name_resolutions",
)


COUNTED_PLAYS = (  # tables: as views over a million plays they would slow down every look at the queue
    "hub_music__stg_tracks",
    "hub_music__stg_play_names",
    "hub_music__stg_name_candidates",
    "hub_music__stg_credited_names",
)


OF_PLAYS = frozenset({"plays/plays", "spotify/recently_played"})


def count_plays(session: RunSession) -> None:
    """Rebuild the tables through which the queue reads plays, if new plays were loaded."""
    workspace = session.workspace
    if (
        session.ingested.datasets & OF_PLAYS
        and next(workspace.warehouse.rows(sql.read("runs/uncounted_plays"), datasets=sorted(OF_PLAYS)))["files"]
    ):
        transform(workspace.settings, workspace.warehouse, COUNTED_PLAYS)


def build(session: RunSession, *, whole: bool = False) -> Transformed:
    """Build the hub and remember the state it was built from, so that a run without new data need not repeat it.

    Views are rebuilt only when the models changed or ``whole`` asks for it.
    """
    workspace = session.workspace
    before, seen = hub_state(session)
    stand = not whole and models_of(before) == models_of(seen)
    built = transform(workspace.settings, workspace.warehouse, DATA if stand else ())
    session.built_from = seen
    return built


def publish(workspace: Workspace) -> None:
    """Publish the hub to readers, with the staging models that reports read."""
    workspace.warehouse.publish(READ_BY_US)


def hub_exists(workspace: Workspace) -> bool:
    """Whether every model that Python reads exists."""
    return all(workspace.warehouse.exists(model) for model in COUNTED_PLAYS + READ_BY_US)


def hub_state(session: RunSession) -> tuple[str, str]:
    """The state of the last build and the present one; a state names the models and the loaded files."""
    built, loaded = ledger.build_state(session.workspace)
    return session.built_from or built, f"models {project_hash()}, {loaded}"


def is_built(session: RunSession) -> bool:
    """Whether the hub is up to date."""
    before, seen = hub_state(session)
    return before == seen


def models_of(seen: str) -> str:
    """The part of a hub state that names the models."""
    return seen.partition(",")[0]
