"""The generated parts of files that people write: columns of the dimension, tables in the docs, variables."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from answering import Answering

from linernotes.config.aliases import ALIASES
from linernotes.config.answers import FieldValue
from linernotes.config.files import VARIABLE

BLOCK = r"^([^\n]*generated: {name}\b[^\n]*\n)(.*?)(^[^\n]*generated: end)"
TYPES = {"word": "string", "number": "int64", "measure": "float64", "list": "array<string>"}
# Lists with a column in the dimension; other lists have only a column for their source.
LISTS = ("genres", "tags")


def fill_block(text: str, name: str, inner: str) -> str:
    """The text, with the content of that block replaced."""
    block = re.compile(BLOCK.format(name=name), re.MULTILINE | re.DOTALL)
    if not block.search(text):
        raise ValueError(f"block {name!r} not found")
    return block.sub(lambda match: match[1] + inner + match[3], text, count=1)


def block_of(text: str, name: str) -> str:
    """The content of a block."""
    match = re.search(BLOCK.format(name=name), text, re.MULTILINE | re.DOTALL)
    return match[2] if match else ""


def dimension_fields(values: Iterable[FieldValue], properties: str, model: str) -> list[FieldValue]:
    """The fields that are columns of a dimension.

    Fields that are already in its block keep their order, so that columns keep their positions; new ones come last.
    """
    told = sorted(values, key=lambda value: value.precedence)
    fields = {value.field: value for value in reversed(told) if value.description}
    old = [name.removesuffix("Source") for name in re.findall(r"name: (\w+Source)\b", block_of(properties, model))]
    order = {name: place for place, name in enumerate(old)}
    return sorted(fields.values(), key=lambda value: (order.get(value.field, len(order)), value.field))


def dimension_columns(fields: Iterable[FieldValue], properties: str, model: str) -> str:
    """The columns of the fields as entries of a models.yml, without those that a person described for the model."""
    by_hand = fill_block(_entry(properties, model), model, "")
    typed, lists = "__svc_" in model, LISTS if "_dim_" in model else ()
    return "".join(
        f"      - {_flow({'name': name, **({'data_type': kind} if typed else {}), 'description': text})}\n"
        for value in fields
        for name, kind, text in _columns(value, lists)
        if f"{{name: {name}," not in by_hand
    )


def _columns(value: FieldValue, lists: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    if value.kind != "list" or value.field in lists:
        yield value.field, TYPES[value.kind], value.description
    yield f"{value.field}Source", "string", f"Who says {value.field}; null when nobody does."
    yield f"{value.field}RetrievedAt", "timestamp", "When that was fetched, UTC."


def _flow(entry: dict[str, str]) -> str:
    """One YAML mapping on one line."""
    return "{" + ", ".join(f"{key}: {_scalar(text)}" for key, text in entry.items()) + "}"


def _scalar(text: str) -> str:
    plain = yaml.safe_dump([text], default_flow_style=True, width=10**6, allow_unicode=True).strip()[1:-1]
    return plain if plain == text else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def provider_table(providers: Iterable[Answering]) -> str:
    """The table of docs/providers.md."""
    head = "| provider | asked by | calls for 1,000 artists | what is stored | licence |\n|---|---|---|---|---|\n"
    rows = (
        (each.settings.title, docs.asked_by, docs.calls, docs.stored, each.settings.licence)
        for each in providers
        for docs in [each.settings.docs]
    )
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def provider_demands(providers: Iterable[Answering]) -> str:
    """The demands of each provider on its users, as a list."""
    asked = (f"- **{each.settings.title}**: {each.settings.docs.asks}" for each in providers if each.settings.docs.asks)
    return "".join(_wrap(line) + "\n" for line in asked)


def _wrap(line: str) -> str:
    """An item of a list in lines of 120 characters; text in backquotes stays on one line."""
    whole = re.sub(r"`[^`]*`", lambda code: code[0].replace(" ", "\0"), line)
    return textwrap.fill(whole, 120, subsequent_indent="  ", break_on_hyphens=False).replace("\0", " ")


def credentials(providers: Iterable[Answering]) -> str:
    """The variables that users set for each provider, and where to get them."""
    parts, before = [], set[str]()
    for settings in (each.settings for each in providers if each.settings.docs.get_from):
        every = dict.fromkeys([*settings.credentials.values(), *settings.needs.values()])
        names = [name for name in every if name not in before]  # one key may open several parts of a service
        before.update(names)
        said = textwrap.fill(settings.docs.get_from, 118, initial_indent="# ", subsequent_indent="# ")
        parts.append("\n".join([said, *(f"{name}=" for name in names)]) + "\n")
    return "\n".join(parts)


def defaults(folder: Path, *, urls: bool) -> str:
    """The variables that the files of providers name with a default: base URLs, or all others."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        found |= {match[1]: match[2] or "" for match in VARIABLE.finditer(path.read_text(encoding="utf-8"))}
    chosen = {name: text for name, text in found.items() if text and text.startswith("http") == urls}
    return "".join(f"#{name}={text}\n" for name, text in sorted(chosen.items()))


def aliases(folder: Path) -> str:
    """The table of docs/settings.md: names from other documents, ours, and both defaults."""
    head = "| name | document | ours | its default | ours is | which one holds |\n|---|---|---|---|---|---|\n"
    rows = (
        (
            f"`{each.name}`",
            each.document,
            _code(each.sets),
            _code(each.default),
            _defaults_of(each.sets, folder),
            each.ruling,
        )
        for each in ALIASES
    )
    return head + "".join("".join(f"| {text} " if text else "| " for text in row) + "|\n" for row in rows)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _defaults_of(name: str, folder: Path) -> str:
    """The defaults that the files of providers give a variable; different ones with their providers."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        for match in VARIABLE.finditer(path.read_text(encoding="utf-8")):
            if match[1] == name:
                found.setdefault(match[2] or "", []).append(path.stem)
    if len(found) < 2:
        return _code("".join(found))
    return ", ".join(f"`{value}` ({', '.join(names)})" for value, names in found.items())


def precedence(providers: Iterable[Answering]) -> str:
    """The precedence seed."""
    rows = sorted((value.field, value.precedence, each.name) for each in providers for value in each.settings.values)
    return "field,provider,place\n" + "".join(f"{field},{name},{place}\n" for field, place, name in rows)


def _entry(text: str, name: str) -> str:
    """The part of a models.yml that describes one model."""
    return re.split(r"^  - name: ", text.partition(f"  - name: {name}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def properties_yaml(entries: Any) -> str:
    """A models.yml or sources.yml."""
    return yaml.safe_dump({"version": 2, **entries}, sort_keys=False, width=120, allow_unicode=True)
