"""What needs a person is found, kept, and told by mail: once, again while it lasts, and when it is over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from linernotes.core.errors import LinernotesError
from linernotes.reports.finding import Finding
from linernotes.runs.alerts import Alert, brought_up_to_date, due_now
from linernotes.runs.mail import Entry, Letter, compose
from tests.laptop import Laptop
from tests.mailbox import PASSWORD, REFUSED, Mailbox, mailbox
from tests.samples import settings

NOW = datetime(2026, 11, 29, 21, 5, tzinfo=UTC)
FAILED = Finding("run_failed", "run 1", date(2026, 11, 29), "critical", "run failed: no power", "linernotes doctor")
OPEN = brought_up_to_date([], [FAILED], NOW)[0]
TOLD = replace(OPEN, told="open", sent_at=NOW)


@pytest.mark.parametrize(
    ("held", "findings", "closed"),
    [
        ([], [FAILED], False),
        ([OPEN], [FAILED], False),
        ([OPEN], [], True),
        ([], [replace(FAILED, over=True)], True),
        ([replace(OPEN, closed_at=NOW)], [FAILED], False),
    ],
    ids=["new", "still there", "gone", "over when it is seen", "back again"],
)
def test_an_alert_is_open_while_it_is_found(held: list[Alert], findings: list[Finding], closed: object) -> None:
    (alert,) = brought_up_to_date(held, findings, NOW + timedelta(hours=1))
    assert bool(alert.closed_at) == closed
    assert alert.opened_at in (NOW, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("alert", "days", "due"),
    [
        (OPEN, 0, "new"),
        (replace(OPEN, closed_at=NOW), 0, "new"),
        (TOLD, 1, ""),
        (TOLD, 3, "again"),
        (replace(TOLD, reminders=1), 3, ""),
        (replace(TOLD, reminders=1), 7, "again"),
        (replace(TOLD, closed_at=NOW), 0, "over"),
        (replace(TOLD, told="closed", closed_at=NOW), 9, ""),
        (replace(TOLD, told="closed"), 0, "new"),
    ],
    ids=[
        "nobody was told",
        "over before anybody was told",
        "told yesterday",
        "told three days ago",
        "told again three days ago",
        "told again a week ago",
        "over now",
        "told that it is over",
        "back after it was over",
    ],
)
def test_people_are_told_once_and_again_while_it_lasts(alert: Alert, days: int, due: str) -> None:
    told = due_now([alert], NOW + timedelta(days=days), (3, 7))
    assert [name for name in ("new", "over", "again") if getattr(told, name)] == [due][: bool(due)]


def test_a_name_in_a_mail_is_text_wherever_it_stands() -> None:
    odd = "<script>alert(1)</script>\r\nBcc: everybody@example.org"
    mail = settings(ALERTS_SMTP_SERVER="localhost:25", ALERTS_FROM="a@example.org", ALERTS_TO="b@example.org")
    letter = Letter(f"1 critical - {odd}", [("New", [Entry("critical", odd, "linernotes rejects")])], [])
    message = compose(letter, mail.configs.alerts.mail, "local", NOW)
    plain, page = message.iter_parts()
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    assert "<script>" not in page.get_content()
    assert odd.splitlines()[0] in plain.get_content()


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Mailbox]:
    with mailbox(tmp_path) as box:
        yield box


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which a file was loaded whose lines are all bad."""
    laptop = Laptop(tmp_path_factory.mktemp("alerts") / "home")
    landing = laptop.home / "lake/manual/landing"
    landing.mkdir(parents=True)
    (landing / "my_discards.jsonl").write_text("{}\n" * 30, encoding="utf-8")
    assert laptop("ingest").code == 4
    return laptop.home


@pytest.fixture
def laptop(damaged: Path, tmp_path: Path) -> Laptop:
    """The same home, for one test alone."""
    return Laptop(tmp_path / "home").take_over(damaged)


def test_findings_are_told_once_over_an_encrypted_connection(laptop: Laptop, box: Mailbox) -> None:
    first = laptop("alert", "--format", "json", **box.environ)
    assert first.code == 0, first.err
    assert {row["told"] for row in first.rows} == {"open"}
    again = laptop("alert", **box.environ)
    assert "told" not in again.err
    (message,) = box.messages
    assert message["Auto-Submitted"] == "auto-generated"
    assert "30 of 30 lines of my_discards.jsonl were rejected" in message.as_string().replace("=\n", "")


def test_without_an_address_findings_are_shown_and_told_later(laptop: Laptop, box: Mailbox) -> None:
    alone = laptop("alert", "--format", "json")
    assert alone.code == 0
    assert [row["told"] for row in alone.rows] == [None]
    assert "no mail is sent: set ALERTS_SMTP_SERVER" in alone.err
    assert laptop("alert", **box.environ).code == 0
    assert len(box.messages) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("451 4.3.0 try later", "451 4.3.0 try later"),
        ("554 5.7.1 looks like spam", "554 5.7.1 looks like spam"),
        ("drop", "could not be sent"),
    ],
    ids=["not now", "never", "dropped"],
)
def test_a_mail_that_was_not_taken_fails_the_command_and_is_tried_again(
    laptop: Laptop, tmp_path: Path, answer: str, said: str
) -> None:
    with mailbox(tmp_path, answer=answer) as box:
        failed = laptop("alert", **box.environ)
        assert failed.code == 1
        assert said in failed.complaint
        box.answer = "250 OK"
        again = laptop("alert", "--format", "json", **box.environ)
        assert again.code == 0, again.err
        assert len(box.messages) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ALERTS_SMTP_PASSWORD": "wrong"}, "535"),
        ({"SSL_CERT_FILE": "/dev/null"}, "certificate"),
        ({"ALERTS_TO": REFUSED}, "no such user"),
        ({"ALERTS_SMTP_SERVER": "127.0.0.1:1"}, "refused"),
    ],
    ids=["wrong password", "unknown certificate", "unknown recipient", "no server"],
)
def test_why_a_mail_cannot_be_sent_is_said_in_a_line_without_the_password(
    tmp_path: Path, box: Mailbox, change: dict[str, str], said: str
) -> None:
    failed = Laptop(tmp_path / "home")("alert", "--test", **box.environ | change)
    assert failed.code == 1
    assert said in failed.complaint
    assert PASSWORD not in failed.err
    assert not box.messages


def test_of_several_recipients_the_others_get_it(laptop: Laptop, tmp_path: Path) -> None:
    with mailbox(tmp_path, encrypted=False, to=f"person@example.org, {REFUSED}") as box:
        said = laptop("alert", **box.environ)
    assert said.code == 0, said.err
    assert f"refused {REFUSED}" in said.err
    assert len(box.messages) == 1


def test_half_a_mail_server_is_a_mistake_that_is_named(tmp_path: Path) -> None:
    said = Laptop(tmp_path / "home")("alert", ALERTS_SMTP_SERVER="mail.example.org:587")
    assert said.code == 2
    assert "ALERTS_FROM is missing" in said.complaint


def test_a_server_elsewhere_has_to_encrypt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mailbox(tmp_path, encrypted=False) as box:
        monkeypatch.setattr("linernotes.runs.mail._is_this_machine", lambda _: False)
        said = Laptop(tmp_path / "home")("alert", "--test", **box.environ)
    assert said.code == LinernotesError.exit_code
    assert "STARTTLS" in said.complaint
    assert not box.messages
