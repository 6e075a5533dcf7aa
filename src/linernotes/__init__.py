"""linernotes: the liner notes your listening history never came with.

from linernotes import Library

with Library.open(home="~/linernotes") as library:
library.import_plays("my_spotify_data.zip")
print(library.plan().total)
library.run()
print(library.artist("Gims"))
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linernotes.core.errors import (
        AccessRefused,
        BelowExpectations,
        Busy,
        ConfigurationError,
        LinernotesError,
    )
    from linernotes.reports.artist import ArtistProfile
    from linernotes.runs.enrich.run import PlanReport
    from linernotes.runs.imports.result import ImportResult
    from linernotes.runs.library import Library
    from linernotes.runs.session import RunResult

__all__ = [
    "AccessRefused",
    "ArtistProfile",
    "BelowExpectations",
    "Busy",
    "ConfigurationError",
    "ImportResult",
    "Library",
    "LinernotesError",
    "PlanReport",
    "RunResult",
]

_ROOMS = {
    "ArtistProfile": "linernotes.reports.artist",
    "ImportResult": "linernotes.runs.imports.result",
    "Library": "linernotes.runs.library",
    "PlanReport": "linernotes.runs.enrich.run",
    "RunResult": "linernotes.runs.session",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the command line must not wait for what it does not need."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_ROOMS.get(name, "linernotes.core.errors")), name)
