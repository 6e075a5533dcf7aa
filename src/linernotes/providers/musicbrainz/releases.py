"""Releases in MusicBrainz by their release groups, with labels and barcodes: fifty groups in one search."""

from collections.abc import Iterator
from typing import Any

from linernotes.core.identifiers import canonical_barcode
from linernotes.core.release_dates import release_date
from linernotes.core.values import Json
from linernotes.providers.answers import (
    integer,
    json_list,
    json_object,
    objects,
    required_object,
    take,
    text,
    texts,
    warn_of_new_fields,
)
from linernotes.providers.connection import Connection
from linernotes.providers.ids import MBID
from linernotes.providers.musicbrainz.search import Question, Search, is_id, mbid

SOME_GROUP = "00000000-0000-4000-8000-000000000000"
OF = "musicbrainz releases"
NOT_READ = {
    *("id", "score", "count", "status-id", "packaging-id", "artist-credit-id", "text-representation"),
    *("release-events", "asin", "tags", "quality", "annotation", "aliases", "genres", "rating", "relations"),
    *("release-group", "artist-credit", "label-info"),
}
GROUP_NOT_READ = {"id", "type-id", "primary-type-id", "secondary-type-ids", "disambiguation"}


def provider(connection: Connection) -> Search:
    """The releases; the key is the MusicBrainz id of their group."""
    return Search(connection, Question("releases", "rgid", MBID, _groups, parse, SOME_GROUP))


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from the releases of one group; the caller adds ``retrievedAt``."""
    rows = list({row["id"].lower(): row for row in map(required_object, json_list(raw.get("releases")))}.values())
    groups, credited = [_group(row) for row in rows], [_credit(row) for row in rows]
    return {
        "releaseGroupMbid": key,
        **{name: _first(groups, name) for name in ("title", "primaryType")},
        "secondaryTypes": next((each["secondaryTypes"] for each in groups if each["secondaryTypes"]), []),
        **{name: _first(credited, name) for name in ("artistName", "artistMbid")},
        "labels": [label for row in rows for label in _labels(row)],
        "releases": [_release(row) for row in rows],
    }


def _release(row: dict[str, Any]) -> dict[str, Any]:
    left = dict(row)
    barcode = take(left, "barcode", text, OF)
    media = take(left, "media", objects, OF)
    record = {
        "releaseMbid": mbid(left["id"]),
        **{column: take(left, column, text, OF) for column in ("title", "disambiguation", "status", "packaging")},
        "date": take(left, "date", _date, OF),
        "country": take(left, "country", text, OF),
        "barcode": barcode,
        "upc": canonical_barcode(barcode or ""),
        "format": next((named for medium in media if (named := take(medium, "format", text, OF))), None),
        "trackCount": take(left, "track-count", integer, OF),
    }
    warn_of_new_fields("musicbrainz", "releases", left.keys() - NOT_READ)
    return record


def _labels(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every pair of label and catalogue number, of which either can be missing."""
    for info in take(dict(row), "label-info", objects, OF):
        label = take(info, "label", json_object, OF)
        found = {
            "releaseMbid": mbid(row["id"]),
            "labelMbid": take(label, "id", mbid, OF),
            "name": take(label, "name", text, OF) or None,
            "catalogNumber": take(info, "catalog-number", text, OF) or None,
        }
        if found["name"] or found["catalogNumber"]:
            yield found


def _group(row: dict[str, Any]) -> dict[str, Any]:
    left = take(dict(row), "release-group", json_object, OF)
    record = {
        "title": take(left, "title", text, OF) or take(dict(row), "title", text, OF),
        "primaryType": take(left, "primary-type", text, OF),
        "secondaryTypes": take(left, "secondary-types", texts, OF),
    }
    warn_of_new_fields("musicbrainz", "release groups", left.keys() - GROUP_NOT_READ)
    return record


def _credit(row: dict[str, Any]) -> dict[str, Any]:
    first = next(iter(take(dict(row), "artist-credit", objects, OF)), {})
    artist = take(first, "artist", json_object, OF)
    return {
        "artistName": take(first, "name", text, OF) or take(artist, "name", text, OF),
        "artistMbid": take(artist, "id", mbid, OF),
    }


def _first(records: list[dict[str, Any]], name: str) -> Any:
    """The first value of a column."""
    return next((each[name] for each in records if each[name] is not None), None)


def _date(value: Any) -> str | None:
    return release_date(text(value) or "")


def _groups(row: Any) -> list[str]:
    """The group of a release; none where either has no id."""
    group = row.get("release-group") if isinstance(row, dict) and is_id(row.get("id")) else None
    found = group.get("id") if isinstance(group, dict) else None
    return [str(found).lower()] if is_id(found) else []
