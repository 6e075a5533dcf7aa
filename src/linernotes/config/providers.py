"""What configs/providers/ may say, as typed values. Unknown keys are errors."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from linernotes.config.answers import About, FieldValue, Identification, Neighbours, Tags
from linernotes.config.base import Identifier, Language, Seconds, Strict, Url
from linernotes.config.datasets import Dataset


class BreakerSettings(Strict):
    """When a provider is left alone for a while."""

    failures: Annotated[int, Field(ge=1)]
    cooldown: Seconds
    successes: Annotated[int, Field(ge=1)]


class RetryDays(Strict):
    """Days to wait before asking again, by how often in a row it went so; the last value counts on."""

    failed: tuple[int, ...]
    not_found: tuple[int, ...]


class ServerRateLimitSettings(Strict):
    """The headers in which a service says how many calls it still takes, and in how many seconds it counts anew."""

    remaining: str
    reset_in: str


class Docs(Strict):
    """What people read of it: its row in docs/providers.md, what it asks of its users, where its variables come from.

    ``calls`` is how many it takes for 1,000 artists.
    """

    asked_by: str
    calls: str
    stored: str
    asks: str = ""
    get_from: str = ""


class ProviderSettings(Strict):
    """One provider's YAML; see configs/providers/spotify.yaml for what each number means."""

    name: Identifier
    beside: str | None = None
    entity: str
    keyed_by: Identifier = "artistId"
    waits_for: str | None = None
    known_from: tuple[str, ...] = ()
    dataset: Identifier
    title: str
    credentials: dict[str, str]
    urls: dict[str, Url]
    mode: Literal["auto", "extended", "development"] = "auto"
    batch_size: Annotated[int, Field(ge=1)]
    largest_batch: Annotated[int, Field(ge=1)]
    calls_per_batch: Annotated[int, Field(ge=1)] = 1
    part_size: Annotated[int, Field(ge=1)] | None = None
    daily_calls: Annotated[int, Field(ge=0)] | None = None
    concurrency: Annotated[int, Field(ge=1, le=32)]
    per_second: Annotated[float, Field(gt=0)]
    timeout: Annotated[float, Field(gt=0)]
    attempts: Annotated[int, Field(ge=1)]
    backoff: Annotated[float, Field(ge=1)]
    longest_wait: Seconds
    quota_cooldown: Seconds
    quota_reasons: tuple[str, ...]
    throttle_words: tuple[str, ...] = ()
    pacing: ServerRateLimitSettings | None = None
    too_much_words: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    credit_statuses: tuple[int, ...] = ()
    slow_down_codes: tuple[int, ...] = ()
    outage_codes: tuple[int, ...] = ()
    slow_down_wait: Seconds = 1
    never_twice: tuple[str, ...] = ()
    breaker: BreakerSettings
    fresh_seconds: Annotated[int, Field(ge=0)]
    retry_days: RetryDays
    price_per_thousand: Annotated[float, Field(ge=0)]
    largest_store: Annotated[int, Field(gt=0)] | None = None
    needs_contact: bool = False
    optional: bool = False
    needs: dict[str, str] = Field(default_factory=dict)
    unready: str = ""
    options: dict[str, Any] = Field(default_factory=dict)
    licence: str
    terms: str
    answers: Dataset
    about: About = About()
    values: tuple[FieldValue, ...] = ()
    identifies: tuple[Identification, ...] = ()
    tags: Tags | None = None
    neighbours: Neighbours | None = None
    docs: Docs

    @property
    def service(self) -> str:
        """The provider under whose name its calls, its cooldowns and what is known of our access count."""
        return self.beside or self.name

    @model_validator(mode="after")
    def _service_takes_such_a_batch(self) -> Self:
        if self.batch_size > self.largest_batch:
            raise ValueError(f"batch_size {self.batch_size} is more than the {self.largest_batch} it takes")
        return self

    @model_validator(mode="after")
    def _what_counts_stands_in_the_answers(self) -> Self:
        if unknown := sorted(set(self._columns_named()) - set(self.answers.paths)):
            raise ValueError(f"{', '.join(unknown)} is named but not a column of the answers")
        return self

    def _columns_named(self) -> Iterator[str]:
        """Every column that something else than the answers names, dotted where it lies inside a record."""
        if not self.about.model:
            yield from self.about.columns
        for value in self.values:
            yield from value.columns
        yield from (each.column for each in self.identifies)
        yield from self.tags.columns if self.tags else ()
        yield from self.neighbours.columns if self.neighbours else ()

    @model_validator(mode="after")
    def _needs_are_options(self) -> Self:
        if unknown := sorted(self.needs.keys() - self.options.keys()):
            raise ValueError(f"{', '.join(unknown)} is needed but not among the options")
        return self
