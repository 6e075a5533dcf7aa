"""The models of configs/providers/; unknown keys are errors."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, field_validator, model_validator

from linernotes.config.answers import About, FieldValue, Identification, Neighbours, Tags
from linernotes.config.base import Identifier, Language, Seconds, Share, Strict, Url
from linernotes.config.datasets import Dataset

LARGEST_ANSWER = 32 << 20  # bytes; the largest that was seen, a thousand listens, has two million
WHOLE_ANSWERS = 3  # a whole response may take as many times the longest silence


class BreakerSettings(Strict):
    """Failures in a row that open the circuit breaker, seconds it stays open, and successes that close it."""

    failures: Annotated[int, Field(ge=1)]
    cooldown: Seconds
    successes: Annotated[int, Field(ge=1)]


class StormSettings(Strict):
    """When a provider's answers stop its part in a run: the answers that it takes, and the shares that are usual.

    The shares apply until there is enough history.
    """

    answers: Annotated[int, Field(ge=2)] = 20
    misses: Share = 0.05
    failures: Share = 0.05


class RetryDays(Strict):
    """Days to wait before a retry, by the number of such outcomes in a row; the last value repeats."""

    failed: tuple[int, ...]
    not_found: tuple[int, ...]


class ServerRateLimitSettings(Strict):
    """The headers in which a service reports its remaining calls, and the seconds until it resets that number.

    A service that counts the last ``window`` seconds has no header for the second.
    """

    remaining: str
    reset_in: str | None = None
    window: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if (self.reset_in is None) == (self.window is None):
            raise ValueError("pacing needs either 'reset_in' or 'window'")
        return self


class ReleaseChoice(Strict):
    """The release groups of an artist that a provider is asked about, which decide the artist's label.

    ``latest_release`` asks about the newest one, and about the one before where that has no label; ``most_frequent``
    about the newest ``most``.
    """

    method: Literal["latest_release", "most_frequent"] = "latest_release"
    most: Annotated[int, Field(ge=1, le=100)] = 20

    @property
    def per_artist(self) -> int:
        """The release groups of each artist that are asked about, those instead of others not counted."""
        return self.most if self.method == "most_frequent" else 1


class Docs(Strict):
    """Texts for people: the provider's row in docs/providers.md, its demands on users, and where to get its variables.

    ``calls`` is the number of calls for 1,000 artists.
    """

    asked_by: str
    calls: str
    stored: str
    asks: str = ""
    get_from: str = ""


# How variables are named. A key or a token never looks like that: it has small letters, or no underscore.
NAME_OF_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
SECRET_OPTION = re.compile(r"(^|_)(secret|token|password|key|credentials?)$", re.IGNORECASE)
SWITCH = "enabled"  # the option of a provider that is off until somebody switches it on


def variable_names(value: Any) -> Any:
    """Refuse a secret that was typed where the name of its variable belongs, without repeating it."""
    names = value.values() if isinstance(value, dict) else [value]
    if not all(isinstance(name, str) and NAME_OF_VARIABLE.fullmatch(name) for name in names):
        raise ValueError(
            "only names of variables belong here, such as SPOTIFY_CLIENT_SECRET; "
            "if it is a secret, take it out of the file, make a new one, and put that into .env"
        )
    return value


VariableNames = Annotated[dict[str, str], BeforeValidator(variable_names)]


class ProviderSettings(Strict):
    """One provider's YAML; see configs/providers/spotify.yaml for what each number means."""

    name: Identifier
    beside: str | None = None
    entity: str
    keyed_by: Identifier = "artistId"
    waits_for: tuple[str, ...] = ()
    known_from: tuple[str, ...] = ()
    chooses: ReleaseChoice | None = None
    dataset: Identifier
    title: str
    credentials: VariableNames
    urls: dict[str, Url]
    mode: Literal["auto", "extended", "development"] = "auto"
    batch_size: Annotated[int, Field(ge=1)]
    largest_batch: Annotated[int, Field(ge=1)]
    calls_per_batch: Annotated[int, Field(ge=1)] = 1
    calls_by_barcode: Annotated[int, Field(ge=0)] = 0
    part_size: Annotated[int, Field(ge=1)] | None = None
    daily_calls: Annotated[int, Field(ge=0)] | None = None
    concurrency: Annotated[int, Field(ge=1, le=32)]
    per_second: Annotated[float, Field(gt=0)]
    timeout: Annotated[float, Field(gt=0)]
    answer_timeout: Annotated[float, Field(gt=0)] | None = None
    largest_answer: Annotated[int, Field(gt=0)] = LARGEST_ANSWER
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
    credit_words: tuple[str, ...] = ()
    slow_down_codes: tuple[int, ...] = ()
    outage_codes: tuple[int, ...] = ()
    slow_down_wait: Seconds = 1
    never_twice: tuple[str, ...] = ()
    breaker: BreakerSettings
    storm: StormSettings = StormSettings()
    fresh_seconds: Annotated[int, Field(ge=0)]
    retry_days: RetryDays
    price_per_thousand: Annotated[float, Field(ge=0)]
    largest_store: Annotated[int, Field(gt=0)] | None = None
    needs_contact: bool = False
    optional: bool = False
    needs: VariableNames = Field(default_factory=dict)
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

    @field_validator("options")
    @classmethod
    def _options_hold_no_secret(cls, options: dict[str, Any]) -> dict[str, Any]:
        if any(SECRET_OPTION.search(name) and value is not None for name, value in options.items()):
            raise ValueError("an option may not hold a secret; put it into .env, and its variable under credentials")
        return options

    @field_validator("options")
    @classmethod
    def _switch_says_yes_or_no(cls, options: dict[str, Any]) -> dict[str, Any]:
        """Somebody who says no has switched it off, as has somebody who says nothing."""
        said = options.get(SWITCH)
        if said is None or said == "":
            return options
        try:
            return {**options, SWITCH: TypeAdapter(bool).validate_python(said) or None}
        except ValidationError:
            raise ValueError(f"{str(said)[:20]!r} is neither yes nor no") from None

    @property
    def seconds_for_answer(self) -> float:
        """The time for one whole response, however slowly its bytes come."""
        return self.answer_timeout or WHOLE_ANSWERS * self.timeout

    @property
    def service(self) -> str:
        """The provider under whose name calls, cooldowns and the access mode are recorded."""
        return self.beside or self.name

    @model_validator(mode="after")
    def _batch_is_small_enough(self) -> Self:
        if self.batch_size > self.largest_batch:
            raise ValueError(f"batch_size {self.batch_size} exceeds the maximum of {self.largest_batch}")
        return self

    @model_validator(mode="after")
    def _named_columns_exist(self) -> Self:
        if unknown := sorted(set(self._columns_named()) - set(self.answers.paths)):
            raise ValueError(f"{', '.join(unknown)}: not a column of the answers")
        return self

    def _columns_named(self) -> Iterator[str]:
        """Every column named outside of ``answers``, dotted where it is inside a record."""
        if not self.about.model:
            yield from self.about.columns
        for value in self.values:
            if self.entity not in {"track", "release"} or not self.about.model:  # else the model has the column
                yield from value.columns
        yield from (each.column for each in self.identifies)
        yield from self.tags.columns if self.tags else ()
        yield from self.neighbours.columns if self.neighbours else ()

    @model_validator(mode="after")
    def _needs_are_options(self) -> Self:
        if unknown := sorted(self.needs.keys() - self.options.keys()):
            raise ValueError(f"missing option {', '.join(unknown)}")
        return self
