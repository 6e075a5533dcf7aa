"""Alerts: what is found is kept in lake_ops__alerts first, then told by mail, once, until it is over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta

from linernotes.core import sql
from linernotes.core.errors import ConfigurationError, LinernotesError
from linernotes.reports.finding import Finding
from linernotes.reports.findings import judge
from linernotes.reports.rows import column_name, published_columns
from linernotes.runs.exclusive import exclusive_session, record_end, record_error
from linernotes.runs.mail import Entry, Letter, compose, send, summary_of
from linernotes.runs.reading import hub_exists
from linernotes.runs.session import RunSession
from linernotes.storage.workspace import Workspace

NOBODY = "no mail is sent: set ALERTS_SMTP_SERVER, ALERTS_FROM and ALERTS_TO"
TEST = Letter("test: this mail was asked for", [("Nothing has happened.", [])], ["Sent by linernotes alert --test."])


@dataclass(frozen=True, slots=True)
class Alert:
    """A row of lake_ops__alerts; its fields are those columns."""

    alert_id: str
    rule: str
    series: str
    day: date | None
    severity: str
    finding: str
    look: str
    opened_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None = None
    told: str | None = None
    sent_at: datetime | None = None
    reminders: int = 0
    attempts: int = 0
    error: str | None = None

    @property
    def entry(self) -> Entry:
        """The alert as mail shows it."""
        return Entry(self.severity, self.finding, self.look)


@dataclass(frozen=True, slots=True)
class Due:
    """What a mail has to tell: alerts that are new, those that are over, and open ones that are told again."""

    new: list[Alert] = field(default_factory=list)
    over: list[Alert] = field(default_factory=list)
    again: list[Alert] = field(default_factory=list)

    @property
    def all(self) -> list[Alert]:
        """All of them."""
        return [*self.new, *self.over, *self.again]


@dataclass(slots=True)
class AlertResult:
    """The alerts that are open or have just ended, how many were told to whom, and what was not judged.

    ``anomalies_pct`` is None where no series of figures was judged, ``delay_seconds`` where nothing was told.
    """

    alerts: list[Alert] = field(default_factory=list)
    told: int = 0
    notes: list[str] = field(default_factory=list)
    error: LinernotesError | None = None
    anomalies_pct: float | None = None
    delay_seconds: float | None = None


def alert(workspace: Workspace) -> AlertResult:
    """Look for what needs a person, keep it, and tell it to whom configs/alerts.yaml names.

    A mail that could not be sent is the result's ``error``; it is tried again the next time. Nothing is built for it: a
    hub that cannot be built is among the things to tell.
    """
    with exclusive_session(workspace, "alert") as session:
        workspace.warehouse.ensure(workspace.datasets)
        result = _alert(workspace, session.run.id)
        session.anomalies_pct, session.alert_delay_seconds = result.anomalies_pct, result.delay_seconds
        _record(session, result)
    return result


def _record(session: RunSession, result: AlertResult) -> None:
    """Keep the run in the ledger, where the delay of its mail and the share of odd series stand."""
    if result.error:
        record_error(session, result.error)
    else:
        record_end(session, "ok", "")


def _alert(workspace: Workspace, run_id: str) -> AlertResult:
    result, now = AlertResult(), workspace.clock.now()
    settings = workspace.settings.configs.alerts
    expected = workspace.settings.configs.slo.runs
    judged = judge(workspace.warehouse, settings, expected, now, has_hub=hub_exists(workspace))
    result.anomalies_pct = 100 * judged.anomalies / judged.series if judged.series else None
    held = _read(workspace, now - timedelta(days=settings.rules.days))
    result.alerts = brought_up_to_date(held, judged.findings, now)
    result.notes = [f"not judged: {each}" for each in judged.not_judged]
    _write(workspace, result.alerts)
    due = due_now(result.alerts, now, settings.rules.reminder_days)
    if not settings.mail.smtp_server:
        result.notes += [NOBODY] if due.all else []
    elif due.all:
        try:
            _tell(workspace, due, run_id, result)
        except LinernotesError as error:
            result.error = error
            _write(workspace, [replace(each, attempts=each.attempts + 1, error=error.message) for each in due.all])
    return result


def _tell(workspace: Workspace, due: Due, run_id: str, result: AlertResult) -> None:
    refused = _send(workspace, _letter(due, result, run_id))
    sent = workspace.clock.now()
    result.delay_seconds = (sent - min(_since(each) for each in due.all)).total_seconds()
    told = {each.alert_id: _as_told(each, sent, reminders=each.reminders + (each in due.again)) for each in due.all}
    _write(workspace, told.values())
    result.alerts = [told.get(each.alert_id, each) for each in result.alerts]
    result.told = len(told)
    result.notes += [f"the mail server refused {who}; the others were told" for who in refused]


def send_test(workspace: Workspace) -> None:
    """Send a mail that says it is a test.

    Raises:
        ConfigurationError: no server is set.
        LinernotesError: it could not be sent.
    """
    if not workspace.settings.configs.alerts.mail.smtp_server:
        raise ConfigurationError(f"alert: {NOBODY}", "they are explained in docs/flows.md")
    _send(workspace, TEST)


def brought_up_to_date(held: Iterable[Alert], findings: Iterable[Finding], now: datetime) -> list[Alert]:
    """The alerts after this look: found ones are open, also again; those that are no longer found are over."""
    alerts = {each.alert_id: each for each in held}
    found = {_id_of(each): each for each in findings}
    for key, finding in found.items():
        before = alerts.get(key)
        if before is None:
            before = Alert(key, finding.rule, finding.series, finding.day, "", "", "", now, now)
        closed = (before.closed_at or now) if finding.over else None
        alerts[key] = replace(
            before,
            severity=finding.severity,
            finding=finding.text,
            look=finding.look,
            last_seen_at=now,
            closed_at=closed,
        )
    return [each if key in found or each.closed_at else replace(each, closed_at=now) for key, each in alerts.items()]


def due_now(alerts: Sequence[Alert], now: datetime, reminder_days: tuple[int, int]) -> Due:
    """What has to be told now: what nobody was told yet, what is over, and open alerts after some days."""
    first, later = (timedelta(days=days) for days in reminder_days)
    due = Due()
    for each in alerts:
        if each.told is None:
            due.new.append(each)
        elif each.told == "open" and each.closed_at:
            due.over.append(each)
        elif each.told == "closed" and not each.closed_at:
            due.new.append(each)  # it has come back
        elif not each.closed_at and each.sent_at and now - each.sent_at >= (later if each.reminders else first):
            due.again.append(each)
    return due


def _since(alert: Alert) -> datetime:
    """Since when a mail about the alert has been due: since it was found, was over, or is told again."""
    return alert.opened_at if alert.told is None else alert.closed_at or alert.last_seen_at


def _as_told(alert: Alert, sent: datetime, *, reminders: int) -> Alert:
    told = "closed" if alert.closed_at else "open"
    return replace(alert, told=told, sent_at=sent, reminders=reminders, attempts=0, error=None)


def _letter(due: Due, result: AlertResult, run_id: str) -> Letter:
    known = {each.alert_id for each in due.all}
    still = [each for each in result.alerts if not each.closed_at and each.alert_id not in known]
    new = [each for each in due.new if not each.closed_at]
    passed = [each for each in due.new if each.closed_at]
    headings = [
        ("New", new),
        ("New, and over by now", passed),
        ("Over", due.over),
        ("Still open, told again", due.again),
        ("Still open", still),
    ]
    parts = [(heading, [each.entry for each in alerts]) for heading, alerts in headings if alerts]
    told = [each.entry for each in new or due.again]
    summary = summary_of(
        sorted(told, key=lambda entry: entry.severity), f"{len(due.over) + len(passed)} over, none new"
    )
    return Letter(summary, parts, [*result.notes, f"Run {run_id}."])


def _send(workspace: Workspace, letter: Letter) -> list[str]:
    settings = workspace.settings
    mail = settings.configs.alerts.mail
    message = compose(letter, mail, settings.env, workspace.clock.now())
    return send(message, mail, settings.secret("ALERTS_SMTP_PASSWORD"))


def _id_of(finding: Finding) -> str:
    return f"{finding.rule}: {finding.series}" + (f" on {finding.day}" if finding.day else "")


def _read(workspace: Workspace, since: datetime) -> list[Alert]:
    names = {column_name(each.name): each.name for each in fields(Alert)}
    rows = workspace.warehouse.rows(sql.read("runs/alerts"), since=since)
    return [Alert(**{names[column]: value for column, value in row.items()}) for row in rows]


def _write(workspace: Workspace, alerts: Iterable[Alert]) -> None:
    if rows := [published_columns(each) for each in alerts]:
        workspace.warehouse.put(workspace.dataset("ops/alerts"), rows)
