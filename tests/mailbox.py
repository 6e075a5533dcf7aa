"""A mail server on loopback, with a certificate of its own, that keeps what it gets or misbehaves as it is told."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

USER, PASSWORD = "reporter", "not-a-real-password"
SENDER, RECIPIENT, REFUSED = "linernotes@example.org", "person@example.org", "nobody@example.org"


@dataclass
class Mailbox:
    """What a server got, and how to reach it; ``answer`` is what it says after the text of a mail."""

    answer: str = "250 OK"
    messages: list[EmailMessage] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """One address does not exist."""
        if address == REFUSED:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail, unless it is to be refused, or the connection to be dropped."""
        if self.answer == "drop":
            server.transport.close()
            await asyncio.sleep(0)
        if self.answer.startswith("250"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
        return self.answer


@contextmanager
def mailbox(folder: Path, *, encrypted: bool = True, answer: str = "250 OK", to: str = RECIPIENT) -> Iterator[Mailbox]:
    """A server; ``encrypted`` ones take mail only from people who log in over TLS."""
    box, context = Mailbox(answer), None
    if encrypted:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "authority.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
    login: dict[str, Any] = {"authenticator": _known, "auth_required": True} if encrypted else {}
    controller = Controller(
        box, hostname="127.0.0.1", port=_free_port(), tls_context=context, require_starttls=encrypted, **login
    )
    controller.start()
    try:
        box.environ = {"ALERTS_SMTP_SERVER": f"localhost:{controller.port}", "ALERTS_FROM": SENDER, "ALERTS_TO": to}
        if encrypted:
            secret = {"ALERTS_SMTP_USER": USER, "ALERTS_SMTP_PASSWORD": PASSWORD}
            box.environ |= secret | {"SSL_CERT_FILE": str(folder / "authority.pem")}
        yield box
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)
