"""Names of files in archive/: each contains the start of the hash of its content."""

import re

from linernotes.core.files import fitting_name, hash_in

HASH_BEFORE_NAME = re.compile(r"[0-9a-f]{16}_(?=.)")  # in archive/, before names that people gave


def archive_name(name: str, sha256: str) -> str:
    """The name in archive/: ours already contain the hash, or the one before a purge; others get it as a prefix."""
    if before := hash_in(name):
        return name.replace(before, sha256[:16], 1)
    return fitting_name(f"{sha256[:16]}_", name)


def original_name(name: str) -> str:
    """The name that a file had in landing/, from its name in archive/: rows keep it when it is loaded again."""
    return HASH_BEFORE_NAME.sub("", name, count=1) if HASH_BEFORE_NAME.match(name) else name
