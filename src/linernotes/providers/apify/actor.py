"""The input of an actor and the parser of its items, which uses the configured aliases of each field."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import Field, JsonValue, field_validator

from linernotes.core.identifiers import spotify_id
from linernotes.core.values import Json
from linernotes.providers.answers import Unreadable, boolean, integer, objects, read_or_empty, says_nothing, text
from linernotes.providers.connection import Options

Aliases = Annotated[tuple[str, ...], Field(min_length=1)]
HERE = "{id}"
ABSENT = object()
Value = TypeVar("Value")


class Fields(Options):
    """An actor's names for the fields we read; the first alias that an item has is used."""

    id: Aliases
    name: Aliases
    monthly_listeners: Aliases
    followers: Aliases
    world_rank: Aliases
    verified: Aliases
    top_cities: Aliases
    city: Aliases
    country: Aliases
    city_listeners: Aliases


class ApifyOptions(Options):
    """``options`` of apify.yaml, where they are explained."""

    max_usd: float = Field(gt=0, le=1000, allow_inf_nan=False)
    run_timeout: int = Field(ge=1, le=3600)
    memory: int = Field(ge=128, le=32768)
    wait_seconds: int = Field(ge=0, le=60)
    actor: str = Field(pattern=r"^[\w.-]+([/~][\w.-]+)?$")
    input: dict[str, JsonValue]
    fields: Fields
    not_read: frozenset[str]

    @field_validator("input")
    @classmethod
    def _has_a_place_for_ids(cls, given: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if inputs(given, ["a", "b"]) == given:
            raise ValueError(f"must contain a list with {HERE}, where the ids are inserted")
        return given

    @property
    def known_fields(self) -> frozenset[str]:
        """The names of all fields that are not new."""
        aliases = (alias for names in self.fields.model_dump().values() for alias in names)
        return self.not_read | {alias.partition(".")[0] for alias in aliases}


def inputs(template: JsonValue, keys: Sequence[str]) -> JsonValue:
    """The actor's input: elements of a list that contain ``{id}`` are repeated for every id."""
    if isinstance(template, dict):
        return {name: inputs(value, keys) for name, value in template.items()}
    if isinstance(template, list):
        return [filled for each in template for filled in ([_fill(each, k) for k in keys] if _asks(each) else [each])]
    return template


def id_of(item: Any, fields: Fields) -> str | None:
    """The Spotify id of an item, which may be in a URL; None if it has none."""
    for alias in fields.id:
        value = _at(item, alias)
        if isinstance(value, str) and (found := spotify_id(value)):
            return found
    return None


def has_listeners(item: Any, fields: Fields) -> bool:
    """Whether an item says how many listeners its artist has."""
    return _first(item, fields.monthly_listeners) not in (ABSENT, None)


def parse(key: str, raw: Json) -> Json:
    """The contract's columns; ``raw`` holds the ``run``, the ``item`` and the ``fields`` by which it was read.

    Raises:
        Unreadable: the item does not match the fields.
    """
    item, fields, run = raw["item"], Fields.model_validate(raw["fields"]), raw["run"]["id"]
    if _first(item, fields.monthly_listeners) is ABSENT:
        raise Unreadable("monthly listeners missing under every known name")
    record = {
        "artistName": _read(item, fields.name, text),
        "monthlyListeners": _read(item, fields.monthly_listeners, integer),
        "followers": _read(item, fields.followers, integer),
        "worldRank": _read(item, fields.world_rank, integer) or None,
        "verified": _read(item, fields.verified, boolean),
        "topCities": [_city(city, fields) for city in _read(item, fields.top_cities, objects)],
    }
    if says_nothing(record):
        raise Unreadable("nothing but an id")
    return {"artistId": key, **record, "actorRunId": run, "evidence": f"Apify run: {run}"}


def _city(place: Json, fields: Fields) -> dict[str, Any]:
    return {
        "city": _read(place, fields.city, text),
        "country": _read(place, fields.country, text),
        "listeners": _read(place, fields.city_listeners, integer),
    }


def _asks(template: JsonValue) -> bool:
    if isinstance(template, dict):
        return any(map(_asks, template.values()))
    return any(map(_asks, template)) if isinstance(template, list) else isinstance(template, str) and HERE in template


def _fill(template: JsonValue, key: str) -> JsonValue:
    if isinstance(template, dict):
        return {name: _fill(value, key) for name, value in template.items()}
    if isinstance(template, list):
        return [_fill(each, key) for each in template]
    return template.replace(HERE, key) if isinstance(template, str) else template


def _at(item: Any, path: str) -> Any:
    for step in path.split("."):
        if not isinstance(item, Mapping) or step not in item:
            return ABSENT
        item = item[step]
    return item


def _first(item: Any, aliases: Sequence[str]) -> Any:
    return next((value for alias in aliases if (value := _at(item, alias)) is not ABSENT), ABSENT)


def _read(item: Any, aliases: Sequence[str], read: Callable[[Any], Value]) -> Value:
    found = _first(item, aliases)
    return read_or_empty(None if found is ABSENT else found, read, f"{aliases[0]!r} in apify items")
