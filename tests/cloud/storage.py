"""A Cloud Storage for tests: the emulator in a process of its own, and buckets in it."""

from contextlib import AbstractContextManager
from pathlib import Path

import requests

from tests.cloud.emulators import running


def storage_emulator(folder: Path) -> AbstractContextManager[str]:
    """The address of a Cloud Storage on loopback that keeps its objects in this folder."""
    return running("storage_emulator", str(folder.absolute()))


def make_bucket(address: str, name: str) -> None:
    """Make an empty bucket."""
    requests.post(f"{address}/storage/v1/b", json={"name": name}, timeout=10).raise_for_status()
