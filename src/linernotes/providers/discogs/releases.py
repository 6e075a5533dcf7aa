"""Releases on Discogs, searched for by barcode, and by the names of artist and title where nothing has that barcode.

A result is an edition of the release only if two of these three agree: artist, title and barcode. Its ``label`` lists
labels, then studios and pressing plants; the first one is the label.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from linernotes.core.editions import work_key
from linernotes.core.identifiers import canonical_barcode
from linernotes.core.labels import label_name
from linernotes.core.names import credit_keys, name_key
from linernotes.core.values import Failed, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import (
    Unreadable,
    integer,
    json_body,
    json_list,
    read_outcome,
    required_object,
    take,
    text,
    texts,
    warn_of_new_fields,
)
from linernotes.providers.connection import Connection, Options
from linernotes.providers.discogs.countries import CODES
from linernotes.providers.ids import MBID, split_by_id

ROWS = 100  # of one page, the most it gives
BETWEEN = " - "
FIRST_YEAR, LAST_YEAR = 1850, 2200
NO_NUMBER = "none"
REMEDY = "DISCOGS_TOKEN was rejected; copy it again from discogs.com/settings/developers"
OF = "discogs releases"
NOT_READ = {
    *("type", "user_data", "master_url", "uri", "resource_url", "community", "format_quantity", "formats"),
    *("thumb", "cover_image"),
}


class Releases:
    """See ``port.Provider``; the key of a release is the MusicBrainz id of its group."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        connection.options(Options)
        self._connection, self._url = connection, connection.url()
        self._headers = {"Authorization": f"Discogs token={connection.secrets['token'].get_secret_value()}"}
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; a release without names and barcode is never sent."""
        sendable, invalid = split_by_id(items, MBID)
        yield from invalid
        yield from map(self._outcome, sendable)

    def check(self) -> None:
        """Search for one release; any response is good enough."""
        self._ask({"artist": "Portishead", "release_title": "Dummy", "per_page": 1})

    def _ask(self, query: dict[str, Any]) -> Any:
        url = f"{self._url}/database/search?{urlencode({'type': 'release', **query})}"
        return json_body(self._connection.send("GET", url, headers=self._headers), "discogs", REMEDY)

    def _outcome(self, item: WorkItem) -> Outcome:
        queries, complete = list(_queries(item)), True
        for query in queries:
            body = self._ask(query)
            rows = body.get("results") if isinstance(body, dict) and isinstance(body.get("pagination"), dict) else None
            if not isinstance(rows, list):
                return Failed(item, "unreadable", 200)
            if editions := [row for row in rows if _is_readable(row) and _is_edition(row, item)]:
                return read_outcome(item, parse, {"results": editions})
            complete = complete and all(map(_is_readable, rows))
        if not queries:
            return Missing(item, "no_name")
        return Missing(item, "not_found", 200) if complete else Failed(item, "unreadable", 200)


provider = Releases


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from the results that are editions of a release; the caller adds ``retrievedAt``."""
    genres, styles, editions = dict[str, None](), dict[str, None](), list[Json]()
    for row in map(required_object, json_list(raw.get("results"))):
        genres |= dict.fromkeys(take(row, "genre", texts, OF))
        styles |= dict.fromkeys(take(row, "style", texts, OF))
        editions.append(_edition(row))
    return {"releaseGroupMbid": key, "genres": list(genres), "styles": list(styles), "editions": editions}


def _edition(left: dict[str, Any]) -> Json:
    number, master = integer(left.pop("id", None)), take(left, "master_id", integer, OF)
    if number is None:
        raise Unreadable("a release without an id")
    country, catalog_number = take(left, "country", text, OF), take(left, "catno", text, OF)
    labels, formats = take(left, "label", texts, OF), take(left, "format", texts, OF)
    barcode = next(filter(canonical_barcode, take(left, "barcode", texts, OF)), None)
    record = {
        "discogsReleaseId": str(number),
        "discogsMasterId": str(master) if master else None,
        "title": take(left, "title", text, OF),
        "year": take(left, "year", _year, OF),
        "countryName": country,
        "country": CODES.get(country or ""),
        "format": next(iter(formats), None),
        "labelName": label_name(labels[0]) if labels else None,
        "catalogNumber": None if (catalog_number or "").casefold() in ("", NO_NUMBER) else catalog_number,
        "barcode": barcode,
        "upc": canonical_barcode(barcode or ""),
    }
    warn_of_new_fields("discogs", "releases", left.keys() - NOT_READ)
    return record


def _queries(item: WorkItem) -> Iterator[dict[str, Any]]:
    """What to search by, the surest first."""
    if barcode := canonical_barcode(item.barcode or ""):
        yield {"barcode": barcode, "per_page": ROWS}
    if item.name and item.track:
        yield {"artist": item.name, "release_title": item.track, "per_page": ROWS}


def _is_readable(row: Any) -> bool:
    """Whether a result says what it is: it has an id, and a title such as ``Artist - Title``."""
    return (
        isinstance(row, dict) and isinstance(row.get("title"), str) and BETWEEN in row["title"] and bool(row.get("id"))
    )


def _is_edition(row: dict[str, Any], item: WorkItem) -> bool:
    """Whether two of artist, title and barcode are the item's."""
    upc = canonical_barcode(item.barcode or "")
    told = [each for each in json_list(row.get("barcode")) if isinstance(each, str)]
    has_barcode = upc is not None and upc in map(canonical_barcode, told)
    wanted = name_key(item.name or ""), work_key(item.track or "")
    return any(
        has_barcode + (wanted[0] in artists) + (wanted[1] == title) >= 2 for artists, title in _names(row["title"])
    )


def _names(title: str) -> Iterator[tuple[set[str], str]]:
    """The keys of the artists and of the work in ``Artist (2) - Title``, cut at each dash."""
    words = title.split(BETWEEN)
    for place in range(1, len(words)):
        credit = label_name(BETWEEN.join(words[:place])) or ""
        yield {name_key(credit), *credit_keys(credit)}, work_key(BETWEEN.join(words[place:]))


def _year(value: Any) -> int | None:
    year = integer(value or None)
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable("not a year")
    return year
