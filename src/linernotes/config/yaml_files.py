"""YAML files: read with unique keys, ``${ENV}`` resolved, and the place and the variable of each value."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from linernotes.core.errors import ConfigurationError

VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)(?::-([^}]*))?\}")


class _UniqueKeys(yaml.CSafeLoader):
    """YAML in which duplicate keys are errors: the last one winning silently has cost people weeks."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        own = [key for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        keys = [self.construct_object(key, deep=True) for key in own]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key!r}", node.start_mark)
        return super().construct_mapping(node, deep)


def load(path: Path) -> dict[str, Any]:
    """The mapping in a file, as it is written there; a file that has not changed is parsed once."""
    stand = path.stat()
    found: dict[str, Any] = _copy(_parsed(path, stand.st_mtime_ns, stand.st_size))
    return found


@lru_cache(maxsize=1000)
def _parsed(path: Path, _modified: int, _size: int) -> dict[str, Any]:
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), _UniqueKeys)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: invalid YAML: {' '.join(str(error).split())}", "fix the file") from None
    if not isinstance(values, dict):
        raise ConfigurationError(f"{path}: no settings found", "fix the file")
    return values


def _copy(value: Any) -> Any:
    """Values that their reader may change; three times as fast as ``deepcopy``, which looks for cycles."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def resolve(value: Any, environ: Mapping[str, str]) -> Any:
    """Resolve ``${NAME}`` and ``${NAME:-default}`` in strings; one that is a single variable becomes a YAML value."""
    if isinstance(value, dict):
        return {key: resolve(item, environ) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, environ) for item in value]
    if not isinstance(value, str) or not VARIABLE.search(value):
        return value
    text = VARIABLE.sub(lambda match: environ.get(match[1]) or match[2] or "", value)
    return value_of(text, value) if VARIABLE.fullmatch(value) and not text.startswith("http") else text


def value_of(text: str, where: str) -> Any:
    """The YAML value of a text; the text itself is never repeated, for it may be a secret in the wrong place."""
    try:
        return _copy(_read_value(text))
    except yaml.YAMLError:
        raise ConfigurationError(f"{where}: the value is not valid YAML", "fix it, then repeat the command") from None


@lru_cache(maxsize=1000)
def _read_value(text: str) -> Any:
    return yaml.load(text, yaml.CSafeLoader)


def variables_in(value: Any) -> list[str]:
    """The variables that a value reads, as it is written in a file."""
    if isinstance(value, dict):
        return [name for item in value.values() for name in variables_in(item)]
    if isinstance(value, list):
        return [name for item in value for name in variables_in(item)]
    return [match[1] for match in VARIABLE.finditer(value)] if isinstance(value, str) else []


def variables_at(values: Any, place: Sequence[int | str]) -> list[str]:
    """The variables that are read at a place; a step that is not in the file, such as a kind, is passed over.

    Beneath a mapping they are read only if it holds nothing else.
    """
    for key in place:
        if isinstance(values, dict) and key in values:
            values = values[key]
    if isinstance(values, dict):
        (only, *more) = values.values() or [None]
        return [] if more else variables_in(only)
    return variables_in(values)


def lines_of(path: Path) -> dict[tuple[str, ...], int]:
    """The line of each key of a file, counted from 1."""
    node = yaml.compose(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return dict(_lines(node, ()))


def _lines(node: yaml.Node | None, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            yield inner, key.start_mark.line + 1
            yield from _lines(value, inner)
