"""Artists from Deezer's public API, one per call. It takes no key, and reports its errors inside HTTP 200."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from linernotes.core.values import Failed, Found, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import (
    integer,
    json_body,
    read_outcome,
    says_nothing,
    take,
    text,
    warn_of_new_fields,
)
from linernotes.providers.connection import Connection, Options
from linernotes.providers.ids import DEEZER_ID, split_by_id

NO_DATA = ("DataException", "800")  # type and code of its only sentence about an id; 300, 500 ... are about us
CODE = re.compile(r"\w{1,20}", re.ASCII)
REMEDY = "Deezer's API is not available in some countries and networks; try another one"
OF = "deezer artists"
NOT_READ = {"type", "share", "tracklist", "radio", "picture"}  # derived from the id, or another size of the picture
NOT_READ |= {f"picture_{size}" for size in ("small", "medium", "big", "xl")}


class Deezer:
    """See ``port.Provider``; the key of an artist is its Deezer id, digits as text."""

    access_mode: str | None = None
    path = "/artist/{}"
    ids = DEEZER_ID
    somebody = "27"  # what ``check`` requests; it need not exist
    options: type[Options] = Options

    def __init__(self, connection: Connection) -> None:
        connection.options(self.options)
        self._connection, self._url = connection, connection.url()
        self.batch_size = connection.settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One call each; a malformed id is never sent: in a path it could request something else."""
        sendable, invalid = split_by_id(items, self.ids)
        yield from invalid
        yield from map(self._outcome, sendable)

    def check(self) -> None:
        """Make one call: there is no key to be rejected, but a network can be."""
        self._ask(self.somebody)

    def _ask(self, key: str) -> Any:
        return json_body(self._connection.send("GET", self._url + self.path.format(key)), "deezer", REMEDY)

    def _outcome(self, item: WorkItem) -> Outcome:
        answer = self._ask(item.key)
        if not isinstance(answer, dict):
            return Failed(item, "unreadable", 200)
        if (error := answer.get("error")) is not None:
            return _error_outcome(item, error)
        return self.read(item, answer)

    def read(self, item: WorkItem, answer: Json) -> Outcome:
        """The outcome of a response that is not an error; one about something else is unreadable."""
        if not self.is_about(item, answer):
            return Failed(item, "unreadable", 200)
        outcome = read_outcome(item, self.parse, answer)
        if isinstance(outcome, Found) and says_nothing(outcome.record, item.key, answer.get("id")):
            return Failed(item, "unreadable", 200)
        return outcome

    def is_about(self, _item: WorkItem, answer: Json) -> bool:
        """Whether it is what was asked for; without a number for an id it is none, for example the {} of a proxy."""
        return DEEZER_ID.fullmatch(str(answer.get("id"))) is not None

    def parse(self, key: str, raw: Json) -> Json:
        """The contract's columns; the caller adds ``retrievedAt``."""
        return parse(key, raw)


provider = Deezer


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from an artist object; the caller adds ``retrievedAt``.

    Fields are popped as they are read; those left over are new.
    """
    left = dict(raw)
    answered = integer(left.pop("id", None))
    record = {
        "deezerId": key,
        "canonicalDeezerId": None if answered in (None, int(key)) else str(answered),
        "name": take(left, "name", text, OF),
        "fans": take(left, "nb_fan", integer, OF),
        "albums": take(left, "nb_album", integer, OF),
        "link": take(left, "link", text, OF),
    }
    warn_of_new_fields("deezer", "artists", left.keys() - NOT_READ)
    return record


def _error_outcome(item: WorkItem, error: Any) -> Outcome:
    code = str(error.get("code")) if isinstance(error, dict) else ""
    if code == NO_DATA[1] and error.get("type") == NO_DATA[0]:
        return Missing(item, "not_found", 200)
    return Failed(item, f"error_{code if CODE.fullmatch(code) else 'unknown'}", 200)
