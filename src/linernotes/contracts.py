"""What configs/ may say, as typed values: datasets, providers, environments. Unknown keys are errors."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from linernotes.environments import Environment
from linernotes.errors import ConfigurationError
from linernotes.objectives import Slo
from linernotes.strict import Identifier, Language, Seconds, Strict, Url

ColumnType = Literal["STRING", "INT64", "FLOAT64", "BOOL", "TIMESTAMP", "DATE", "RECORD"]


class Column(Strict):
    """One column in BigQuery's schema-JSON form."""

    name: Identifier
    type: ColumnType
    mode: Literal["NULLABLE", "REQUIRED", "REPEATED"] = "NULLABLE"
    description: Annotated[str, StringConstraints(min_length=1)]
    fields: tuple["Column", ...] = ()


class Rule(Strict):
    """What a value has to keep beyond its type."""

    pattern: str | None = None
    length: int | None = None
    minimum: int | None = None
    maximum: int | None = None


# Every row knows the file and the line it came from; the manifest tells the rest.
LOADING_COLUMNS = (
    Column(name="_fileHash", type="STRING", description="SHA-256 of the landed file: joins lake_ops__loaded_files."),
    Column(name="_line", type="INT64", description="Line in that file, counted from 1."),
)


class Dataset(Strict):
    """The contract of one table: from it come the DDL of both engines, the row validator and the dbt source.

    ``instant`` orders the answers of one key; ``entity`` is set where a line is the outcome of a question;
    ``partition_by`` is MONTH where one file can hold many years: a load job may write to 4,000 partitions.
    ``carried`` marks our own bookkeeping that no file holds, so that a rebuild carries it over.
    """

    dataset: Identifier
    provider: Identifier
    version: int
    description: str
    table: Identifier
    columns: Annotated[tuple[Column, ...], Field(alias="schema", min_length=1)]
    key: tuple[Identifier, ...]
    pattern: str | None = None
    entity: str | None = None
    instant: Identifier | None = None
    partition: Identifier | None = None
    partition_by: Literal["DAY", "MONTH"] = "DAY"
    cluster: tuple[Identifier, ...] = ()
    rules: dict[str, Rule] = Field(default_factory=dict)
    carried: bool = False

    @property
    def name(self) -> str:
        """``provider/dataset``, as the manifest and the command line write it."""
        return f"{self.provider}/{self.dataset}"

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns of the table, loading columns last."""
        return self.columns if self.carried else self.columns + LOADING_COLUMNS

    @model_validator(mode="after")
    def _names_stand_in_the_schema(self) -> Self:
        known = {column.name for column in self.all_columns}
        named = {*self.key, *self.cluster, *filter(None, (self.instant, self.partition))}
        named |= {path.split(".")[0] for path in self.rules}
        if unknown := sorted(named - known):
            raise ValueError(f"{', '.join(unknown)} is named but not a column of the schema")
        return self


class BreakerSettings(Strict):
    """When a provider is left alone for a while."""

    failures: Annotated[int, Field(ge=1)]
    cooldown: Seconds
    successes: Annotated[int, Field(ge=1)]


class RetryDays(Strict):
    """Days to wait before asking again, by how often in a row it went so; the last value counts on."""

    failed: tuple[int, ...]
    not_found: tuple[int, ...]


class PacingSettings(Strict):
    """The headers in which a service says how many calls it still takes, and in how many seconds it counts anew."""

    remaining: str
    reset_in: str


class ProviderSettings(Strict):
    """One provider's YAML; see configs/providers/spotify.yaml for what each number means."""

    name: Identifier
    beside: str | None = None
    entity: str
    keyed_by: Literal["artistId", "mbid", "deezerId", "name", "trackId", "names"] = "artistId"
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
    pacing: PacingSettings | None = None
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
    def _needs_are_options(self) -> Self:
        if unknown := sorted(self.needs.keys() - self.options.keys()):
            raise ValueError(f"{', '.join(unknown)} is needed but not among the options")
        return self


class Configs(Strict):
    """All of configs/, read for one process environment."""

    environments: dict[str, Environment]
    providers: dict[str, ProviderSettings]
    datasets: dict[str, Dataset]
    slo: Slo

    def dataset(self, name: str) -> Dataset:
        """The dataset called ``provider/dataset``, or just ``dataset`` where that is unambiguous."""
        found = [d for d in self.datasets.values() if name in (d.name, d.dataset)]
        if len(found) > 1:
            names = " or ".join(dataset.name for dataset in found)
            raise ConfigurationError(f"{len(found)} datasets are called {name!r}", f"write {names}")
        if not found:
            raise ConfigurationError(f"no dataset is called {name!r}", nearest(name, self.datasets))
        return found[0]

    def provider(self, name: str) -> ProviderSettings:
        """The settings of one provider."""
        if name not in self.providers:
            raise ConfigurationError(f"no provider is called {name!r}", nearest(name, self.providers))
        return self.providers[name]

    def served_with(self, provider: ProviderSettings) -> list[str]:
        """The providers that are the same service with the same access, this one among them."""
        return [each.name for each in self.providers.values() if each.service == provider.service]

    @property
    def priced(self) -> frozenset[str]:
        """The providers that cost money."""
        return frozenset(each.name for each in self.providers.values() if each.price_per_thousand)

    def environment(self, name: str) -> Environment:
        """The environment of that name."""
        if name not in self.environments:
            raise ConfigurationError(f"no environment is called {name!r}", nearest(name, self.environments))
        return self.environments[name]


def nearest(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """What a wrong name was probably meant to be."""
    close = get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known)) or 'none'}"
