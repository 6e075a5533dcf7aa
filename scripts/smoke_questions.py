"""What only a real Google Cloud project can answer, asked in one sitting after scripts/smoke_cloud.sh has walked.

Prints a table of question, answer and verdict. Each query fails before it is billed for more than 2 GB (10 MB at least
for each table, and a model may read a hundred), so the whole costs some cents where the free TiB of the month is used
up. What needs a deployed job is listed with the command that answers it.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import google.auth
from google.api_core.exceptions import Forbidden
from google.auth import impersonated_credentials
from google.cloud import bigquery, storage

MOST_BYTES = 2_000_000_000
MODELS = Path(__file__).parents[1] / "dbt_dataplatform/models/hub/service/music"
FILES, AT_ONCE, TOGETHER = 3500, 16, 64  # of a large rebuild; storage/warehouses/bigquery_loads.py
JOBS = (
    "select job_type, count(*) as jobs, avg(timestamp_diff(end_time, start_time, millisecond)) / 1000 as seconds, "
    "sum(total_bytes_billed) as billed from `region-{region}`.INFORMATION_SCHEMA.JOBS_BY_USER "
    "where creation_time > timestamp_sub(current_timestamp(), interval 2 hour) {only} group by job_type"
)
ONE_ROW = "select * from {place} limit 1"
LOADED = "select count(*) as files, count(distinct fileHash) as hashes from {lake}.lake_ops__loaded_files"
BY_DAY = (
    "select max(files) as files from (select count(*) as files from {lake}.lake_ops__loaded_files "
    "group by dataset, date(loadedAt))"
)
RUNS = "select * from {lake}.lake_ops__runs where {which}"
BY_HAND = (
    ("May the builder deploy with roles on the jobs alone?", "the build of docs/deployment.md, step 3"),
    (
        "Does the job hear SIGTERM?",
        "gcloud run jobs executions cancel, in a backfill: it says what it landed",
    ),
    ("Is the memory enough?", "the job's metric container/memory/utilizations after a backfill"),
    ("Does Sunday come?", "gcloud scheduler jobs run linernotes-weekly-prd, then the list of executions"),
    ("Do alerts arrive?", "gcloud run jobs execute linernotes-prd --args=run,--env=nowhere: a failed job, and a mail"),
)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    question: str
    answer: str
    verdict: str


@dataclass(frozen=True)
class Asked:
    """Whom to ask, as whom: ``owner`` and ``analyst`` are clients of BigQuery, ``bucket`` is the lake's."""

    owner: Any
    analyst: Any
    bucket: Any
    lake: str
    hub: str
    region: str

    def rows(self, sql: str, who: Any = None) -> list[Any]:
        """The rows of a query that may read only so much."""
        settings = bigquery.QueryJobConfig(maximum_bytes_billed=MOST_BYTES, use_query_cache=False)
        return list((who or self.owner).query_and_wait(sql, job_config=settings))


def models() -> list[str]:
    """The service models of the hub."""
    return sorted(path.stem for path in MODELS.glob("hub_music__svc_*.sql"))


def read_all(asked: Asked, who: Any) -> tuple[str, str]:
    """How many models somebody can read; the first that is refused, with Google's words."""

    def refused(model: str) -> str:
        try:
            asked.rows(ONE_ROW.format(place=f"{asked.hub}.{model}"), who)
        except Exception as error:
            return f"{model}: {short(error)}"
        return ""

    with ThreadPoolExecutor(4) as pool:
        failed = [said for said in pool.map(refused, models()) if said]
    return f"{len(models()) - len(failed)} of {len(models())}{'; ' + failed[0] if failed else ''}", verdict(
        good=not failed
    )


def can_be_planned(asked: Asked) -> tuple[str, str]:
    """Whether BigQuery can plan every model, views over views among them."""
    return read_all(asked, asked.owner)


def analyst_reads(asked: Asked) -> tuple[str, str]:
    """Whether an analyst with the hub alone reads every model of it."""
    return read_all(asked, asked.analyst)


def analyst_reads_the_lake(asked: Asked) -> tuple[str, str]:
    """Whether the lake stays closed to an analyst."""
    try:
        asked.rows(ONE_ROW.format(place=f"{asked.lake}.lake_ops__attempts"), asked.analyst)
    except Forbidden as error:
        return f"refused: {short(error)}", verdict(good=True)
    return "the analyst can read it", verdict(good=False)


def another_account_looks_at_a_job(asked: Asked) -> tuple[str, str]:
    """Whether a job can be looked at by another account, which has no bigquery.jobs.get."""
    job = asked.owner.query("select 1 as one")
    job.result()
    try:
        asked.analyst.get_job(job.job_id, location=job.location)
    except Forbidden:
        return "refused, as documented: so the role linernotesJobs is needed", verdict(good=True)
    return "allowed: the role linernotesJobs is not needed", verdict(good=True)


def loaded_twice(asked: Asked) -> tuple[str, str]:
    """Whether a file is loaded twice; the walk has imported its roster twice."""
    (row,) = asked.rows(LOADED.format(lake=asked.lake))
    return f"{row['files']} rows of {row['hashes']} files", verdict(good=row["files"] == row["hashes"] > 0)


def rebuild_takes(asked: Asked) -> tuple[str, str]:
    """How long jobs take here, and what follows for a rebuild."""
    only = "and starts_with(job_id, 'linernotes_')"
    took = {row["job_type"]: row["seconds"] for row in asked.rows(JOBS.format(region=asked.region, only=only))}
    load, query = took.get("LOAD", 0.0), took.get("QUERY", 0.0)
    minutes = (FILES / AT_ONCE * (load + query) + FILES / TOGETHER * query) / 60
    answer = f"a load job {load:.1f} s, an insert {query:.1f} s; {FILES:,} files: about {minutes:.0f} minutes"
    return answer, verdict(good=bool(load) and minutes < 6 * 60)


def billed(asked: Asked) -> tuple[str, str]:
    """What the last two hours were billed for."""
    rows = asked.rows(JOBS.format(region=asked.region, only=""))
    number = sum(row["billed"] or 0 for row in rows)
    jobs = ", ".join(f"{row['jobs']} {row['job_type'].lower()}" for row in rows)
    return f"{number / 2**30:.2f} GiB for {jobs} jobs; 1 TiB a month is free", verdict(good=number < 50 * 2**30)


def partitions(asked: Asked) -> tuple[str, str]:
    """Whether a query that names a day reads less than one that does not, in a table with more than a day in it."""

    def bytes_of(where: str) -> int:
        settings = bigquery.QueryJobConfig(dry_run=True, use_query_cache=False)
        sql = RUNS.format(lake=asked.lake, which=where)
        return int(asked.owner.query(sql, job_config=settings).total_bytes_processed)

    every, none = bytes_of("true"), bytes_of("startedAt < timestamp '2000-01-02'")
    return f"{every:,} bytes without a day, {none:,} with one from before", verdict(good=none < every)


def described(asked: Asked) -> tuple[str, str]:
    """Whether descriptions reach BigQuery."""
    table = asked.owner.get_table(f"{asked.hub}.hub_music__svc_dim_artists")
    columns = sum(1 for field in table.schema if field.description)
    answer = f"the table {'is' if table.description else 'is not'}, {columns} of {len(table.schema)} columns are"
    return answer, verdict(good=bool(table.description) and columns == len(table.schema))


def soft_delete(asked: Asked) -> tuple[str, str]:
    """How long the bucket keeps what was deleted."""
    asked.bucket.reload()
    seconds = asked.bucket.soft_delete_policy.retention_duration_seconds or 0
    return f"{seconds / 86400:.0f} days", verdict(good=not seconds)


def load_jobs(asked: Asked) -> tuple[str, str]:
    """How near the busiest table is to the load jobs of a day."""
    (row,) = asked.rows(BY_DAY.format(lake=asked.lake))
    files = row["files"] or 0
    return f"at most {files:,} files a day and dataset, of 1,500 load jobs", verdict(good=files < 1200)


QUESTIONS: tuple[tuple[str, Callable[[Asked], tuple[str, str]]], ...] = (
    ("Can every model be planned and read?", can_be_planned),
    ("Does an analyst with the hub alone read every model?", analyst_reads),
    ("Is the lake closed to an analyst?", analyst_reads_the_lake),
    ("May another account look at a job?", another_account_looks_at_a_job),
    ("Is a file that comes twice loaded once?", loaded_twice),
    ("How long does a rebuild take?", rebuild_takes),
    ("How near are the load jobs of a day?", load_jobs),
    ("Are partitions pruned?", partitions),
    ("Are tables and columns described?", described),
    ("How long are deleted files kept?", soft_delete),
    ("What was billed?", billed),  # last, so that it has the others in it
)


def answers(asked: Asked) -> Iterator[Row]:
    """Every question with its answer; one that cannot be asked does not stop the others."""
    for question, ask in QUESTIONS:
        try:
            yield Row(question, *ask(asked))
        except Exception as error:
            yield Row(question, short(error), "unknown")
    yield from (Row(question, command, "by hand") for question, command in BY_HAND)


def verdict(*, good: bool) -> str:
    """The word for an answer."""
    return "good" if good else "BAD"


def short(error: Exception) -> str:
    """The first line of what Google said."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"


def table(rows: list[Row]) -> str:
    """The answers, one per line."""
    width = max(len(row.question) for row in rows)
    return "\n".join(f"{row.verdict:8} {row.question:{width}}  {row.answer}" for row in rows)


def authorize(client: Any, hub: str, lake: str) -> None:
    """Let the views of the hub read the lake, as scripts/bootstrap does for the environments."""
    dataset, views = client.get_dataset(lake), client.get_dataset(hub).reference.to_api_repr()
    entry = bigquery.AccessEntry(None, "dataset", {"dataset": views, "targetTypes": ["VIEWS"]})
    if entry not in dataset.access_entries:
        dataset.access_entries = [*dataset.access_entries, entry]
        client.update_dataset(dataset, ["access_entries"])


def connect(given: argparse.Namespace) -> Asked:
    """Clients for this account and for the analyst, whom it impersonates."""
    scopes = ["https://www.googleapis.com/auth/cloud-platform"]
    own, _ = google.auth.default(scopes=scopes)
    theirs = impersonated_credentials.Credentials(own, given.analyst, scopes)
    owner = bigquery.Client(given.project, own, location=given.location)
    analyst = bigquery.Client(given.project, theirs, location=given.location)
    bucket = storage.Client(given.project, own).bucket(given.bucket)
    return Asked(owner, analyst, bucket, given.lake, given.hub, given.location.lower())


def main() -> int:
    """Ask everything, and end with 1 if an answer is bad."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("project", "location", "bucket", "lake", "hub", "analyst"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    asked = connect(given)
    authorize(asked.owner, given.hub, given.lake)
    rows = list(answers(asked))
    print(table(rows))
    return int(any(row.verdict == "BAD" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
