"""A record as far as its contract allows it: a value that breaks a rule is taken out, and costs no other."""

import copy
import logging
import re
from functools import cache
from typing import Any

import msgspec

from linernotes.config.datasets import Dataset
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader, Reject
from linernotes.providers.answers import says_nothing

log = logging.getLogger(__name__)
STEP = re.compile(r"(\w+)|\[(\d+)\]")
MOST_CUTS = 100  # a record with more of them is no record


def fit(line: Json, reader: LineReader, dataset: Dataset) -> tuple[Json, bytes]:
    """The line without what its contract does not allow, and its bytes.

    Raises:
        Reject: what is wrong cannot be taken out, such as the key, or nothing is left without it.
    """
    first: dict[str | None, Reject] = {}
    for cuts in range(MOST_CUTS):
        encoded = msgspec.json.encode(line)
        try:
            reader.read(encoded)
        except Reject as reject:
            first.setdefault(reject.field, reject)
            line = line if cuts else {name: _own(name, value) for name, value in line.items()}
            if cuts == MOST_CUTS - 1 or not _cut(line, reject.field or ""):
                raise first[reject.field] from None
            _warn(dataset.provider, re.sub(r"\[\d+\]", "", reject.field or ""), reject.reason)
        else:
            if first and _is_hollow(line, dataset):
                raise next(iter(first.values()))
            return line, encoded
    raise AssertionError  # the loop returns or raises


def _own(name: str, value: Any) -> Any:
    """A copy of its own for each column: the service's object, which is kept as it came, may hold the same lists."""
    return value if name == "_raw" else copy.deepcopy(value)


def _cut(line: Any, field: str) -> bool:
    """Take out the value at a path such as ``images[0].width``, or if there is none what holds it."""
    path = [int(index) if index else name for name, index in STEP.findall(field)]
    while path:
        holder, last = line, path.pop()
        for step in path:
            holder = holder[step]
        if isinstance(last, int):
            del holder[last]
            return True
        if holder.get(last) is not None:
            holder[last] = None
            return True
    return False


def _is_hollow(line: Json, dataset: Dataset) -> bool:
    ours = {"_outcome", "_raw", dataset.instant}
    record = {name: value for name, value in line.items() if name not in ours}
    return says_nothing(record, *(record[name] for name in dataset.key if name in record))


@cache
def _warn(of: str, field: str, reason: str) -> None:
    log.warning("%s: cannot load %r: %s; it is archived", of, field, reason)
