"""Fields of a history about the listener, not the music: no reader reads them, and rejects are stored without them."""

import re

FIELDS = (
    *("ip_addr", "ip_addr_decrypted", "user_agent", "user_agent_decrypted", "platform", "conn_country"),
    *("city", "region", "metro_code", "longitude", "latitude", "username", "user_name", "user_id", "user", "userName"),
    *("device", "device_name", "device_id", "email"),
)
VALUE = r'"(?:[^"\\]|\\.)*(?:"|$)|[^\s,}\]]*'  # also a truncated one
ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
PRIVATE = re.compile(rf'"({"|".join(FIELDS)})"(\s*:\s*)(?:{VALUE})', re.DOTALL)


def without_private(text: str) -> str:
    """The text of a row, whole or broken, without the values of its private fields."""
    return ADDRESS.sub("(address)", PRIVATE.sub(r'"\1"\2null', text))
