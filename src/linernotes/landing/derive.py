"""The columns that follow from names: folded once, here, so that all models compare what is stored."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from linernotes.config.datasets import Column
from linernotes.core.editions import work_key
from linernotes.core.labels import label_key, label_kind
from linernotes.core.names import credit_keys, name_key, title_key
from linernotes.core.recordings import recording_key

REMEMBERED = 1 << 16  # texts, at some 200 bytes each; a listening history repeats them
Derive = Callable[[Any], None]


def _key(name: str) -> str | None:
    """The key of a name; None for a blank one."""
    return name_key(name) or None


@lru_cache(REMEMBERED)
def _title(title: str) -> str | None:
    """The key of a title without its guests; None for a blank one."""
    return title_key(title) or None


@lru_cache(REMEMBERED)
def _recording(title: str) -> str | None:
    """The key of a track's title without its guests and its edition; None for a blank one."""
    return recording_key(title) or None


@lru_cache(REMEMBERED)
def _credits(name: str) -> tuple[str, ...]:
    """The keys of a credit's artists."""
    return credit_keys(name)


@lru_cache(REMEMBERED)
def _work(title: str) -> str | None:
    """The key of a title without its edition; None for a blank one."""
    return work_key(title) or None


@lru_cache(REMEMBERED)
def _label(name: str) -> str | None:
    """The key of a record label; None for a blank name."""
    return label_key(name)


RULES: dict[str, Callable[[str], Any]] = {
    "key": _key,
    "title": _title,
    "recording": _recording,
    "credits": _credits,
    "work": _work,
    "label": _label,
    "label_kind": label_kind,
}


def derivation(columns: tuple[Column, ...]) -> Derive:
    """A function that sets the derived columns of a record, also those of the records inside it."""
    own = [
        (column.name, column.derived.source, RULES[column.derived.rule], () if column.mode == "REPEATED" else None)
        for column in columns
        if column.derived
    ]
    inner = [
        (column.name, derivation(column.fields), column.mode == "REPEATED")
        for column in columns
        if has_derived(column.fields)
    ]

    def derive(record: Any) -> None:
        for name, source, rule, nothing in own:
            text = getattr(record, source)
            setattr(record, name, nothing if text is None else rule(text))
        for name, derive_inner, many in inner:
            held = getattr(record, name)
            for each in held if many else filter(None, (held,)):
                derive_inner(each)

    return derive


def has_derived(columns: tuple[Column, ...]) -> bool:
    """Whether any of the columns, or of the fields inside them, is derived."""
    return any(column.derived or has_derived(column.fields) for column in columns)
