"""Fields of a history about the listener, not the music: no reader reads them, and rejects are stored without them."""

import json
import re
from collections.abc import Iterable
from typing import Any

FIELDS = (
    *("ip_addr", "ip_addr_decrypted", "user_agent", "user_agent_decrypted", "platform", "conn_country"),
    *("city", "region", "metro_code", "longitude", "latitude", "username", "user_name", "user_id", "user", "userName"),
    *(
        "userid",
        "account",
        "listener",
        "device",
        "device_name",
        "device_id",
        "email",
        "client",
        "origin",
        "ip",
        "ipAddress",
    ),
)
PLAIN = {name.replace("_", "").casefold() for name in FIELDS}
VALUE = r'"(?:[^"\\]|\\.)*(?:"|$)|[\[{][^\]}]*(?:[\]}]|$)|[^\s,}\]]*'  # also a truncated one
ADDRESS = re.compile(
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4}){3,7}\b|[\w.+-]{1,64}@[\w-]+\.[\w.]+"
)
PRIVATE = re.compile(rf'"({"|".join(FIELDS)})"(\s*:\s*)(?:{VALUE})', re.DOTALL | re.IGNORECASE)
HEADED = re.compile(r'(\bDate#)[^\s,;|"]+')  # the heading of lastfmstats.com names the account
NAMED = (
    re.compile(r'\bDate#([^\s,;|"]+)'),
    re.compile(r'"(?:user|username|user_name|userName)"\s*:\s*"((?:[^"\\]|\\.)*)"'),
    re.compile(r'<recenttracks[^>]*\suser="([^"]*)"'),
)
# Files that exporters name after the account: scrobbles-NAME-1732276500.csv, listenbrainz_NAME_1732276500.zip.
NAMED_AFTER = re.compile(
    r"((?:lastfmstats|scrobbles|recenttracks|lovedtracks|listenbrainz)[-_])(?!\d+[.-])([^/]+?)((?:[-_]\d{6,})?(?:\.\w{1,5})+)(?=/|$)"
)
LONGEST = 1 << 17  # characters, twice of what is kept of a row
SHORTEST = 3  # letters of an account's name; a shorter one would be found in many words
HIDDEN = "(account)"


def without_private(text: str) -> str:
    """The text of a row, whole or broken, without the values of its private fields; cut where it is longer than any."""
    shown = _pruned(text)[:LONGEST]
    return ADDRESS.sub("(address)", PRIVATE.sub(r'"\1"\2null', HEADED.sub(r"\1", shown)))


def accounts_in(head: str) -> frozenset[str]:
    """The names of accounts that a file's beginning gives away."""
    found = (name for form in NAMED for name in form.findall(head))
    return frozenset(name for name in found if len(name) >= SHORTEST)


def without_accounts(text: str, accounts: Iterable[str]) -> str:
    """A text, or a file's name, without the names of these accounts."""
    for name in accounts:
        text = re.sub(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", HIDDEN, text, flags=re.IGNORECASE)
    return text


def without_named_account(name: str) -> str:
    """A file's name without that of the account after which its exporter named it."""
    return NAMED_AFTER.sub(rf"\1{HIDDEN}\3", name)


def _pruned(text: str) -> str:
    """A whole JSON object without its private fields, however deep; any other text as it is."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    pruned = _without(value)
    return text if pruned == value else json.dumps(pruned, ensure_ascii=False)


def _without(value: Any) -> Any:
    if isinstance(value, list):
        return [_without(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _without(item) for name, item in value.items()}
    return {name: None if name.replace("_", "").casefold() in PLAIN else item for name, item in kept.items()}
