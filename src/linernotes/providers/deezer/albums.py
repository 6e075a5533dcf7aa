"""Albums on Deezer by their barcodes, one a call: label, genres, date and number of tracks."""

from typing import Any

from linernotes.core.identifiers import canonical_barcode
from linernotes.core.labels import label_name
from linernotes.core.release_dates import release_date
from linernotes.core.values import Json, WorkItem
from linernotes.providers.answers import (
    integer,
    json_object,
    objects,
    take,
    text,
    warn_of_new_fields,
)
from linernotes.providers.connection import Switch
from linernotes.providers.deezer import artists
from linernotes.providers.ids import UPC

DIGITS = 12  # it knows shorter barcodes with zeroes in front, and longer ones as they are
OF = "deezer_albums albums"
NOT_READ = {
    *("upc", "share", "cover", "cover_small", "cover_medium", "cover_big", "cover_xl", "md5_image", "genre_id"),
    *("duration", "available", "alternative", "tracklist", "explicit_lyrics", "explicit_content_lyrics"),
    *("explicit_content_cover", "contributors", "type", "tracks", "rating", "fallback"),
}


class Albums(artists.Deezer):
    """See ``port.Provider``; the key of an album is its barcode, without zeroes in front."""

    path = "/album/upc:{}"
    ids = UPC
    somebody = "724352255320"
    options = Switch

    def _ask(self, key: str) -> Any:
        return super()._ask(key.zfill(DIGITS))

    def is_about(self, item: WorkItem, answer: Json) -> bool:
        """Whether it has the barcode that was asked for; an album with another one is another."""
        told = answer.get("upc")
        return isinstance(told, str) and canonical_barcode(told) == item.key

    def parse(self, key: str, raw: Json) -> Json:
        """The contract's columns; the caller adds ``retrievedAt``."""
        return parse(key, raw)


provider = Albums


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from an album object; the caller adds ``retrievedAt``.

    Fields are popped as they are read; those left over are new.
    """
    left = dict(raw)
    artist, genres = take(left, "artist", json_object, OF), take(left, "genres", json_object, OF)
    album_id, label = take(left, "id", integer, OF), take(left, "label", text, OF)
    record = {
        "upc": key,
        "deezerAlbumId": None if album_id is None else str(album_id),
        "title": take(left, "title", text, OF),
        "artistName": take(artist, "name", text, OF),
        "labelName": label_name(label or ""),
        "recordType": take(left, "record_type", text, OF),
        "releaseDate": release_date(take(left, "release_date", text, OF) or ""),
        "genres": [name for each in take(genres, "data", objects, OF) if (name := take(each, "name", text, OF))],
        "trackCount": take(left, "nb_tracks", _count, OF),
        "fans": take(left, "fans", _count, OF),
        "link": take(left, "link", text, OF),
    }
    warn_of_new_fields("deezer_albums", "albums", left.keys() - NOT_READ)
    return record


def _count(value: Any) -> int | None:
    found = integer(value)
    return found if found is None or found >= 0 else None
