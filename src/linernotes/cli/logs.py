"""Logging: warnings on stderr, everything as JSON lines in a file if requested, and no secrets in either."""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from linernotes.core.clock import instant
from linernotes.core.steps import DETAIL
from linernotes.core.text import printable

BEARERS = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE)
PARAMETERS = re.compile(r"\b(api_key|token|client_secret|refresh_token|access_token)=[^&\s]+", re.IGNORECASE)
SHORTEST_SECRET = 8  # redacting a test secret such as "a" would make every line unreadable


class Redacting(logging.Filter):
    """Removes secrets from every message: tokens by their shape, and the given values literally."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, with its secrets removed."""
        record.msg, record.args = printable(self.clean(record.getMessage())), ()
        fields = getattr(record, "fields", {})
        record.fields = {name: self.clean(v) if isinstance(v, str) else v for name, v in fields.items()}
        if record.exc_info:  # formatters use this text if it is set
            record.exc_text = self.clean(logging.Formatter().formatException(record.exc_info))
        return True

    def clean(self, text: str) -> str:
        """Return the text without secrets."""
        text = PARAMETERS.sub(r"\1=***", BEARERS.sub(r"\1 ***", text))
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


class JsonLines(logging.Formatter):
    """One JSON object per record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line."""
        line = {
            "at": instant(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname,
            "severity": "DEBUG" if record.levelno < logging.INFO else record.levelname,  # as Cloud Logging names it
            "source": record.name,
            "process": record.process,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        return json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False)


def set_up_logging(verbosity: int, log_file: str | None, secrets: Iterable[str], *, as_json: bool = False) -> Redacting:
    """Log warnings to stderr, more with ``-v``; with a file, also each step and batch, as JSON lines.

    ``as_json`` writes JSON lines to stderr too.
    """
    redacting = Redacting(secrets)
    to_stderr = logging.StreamHandler(sys.stderr)
    to_stderr.setLevel([logging.WARNING, logging.INFO, logging.DEBUG][min(verbosity, 2)])
    to_stderr.setFormatter(JsonLines() if as_json else logging.Formatter("%(levelname)s %(message)s"))
    handlers: list[logging.Handler] = [to_stderr]
    if log_file:
        to_file = logging.FileHandler(log_file, encoding="utf-8")
        to_file.setLevel(DETAIL)
        to_file.setFormatter(JsonLines())
        handlers.append(to_file)
    for handler in handlers:
        handler.addFilter(redacting)
    ours = logging.getLogger("linernotes")
    ours.handlers, ours.propagate = handlers, False
    ours.setLevel(logging.DEBUG)
    return redacting
