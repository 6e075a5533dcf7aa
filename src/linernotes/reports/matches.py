"""What names in imported files of streams, campaigns and sales mean, and which track a person has in mind."""

from collections.abc import Mapping
from typing import Any

from linernotes.core import sql
from linernotes.core.errors import ConfigurationError
from linernotes.core.identifiers import canonical_isrc, spotify_id
from linernotes.storage.ports import Warehouse

LIST = "linernotes match list shows them"


def matches(warehouse: Warehouse, *, everything: bool = False) -> list[dict[str, Any]]:
    """The subjects of files that are not matched, or with ``everything`` all of them."""
    return list(warehouse.rows(sql.read("reports/stream_matches"), subject="", everything=everything))


def match_of(warehouse: Warehouse, subject: str) -> dict[str, Any]:
    """The match of one subject.

    Raises:
        ConfigurationError: no file has it.
    """
    found = warehouse.rows(sql.read("reports/stream_matches"), subject=subject, everything=True)
    if row := next(found, None):
        return row
    raise ConfigurationError(f"no imported file has {subject!r}", LIST)


def track_meant(warehouse: Warehouse, given: str) -> Mapping[str, Any]:
    """The one track with this id, Spotify link, ISRC or title.

    Raises:
        ConfigurationError: there is none, or there are several.
    """
    told = spotify_id(given, "track") or canonical_isrc(given) or given
    rows = list(warehouse.rows(sql.read("reports/tracks_named"), given=given, id=told))
    if len(rows) == 1:
        return rows[0]
    if not rows:
        remedy = "use a track of your plays or of an imported list (linernotes import tracks)"
        raise ConfigurationError(f"unknown track {given!r}", remedy)
    names = ", ".join(f"{row['artistName']}: {row['trackId']}" for row in rows)
    raise ConfigurationError(f"{given!r} may be several tracks", f"use the id of one: {names}")
