"""Artists from Deezer's public API, one per call. It takes no key, and says its errors inside HTTP 200."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import SecretStr
from requests import Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.values import Failed, Found, Json, Missing, Outcome, WorkItem
from linernotes.providers.answers import body_of, warn_of_new_field, whole

NO_DATA = "800"
SOMEBODY = "27"  # whom doctor asks about; that he may be gone some day does not matter
REMEDY = "Deezer closes its API to some countries and networks; ask from another one"
NOT_READ = {"type", "share", "tracklist", "radio", "picture"}  # derived from the id, or another size of the picture
NOT_READ |= {f"picture_{size}" for size in ("small", "medium", "big", "xl")}


def provider(
    settings: ProviderSettings, _secrets: Mapping[str, SecretStr], session: Session, _capability: str | None
) -> "Deezer":
    """See ``providers.open_provider``."""
    return Deezer(settings, session)


def check(settings: ProviderSettings, _secrets: Mapping[str, SecretStr], session: Session) -> None:
    """There is no key to be refused, but a network can be."""
    Deezer(settings, session).ask(SOMEBODY)


class Deezer:
    """See ``ports.Provider``; the key of an artist is its Deezer id, digits as text."""

    access_mode: str | None = None

    def __init__(self, settings: ProviderSettings, session: Session) -> None:
        self._url = settings.urls["api"].rstrip("/")
        self._timeout = settings.timeout
        self._session = session
        self.batch_size = settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One call each; an id that cannot be one is never sent."""
        return map(self._outcome, items)

    def ask(self, key: str) -> Any:
        """The artist, or the error, as Deezer sends it."""
        response = self._session.get(f"{self._url}/artist/{key}", timeout=self._timeout)
        return body_of(response, "deezer", REMEDY)

    def _outcome(self, item: WorkItem) -> Outcome:
        if not (item.key.isascii() and item.key.isdigit()):
            return Missing(item, "invalid_id")  # in a path it could ask for something else
        artist = self.ask(item.key)
        if not isinstance(artist, dict):
            return Failed(item, "unreadable", 200)
        if (error := artist.get("error")) is not None:
            return _refused(item, error)
        if not artist.get("id"):
            return Failed(item, "unreadable", 200)  # nothing says that this is an artist, such as {} of a proxy
        try:
            return Found(item, parse(item.key, artist), artist)
        except ValueError:
            return Failed(item, "unreadable", 200)


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from an artist object; ``retrievedAt`` is the caller's to add.

    What is read is taken out; what is left then is news, and told once.
    """
    left = dict(raw)
    answered = whole(left.pop("id", None))
    record = {
        "deezerId": key,
        "canonicalDeezerId": None if answered in (None, int(key)) else str(answered),
        "name": left.pop("name", None),
        "fans": whole(left.pop("nb_fan", None)),
        "albums": whole(left.pop("nb_album", None)),
        "link": left.pop("link", None),
    }
    for field in sorted(left.keys() - NOT_READ):
        warn_of_new_field("deezer", "artists", field)
    return record


def _refused(item: WorkItem, error: Any) -> Outcome:
    code = str(error.get("code")) if isinstance(error, dict) else "unknown"
    return Missing(item, "not_found", 200) if code == NO_DATA else Failed(item, f"error_{code}", 200)
