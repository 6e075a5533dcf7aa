"""The hub: runs dbt when it is needed, over the models that need it, and publishes the result to readers."""

from linernotes.core import sql
from linernotes.core.errors import BelowExpectations
from linernotes.runs.dbt import DATA, Transformed, project_hash, transform
from linernotes.runs.session import RunSession
from linernotes.storage import ledger
from linernotes.storage.workspace import Workspace

READ_BY_US = (
    "hub_music__svc_enrichment_items",
    "hub_music__svc_dim_artists",
    "hub_music__svc_coverage",
    "hub_music__svc_stale_artists",
    "hub_music__svc_latest_enrichments",
    "hub_music__svc_genres",
    "hub_music__svc_top_artists",
    "hub_music__svc_provider_metrics",
    "hub_music__svc_artist_facts",
    "hub_music__svc_artist_scores",
    "hub_music__svc_fact_plays",
    "hub_music__svc_dim_tracks",
    "hub_music__svc_dim_albums",
    "hub_music__svc_fact_artist_popularity",
    "hub_music__svc_artist_identities",
    "hub_music__svc_artist_ids",
    "hub_music__svc_artist_id_claims",
    "hub_music__svc_field_coverage",
    "hub_music__svc_field_alarms",
    "hub_music__svc_name_resolutions",
)
# The tables of plays, those of the queue and of the ids of artists, and those of tracks.
PLAYS, QUEUE, TRACKS = "tag:plays", "tag:queue", "tag:tracks"


OF_PLAYS = frozenset({"plays/plays", "spotify/recently_played"})


def refresh(session: RunSession) -> None:
    """Rebuild the tables that the queue is read from, if files or policies have changed since they were built."""
    if session.refreshed == session.ingested.files:
        return
    if session.refreshed is None:  # nobody knows yet what earlier commands have left
        plays, queue, _ = _changed(session)
    else:
        plays, queue = bool(session.ingested.datasets & OF_PLAYS), True
    _refresh(session, plays=plays, queue=queue)


def _refresh(session: RunSession, *, plays: bool, queue: bool) -> None:
    workspace, session.refreshed = session.workspace, session.ingested.files
    if plays or queue:
        tables = (PLAYS, QUEUE) if plays else (QUEUE,)
        transform(workspace.settings, workspace.warehouse, tables, kinds=("model",))


def bring_up_to_date(session: RunSession) -> None:
    """Build the hub if it is missing or of other models, else only the tables that the queue is read from.

    Data that fails a test does not keep a command from its work: it is reported when the command ends.
    """
    if hub_exists(session.workspace):
        plays, queue, _ = _changed(session)
        before, seen = hub_state(session)
        if models_of(before) == models_of(seen):
            _refresh(session, plays=plays, queue=queue)
            return
    session.workspace.progress.say("building the hub")
    try:
        build(session, whole=True)
    except BelowExpectations as failed:
        session.trouble = failed
    publish(session.workspace)  # from now on there is something to read while this command goes on


def build(session: RunSession, *, whole: bool = False) -> Transformed:
    """Build the hub and remember the state it was built from, so that a run without new data need not repeat it.

    Views are rebuilt only when the models changed or ``whole`` asks for it, and so are the tables that ``refresh``
    keeps up to date; those of tracks also when plays or credits did.
    """
    workspace, tracks = session.workspace, True
    if not whole:
        refresh(session)
        _, _, tracks = _changed(session)
    before, seen = hub_state(session)
    if whole or models_of(before) != models_of(seen):
        built = transform(workspace.settings, workspace.warehouse)
        session.refreshed = session.ingested.files
    else:
        left = (PLAYS, QUEUE) if tracks else (PLAYS, QUEUE, TRACKS)
        built = transform(workspace.settings, workspace.warehouse, DATA, left)
    session.built_from = seen
    return built


def _changed(session: RunSession) -> tuple[bool, bool, bool]:
    """Whether the tables of plays, of the queue and of tracks are older than what they are made of."""
    (row,) = session.workspace.warehouse.rows(sql.read("runs/hub_stand"))
    session.state = session.ingested.files, ledger.state_of(row)
    return row["plays"], row["queue"], row["tracks"]


def publish(workspace: Workspace) -> None:
    """Publish the service models to readers."""
    workspace.warehouse.publish()


def hub_exists(workspace: Workspace) -> bool:
    """Whether every model that Python reads exists."""
    return all(workspace.warehouse.exists(model) for model in READ_BY_US)


def hub_state(session: RunSession) -> tuple[str, str]:
    """The state of the last build and the present one; a state names the models and the loaded files."""
    files = session.ingested.files
    if session.state is None or session.state[0] != files:
        session.state = files, ledger.build_state(session.workspace)
    built, loaded = session.state[1]
    return session.built_from or built, f"models {project_hash()}, {loaded}"


def is_built(session: RunSession) -> bool:
    """Whether the hub is up to date."""
    before, seen = hub_state(session)
    return before == seen


def models_of(seen: str) -> str:
    """The part of a hub state that names the models."""
    return seen.partition(",")[0]
