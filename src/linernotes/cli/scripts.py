"""The commands of earlier scripts, each translated into the command of ours that it stands for."""

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import click


@dataclass(frozen=True, slots=True)
class Script:
    """One script: the command it stands for, with ``--dry-run`` another one, and options under other names."""

    words: tuple[str, ...]
    dry_run: tuple[str, ...] | None = None
    renamed: dict[str, str] = field(default_factory=dict)


SCRIPTS = {
    "spotify_artist_enrichment": Script(("extract", "spotify"), ("run", "--provider", "spotify")),
    "spotify_ingest_v2": Script(("ingest",), renamed={"--config": "--dataset"}),
    "spotify_ingest_auto": Script(("ingest",)),
}


def command_for(name: str, arguments: Sequence[str]) -> list[str]:
    """The arguments of linernotes that a script's arguments stand for.

    ``--config`` took the name of a file of settings; it may be given as a path, too.
    """
    script = SCRIPTS[name]
    words = script.dry_run if script.dry_run and "--dry-run" in arguments else script.words
    translated = list[str]()
    for argument in arguments:
        option, equals, value = argument.partition("=")
        ours = script.renamed.get(option, option)
        if translated and translated[-1] in script.renamed.values():
            argument = _dataset(argument)  # noqa: PLW2901
        elif ours != option:
            argument = ours + equals + _dataset(value)  # noqa: PLW2901
        translated.append(argument)
    return [*words, *translated]


def stand_for(name: str) -> list[str]:
    """The arguments of linernotes that this process's arguments stand for; prints the command they make."""
    arguments = command_for(name, sys.argv[1:])
    click.echo(f"{name} stands for: {shlex.join(['linernotes', *arguments])}", err=True)
    return arguments


def _dataset(name: str) -> str:
    """The dataset that a file of settings was named after."""
    path = PurePath(name)
    return path.stem if path.suffix in (".yaml", ".yml") else name
