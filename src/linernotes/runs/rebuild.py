"""Rebuild the warehouse from archive/ without any API call; with ``reparse`` by the current parsing rules."""

from pathlib import Path

import msgspec

from linernotes.config.datasets import Dataset
from linernotes.core.counts import LoadStats
from linernotes.providers import Parser, parser_of
from linernotes.runs.hub import build, publish
from linernotes.runs.lifecycle import open_session
from linernotes.storage.workspace import Workspace


def rebuild(workspace: Workspace, *, reparse: bool) -> LoadStats:
    """Start with an empty warehouse, into which recovery loads the whole archive, as it would after any loss.

    The old warehouse is set aside, not deleted. A crash costs nothing: the next command continues the rebuild.
    """
    with open_session(workspace, "rebuild", start="empty", reparse=reparse_file if reparse else None) as session:
        if not session.built_from:
            build(session, whole=True)
        publish(workspace)
    return session.ingested


def reparse_file(dataset: Dataset, path: Path, scratch: Path) -> Path:
    """Write a copy of the file, its records parsed again from the service's own objects where it keeps them."""
    parse = parser_of(dataset.provider) if dataset.entity else None
    if parse is None:
        return path
    target = scratch / f"{path.name}.reparsed"
    with path.open("rb") as source, target.open("wb") as written:
        written.writelines(_line(line, dataset, parse) for line in source)
    return target


def _line(line: bytes, dataset: Dataset, parse: Parser) -> bytes:
    try:
        landed = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return line  # ingest reports the reason
    if not isinstance(landed, dict) or not landed.get("_raw"):
        return line
    mark = landed["_outcome"]
    record = parse(mark["key"], landed["_raw"])
    dated = {dataset.instant: mark["attemptedAt"]} if dataset.instant else {}
    return msgspec.json.encode({**record, **dated, "_outcome": {**mark, "status": "found", "reason": None}}) + b"\n"
