"""What a provider's answers count for: whose they are, which fields they fill, which ids and neighbours they tell.

A *column* is one of ``answers``, or a short SQL expression over it in which ``answers.`` stands before each of its
columns; macros of dbt may be called in it.
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
    """Whether a text is the plain name of a column, and not an expression."""
    return NAME.fullmatch(text) is not None


class About(Strict):
    """Which of the answers are surely about the artist they are kept under, and where to look that up.

    ``unless`` is a flag of answers that are nobody's for certain; with ``same_name`` only those count whose name there
    is the artist's. ``page`` tells the service's pages apart where the key does not: the history of numbers follows it.
    ``model`` is a hand-written model of the answers that count, with ``artistId`` and ``confidence``.
    """

    unless: Identifier | None = None
    same_name: Identifier | None = None
    evidence: Sql | None = None
    page: Identifier | None = None
    model: Identifier | None = None

    @property
    def columns(self) -> Iterator[str]:
        """The columns it names outside of expressions."""
        named = (self.unless, self.same_name, self.evidence, self.page)
        return (name for name in named if name and is_column(name))


class FieldValue(Strict):
    """A field of the artist for which the provider's word counts; the lowest ``precedence`` that has a value wins.

    ``watched`` is the column, or the condition, that says whether an answer has the field; it is ``column`` where that
    is a plain one. ``history`` is the metric under which every retrieval of a number is kept. With a ``description``
    the field is a column of the artist dimension. ``model`` is a hand-written model that the rows come from instead.
    """

    field: Identifier
    kind: Literal["word", "number", "list"]
    column: Sql | None = None
    watched: Sql | None = None
    precedence: Precedence
    history: Identifier | None = None
    description: str = ""
    model: Identifier | None = None

    @property
    def source(self) -> str:
        """The column or expression that the value stands in; by itself the column called like the field."""
        return self.column or self.field

    @property
    def condition(self) -> str:
        """The column or condition that says whether an answer has the field; empty where nothing is watched."""
        return self.watched or ("" if self.model else self.source)

    @property
    def columns(self) -> Iterator[str]:
        """The columns it names outside of expressions."""
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
    """A scheme of ids of which an answer tells one, or a list that counts where it has exactly one.

    ``confidence`` is how sure an answer is that was found by this id.
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
        """The columns it names, dotted."""
        fields = filter(None, (self.name, self.id, self.weight))
        return chain((self.column,), (f"{self.column}.{field}" for field in fields))

    @model_validator(mode="after")
    def _an_id_has_a_scheme(self) -> Self:
        if (self.id is None) != (self.scheme is None):
            raise ValueError("an id needs the scheme it is of, and a scheme the field of the id")
        return self


class Tags(Strict):
    """Words for the music: a list of words, or of records whose ``tag`` is the word.

    ``genre`` is the flag of those that are genres there; true where all are.
    """

    column: Identifier
    tag: Identifier | None = None
    weight: Identifier | None = None
    genre: bool | Identifier = False

    @property
    def columns(self) -> Iterator[str]:
        """The columns it names, dotted."""
        fields = (field for field in (self.tag, self.weight, self.genre) if isinstance(field, str))
        return chain((self.column,), (f"{self.column}.{field}" for field in fields))
