"""The use of a provider's answers: their attribution to artists, and the fields, ids and neighbours in them.

A *column* is a column of ``answers``, or a short SQL expression in which each column is written with ``answers.``
in front; it may call dbt macros.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from linernotes.config.base import Identifier, Strict

NAME = re.compile(r"[A-Za-z_]\w*")
Sql = Annotated[str, StringConstraints(min_length=1)]
Precedence = Annotated[int, Field(ge=1)]


def is_column(text: str) -> bool:
    """Whether a text is a plain column name, not an expression."""
    return NAME.fullmatch(text) is not None


class About(Strict):
    """Rules for attributing an answer to the artist it is stored under, and where to verify that.

    ``unless`` flags answers that cannot be attributed; with ``same_name`` an answer counts only if its name is the
    artist's. ``page`` distinguishes the service's pages where the key does not: numbers have one history per page.
    ``model`` is a hand-written model of the answers that count, with ``artistId``, or ``trackId``, and ``confidence``.
    """

    unless: Identifier | None = None
    same_name: Identifier | None = None
    evidence: Sql | None = None
    page: Identifier | None = None
    model: Identifier | None = None

    @property
    def columns(self) -> Iterator[str]:
        """The columns named here outside of expressions."""
        named = (self.unless, self.same_name, self.evidence, self.page)
        return (name for name in named if name and is_column(name))


class FieldValue(Strict):
    """A field of an artist or a track that this provider supplies; the value with the lowest ``precedence`` is used.

    ``watched`` is the column or condition that says whether an answer has the field; the default is ``column`` if that
    is a plain name. ``history`` is the metric under which every retrieved number is kept. A field with a
    ``description`` is a column of the dimension. A measure is a number with a fraction. ``model`` is a hand-written
    model that supplies the rows. ``of`` is the entity that has the field, if not the provider's own.
    """

    field: Identifier
    kind: Literal["word", "number", "measure", "list"]
    column: Sql | None = None
    watched: Sql | None = None
    precedence: Precedence
    history: Identifier | None = None
    description: str = ""
    model: Identifier | None = None
    of: Literal["artist"] | None = None

    @property
    def source(self) -> str:
        """The column or expression of the value; by default the column with the field's name."""
        return self.column or self.field

    @property
    def condition(self) -> str:
        """The column or condition that says whether an answer has the field; empty where nothing is watched."""
        return self.watched or ("" if self.model else self.source)

    @property
    def columns(self) -> Iterator[str]:
        """The columns named here outside of expressions."""
        named = (self.condition,) if self.model else (self.source, self.condition)
        return (name for name in named if is_column(name))

    @model_validator(mode="after")
    def _can_be_made(self) -> Self:
        if self.history and self.kind != "number":
            raise ValueError(f"{self.field} is a {self.kind}, and only numbers have a history")
        if not self.model and not self.watched and not is_column(self.source):
            raise ValueError(f"{self.field} needs 'watched', the column that says whether an answer has it")
        return self


class Identification(Strict):
    """An id scheme whose ids the answers contain; a list of ids counts only if it has exactly one.

    ``confidence`` is that of answers found by this id.
    """

    scheme: Identifier
    column: Identifier
    precedence: Precedence = 1
    confidence: Annotated[float, Field(gt=0, le=1)] = 1


class Neighbours(Strict):
    """Similar artists: a list of records with a name and, where known, an id of a scheme and a weight from 0 to 1."""

    column: Identifier
    name: Identifier = "name"
    scheme: Identifier | None = None
    id: Identifier | None = None
    weight: Identifier | None = None

    @property
    def columns(self) -> Iterator[str]:
        """The columns named here, dotted."""
        fields = filter(None, (self.name, self.id, self.weight))
        return chain((self.column,), (f"{self.column}.{field}" for field in fields))

    @model_validator(mode="after")
    def _an_id_has_a_scheme(self) -> Self:
        if (self.id is None) != (self.scheme is None):
            raise ValueError("'id' and 'scheme' must be given together")
        return self


class Tags(Strict):
    """Tags for the music: a list of words, or of records with the word in ``tag``.

    ``genre`` is the field that flags genres among them, or true if all are genres.
    """

    column: Identifier
    tag: Identifier | None = None
    weight: Identifier | None = None
    genre: bool | Identifier = False

    @property
    def columns(self) -> Iterator[str]:
        """The columns named here, dotted."""
        fields = (field for field in (self.tag, self.weight, self.genre) if isinstance(field, str))
        return chain((self.column,), (f"{self.column}.{field}" for field in fields))
