"""Writes the listening history that people try linernotes on: two years of one listener of the generated catalogue.

    python scripts/write_demo_history.py [FILE]

The same code always writes the same bytes; without FILE they go where the package keeps its history.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import linernotes.sandbox
from linernotes.sandbox.dice import Dice
from linernotes.sandbox.generated import Generated
from linernotes.sandbox.listening import Listener, Play
from linernotes.sandbox.spotify_bodies import Body, play_body

SITTINGS = 215
DAYS = 730
LAST_DAY = datetime(2026, 11, 15, tzinfo=UTC)
HOURS = (7, 8, 8, 12, 17, 18, 19, 19, 20, 20, 21, 22)
LOCAL_FILES = 0.008

KEPT: dict[str, Any] = {
    "track": {
        "id": {},
        "name": {},
        "uri": {},
        "duration_ms": {},
        "external_ids": {"isrc": {}},
        "album": {"id": {}, "name": {}, "uri": {}},
        "artists": {"id": {}, "name": {}, "uri": {}},
    },
    "played_at": {},
    "context": {"type": {}, "uri": {}},
}
"""The keys of a play that a history needs; its file travels with the package and should be small."""


def plays() -> Iterator[Play]:
    """Every play, oldest first: sittings of a few tracks each, spread over two years."""
    listener = Listener(Generated())
    number = 0
    for sitting in range(SITTINGS):
        dice = Dice("sitting", sitting)
        at = _begin(sitting, dice)
        for _ in range(3 + dice.below(10)):
            play = listener.play("history", number, at, local=dice.happens(LOCAL_FILES))
            yield play
            at += timedelta(seconds=play.track.seconds, milliseconds=dice.below(40_000))
            number += 1


def trimmed(body: Any, kept: dict[str, Any]) -> Any:
    """A body with only the keys in ``kept``, at every depth."""
    if isinstance(body, list):
        return [trimmed(each, kept) for each in body]
    if isinstance(body, dict) and kept:
        return {key: trimmed(body[key], inner) for key, inner in kept.items() if key in body}
    return body


def line(play: Play) -> str:
    """A play as one line of JSON."""
    body: Body = trimmed(play_body(play, extended=False), KEPT)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def main(target: Path) -> None:
    """Write the history."""
    text = "".join(f"{line(play)}\n" for play in plays())
    target.write_text(text, encoding="utf-8", newline="\n")


def _begin(sitting: int, dice: Dice) -> datetime:
    day = LAST_DAY - timedelta(days=(SITTINGS - 1 - sitting) * DAYS // SITTINGS)
    return day + timedelta(hours=dice.pick(HOURS), milliseconds=dice.below(3_600_000))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(linernotes.sandbox.__path__[0]) / "history.jsonl")
