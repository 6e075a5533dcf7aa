"""The flows of linernotes as DAGs of Airflow 3: an example to copy into its folder of DAGs.

It needs the provider ``standard``, and linernotes on the PATH of the workers; nothing of it is imported here. A DAG is
one command: the steps leave their rows in lake_ops__steps, and the last one tells people, also after one that failed.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

HOME = "/srv/linernotes"  # where its .env, its configs and the folders with exports are
# As in configs/flows: the flow's name, when it runs, and in which time zone.
FLOWS = {
    "daily_ingest": ("0 21 * * *", "UTC"),
    "nightly_top100": ("0 2 * * *", "UTC"),
    "tracks_pending": ("*/15 * * * *", "UTC"),
    "weekly": ("0 7 * * 0", "Europe/Paris"),
}
BUSY = 75  # another run holds the workspace: nothing to repeat

for name, (schedule, zone) in FLOWS.items():
    with DAG(
        dag_id=f"linernotes_{name}",
        schedule=schedule,
        start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)),
        catchup=False,
        max_active_runs=1,
        tags=["linernotes"],
    ) as dag:
        BashOperator(
            task_id="flow",
            bash_command=f"linernotes flow {name}",
            cwd=HOME,
            append_env=True,
            skip_on_exit_code=BUSY,
            retries=0,  # codes 2, 3 and 4 do not get better by repeating, and the next run goes on where this one ended
            execution_timeout=timedelta(hours=6),
        )
    globals()[dag.dag_id] = dag
