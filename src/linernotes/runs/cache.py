"""Mark kept answers, so that the next run asks for them again although they may be fresh.

A mark is a landed line like any other, so a rebuilt warehouse knows it too. Nothing is deleted: an answer counts until
a newer one comes, and one that fails leaves it in place.
"""

from collections.abc import Iterator
from datetime import datetime

from linernotes.core.clock import instant
from linernotes.core.errors import ConfigurationError
from linernotes.core.values import Json
from linernotes.reports.artist_lookup import known_artist
from linernotes.reports.cache import EVER, AnswerFilter, KeptCounts, kept_counts, kept_keys
from linernotes.runs.hub import publish, refresh
from linernotes.runs.lifecycle import import_lines, open_session
from linernotes.storage.workspace import Workspace

INVALIDATIONS = "manual/invalidations"
COMMAND = "cache invalidate"


def answer_filter(
    workspace: Workspace, provider: str | None, artist: str | None, before: datetime | None
) -> AnswerFilter:
    """The filter that the options of a command say.

    Raises:
        ConfigurationError: the provider or the artist is unknown, or several artists share the name.
    """
    name = workspace.settings.configs.provider(provider).name if provider else ""
    known = known_artist(workspace.warehouse, artist, adds=False).id if artist else ""
    return AnswerFilter(name, known, before or EVER)


def markable(counts: KeptCounts) -> int:
    """How many of these answers can be marked: not those that are, and not those of ids that are none."""
    return counts["fresh"] + counts["stale"]


def invalidate(workspace: Workspace, wanted: AnswerFilter) -> int:
    """Mark the answers that match; returns how many. Repeating it changes nothing.

    Raises:
        ConfigurationError: the filter selects everything.
    """
    if wanted == AnswerFilter():
        raise ConfigurationError(f"{COMMAND}: nothing selected", "use --provider, --artist or --older-than")
    with open_session(workspace, COMMAND) as session:
        now = workspace.clock.now()
        counts = [row for row in kept_counts(workspace.warehouse, wanted, now) if markable(row)]
        if counts:
            import_lines(session, INVALIDATIONS, COMMAND, _lines(workspace, wanted, counts, now))
            refresh(session)
            publish(workspace)  # the API reads there which answers are fresh
    return sum(map(markable, counts))


def _lines(workspace: Workspace, wanted: AnswerFilter, counts: list[KeptCounts], now: datetime) -> Iterator[Json]:
    """A line for each provider, or for each answer about one artist."""
    common = {"until": instant(min(wanted.before, now)), "decidedAt": instant(now)}
    if not wanted.artist:
        for provider in sorted({row["provider"] for row in counts}):
            yield {**common, "provider": provider, "itemKey": None}
        return
    for row in kept_keys(workspace.warehouse, wanted):
        yield {**common, "provider": row["provider"], "itemKey": row["key"]}
