"""BigQuery jobs that happen once, whoever starts them and however often.

A write is a job whose id is made from its content. BigQuery accepts an id once per project, so a second caller, a
request repeated after a lost response and a run that continues after a crash all get 409 and attach to the existing
job. Only a job that has failed for good is followed by another, under the next attempt's id.

Only the account that started a job may look at it, and whoever has bigquery.jobs.get. Others look at what it left.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from google.api_core import exceptions as api
from google.api_core.retry import Retry, if_exception_type
from google.cloud import bigquery

from linernotes.core.clock import Clock
from linernotes.core.errors import AccessRefused, LinernotesError, UnreadableFile
from linernotes.storage import google

WriteJob: TypeAlias = bigquery.LoadJob | bigquery.QueryJob
NEW_JOBS_PER_RUN = 3  # counted per run: a limit on all attempts would block for ever once reached
LONGEST_JOB_SECONDS = 1800.0
LONGEST_OF_ANOTHER_SECONDS = 120.0  # until what a job of another account writes can be seen
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 15.0
OF_THE_DATA = {"invalid"}  # the same bytes would fail again
PASSING = {"backendError", "internalError", "jobBackendError", "jobInternalError", "jobRateLimitExceeded"}
PASSING |= {"rateLimitExceeded", "tableUnavailable", "stopped", "timeout"}


def patience() -> Retry:
    """The retry policy of calls that fail in transit."""
    return bigquery.DEFAULT_RETRY.with_timeout(google.PATIENCE_SECONDS)


@dataclass(slots=True)
class Once:
    """One write: ``name`` says what is written where, ``submit`` starts it under the id it is given.

    ``left`` counts the rows that it has left in the table. ``ours`` is true if a job of this object did it; false also
    after a lost response to our own request. ``hidden`` is true if another account's job has the id.
    """

    client: bigquery.Client
    location: str
    what: str
    name: str
    submit: Callable[[str], WriteJob]
    left: Callable[[], int]
    clock: Clock
    attempt: int = 0
    submitted: int = 0
    ours: bool = False
    hidden: bool = False
    job: WriteJob | None = None

    @property
    def id(self) -> str:
        """The id of this attempt's job."""
        return f"{self.name}_a{self.attempt}"

    def begin(self) -> "Once":
        """Start the job, or attach to the existing one."""
        with google.translate_errors(self.what):
            # Earlier runs may have used up more ids: after the first it is cheaper to look than to upload again.
            self.job = self._there() if self.attempt else None
            self.ours = False
            if self.job is None and not self.hidden:
                self.job = self._start()
        return self

    def again(self) -> "Once":
        """Start the write again under the next id: the rows of the last job are gone."""
        self.attempt += 1
        self.hidden = False
        return self.begin()

    def finish(self) -> int | None:
        """The rows that the finished job wrote.

        A failed one is followed by the next attempt; errors in transit are for the next run.
        """
        while True:
            if self.hidden:
                return self._wait_for_rows()
            job = self._wait()
            if not job.error_result:
                return _written_by(job)
            self._raise_if_hopeless(job.error_result)
            self.again()

    def _start(self) -> WriteJob | None:
        try:
            job = self.submit(self.id)
        except api.Conflict:
            return self._attach()
        self.submitted += 1
        self.ours = True
        return job

    def _attach(self) -> WriteJob | None:
        """The job that has the id; for some seconds BigQuery may report the conflict and not find the job."""
        return self._look(Retry(if_exception_type(api.NotFound, api.ServerError), timeout=google.PATIENCE_SECONDS / 3))

    def _there(self) -> WriteJob | None:
        try:
            return self._look(patience())
        except api.NotFound:
            return None

    def _look(self, retry: Retry) -> WriteJob | None:
        """The job that has the id; None, and ``hidden``, if it is another account's."""
        try:
            return self.client.get_job(self.id, location=self.location, retry=retry)
        except api.Forbidden:
            self.hidden = True
            return None

    def _wait_for_rows(self) -> int:
        """The rows that another account's job has left: it writes all of them at once, or none.

        Without any it may still be running, have failed, or have been purged. Only the job itself tells which, and
        starting another could load the rows twice.
        """
        pause, end = FIRST_PAUSE_SECONDS, self.clock.monotonic() + LONGEST_OF_ANOTHER_SECONDS
        while not (rows := self.left()):
            if self.clock.monotonic() > end:
                raise AccessRefused(
                    f"{self.what}: a job of another account was to load this, and only bigquery.jobs.get shows its end",
                    "let the account that runs every week load it, or run scripts/bootstrap --importers for yours",
                )
            self.clock.pause(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        return rows

    def _wait(self) -> WriteJob:
        job = self.job or self.begin().job
        if job is None:
            raise LinernotesError(f"{self.what}: no job was started", "repeat the command")
        pause, end = FIRST_PAUSE_SECONDS, self.clock.monotonic() + LONGEST_JOB_SECONDS
        with google.translate_errors(self.what):
            while job.state != "DONE":
                if self.clock.monotonic() > end:
                    raise TimeoutError
                self.clock.pause(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                job.reload(retry=patience())
        return job

    def _raise_if_hopeless(self, result: Mapping[str, Any]) -> None:
        """Raise unless the next attempt may succeed: after a failure of BigQuery's own, or of an earlier run."""
        reason, said = str(result.get("reason", "")), str(result.get("message", ""))
        if not self.ours or (reason in PASSING and self.submitted < NEW_JOBS_PER_RUN):
            return
        kind = api.Forbidden if reason == "accessDenied" else api.BadRequest
        error = google.translated_error(self.what, kind(said, errors=[result]))
        if reason in OF_THE_DATA and not error.remedy.startswith("the tables"):
            # A file that the validator accepts and the engine does not must not block the files after it.
            raise UnreadableFile(f"the warehouse rejects it: {error.message}")
        raise error


def _written_by(job: WriteJob) -> int | None:
    rows: int | None = job.output_rows if isinstance(job, bigquery.LoadJob) else job.num_dml_affected_rows
    return rows
