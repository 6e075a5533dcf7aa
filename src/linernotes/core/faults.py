"""Named points of the commands that write, at which tests kill the process: no call of ours can catch a SIGKILL.

``LINERNOTES_FAULT=landed:2`` kills it when it comes to ``landed`` for the second time. Without that variable a point
does nothing. What a kill may leave behind is in docs/running.md.
"""

import os
import signal
from collections import Counter

VARIABLE = "LINERNOTES_FAULT"
POINTS = {
    "ensured": "the lake tables are there, nothing is recovered yet",
    "called": "a call is marked in the journal and not made yet",
    "banned": "a cooldown is on disk, and nobody has been told of it",
    "spooled": "an outcome is in the spool",
    "synced": "a batch of outcomes is on disk",
    "sealed": "a part is complete and not landed",
    "landed": "a part is in landing/",
    "salvaged": "the spool of a dead run is landed",
    "settled": "the calls of a dead run are in the ledger, and their journal still exists",
    "staged": "a landed file is validated",
    "loading": "its rows are written, nothing is committed",
    "loaded": "it is committed and still in landing/",
    "archived": "it is in archive/",
    "rejecting": "the reason of a rejected file is there, the file is not",
    "rejected": "the file is there too",
    "opened": "the run is in the ledger, before its first call",
    "counted": "the calls of a round are in the ledger, and their journal still exists",
    "recorded": "the end of the command is in the ledger",
    "refreshed": "the tables that the queue is read from are made",
    "built": "the hub is built",
    "publishing": "the new published hub is written beside the old one",
    "published": "it has taken its place",
    "verified": "the archive agrees with the manifest, nothing is rebuilt",
    "refilled": "the new warehouse holds the archive",
    "kept": "the old warehouse has its second name, and is still the one in use",
    "swapped": "the new warehouse is in its place",
    "rewritten": "an archived file is there without the purged lines",
    "forgotten": "the rows loaded from it are deleted",
    "discarded": "the copies of older warehouses are deleted",
}
_reached: Counter[str] = Counter()


def fault_point(name: str) -> None:
    """Die here if the environment says so."""
    if VARIABLE in os.environ:
        _reach(name, os.environ[VARIABLE])


def _reach(name: str, wanted: str) -> None:
    point, _, nth = wanted.partition(":")
    _reached[name] += 1
    if name == point and str(_reached[name]) == (nth or "1"):
        os.kill(os.getpid(), signal.SIGKILL)
