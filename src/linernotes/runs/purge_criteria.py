"""What a purge deletes, from the options of its command: by provider, age, artist or track."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from linernotes.config.datasets import Dataset
from linernotes.core import sql
from linernotes.core.errors import ConfigurationError
from linernotes.core.identifiers import canonical_isrc, is_spotify_id, spotify_id
from linernotes.core.names import credit_keys
from linernotes.core.recordings import recording_key
from linernotes.core.text import nearest
from linernotes.reports.artist_lookup import known_artist, look_up_artist
from linernotes.reports.track_lookup import known_track, look_up_track
from linernotes.storage.warehouses.schema import OF_ARTIST, OF_TRACK, lines_of
from linernotes.storage.workspace import Workspace

EVER = datetime(9999, 12, 31, tzinfo=UTC)
NO_NAME = " "  # the key of no name, for keys have no spaces


@dataclass(frozen=True, slots=True)
class Criteria:
    """The criteria of a purge, all of which have to match.

    ``keys`` are the keys an artist is looked up by, its Spotify id first, or a track, its own id first; empty for all.
    ``title`` and ``credit`` are the keys of a track's names, ``subjects`` the names that both have in exports.
    ``forget`` includes plays, exports and lines of lists, which cannot be fetched again.
    """

    provider: str | None = None
    before: datetime = EVER
    keys: tuple[str, ...] = ()
    name: str = ""
    title: str = ""
    credit: str = ""
    subjects: tuple[str, ...] = ()
    forget: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        """The values to bind; ``words`` are the keys that identify the artist wherever they appear."""
        words = [key for key in self.keys if len(key) > 20]  # a Deezer id is a number like any other
        artist = self.keys[0] if self.keys else ""
        return {
            "provider": self.provider or "",
            "artist": artist,
            "name": self.name,
            "keys": list(self.keys),
            "title": self.title,
            "credit": self.credit,
            "uris": [f"spotify:track:{key}" for key in self.keys if is_spotify_id(key)],
            "codes": [f"isrc {key}" for key in self.keys if canonical_isrc(key)],
            "subjects": list(self.subjects),
            "words": words,
            "before": self.before,
        }

    def lines_of(self, dataset: Dataset) -> str:
        """The query for the lines of a dataset that match."""
        return lines_of(dataset, OF_TRACK if self.title else OF_ARTIST)

    def covers(self, dataset: Dataset | None, provider: str) -> bool:
        """Whether lines of this dataset, or files of no dataset, may be deleted at all."""
        answers = dataset is None or dataset.entity is not None
        return (answers or self.forget) and self.provider in (None, provider)


def criteria_of(
    workspace: Workspace,
    provider: str | None,
    before: datetime | None,
    artist: str | None,
    track: str | None = None,
    *,
    forget: bool,
) -> Criteria:
    """Translate the options of the command into criteria.

    Raises:
        ConfigurationError: none of the four is given, or the provider, artist or track is unknown.
    """
    if provider is None and before is None and artist is None and track is None:
        remedy = "use --provider, --older-than, --artist or --track (see linernotes purge --help)"
        raise ConfigurationError("purge: nothing selected", remedy)
    if artist and track:
        raise ConfigurationError("purge: --artist and --track at once", "purge one after the other")
    known = sorted({dataset.provider for dataset in workspace.datasets if dataset.pattern})
    if provider is not None and provider not in known:
        raise ConfigurationError(f"unknown provider {provider!r}", nearest(provider, known))
    chosen = Criteria(provider, before or EVER, forget=forget)
    if track:
        return _of_track(workspace, chosen, track)
    keys, name = _artist(workspace, artist) if artist else ((), "")
    return replace(chosen, keys=keys, name=name, subjects=_subjects(workspace, keys))


def _subjects(workspace: Workspace, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The names in exports that mean the artist or the track with these keys."""
    if not keys:
        return ()
    found = workspace.warehouse.rows(sql.read("runs/purge_subjects"), subject=keys[0])
    return tuple(row["subjectId"] for row in found)


def _artist(workspace: Workspace, given: str) -> tuple[tuple[str, ...], str]:
    """The keys an artist is looked up by, its Spotify id first, and its name.

    An id need not be known: a purge that died may have deleted every row that mentions it.
    """
    if (forgotten := spotify_id(given)) and not look_up_artist(workspace.warehouse, given):
        artist, name = forgotten, None
    else:
        known = known_artist(workspace.warehouse, given)
        artist, name = known.id, known.name
    schemes = sorted({provider.keyed_by for provider in workspace.settings.configs.providers.values()})
    others = workspace.warehouse.rows(sql.read("runs/purge_ids"), artist=artist, schemes=schemes)
    tracks = workspace.warehouse.rows(sql.read("runs/purge_tracks"), artist=artist)
    releases = workspace.warehouse.rows(sql.read("runs/purge_releases"), artist=artist)
    keys = dict.fromkeys([artist, *(row["key"] for rows in (others, tracks, releases) for row in rows)])
    return tuple(keys), name or ""


def _of_track(workspace: Workspace, chosen: Criteria, given: str) -> Criteria:
    """The criteria for one track: the ids that no other track has, its own first, and its names.

    A Spotify id need not be known: a purge that died may have deleted every row that mentions it.
    """
    if (forgotten := spotify_id(given, "track")) and not look_up_track(workspace.warehouse, given):
        return replace(chosen, keys=(forgotten,), title=NO_NAME, credit=NO_NAME)
    known = known_track(workspace.warehouse, given)
    ids = workspace.warehouse.rows(sql.read("runs/purge_track_ids"), track=known.id)
    keys = tuple(dict.fromkeys([known.id, *(row["key"] for row in ids)]))
    credit = next(iter(credit_keys(known.artist or "")), NO_NAME)
    title, subjects = recording_key(known.name or "") or NO_NAME, _subjects(workspace, keys)
    return replace(chosen, keys=keys, title=title, credit=credit, subjects=subjects)
