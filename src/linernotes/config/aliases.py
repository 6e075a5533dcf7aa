"""Names of settings that other documents use for ours: the one table of them, and how they become ours.

A name of ours wins over an alias of it. An alias without ``sets`` is known and changes nothing; ``ruling`` says why.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from linernotes.core.errors import ConfigurationError

PREFIX = "ENRICHMENT_"
ENRICHMENT_API, TRACKS, STREAMS = "artist enrichment API", "track enrichment service", "streams and campaigns"
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
CONTACT = re.compile(r"https?://[^\s()<>]+|[^\s()<>@]+@[^\s()<>@]+\.[^\s()<>@]+")


@dataclass(frozen=True, slots=True)
class Ignored:
    """A variable that is set and changes nothing, and why."""

    name: str
    why: str

    def __str__(self) -> str:
        """The line for people."""
        return f"{self.name} is ignored: {self.why}"


@dataclass(frozen=True, slots=True)
class Alias:
    """One name: the document it is from, our variable that it sets, and the default that the document gives it."""

    name: str
    document: str
    sets: str
    default: str
    ruling: str = ""
    number: bool = True  # its value has to be one


def _enrichment(name: str, default: str, ruling: str = "") -> Alias:
    return Alias(PREFIX + name, ENRICHMENT_API, name, default, ruling)


BREAKER = "The API and the track service win over the Last.fm service, whose own numbers are 3 and 300 s"
ALIASES = (
    _enrichment("BATCH_CONCURRENCY", "5"),
    _enrichment("BATCH_SIZE", "50"),
    Alias(
        "ENRICHMENT_CACHE_TTL_LABELS",
        ENRICHMENT_API,
        "CACHE_TTL_MANAGEMENT",
        "86400",
        "Ours: Wikidata answers about labels and management at once. Where both are set, the shorter holds",
    ),
    _enrichment("CACHE_TTL_MANAGEMENT", "604800"),
    _enrichment(
        "CACHE_TTL_MONTHLY_LISTENERS", "3600", "Ours: the number is that of 28 days, and each retrieval costs money"
    ),
    _enrichment(
        "CACHE_TTL_SPOTIFY_DATA", "86400", "The Spotify scripts win: data of 90 days is stale, not data of a day"
    ),
    _enrichment("CIRCUIT_BREAKER_THRESHOLD", "5", BREAKER),
    _enrichment("CIRCUIT_BREAKER_TIMEOUT", "60", BREAKER),
    _enrichment("MAX_RETRIES", "3"),
    _enrichment("RETRY_BACKOFF_FACTOR", "2.0"),
    _enrichment("TIMEOUT_APIFY", "120"),
    _enrichment("TIMEOUT_SPOTIFY", "10"),
    _enrichment(
        "TIMEOUT_WIKIDATA", "15", "Ours: Wikidata itself gives up after 60 s, and a query asks for 200 artists"
    ),
    Alias(
        "ENRICHMENT_LABEL_RESOLUTION_METHOD",
        ENRICHMENT_API,
        "LABEL_RESOLUTION_METHOD",
        "latest_release",
        "Spotify no longer sends the label of an album to new apps, so the releases are MusicBrainz'",
        number=False,
    ),
    Alias(
        "ENRICHMENT_LABEL_MOST_FREQUENT_COUNT",
        ENRICHMENT_API,
        "LABEL_MOST_FREQUENT_COUNT",
        "20",
        "Releases are counted once, whatever their editions",
    ),
    Alias(
        "MUSICBRAINZ_USER_AGENT",
        TRACKS,
        "LINERNOTES_CONTACT",
        "",
        "The address in it is the contact of every service that asks for one; the name sent is ours",
        number=False,
    ),
    Alias(
        "SPOTIFY_API_RATE_LIMIT",
        STREAMS,
        "",
        "100",
        "The Spotify scripts and the track service win: 180 calls a minute, 3 a second",
    ),
)


def with_aliases(environ: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str], list[Ignored]]:
    """The variables with ours set from aliases, the alias behind each of those, and the aliases not used.

    Raises:
        ConfigurationError: a value is not a number, or not an address at which somebody can be reached.
    """
    values, spelled, notes = dict(environ), dict[str, str](), list[Ignored]()
    for alias in ALIASES:
        given = environ.get(alias.name, "").strip()
        for name in filter(environ.get, (alias.name, alias.sets)):
            _check(alias, name, environ[name])
        if not given or not alias.sets:
            continue
        value = given if alias.number else _contact(alias.name, given)
        if environ.get(alias.sets) and environ[alias.sets] != value:
            notes.append(Ignored(alias.name, f"{alias.sets} is set too, and wins"))
        elif alias.sets not in spelled or float(value) < float(values[alias.sets]):
            values[alias.sets], spelled[alias.sets] = value, alias.name
    return values, spelled, notes


def idle_aliases(environ: Mapping[str, str], read: set[str]) -> Iterator[Ignored]:
    """The aliases that are set and change nothing, unless a file of configs/ reads one by its own name."""
    for alias in ALIASES:
        if environ.get(alias.name) and not alias.sets and alias.name not in read:
            yield Ignored(alias.name, alias.ruling[0].lower() + alias.ruling[1:])


def _check(alias: Alias, name: str, given: str) -> None:
    if alias.number and alias.sets and not NUMBER.fullmatch(given.strip()):
        raise ConfigurationError(f"{name}: not a number", f"for example {name}={alias.default}")


def _contact(name: str, agent: str) -> str:
    found = CONTACT.search(agent)
    if not found:
        raise ConfigurationError(f"{name}: no email address or URL in it", "for example MyApp/1.0 (me@example.org)")
    return found[0]
