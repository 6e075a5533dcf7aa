"""A catalogue read from a table of artists, to try linernotes with one's own roster."""

import csv
from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path

from linernotes.core.errors import ConfigurationError
from linernotes.sandbox.world.base62 import well_formed
from linernotes.sandbox.world.catalogue import Artist, Image

COLUMNS = ("artist_id", "name", "followers", "popularity", "genres", "image_url")
NOTHING = ("", "-", "None")

_REMEDY = f"give a .tsv or .csv file in UTF-8 with the columns {', '.join(COLUMNS)}"


class FromFile:
    """The artists of a tab- or comma-separated file, in its order; the last line of an id wins."""

    def __init__(self, path: str | Path) -> None:
        self._artists = {artist.id: artist for artist in _read(Path(path))}
        self._order = tuple(self._artists)

    def __len__(self) -> int:
        """The number of artists in the file."""
        return len(self._order)

    def artist(self, artist_id: str) -> Artist | None:
        """The artist with this id; None if the file has none."""
        return self._artists.get(artist_id)

    def credit(self, artist_id: str) -> str:
        """The name of the artist with this id; '' if the file has none."""
        artist = self.artist(artist_id)
        return artist.name if artist else ""

    def id_at(self, index: int) -> str:
        """The id of the artist with this number, from 0."""
        return self._order[index]

    def ids(self) -> Iterator[str]:
        """Every id, in the order of the file."""
        return iter(self._order)


def _read(path: Path) -> Iterator[Artist]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from _artists(path, _table(lines.readline(), lines))
    except OSError as error:
        raise ConfigurationError(f"sandbox catalogue {path}: {error.strerror}", _REMEDY) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"sandbox catalogue {path}: not a text table ({error})", _REMEDY) from error


def _table(header: str, lines: Iterator[str]) -> "csv.DictReader[str]":
    """The rows of a table; quotation marks are ordinary characters with tabs, and enclose commas with commas."""
    if "\t" in header:
        return csv.DictReader(lines, header.rstrip("\r\n").split("\t"), dialect="excel-tab", quoting=csv.QUOTE_NONE)
    return csv.DictReader(lines, next(csv.reader([header]), []))


def _artists(path: Path, table: "csv.DictReader[str]") -> Iterator[Artist]:
    absent = [column for column in COLUMNS if column not in (table.fieldnames or ())]
    if absent:
        raise ConfigurationError(f"sandbox catalogue {path}: no column {', '.join(absent)}", _REMEDY)
    for line, row in enumerate(table, start=2):
        try:
            yield _artist(row)
        except (ValueError, SyntaxError, TypeError, AttributeError) as error:
            raise ConfigurationError(f"sandbox catalogue {path}, line {line}: {error}", _REMEDY) from error


def _artist(row: dict[str, str]) -> Artist:
    if not well_formed(row["artist_id"]):
        raise ValueError(f"{row['artist_id']!r} is not an id of 22 letters and digits")
    return Artist(
        id=row["artist_id"],
        name=row["name"],
        genres=_genres(row["genres"]),
        followers=_count(row["followers"]),
        popularity=_count(row["popularity"]),
        images=() if row["image_url"] in NOTHING else (Image(row["image_url"], 640, 640),),
    )


def _count(text: str) -> int | None:
    return None if text in NOTHING else int(text)


def _genres(text: str) -> tuple[str, ...]:
    genres = [] if text in NOTHING else literal_eval(text)
    if not isinstance(genres, list):
        raise TypeError(f"genres {text!r} are not a list")
    return tuple(map(str, genres))
