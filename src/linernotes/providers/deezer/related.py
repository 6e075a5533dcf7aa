"""The neighbours of an artist on Deezer: about twenty artists that the same people listen to, one artist per call."""

from typing import Any

from linernotes.core.values import Failed, Json, Outcome, WorkItem
from linernotes.providers.answers import (
    Unreadable,
    integer,
    json_list,
    read_outcome,
    required_object,
    take,
    text,
    warn_of_new_fields,
)
from linernotes.providers.deezer import artists

# Only a neighbour's identity is read here; its other fields are fetched under its own id.
NOT_READ = artists.NOT_READ | {"link", "nb_album", "nb_fan"}
LIST_NOT_READ = {"total", "next", "prev"}  # their number, and pages, which this list does not have


class Related(artists.Deezer):
    """See ``port.Provider``; the key of an artist is its Deezer id, digits as text."""

    path = "/artist/{}/related"

    def read(self, item: WorkItem, answer: Json) -> Outcome:
        """The outcome of a response that is not an error; an artist may have no neighbours."""
        related = answer.get("data")
        if not isinstance(related, list) or (not related and answer.get("total") != 0):  # a list that says it is empty
            return Failed(item, "unreadable", 200)
        return read_outcome(item, parse, answer)


provider = Related


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from a list of neighbours, the nearest first; the caller adds ``retrievedAt``."""
    warn_of_new_fields("deezer_related", "lists", raw.keys() - LIST_NOT_READ - {"data"})
    return {"deezerId": key, "related": [_neighbour(each) for each in json_list(raw.get("data"))]}


def _neighbour(given: Any) -> dict[str, Any]:
    left = required_object(given)
    number = integer(left.pop("id", None))
    if number is None:
        raise Unreadable("a neighbour without an id")
    neighbour = {"deezerId": str(number), "name": take(left, "name", text, "deezer_related artists")}
    warn_of_new_fields("deezer_related", "artists", left.keys() - NOT_READ)
    return neighbour
