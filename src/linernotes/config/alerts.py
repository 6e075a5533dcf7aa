"""The models of configs/alerts.yaml: the mail server and its addresses, and the limits of the rules."""

from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from linernotes.config.base import Share, Strict, written_as

Address = Annotated[str, written_as(r"^[^@\s,;<>]+@[^@\s,;<>]+$", "an address like somebody@example.org")]
Server = Annotated[str, written_as(r"^(\[[0-9a-fA-F:]+\]|[^:/\s]+):\d{1,5}$", "a server like mail.example.org:587")]
Days = Annotated[int, Field(ge=1, le=3_660)]
TLS_PORT = 465


class Mail(Strict):
    """Where mail goes; ``smtp_server`` is ``host:port``. Nobody is told without a server and addresses."""

    smtp_server: Server | None = None
    sender: Address | None = Field(default=None, alias="from")
    to: tuple[Address, ...] = ()
    user: str | None = None

    @field_validator("to", mode="before")
    @classmethod
    def _split(cls, given: Any) -> Any:
        parts = given.split(",") if isinstance(given, str) else given or ()
        return tuple(part.strip() for part in parts if part.strip())

    @model_validator(mode="after")
    def _is_whole(self) -> "Mail":
        needed = {"ALERTS_SMTP_SERVER": self.smtp_server, "ALERTS_FROM": self.sender, "ALERTS_TO": self.to}
        missing = [name for name, value in needed.items() if not value]
        if missing and len(missing) < len(needed):
            raise ValueError(f"{missing[0]} is missing: mail needs a server, a sender and a recipient")
        return self

    @property
    def host(self) -> str:
        """The server's name or address."""
        return (self.smtp_server or "").rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The server's port."""
        return int((self.smtp_server or ":0").rpartition(":")[2])


class Rules(Strict):
    """The limits of what is found; see the comments in the file."""

    days: Days = 7
    failed_share: Share = 0.5
    invalid_share: Share = 0.05
    least_lines: Annotated[int, Field(ge=1)] = 20
    reminder_days: tuple[Days, Days] = (3, 7)


class StreamRules(Strict):
    """The limits of what is found in imported figures; see the comments in the file."""

    floor: Annotated[int, Field(ge=1)] = 100
    drop_share: Share = 0.5
    surge_factor: Annotated[float, Field(gt=1)] = 10
    weeks: Annotated[int, Field(ge=1, le=52)] = 8
    least_weeks: Annotated[int, Field(ge=2, le=52)] = 4
    deviations: Annotated[float, Field(ge=0)] = 3
    new_release_days: Annotated[int, Field(ge=0, le=365)] = 14
    source_share: Share = 0.5
    least_series: Annotated[int, Field(ge=2)] = 3
    stale_days: Days = 10
    quiet_days: Days = 60


class AlertSettings(Strict):
    """All of alerts.yaml."""

    mail: Mail = Field(default_factory=Mail)
    rules: Rules = Field(default_factory=Rules)
    streams: StreamRules = Field(default_factory=StreamRules)
