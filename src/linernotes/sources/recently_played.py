"""Plays in the form of Spotify's recently-played endpoint: pages, lists of items, or one of either per line."""

import json
from collections.abc import Iterator
from typing import IO

from linernotes.core.errors import BelowExpectations
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader
from linernotes.providers.spotify.recently_played import play_of
from linernotes.sources.rows import UNREADABLE, Numbered, first_and_all_lines, json_lines, parsed_json, valid_lines


def play_lines(source: IO[str], name: str, reader: LineReader) -> Iterator[Json]:
    """Landed lines of recently-played: page objects, lists of items, or one item or page per line."""
    return valid_lines(_items_of(source, name), play_of, name, reader)


def _items_of(source: IO[str], name: str) -> Numbered:
    first, lines = first_and_all_lines(source, name)
    if is_json(first):
        yield from _flatten(json_lines(lines))
        return
    text = "".join(line for _, line in lines)
    document = parsed_json(text)
    if UNREADABLE not in document:
        yield from _flatten(iter([(1, text, document)]))
    elif any(map(is_json, text.splitlines())):
        yield from _flatten(json_lines(enumerate(text.splitlines(keepends=True), 1)))
    else:
        raise BelowExpectations(
            f"import {name}: damaged or truncated: {document[UNREADABLE]}",
            "copy it again, or request a new export",
        )


def _flatten(rows: Numbered) -> Numbered:
    """Pages and lists become their items, numbered within the page; a single item stays as it is."""
    for line, text, row in rows:
        items = row.get("items") if isinstance(row, dict) and "track" not in row else row
        if isinstance(items, list):
            yield from ((number, json.dumps(item), item) for number, item in enumerate(items, 1))
        else:
            yield line, text, row


def is_json(text: str) -> bool:
    """Whether a text is an object or a list of JSON."""
    return UNREADABLE not in parsed_json(text)
