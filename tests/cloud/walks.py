"""One walk, taken by whoever takes it with the same input at the same instants, so that nothing may differ."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linernotes.core.clock import SystemClock
from linernotes.sandbox import Generated
from tests.laptop import Laptop

Tables = list[list[dict[str, Any]]]
ROSTER = 600
PLAYED = range(560, 610)  # the first of them stand in the roster too
FIRST_RUN = ("run", "--mode", "backfill", "--limit", "100", "--provider", "spotify")  # lands one file
RUN = ("run", "--mode", "backfill")
# An hour ago, so that what readers count from the engine's own clock is the same for both engines.
BEGAN = datetime.now(UTC).replace(microsecond=123_456) - timedelta(hours=1)
HUB = (
    "select * from {hub}.hub_music__svc_dim_artists order by artistId",
    "select * from {hub}.hub_music__svc_coverage order by provider",
)
LAKE = (
    "select artistId, artistName, popularity, followerCount, genres, images, enrichedAt "
    "from {lake}.lake_spotify__normalized_artist_enrichment order by artistId, enrichedAt",
    # Last.fm says that it knows nobody under now this status, now that.
    "select provider, entity, key, outcome, reason, if(provider = 'lastfm', null, httpStatus) as httpStatus, "
    "attemptedAt from {lake}.lake_ops__attempts "
    "order by provider, key, attemptedAt",
    "select artistId, artistName from {lake}.lake_roster__normalized_artists order by artistId",
    "select * except (_fileHash) from {lake}.lake_spotify__normalized_recently_played order by _line",
    "select dataset, sum(lines) as lines, sum(loadedRows) as loadedRows, sum(rejectedRows) as rejectedRows "
    "from {lake}.lake_ops__loaded_files group by dataset order by dataset",
)


@contextmanager
def it_is(minutes: int) -> Iterator[None]:
    """Commands believe that it is so many minutes after ``BEGAN``, and that no time goes by."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemClock, "now", lambda _clock: BEGAN + timedelta(minutes=minutes))
        yield


def roster_of(laptop: Laptop, catalogue: Generated) -> Path:
    """A roster of artists by their names, deleted and merged ones among them."""
    text = io.StringIO()
    ids = [catalogue.id_at(index) for index in range(ROSTER)]
    csv.writer(text).writerows([("artistId", "artistName"), *((key, catalogue.credit(key)) for key in ids)])
    return laptop.write("roster.csv", text.getvalue())


def walked(laptop: Laptop, catalogue: Generated, *runs: tuple[str, ...]) -> None:
    """A first walk, ending in these runs, on which everything goes well."""
    plays = laptop.plays(*(catalogue.id_at(index) for index in PLAYED))
    imports = ("import", "roster", roster_of(laptop, catalogue)), ("import", "plays", plays)
    for minutes, command in enumerate([("init",), *imports, *runs]):
        with it_is(minutes):
            said = laptop(*command)
        assert said.code == 0, said.err


def tables(laptop: Laptop) -> Tables:
    """Everything that a walk leaves in the lake and in the hub."""
    return [laptop.rows(sql) for sql in HUB + LAKE]
