"""Mail about alerts: one message with what is new, over or still open, sent over an encrypted connection."""

import html
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from ipaddress import ip_address

from pydantic import SecretStr

from linernotes.config.alerts import TLS_PORT, Mail
from linernotes.core.errors import LinernotesError
from linernotes.core.text import bounded, many, on_one_line

SECONDS = 30.0
LONGEST_SUBJECT = 150
REMEDY = "check ALERTS_SMTP_SERVER and its user; linernotes alert tries again"


@dataclass(frozen=True, slots=True)
class Entry:
    """One alert as mail shows it; ``look`` is the command that shows more."""

    severity: str
    text: str
    look: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of a mail: alerts by heading, and lines for its end."""

    summary: str
    parts: Sequence[tuple[str, Sequence[Entry]]]
    footer: Sequence[str]


def compose(letter: Letter, mail: Mail, env: str, now: datetime) -> EmailMessage:
    """The message, as plain text and as HTML; nothing in it is loaded from elsewhere."""
    message = EmailMessage()
    message["Subject"] = bounded(on_one_line(f"[linernotes {env}] {letter.summary}"), LONGEST_SUBJECT)
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=(mail.sender or "").rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_plain(letter))
    message.add_alternative(_html(letter), subtype="html")
    return message


def send(message: EmailMessage, mail: Mail, password: SecretStr | None) -> list[str]:
    """Hand the message to the server; returns the recipients that it refused while it took others.

    Raises:
        LinernotesError: it could not be sent, or not without showing it to everybody on the way.
    """
    try:
        with _connection(mail) as server:
            if mail.user and password:
                server.login(mail.user, password.get_secret_value())
            return sorted(server.send_message(message))
    except smtplib.SMTPRecipientsRefused as error:
        refused = "; ".join(f"{who}: {_reply(*reply)}" for who, reply in error.recipients.items())
        raise LinernotesError(f"alert: {mail.smtp_server} refused every recipient: {refused}", REMEDY) from None
    except smtplib.SMTPResponseException as error:
        words = _reply(error.smtp_code, error.smtp_error)
        raise LinernotesError(f"alert: {mail.smtp_server} refused the mail: {words}", REMEDY) from None
    except (smtplib.SMTPException, OSError) as error:
        words = on_one_line(str(error)) or type(error).__name__
        raise LinernotesError(f"alert: the mail could not be sent by {mail.smtp_server}: {words}", REMEDY) from None


def _connection(mail: Mail) -> smtplib.SMTP:
    """An encrypted connection; only a server on this machine may do without."""
    context = ssl.create_default_context()
    if mail.port == TLS_PORT:
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=SECONDS, context=context)
    server = smtplib.SMTP(mail.host, mail.port, timeout=SECONDS)
    with ExitStack() as on_error:
        on_error.callback(server.close)
        server.ehlo()
        if server.has_extn("starttls") or not _is_this_machine(mail.host):
            server.starttls(context=context)  # an error where the server does not offer it
        on_error.pop_all()
    return server


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reply(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return bounded(on_one_line(f"{code} {text}"))


def summary_of(entries: Sequence[Entry], otherwise: str) -> str:
    """``1 critical, 2 warnings - the first of them``."""
    critical = sum(entry.severity == "critical" for entry in entries)
    warnings = len(entries) - critical
    counts = [f"{critical} critical"] if critical else []
    counts += [many(warnings, "warning")] if warnings else []
    return f"{', '.join(counts)} - {entries[0].text}" if entries else otherwise


def _plain(letter: Letter) -> str:
    lines = list[str]()
    for heading, entries in letter.parts:
        lines += [heading, *(line for entry in entries for line in _plain_entry(entry)), ""]
    return "\n".join([*lines, *letter.footer, ""])


def _plain_entry(entry: Entry) -> list[str]:
    return [f"  {entry.severity}: {on_one_line(entry.text)}", f"    to look: {on_one_line(entry.look)}"]


def _html(letter: Letter) -> str:
    parts = "".join(
        f"<h2>{html.escape(heading)}</h2><ul>{''.join(map(_html_entry, entries))}</ul>"
        for heading, entries in letter.parts
    )
    footer = "".join(f"<p>{html.escape(on_one_line(line))}</p>" for line in letter.footer)
    return f"<!doctype html><html><body>{parts}{footer}</body></html>"


def _html_entry(entry: Entry) -> str:
    text, look = html.escape(on_one_line(entry.text)), html.escape(on_one_line(entry.look))
    return f"<li><b>{html.escape(entry.severity)}</b>: {text}<br><code>{look}</code></li>"
