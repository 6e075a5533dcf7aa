"""Writes the sample listening history for trying linernotes: an export in Spotify's form, of an invented listener.

    python scripts/write_demo_history.py [FILE]

The same code always writes the same history; without FILE it replaces the package's own.
"""

import sys
from pathlib import Path

import linernotes.sandbox
from linernotes.sandbox import Generated, write_history

OURS = Path(linernotes.sandbox.__path__[0]) / "my_spotify_data.zip"
PLAYS = 2_500  # the file travels with the package and should be small


def main(target: Path) -> None:
    """Write the history, replacing the package's own if that is the target."""
    if target == OURS:
        OURS.unlink(missing_ok=True)
    write_history(target, Generated(), PLAYS)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OURS)
