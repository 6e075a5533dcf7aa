"""Rows of JSON as typed values: a field that cannot be read costs that field, where the play can do without it."""

import json
import types
from collections.abc import Callable
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from linernotes.landing.lines import Reject

T = TypeVar("T", bound=msgspec.Struct)
MISSING = "the field is missing"


def decoder(kind: type[T]) -> Callable[[bytes], T]:
    """A decoder: quick for rows as their service writes them, patient with those that other tools saved again."""
    decode = msgspec.json.Decoder(kind).decode

    def read(row: bytes) -> T:
        try:
            return decode(row)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return _mended(row, kind, error)

    return read


def _mended(row: bytes, kind: type[T], error: Exception) -> T:
    try:
        value = json.loads(row.decode("utf-8"), strict=False, parse_constant=lambda _name: None)
    except (json.JSONDecodeError, RecursionError):
        raise error from None
    if not isinstance(value, dict):
        raise Reject("not an object with fields")
    return _struct(value, kind, "")


def _struct(value: dict[str, Any], kind: type[T], path: str) -> T:
    """Each field by itself; one that is needed and cannot be read rejects the row."""
    fields = {}
    for field in msgspec.structs.fields(kind):
        name = f"{path}{field.encode_name}"
        if field.encode_name not in value:
            if field.required:
                raise Reject(MISSING, name)
            continue
        try:
            fields[field.name] = _value(value[field.encode_name], field.type, name)
        except (ValueError, Reject) as error:
            if field.required:
                raise error if isinstance(error, Reject) else Reject(_wanted(field.type), name) from None
    return kind(**fields)


def _value(value: Any, kind: Any, path: str) -> Any:
    for arm in _arms(kind):
        try:
            return _arm(value, arm, path)
        except (ValueError, TypeError):
            continue
    raise ValueError(path)


def _arm(value: Any, arm: Any, path: str) -> Any:
    if isinstance(arm, type) and issubclass(arm, msgspec.Struct):
        if not isinstance(value, dict):
            raise ValueError(path)  # noqa: TRY004 - every reason is one kind of error
        return _struct(value, arm, f"{path}.")
    if get_origin(arm) is list and isinstance(value, list):
        return [item for item in map(_readable(get_args(arm)[0], path), value) if item is not None]
    if arm is int:
        return _whole(value)
    if arm is float and isinstance(value, str):
        return float(value.replace(",", "."))
    if arm is str and isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value) if float(value).is_integer() else value)
    return msgspec.convert(value, arm, strict=False)


def _readable(kind: Any, path: str) -> Callable[[Any], Any]:
    """A reader of items, None for those that cannot be read."""

    def read(item: Any) -> Any:
        try:
            return _value(item, kind, path)
        except ValueError:
            return None

    return read


def _whole(value: Any) -> int:
    """A whole number, also one that was saved as 3.0 or as text; a part of a millisecond is rounded away."""
    if isinstance(value, str):
        value = value.strip().replace(",", ".")
        return int(value) if value.lstrip("-").isdecimal() else round(float(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(value)  # noqa: TRY004
    whole: int = round(value)
    return whole


def _arms(kind: Any) -> list[Any]:
    union = get_origin(kind) in (Union, types.UnionType)
    return sorted(get_args(kind), key=lambda arm: arm is types.NoneType) if union else [kind]


def _wanted(kind: Any) -> str:
    words = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}
    return f"cannot be read as {words.get(_arms(kind)[0], 'what it should be')}"
