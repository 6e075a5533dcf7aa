"""Steps of a run in the log: a sentence for people, and the same as fields for programs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

DETAIL = 15  # between DEBUG and INFO: single batches, of which a run may have thousands
_RUN: ContextVar[str | None] = ContextVar("run", default=None)

logging.addLevelName(DETAIL, "DETAIL")


@contextmanager
def steps_of(run_id: str) -> Iterator[None]:
    """Steps logged within belong to that run; a thread of its own has to name the run itself."""
    before = _RUN.set(run_id)
    try:
        yield
    finally:
        _RUN.reset(before)


def log_step(log: logging.Logger, step: str, text: str, level: int = logging.INFO, /, **fields: Any) -> None:
    """Log one finished step; ``seconds`` among the fields is how long it took, and is added to the text."""
    if "seconds" in fields:
        fields["seconds"] = round(fields["seconds"], 3)
        text = f"{text} in {fields['seconds']:.1f} s"
    known = {"step": step, "run": _RUN.get(), **fields}
    log.log(level, "%s: %s", step, text, extra={"fields": known})
