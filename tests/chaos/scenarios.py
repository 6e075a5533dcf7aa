"""The commands that write, the named points that each of them comes to, and a home to begin with."""

from dataclasses import dataclass

BATCH = 5
BAD = b"not json\n" * 3


@dataclass(frozen=True)
class Scenario:
    """A command, and the points it comes to on the way; ``after_a_run`` if there has to be something already."""

    name: str
    arguments: tuple[str, ...]
    points: tuple[str, ...]
    after_a_run: bool = False
    settles: bool = True  # nothing is left to load afterwards


# Without a hub, an import needs no dbt.
IMPORT = Scenario(
    "import plays",
    ("import", "plays", "plays.jsonl"),
    ("ensured", "sealed", "landed", "staged", "loading", "loaded", "archived", "rejecting", "rejected", "recorded"),
)
# The rows of two tables land one after the other, so that each of their points comes twice.
STREAMS = Scenario(
    "import streams",
    ("import", "streams", "exports"),
    (
        "ensured",
        *(f"{point}:{nth}" for nth in (1, 2) for point in ("sealed", "landed")),
        *("staged", "loading", "loading:2", "loaded", "loaded:2", "archived", "archived:2", "recorded"),
    ),
)
EXTRACT = Scenario(
    "extract",
    ("extract", "spotify", "--mode", "backfill"),
    ("opened", "called", "spooled", "synced", "sealed", "landed", "counted", "recorded"),
    settles=False,
)
RUN = Scenario("run", ("run", "--mode", "backfill"), ("refreshed", "built", "publishing", "published"))
REBUILD = Scenario("rebuild", ("rebuild",), ("verified", "refilled", "kept", "swapped"), after_a_run=True)
PURGE = Scenario(
    "purge",
    ("purge", "--provider", "spotify", "--yes"),
    ("rewritten", "forgotten", "discarded"),
    after_a_run=True,
)
ALL = (IMPORT, STREAMS, EXTRACT, RUN, REBUILD, PURGE)
