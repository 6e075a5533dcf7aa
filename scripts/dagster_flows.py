"""The flows of linernotes as jobs of Dagster: an example, started by ``dagster dev -f scripts/dagster_flows.py``.

It needs linernotes on the PATH; nothing of it is imported here. A job is one command: the steps leave their rows in
lake_ops__steps, and the last one tells people, also after a step that failed.
"""

import subprocess

import dagster

HOME = "/srv/linernotes"  # where its .env, its configs and the folders with exports are
# As in configs/flows: the flow's name, when it runs, and in which time zone.
FLOWS = {
    "daily_ingest": ("0 21 * * *", "UTC"),
    "nightly_top100": ("0 2 * * *", "UTC"),
    "tracks_pending": ("*/15 * * * *", "UTC"),
    "weekly": ("0 7 * * 0", "Europe/Paris"),
}
BUSY = 75  # another run holds the workspace: nothing to repeat


def job_of(flow: str) -> dagster.JobDefinition:
    """A job that runs one flow."""

    @dagster.op(name=f"run_{flow}")  # type: ignore[untyped-decorator]  # dagster is not installed where this is checked
    def run(context: dagster.OpExecutionContext) -> None:
        words = ["linernotes", "flow", flow]
        code = subprocess.run(words, cwd=HOME, check=False).returncode  # noqa: S603 - the words are ours
        if code == BUSY:
            context.log.info("another run is active")
        elif code:
            raise dagster.Failure(f"linernotes flow {flow} ended with {code}", allow_retries=False)

    @dagster.job(name=f"linernotes_{flow}")  # type: ignore[untyped-decorator]  # as above
    def job() -> None:
        run()

    return job


JOBS = {flow: job_of(flow) for flow in FLOWS}
defs = dagster.Definitions(
    jobs=list(JOBS.values()),
    schedules=[
        dagster.ScheduleDefinition(job=JOBS[flow], cron_schedule=schedule, execution_timezone=zone)
        for flow, (schedule, zone) in FLOWS.items()
    ],
)
