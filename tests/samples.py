"""Contracts, runs and lines that many tests need."""

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from linernotes.config.catalogue import Configs
from linernotes.config.datasets import Column, Dataset
from linernotes.config.providers import ProviderSettings
from linernotes.config.settings import Settings, read_settings
from linernotes.core.files import LandedFile, StagedFile
from linernotes.core.values import Run, WorkItem
from linernotes.landing.validate import Job, stage
from tests.clocks import START

NOWHERE = Path("nowhere").absolute()  # for settings of which nothing is written
RUN = Run("0123456789ab", START)
ID = "0TnOYISbd1XYRBk9myaseg"
LONG_AGO = "2026-11-01T07:00:00Z"


def settings(home: Path = NOWHERE, /, **environ: str) -> Settings:
    """The settings of somebody whose environment is this."""
    return read_settings(environ={"LINERNOTES_HOME": str(home), **environ})


def configs(**environ: str) -> Configs:
    """The shipped configs."""
    return settings(**environ).configs


def dataset(name: str) -> Dataset:
    """A shipped contract."""
    return configs().dataset(name)


def spotify(**environ: str) -> ProviderSettings:
    """Spotify's settings; keys are those of the YAML, ``breaker__failures`` is one of a nested one."""
    return configs(**{f"LINERNOTES_SPOTIFY__{key.upper()}": value for key, value in environ.items()}).provider(
        "spotify"
    )


def columns_of(*columns: dict[str, Any]) -> Dataset:
    """A made-up contract with these columns beside its key."""
    key = Column(name="id", type="INT64", mode="REQUIRED", description="The key.")
    made = [Column(description="A column.", **column) for column in columns]
    return Dataset(  # type: ignore[call-arg]  # mypy knows the field by its Python name only
        schema=(key, *made),
        dataset="things",
        provider="made_up",
        version=1,
        description="Things.",
        table="lake_made_up__normalized_things",
        key=("id",),
        pattern="*_things.jsonl",
    )


def artist(key: str = ID, **columns: Any) -> dict[str, Any]:
    """A landed artist that the contract takes."""
    return {"artistId": key, "artistName": "ABBA", "enrichedAt": LONG_AGO, **columns}


def tombstone(key: str = ID, status: str = "not_found", **mark: Any) -> dict[str, Any]:
    """A landed line of an artist that was not found."""
    return {"_outcome": {"key": key, "status": status, "attemptedAt": LONG_AGO, "runId": RUN.id, **mark}}


def lines(*values: Any) -> bytes:
    """A file of these values, one per line."""
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def staged(
    content: bytes, folder: Path, name: str = "mine_artist_enrichment.jsonl", of: Dataset | None = None
) -> StagedFile:
    """The file of this content and name after validation; whose parts lie in ``folder``."""
    found = of or dataset("spotify/artist_enrichment")
    path, scratch = folder / name, Path(mkdtemp(dir=folder))
    path.write_bytes(content)
    return stage(path, Job(LandedFile(found.provider, name), found, RUN, datetime.now(UTC), scratch))


def keys(number: int) -> list[str]:
    """So many well-formed ids."""
    return [f"{index:022d}" for index in range(number)]


def items(*ids: str) -> list[WorkItem]:
    """Artists to ask Spotify about."""
    return [WorkItem("spotify", "artist", key) for key in ids]
