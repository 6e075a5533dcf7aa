"""Completion in the shell: providers, datasets, and artists of the library. Whatever goes wrong completes nothing."""

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

import click

if TYPE_CHECKING:
    from linernotes.config.settings import Settings

Completion: TypeAlias = Callable[[click.Context, click.Parameter, str], list[str]]
SHOWN = 50
OF_BASH = "bash_"


def _safely(names: "Callable[[Settings, str], Iterable[str]]") -> Completion:
    """A completion from settings; a shell must never print an error between two keystrokes."""

    def complete(context: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        del param
        from linernotes.config.settings import read_settings

        try:
            env = context.params.get("env")
            settings = read_settings({"LINERNOTES_ENV": env} if env else None)
            return list(dict.fromkeys(_for_shell(name) for name in names(settings, incomplete)))
        except Exception:
            return []

    return complete


def _for_shell(name: str) -> str:
    """The name as bash wants it: with a backslash before what it would take apart; other shells do that themselves."""
    if not os.environ.get("_LINERNOTES_COMPLETE", "").startswith(OF_BASH):
        return name
    return "".join(f"\\{letter}" if letter in " '\"()&;|<>$`\\*?[]#~!{}" else letter for letter in name)


def _starting(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.casefold().startswith(incomplete.casefold())]


def _providers(settings: "Settings", incomplete: str) -> list[str]:
    return _starting(sorted(settings.configs.providers), incomplete)


def _datasets(settings: "Settings", incomplete: str) -> list[str]:
    return _starting(sorted(settings.configs.datasets), incomplete)


def _artists(settings: "Settings", incomplete: str) -> list[str]:
    """The artists whose names begin so, the most played first; nothing is made where no tables are."""
    from linernotes.core.progress import Quiet
    from linernotes.reports.queries import names_starting
    from linernotes.runs.reading import open_for_reading
    from linernotes.storage.workspace import open_workspace

    with open_workspace(settings, Quiet()) as workspace, open_for_reading(workspace):
        return names_starting(workspace.warehouse, incomplete, SHOWN)


complete_providers, complete_datasets, complete_artists = map(_safely, (_providers, _datasets, _artists))
