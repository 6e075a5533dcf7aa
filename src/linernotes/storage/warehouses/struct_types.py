"""Fields within columns: a struct's own, under their paths such as ``event.ts``, from its type as DuckDB writes it."""

import re
from collections.abc import Iterator, Mapping

STRUCT = re.compile(r"STRUCT\((.*)\)", re.DOTALL)
NAME = re.compile(r'\s*(?:"((?:[^"]|"")+)"|(\S+))\s+(.*)', re.DOTALL)
STRUCTS = ("STRUCT", "RECORD")


def is_struct(kind: str) -> bool:
    """Whether a column of this type has fields of its own; a list of structs has none that one row could give."""
    return kind.upper().startswith(STRUCTS) and not kind.endswith("]")


def with_fields(columns: Mapping[str, str]) -> dict[str, str]:
    """The columns with their types, each struct followed by its fields."""
    found: dict[str, str] = {}
    for name, kind in columns.items():
        found[name] = kind
        if is_struct(kind):
            found |= with_fields({f"{name}.{field}": inner for field, inner in _fields(kind)})
    return found


def path_of(column: str, types: Mapping[str, str]) -> list[str]:
    """The parts of a column's name: several for the field of a struct; a dot may also stand in a plain name."""
    places = [place for place, letter in enumerate(column) if letter == "."]
    struct = next((column[:place] for place in reversed(places) if is_struct(types.get(column[:place], ""))), None)
    return [column] if struct is None else [*path_of(struct, types), column[len(struct) + 1 :]]


def _fields(kind: str) -> Iterator[tuple[str, str]]:
    inner = STRUCT.fullmatch(kind)
    for text in _split(inner[1]) if inner else ():
        if found := NAME.fullmatch(text):
            quoted, bare, field_kind = found.groups()
            yield (quoted.replace('""', '"') if quoted else bare), field_kind


def _split(text: str) -> list[str]:
    """The parts between commas that stand in no brackets and no quotation marks."""
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == '"'
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if letter == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
