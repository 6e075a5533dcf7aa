"""The uncompressed bytes of a landed file, which may be gzipped."""

import gzip
import zlib
from pathlib import Path

from linernotes.core.errors import UnreadableFile

UNPACKED = "unpacked"  # the file's own name may be as long as names can be
BLOCK_BYTES = 1 << 20
LARGEST_EXPANSION = 1000  # a gzip that grows more than this is a bomb, not a listening history


def unpack(path: Path, scratch: Path) -> Path:
    """A file with the uncompressed bytes: itself, or one in ``scratch``."""
    return _decompress(path, scratch) if _is_gzip(path) else path


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as source:
        return path.suffix == ".gz" or source.read(2) == b"\x1f\x8b"


def _decompress(path: Path, scratch: Path) -> Path:
    """The file's uncompressed bytes, read to the checksum at the end."""
    target, limit = scratch / UNPACKED, max(path.stat().st_size * LARGEST_EXPANSION, 1 << 20)
    try:
        with gzip.open(path) as source, target.open("wb") as plain:
            while block := source.read(BLOCK_BYTES):
                plain.write(block)
                if plain.tell() > limit:
                    raise UnreadableFile(f"expands to more than {LARGEST_EXPANSION} times its size")
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
            raise
        raise UnreadableFile(f"damaged gzip: {error}") from None
    return target
