"""Checks across providers: one kind per field, one provider per precedence, and keys that a provider identifies."""

from collections.abc import Iterable, Mapping
from itertools import chain

from linernotes.config.answers import FieldValue
from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import ConfigurationError
from linernotes.core.text import nearest

# Known from the start, without any provider.
OWN_KEYS = (
    "artistId",
    "name",
    "trackId",
    "names",
    "spotifyTrackId",
    "isrc",
    "recordingMbid",
    "releaseGroupMbid",
    "upc",
)


def refuse_disagreement(providers: Mapping[str, ProviderSettings]) -> None:
    """Raise ``ConfigurationError`` if the files of providers contradict each other."""
    for each in providers.values():
        _refuse_unknown_key(each, providers.values())
        _refuse_name_without_key(each)
    kinds = [(f"the kind of {value.field}", value.kind, each) for each in providers.values() for value in each.values]
    places = [
        (f"precedence {value.precedence} of {value.field} of {_things(each, value)}", each.name, each)
        for each in providers.values()
        for value in each.values
    ]
    identifications = [
        (f"precedence {identified.precedence} of {identified.scheme} by {each.keyed_by}", each.name, each)
        for each in providers.values()
        for identified in each.identifies
    ]
    seen: dict[str, tuple[str, str]] = {}
    for what, said, each in chain(kinds, places, identifications):
        before, by = seen.setdefault(what, (said, each.name))
        if before != said:
            message = f"{each.name}.yaml: {what} is {said}, but in {by}.yaml it is {before}"
            raise ConfigurationError(message, "change one of them")


def identified_schemes(providers: Iterable[ProviderSettings]) -> set[str]:
    """The id schemes that some provider identifies."""
    return {identified.scheme for each in providers for identified in each.identifies}


def _things(provider: ProviderSettings, value: FieldValue) -> str:
    """What a field is of."""
    entity = value.of or provider.entity
    return f"{entity}s" if entity in {"track", "release"} else "artists"


def _refuse_unknown_key(provider: ProviderSettings, providers: Iterable[ProviderSettings]) -> None:
    known = [*OWN_KEYS, *sorted(identified_schemes(providers))]
    if provider.keyed_by not in known:
        message = f"{provider.name}.yaml: keyed_by: no provider identifies {provider.keyed_by!r}"
        raise ConfigurationError(message, nearest(provider.keyed_by, known))
    asked_by = ("artistId", "mbid")
    if provider.identifies and provider.keyed_by not in asked_by:
        message = f"{provider.name}.yaml: identifies: allowed only for providers keyed by {' or '.join(asked_by)}"
        raise ConfigurationError(message, "remove it")


def _refuse_name_without_key(provider: ProviderSettings) -> None:
    name = provider.about.same_name
    derived = [column.derived for column in provider.answers.columns if column.derived]
    if name and not any(each.source == name and each.rule == "key" for each in derived):
        message = f"{provider.name}.yaml: about: same_name: no column of answers is derived from {name!r}"
        raise ConfigurationError(message, f"add one with derived: {{from: {name}, as: key}}")
