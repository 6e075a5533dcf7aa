"""The three doors, and the clock. Behind each stands one adapter; rooms know only the door."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from linernotes.config.datasets import Dataset
from linernotes.core.files import LandedFile, LoadResult, StagedFile
from linernotes.core.values import Run


class Lake(Protocol):
    """A folder or a bucket with ``{provider}/landing/``, ``archive/`` and ``rejected/``."""

    def prepare(self, providers: Iterable[str]) -> None:
        """Make the folders of these providers; repeating it changes nothing."""

    def land(self, source: Path, file: LandedFile) -> None:
        """Move a sealed local file into landing/ so that it is never seen half; landing it twice is landing it once."""

    def waiting(self) -> list[LandedFile]:
        """The files in landing/ that are no longer growing, oldest name first."""

    def archived(self) -> list[LandedFile]:
        """The files in archive/, oldest name first."""

    def open(self, file: LandedFile, scratch: Path) -> Path:
        """A local path to read a landed or archived file from; a bucket downloads it into ``scratch``."""

    def archive(self, file: LandedFile, name: str) -> None:
        """Move a file from landing/ to archive/ under ``name``, which carries its hash: one name, one content."""

    def restore(self, file: LandedFile) -> None:
        """Move a file from archive/ back to landing/."""

    def reject(self, file: LandedFile, reason: str) -> None:
        """Move a file from landing/ to rejected/ with ``<name>.reason.txt`` beside it."""

    def rejected(self) -> list[LandedFile]:
        """The files in rejected/, oldest name first."""

    def replace(self, source: Path, file: LandedFile) -> None:
        """Move a local file over an archived one in one step; the name stays, whose hash is then of the old content."""

    def remove(self, file: LandedFile) -> None:
        """Delete an archived or rejected file, with its reason; it is fine if it is not there."""

    def size(self, provider: str) -> int:
        """Bytes of the answers of a provider, in archive/ and in landing/."""

    def lease(self, run: Run) -> AbstractContextManager[None]:
        """Hold the lake for one writer; raises Busy naming the holder."""


class Warehouse(Protocol):
    """DuckDB or BigQuery. Table names in SQL are written ``{dataset_name}`` and filled from the contracts."""

    def ensure(self, datasets: Iterable[Dataset]) -> None:
        """Make the schemas and every missing table, empty; repeating it changes nothing."""

    def load(self, staged: StagedFile) -> LoadResult:
        """All rows of a validated file and its manifest row, exactly once by content hash."""

    def forget(self, dataset: Dataset, hashes: Sequence[str]) -> None:
        """Delete all that came from files of these hashes, with their manifest rows and in one step.

        The dataset's service table is emptied in the same step: dbt's next build fills it from what is left, where it
        would merge and keep what is gone.
        """

    def discard_previous(self) -> None:
        """Delete what ``set_aside`` has kept."""

    def exists(self, model: str) -> bool:
        """Is there a table or view of that name in the hub?"""

    def knows(self, sha256: str) -> bool:
        """Is a file of this content loaded?"""

    def put(self, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write our own bookkeeping rows (runs, calls, policies), which no landed file carries; the key replaces."""

    def rows(self, sql: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The rows of a query; ``{lake}`` and ``{hub}`` in it become the schemas, values are bound parameters."""

    def select(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of somebody's own query, which can only read; ``{lake}`` and ``{hub}`` in it become the schemas.

        Raises ConfigurationError for a statement that would change anything, or that the engine does not take.
        """

    def read_published(self, busy: Exception) -> bool:
        """Answer from what was published last, if anything was; what is asked beyond it raises ``busy``."""

    def set_aside(self) -> dict[str, list[dict[str, Any]]]:
        """Start over, empty; what was there is kept under another name. Returns the ``carried`` datasets' rows."""

    def publish(self, staging: Collection[str] = ()) -> None:
        """Show readers the hub as it is now, where they must not open what we write to; of its staging only this."""

    def close(self) -> None:
        """Let go of the warehouse, so that another reader or writer can open it; the next call opens it again."""
