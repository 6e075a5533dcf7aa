"""What ListenBrainz describes artists with, by their MusicBrainz ids: one call for many artists."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from linernotes.core.values import Json
from linernotes.providers.metabrainz import Api


class Metadata:
    """The metadata of artists, with the further parts in ``included``, as ListenBrainz names them."""

    def __init__(self, api: Api, included: str) -> None:
        self._api, self._included = api, quote(included)

    def of(self, mbids: Sequence[str]) -> tuple[dict[str, Json], bool]:
        """The metadata of these artists by id, and whether all others are certainly unknown."""
        answer = self._api.ask("GET", f"/metadata/artist/?artist_mbids={','.join(mbids)}&inc={self._included}")
        if not isinstance(answer, list):
            return {}, False
        artists = [entry for entry in answer if has_text(entry, "artist_mbid") or has_text(entry, "mbid")]
        known = {mbid: entry for entry in artists for mbid in ids_of(entry) if mbid in mbids}
        strangers = [entry for entry in artists if not known.keys() & set(ids_of(entry))]
        if not strangers:
            return known, len(artists) == len(answer)
        return self._match_strangers(known, strangers, [mbid for mbid in mbids if mbid not in known], len(mbids))

    def _match_strangers(
        self, known: dict[str, Json], strangers: list[Json], left: list[str], asked: int
    ) -> tuple[dict[str, Json], bool]:
        """Match artists returned under another id to the ids left, by halving: a single id has a single answer."""
        if asked == 1:
            return ({left[0]: strangers[0]}, True) if len(strangers) == 1 and left else (known, False)
        complete = True
        for half in filter(None, (left[: len(left) // 2], left[len(left) // 2 :])):
            found, whole_half = self.of(half)
            known, complete = known | found, complete and whole_half
        return known, complete


def has_text(entry: Any, field: str) -> bool:
    """Whether an entry of an answer is an object with a text in this field."""
    return isinstance(entry, dict) and isinstance(entry.get(field), str)


def ids_of(entry: Json) -> list[str]:
    """The MusicBrainz ids of an entry: the one it was asked by, and that of the artist it was merged into."""
    return [entry[field].lower() for field in ("artist_mbid", "mbid") if has_text(entry, field)]
