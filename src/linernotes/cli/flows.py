"""Commands for schedulers: flows, and the alerts at their end. Heavy modules are imported inside them."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from linernotes.cli.options import command_workspace, environment_options, finish, format_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linernotes.config.flows import Flow
    from linernotes.reports.rows import Record
    from linernotes.runs.alerts import Alert


@click.command()
@click.argument("name", required=False)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day to run for.  [default: today]")
@click.option("--from", "first", metavar="STEP", help="Begin with this step, e.g. after one that failed.")
@format_option
@environment_options
def flow(name: str | None, day: datetime | None, first: str | None, form: str) -> None:
    """Run the commands of a flow one after the other; without a name, list the flows.

    Flows are the files of configs/flows. Every step leaves a row in lake_ops__steps. After a step that failed, only
    those that always run are run, and the flow ends with its exit code.
    """
    from linernotes.cli.console import show
    from linernotes.runs.flows import flow_named, run_flow

    with command_workspace(stoppable=name is not None) as workspace:
        if name is None:
            show(_flows(workspace.settings.configs.flows.values()), form, "flows")
            return
        run = run_flow(workspace, flow_named(workspace, name), _day(day), first)
        rows = [
            {
                "step": each.step,
                "status": each.status,
                "seconds": each.seconds,
                "records": each.records,
                "errors": each.errors,
                "reason": each.reason,
            }
            for each in run.steps
        ]
        show(rows, form, f"flow {name} for {run.day}")
        finish(workspace, run.error)


@click.command()
@click.option("--test", is_flag=True, help="Send a mail that says it is a test; look for nothing.")
@format_option
@environment_options
def alert(test: bool, form: str) -> None:
    """Find what needs attention and send it by mail: once, again while it lasts, and when it is over.

    It finds failed runs and flows, runs most of whose items failed, files with many bad lines, runs that no longer
    happen, and fields that a service no longer fills. ALERTS_SMTP_SERVER, ALERTS_FROM and ALERTS_TO say who is told.
    """
    from linernotes.cli.console import show
    from linernotes.core.text import many
    from linernotes.runs.alerts import alert, send_test

    with command_workspace(stoppable=not test) as workspace:
        recipients = ", ".join(workspace.settings.configs.alerts.mail.to)
        if test:
            send_test(workspace)
            workspace.progress.say(f"sent a test to {recipients}")
            return
        result = alert(workspace)
        show([_row(each) for each in result.alerts], form, "alerts")
        told = [f"told {recipients} of {many(result.told, 'alert')}"] if result.told else []
        finish(workspace, result.error, *told, *result.notes)


def _row(alert: "Alert") -> "Record":
    return {
        "severity": alert.severity,
        "finding": alert.finding,
        "openedAt": alert.opened_at,
        "closedAt": alert.closed_at,
        "told": alert.told,
        "look": alert.look,
    }


def _flows(flows: "Iterable[Flow]") -> "list[Record]":
    return [
        {
            "flow": each.name,
            "schedule": f"{each.schedule} {each.time_zone}",
            "steps": ", ".join(step.name for step in each.steps),
            "description": each.description,
        }
        for each in flows
    ]


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


FLOWS = (flow, alert)
