"""A provider for the templates: its configuration, and the SQL derived from it."""

from collections.abc import Iterable
from dataclasses import dataclass

from linernotes.config.answers import About, FieldValue, Identification, Neighbours, Tags, is_column
from linernotes.config.datasets import Column, Dataset
from linernotes.config.providers import ProviderSettings

KINDS = {"STRING": "word"}
SCHEMES = {"trackId": "spotifyTrackId"}
FILLED = {"STRING": "{} != ''", "REPEATED": "array_length({}) > 0"}


def sql(source: str | None) -> str:
    """The SQL of a column of ``answers`` or of an expression; a null for None."""
    if source is None:
        return "cast(null as string)"
    return f"answers.{source}" if is_column(source) else source


def counted_fields(contract: Dataset) -> list[tuple[str, str]]:
    """The fields of an answer that tell how full it is, each as word, number or list.

    Keys, instants and flags do not; nor do single records, which are there without anything in them.
    """
    skipped = {*contract.key, contract.instant}
    fields = (column for column in contract.columns if column.name not in skipped and not column.derived)
    told = (each for each in fields if each.mode == "REPEATED" or each.type not in ("BOOL", "RECORD"))
    return [(each.name, "list" if each.mode == "REPEATED" else KINDS.get(each.type, "number")) for each in told]


def select(column: Column) -> str:
    """The SQL that selects a column of ``answers``; a list is never null."""
    if column.mode == "REPEATED":
        return f"coalesce(answers.{column.name}, []) as {column.name}"
    return f"answers.{column.name}"


@dataclass(frozen=True)
class Answering:
    """One provider; its properties are named as in its YAML."""

    settings: ProviderSettings

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.settings.name

    @property
    def dataset(self) -> str:
        """The short name of its dataset."""
        return self.settings.dataset

    @property
    def keyed_by(self) -> str:
        """The scheme of the ids by which it is queried."""
        return self.settings.keyed_by

    @property
    def about(self) -> About:
        """The rules that attribute its answers to artists."""
        return self.settings.about

    @property
    def tags(self) -> Tags | None:
        """The column of its tags."""
        return self.settings.tags

    @property
    def neighbours(self) -> Neighbours | None:
        """The column of its similar artists."""
        return self.settings.neighbours

    @property
    def identifies(self) -> tuple[Identification, ...]:
        """The ids in its answers."""
        return self.settings.identifies

    @property
    def newest(self) -> str:
        """The model of its newest answers, stored or not."""
        return self.service if self.is_stored else self.settings.answers.model("stg")

    @property
    def service(self) -> str:
        """The stored model of its newest answers."""
        return self.settings.answers.model("svc")

    @property
    def key(self) -> str:
        """The column of the key."""
        return self.settings.answers.key[0]

    @property
    def instant(self) -> str:
        """The column of the time of an answer."""
        return str(self.settings.answers.instant)

    @property
    def direct(self) -> bool:
        """Whether its answers are stored under the artist's own id, not under one of another scheme."""
        return self.keyed_by in ("artistId", "name")

    @property
    def scheme(self) -> str:
        """The scheme, in the ids of tracks, of what it is queried by."""
        return SCHEMES.get(self.keyed_by, self.keyed_by)

    @property
    def evidence(self) -> str:
        """The SQL of an answer's evidence."""
        return sql(self.about.evidence)

    @property
    def and_not_flagged(self) -> str:
        """A further condition that excludes answers that cannot be attributed."""
        return f" and not coalesce({sql(self.about.unless)}, false)" if self.about.unless else ""

    @property
    def own_values(self) -> list[FieldValue]:
        """The values that its answers contain."""
        return [value for value in self.settings.values if not value.model]

    @property
    def watched_values(self) -> list[FieldValue]:
        """The values whose coverage is watched."""
        return [value for value in self.settings.values if value.condition]

    @property
    def history_values(self) -> list[FieldValue]:
        """The numbers with a history."""
        return [value for value in self.settings.values if value.history]

    @property
    def is_genre(self) -> str:
        """The SQL condition that a tag is a genre."""
        genre = self.tags.genre if self.tags else False
        return f"coalesce(item.{genre}, false)" if isinstance(genre, str) else str(genre).lower()

    @property
    def same_name_key(self) -> str | None:
        """The column with the key of the name by which its answers are compared with the artist."""
        return _key_of(self.about.same_name, self.settings.answers.columns) if self.about.same_name else None

    @property
    def tag_key(self) -> str | None:
        """The field with the key of a tag; None where tags are plain words."""
        tags = self.tags
        return _key_of(tags.tag, self._column(tags.column).fields) if tags and tags.tag else None

    @property
    def is_about_artists(self) -> bool:
        """Whether its answers contain anything about artists."""
        return bool(self.own_values or self.tags or self.neighbours)

    @property
    def is_stored(self) -> bool:
        """Whether its newest answers are kept merged; not if they only say what else can be asked about."""
        return bool(self.settings.values or self.identifies or self.tags or self.neighbours)

    def has_field(self, value: FieldValue) -> str:
        """The SQL condition that an answer has the field."""
        if not is_column(value.condition):
            return value.condition
        column = self._column(value.condition)
        kind = "REPEATED" if column.mode == "REPEATED" else column.type
        return FILLED.get(kind, "{} is not null").format(sql(value.condition))

    def single_id(self, column: str) -> str:
        """The id in a column, or in a list that has exactly one, as SQL."""
        if not self.is_list(column):
            return sql(column)
        return f"if(array_length({sql(column)}) = 1, {{{{ item('{sql(column)}', 1) }}}}, null)"

    def is_list(self, column: str) -> bool:
        """Whether a column holds a list of ids."""
        return self._column(column).mode == "REPEATED"

    def _column(self, name: str) -> Column:
        return next(column for column in self.settings.answers.columns if column.name == name)


def of_entity(providers: Iterable[Answering], entity: str) -> list[FieldValue]:
    """What providers say of artists, of tracks or of releases."""
    return [
        value for each in providers for value in each.settings.values if (value.of or each.settings.entity) == entity
    ]


def _key_of(name: str, columns: Iterable[Column]) -> str | None:
    """The column derived as the key of another one, if there is one."""
    keys = (each for each in columns if each.derived and (each.derived.source, each.derived.rule) == (name, "key"))
    return next((each.name for each in keys), None)
