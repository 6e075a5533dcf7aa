"""Validated files become rows in BigQuery: several at a time, each once, and visible by one step for all of them.

Everything before that step is a job of one file, with an id made from its content, so files can be loaded side by side
and in any order. The step itself is a job whose id is the next load number: it gives every file of the batch a number
of its own, and no number becomes visible after a higher one.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from linernotes.config.catalogue import Configs
from linernotes.config.datasets import Dataset
from linernotes.core import sql
from linernotes.core.clock import Clock
from linernotes.core.errors import UnreadableFile
from linernotes.core.files import LoadResult, Part, StagedFile
from linernotes.core.side_by_side import side_by_side
from linernotes.storage.ports import Loaded
from linernotes.storage.warehouses import schema
from linernotes.storage.warehouses.bigquery_connection import Connection
from linernotes.storage.warehouses.bigquery_jobs import Once, WriteJob, patience
from linernotes.storage.warehouses.bigquery_tables import CALL_SECONDS
from linernotes.storage.warehouses.bigquery_values import (
    Parameter,
    can_be_parameters,
    lines_with_hash,
    parameter_of,
    rows_parameter,
    strict_load,
)
from linernotes.storage.warehouses.schema import statement

FILES_AT_ONCE = 64  # share one manifest job, and their downloads lie on the disk together
UPLOAD_SECONDS = 300.0
UPLOAD_RETRIES = 5  # with growing pauses: half a minute
# BigQuery takes 1,500 load jobs a day into one table, while inserts are not limited. So what is small is inserted when
# a rebuild has come near that number; until then it is loaded, which costs nothing.
LOADS_PER_TABLE = 1200
MOST_INSERTED_BYTES = 1_000_000  # of a part: as parameters of a query it takes several times that
ALREADY = LoadResult(known=True, sequence=0)


@dataclass(frozen=True, slots=True)
class Standing:
    """The highest load number, and the number and run of each file that is loaded, by hash."""

    highest: int
    known: dict[str, tuple[int, str]]


class BigQueryLoads:
    """Loads files into the lake of one project."""

    def __init__(self, project: Connection, configs: Configs, scratch: Path, clock: Clock) -> None:
        self._project, self._configs, self._clock = project, configs, clock
        self._scratch = scratch
        self._started: Counter[str] = Counter()
        self._making = Lock()

    def load(self, files: Sequence[StagedFile]) -> list[Loaded]:
        """Load files side by side; a file that BigQuery rejects is told of in its place, and the others are loaded."""
        standing = self.standing(files)
        new: dict[str, StagedFile] = {}
        for file in files:
            if file.sha256 not in standing.known:
                new.setdefault(file.sha256, file)
        said = dict(zip(new, side_by_side(self._load_rows, list(new.values())), strict=True))
        ready = [file for hash_, file in new.items() if said[hash_] is None]
        written = self.write_manifest(ready, standing.highest + 1)
        return [
            said.get(file.sha256) or (written[file.sha256] if new.get(file.sha256) is file else ALREADY)
            for file in files
        ]

    def standing(self, files: Sequence[StagedFile]) -> Standing:
        """What the manifest says of these files."""
        rows = list(self._project.rows(sql.read("storage/load_state"), hashes=[file.sha256 for file in files]))
        known = {row["fileHash"]: (row["sequence"], row["run"]) for row in rows if row["fileHash"]}
        return Standing(next(row["sequence"] or 0 for row in rows if not row["fileHash"]), known)

    def write_manifest(self, files: Sequence[StagedFile], sequence: int) -> dict[str, LoadResult]:
        """Write the manifest rows under the next numbers, which makes the files visible.

        dbt reads the numbers from the highest it has seen on, so no number may become visible after a higher one. DML
        does not guarantee that: two statements that only insert, a MERGE among them, do not conflict in
        BigQuery and would read the same highest number. So the job's id is made from the first number, not from the
        files: one caller wins it, and another is tried only when that job is done and its numbers can be read.
        """
        waiting, results = list(files), dict[str, LoadResult]()
        while waiting:
            job, written = self._number(waiting, sequence)
            if job.ours:
                schema.expect_rows(len(waiting), written, job.what)
                return results | {
                    f.sha256: LoadResult(known=False, sequence=n) for n, f in enumerate(waiting, sequence)
                }
            standing = self.standing(waiting)  # another run took the number, or we did and the response was lost
            for file in waiting:
                if known := standing.known.get(file.sha256):
                    results[file.sha256] = LoadResult(known=known[1] != file.run.id, sequence=known[0])
            waiting = [file for file in waiting if file.sha256 not in standing.known]
            sequence = max(standing.highest, sequence) + 1
        return results

    def _number(self, files: Sequence[StagedFile], sequence: int) -> tuple[Once, int | None]:
        manifest, now = self._configs.dataset("ops/loaded_files"), self._clock.now()
        rows = [
            schema.manifest_row(file, self._configs.dataset(file.dataset).version, number, now)
            for number, file in enumerate(files, sequence)
        ]
        given = [rows_parameter("given", manifest.columns, rows)]
        insert = schema.insert_rows(self._table(manifest), rows[0])
        left = self._count(manifest, schema.NUMBERED, sequence=sequence)
        job = self._once(manifest, f"{sequence}", lambda job_id: self._start_query(job_id, insert, given), left).begin()
        return job, job.finish()

    def _load_rows(self, staged: StagedFile) -> UnreadableFile | None:
        """Load one file into every table that it has rows for."""
        try:
            begun = [(part, self._part_job(part, staged.sha256).begin()) for part in staged.parts]
            for part, job in begun:
                schema.expect_rows(part.rows, self._finish(job), job.what)
            self._insert_found_attempts(staged)
        except UnreadableFile as error:
            return error
        return None

    def _insert_found_attempts(self, staged: StagedFile) -> None:
        dataset, attempts = self._configs.dataset(staged.dataset), self._configs.dataset("ops/attempts")
        if not (dataset.entity and dataset.instant and staged.found):
            return
        insert = schema.found_attempts(dataset, self._table(dataset), self._table(attempts))
        values = {
            "provider": dataset.provider,
            "entity": dataset.entity,
            "run": staged.written_by,
            "sha256": staged.sha256,
        }
        given = [parameter_of(name, value) for name, value in values.items()]
        left = self._count(attempts, schema.BROUGHT_FOUND, sha256=staged.sha256)
        content = f"{staged.sha256}_found"
        job = self._once(attempts, content, lambda job_id: self._start_query(job_id, insert, given), left).begin()
        schema.expect_rows(staged.found, self._finish(job), job.what)

    def _finish(self, job: Once) -> int | None:
        """The rows that a finished job wrote; those of an earlier one may have been purged since, and come again."""
        written = job.finish()
        while not job.ours and not job.left():
            written = job.again().finish()
        return written

    def _part_job(self, part: Part, sha256: str) -> Once:
        dataset = self._configs.dataset(part.dataset)
        brought = schema.BROUGHT_UNFOUND if part.dataset == "ops/attempts" else schema.BROUGHT  # found ones come later
        left = self._count(dataset, brought, sha256=sha256)
        return self._once(dataset, sha256, lambda job_id: self._start_part(job_id, part, sha256), left)

    def _start_part(self, job_id: str, part: Part, sha256: str) -> WriteJob:
        dataset = self._configs.dataset(part.dataset)
        with lines_with_hash(part, sha256, self._scratch) as (file, size):
            if self._started[dataset.table] >= LOADS_PER_TABLE and size <= MOST_INSERTED_BYTES:
                rows = [json.loads(line) for line in file]
                if can_be_parameters(dataset.all_columns, rows):
                    insert = schema.insert_rows(self._table(dataset), [column.name for column in dataset.all_columns])
                    return self._start_query(job_id, insert, [rows_parameter("given", dataset.all_columns, rows)])
                file.seek(0)
            self._started[dataset.table] += 1
            return self._project.client.load_table_from_file(
                file,
                f"{self._project.client.project}.{self._table(dataset)}",
                size=size,
                rewind=True,
                num_retries=UPLOAD_RETRIES,
                timeout=UPLOAD_SECONDS,
                job_id=job_id,
                location=self._project.store.location,
                job_config=strict_load(dataset.all_columns),
            )

    def _start_query(self, job_id: str, insert: str, given: Sequence[Parameter]) -> WriteJob:
        return self._project.client.query(
            schema.for_google(insert),
            self._project.settings(given),
            job_id=job_id,
            location=self._project.store.location,
            retry=patience(),
            job_retry=None,
            timeout=CALL_SECONDS,
        )

    def _once(self, dataset: Dataset, content: str, submit: Callable[[str], WriteJob], left: Callable[[], int]) -> Once:
        """A write into a table; one that was recreated since accepts the same content again."""
        lake, location = self._project.schemas["lake"], self._project.store.location
        with self._making:
            there = self._project.tables.ensure(lake, dataset)
        name = f"linernotes_{lake}_{dataset.table}_{there.created:%Y%m%dT%H%M%S%f}_{content}"
        return Once(self._project.client, location, f"load {dataset.table}", name, submit, left, self._clock)

    def _count(self, dataset: Dataset, query: str, **given: str | int) -> Callable[[], int]:
        counting = statement(query, table=self._table(dataset))
        return lambda: int(next(self._project.rows(counting, **given))["number"])

    def _table(self, dataset: Dataset) -> str:
        return f"{self._project.schemas['lake']}.{dataset.table}"
