"""Loads the files of one dataset: linernotes ingest --dataset."""

import sys

try:
    from linernotes.__main__ import entry
    from linernotes.cli.scripts import stand_for
except ModuleNotFoundError:
    sys.exit("linernotes is not installed for this Python; run make run once, then: source .venv/bin/activate")

if __name__ == "__main__":
    entry(stand_for("spotify_ingest_v2"))
