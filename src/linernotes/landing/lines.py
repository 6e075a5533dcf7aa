"""One line of a landed file against its dataset's contract: a record, a tombstone or a reject with its reason.

The one validator of both engines. It is strict: 55.7 is not an integer, "77" is not a number, and an instant needs its
offset. Engines would take all of these and store something else.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Annotated, Any, Literal

import msgspec

from linernotes.config.datasets import Column, Dataset, Rule
from linernotes.core.clock import SystemClock
from linernotes.core.text import bounded
from linernotes.landing.derive import derivation
from linernotes.landing.exported import repair_of

INT64 = (-(2**63), 2**63 - 1)
# A clock a little ahead is forgiven; an answer from next week would win over every real one.
CLOCK_TOLERANCE = timedelta(days=1)
# The range that both engines store and Python reads; an offset may reach beyond it.
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
NUMERIC_STEP, NUMERIC_LIMIT = Decimal("0.000000001"), Decimal(10) ** 29  # both engines' NUMERIC
NUMERIC_CONTEXT = Context(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN)
PLACE = re.compile(r"^(?P<reason>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)
MISSING = re.compile(r"Object missing required field `(.+?)`")
FORM = re.compile(r"Expected `str` matching regex '\(\?:(.+)\)\\\\Z'")

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class OutcomeMark(msgspec.Struct, gc=False):
    """``_outcome`` of a landed line: the key that was asked for, and the outcome."""

    key: Annotated[str, msgspec.Meta(min_length=1)]
    status: Literal["found", "not_found", "failed"]
    attemptedAt: Instant  # noqa: N815 - named as it is landed
    reason: str | None = None
    httpStatus: Annotated[int, msgspec.Meta(ge=100, le=999)] | None = None  # noqa: N815
    runId: str | None = None  # noqa: N815


class RejectMark(msgspec.Struct, gc=False):
    """``_reject`` of a landed line: a row that an import refused, with its place in the imported file."""

    file: str
    line: Annotated[int, msgspec.Meta(ge=1, le=INT64[1])]
    field: str | None
    reason: str
    raw: str


class Envelope(msgspec.Struct, gc=False):
    """A line without a record."""

    outcome: OutcomeMark | None = msgspec.field(default=None, name="_outcome")
    reject: RejectMark | None = msgspec.field(default=None, name="_reject")


class Attempt(msgspec.Struct, gc=False):
    """A row of lake_ops__attempts."""

    provider: str
    entity: str
    key: str
    outcome: str
    reason: str | None
    httpStatus: int | None  # noqa: N815
    attemptedAt: datetime  # noqa: N815
    runId: str | None  # noqa: N815
    line: int = msgspec.field(default=0, name="_line")


class Reject(Exception):
    """A line that cannot be accepted; ``mark`` is set when it was rejected before it landed.

    ``readable`` is false when the line is not a JSON object at all.
    """

    def __init__(
        self, reason: str, field: str | None = None, mark: RejectMark | None = None, *, readable: bool = True
    ) -> None:
        self.reason, self.field = bounded(reason), field and bounded(field)
        super().__init__(self.reason)
        self.mark = mark
        self.readable = readable


class LineReader:
    """Validates the lines of one dataset; instants more than a day after ``now`` are rejected.

    ``derive`` sets the derived columns of a record that ``read`` returned, whatever its line says of them: they are for
    the engine, so lines that are only checked on their way in need none.
    """

    def __init__(self, dataset: Dataset, now: datetime | None = None) -> None:
        self._provider, self._entity, self._instant = dataset.provider, dataset.entity, dataset.instant
        self._moments = [c.name for c in dataset.columns if c.type == "TIMESTAMP" and c.mode != "REPEATED"]
        self._amounts = [c.name for c in dataset.columns if c.type == "NUMERIC" and c.mode != "REPEATED"]
        self._record = msgspec.json.Decoder(row_type(dataset))
        self._envelope = msgspec.json.Decoder(Envelope)
        self._repeated = [c.name for c in dataset.columns if c.mode == "REPEATED" and not c.derived]
        self.derive = derivation(dataset.columns)
        self._repair = repair_of(dataset)
        self.set_now(now or SystemClock().now())

    def set_now(self, now: datetime) -> None:
        """Set the current time again; a run may last for days."""
        self._latest = now + CLOCK_TOLERANCE

    def read(self, line: bytes) -> tuple[Any | None, Attempt | None]:
        """The record of a line (a Struct with the contract's columns and ``_line``), or the attempt of one without.

        Raises:
            Reject: the line is neither; it says which field and why.
        """
        try:
            record = self._decoded(line)
        except UNREADABLE as error:
            return None, self._without_record(line, error)
        if (mark := record._outcome) and mark.status != "found":
            return None, self._attempt(mark)
        record._outcome = msgspec.UNSET
        for name in self._repeated:
            if getattr(record, name) is None:
                setattr(record, name, [])  # an array is never null: BigQuery has no null arrays, DuckDB does
        for name in self._moments:
            if moment := getattr(record, name):
                _in_time(moment, name, self._latest if name == self._instant else LATEST)
        for name in self._amounts:
            if (amount := getattr(record, name)) is not None:
                _in_numeric(amount, name)
        return record, None

    def _decoded(self, line: bytes) -> Any:
        try:
            return self._record.decode(line)
        except UNREADABLE:
            repaired = self._repair(line) if self._repair else None
            if repaired is None:
                raise
            return self._record.decode(repaired)

    def _without_record(self, line: bytes, error: Exception) -> Attempt:
        try:
            envelope = self._envelope.decode(line)
        except UNREADABLE:
            raise reject_of(error) from None
        if envelope.reject:
            raise Reject(envelope.reject.reason, envelope.reject.field, envelope.reject)
        if not envelope.outcome or envelope.outcome.status == "found" or not self._entity:
            raise reject_of(error)
        return self._attempt(envelope.outcome)

    def _attempt(self, mark: OutcomeMark) -> Attempt:
        _in_time(mark.attemptedAt, "_outcome.attemptedAt", self._latest)
        return Attempt(
            self._provider,
            self._entity or "",
            mark.key,
            mark.status,
            mark.reason,
            mark.httpStatus,
            mark.attemptedAt,
            mark.runId,
        )


def _in_time(moment: datetime, name: str, latest: datetime) -> None:
    if moment > latest:
        raise Reject("is in the future", name)
    if moment < EARLIEST:
        raise Reject("is before the year 1", name)


def _in_numeric(amount: Decimal, name: str) -> None:
    """Refuse what NUMERIC would round, refuse or store as something else on one of the engines."""
    if not amount.is_finite():
        raise Reject("is not a number", name)
    if amount != amount.quantize(NUMERIC_STEP, context=NUMERIC_CONTEXT) or abs(amount) >= NUMERIC_LIMIT:
        raise Reject("has more than 9 decimals or more than 29 digits before them", name)


def row_type(dataset: Dataset) -> type[msgspec.Struct]:
    """The Struct a line is checked against: the contract's columns, and our ``_outcome`` and ``_line``."""
    ours: list[tuple[str, Any, Any]] = [("_outcome", OutcomeMark | None, None), ("_line", int, 0)]
    return _struct(dataset.dataset, dataset.columns, dataset.rules, "", ours)


def reject_of(error: Exception) -> Reject:
    """The field (dotted) and the reason of a decoding error; the value is not repeated."""
    if isinstance(error, RecursionError):
        return Reject("nested too deeply")
    if not isinstance(error, msgspec.ValidationError):
        return Reject(str(error).removesuffix("."), readable=False)
    match = PLACE.match(str(error))
    reason, path = (match["reason"], match["path"] or "") if match else (str(error), "")
    if form := FORM.fullmatch(reason):
        reason = f"does not match {form[1]}"
    if missing := MISSING.search(reason):
        return Reject("the field is missing", f"{path}.{missing[1]}".strip("."))
    return Reject(reason, path or None, readable=bool(path))


def _struct(
    name: str, columns: tuple[Column, ...], rules: Mapping[str, Rule], path: str, more: list[tuple[str, Any, Any]]
) -> type[msgspec.Struct]:
    fields: list[Any] = []
    for column in sorted(columns, key=lambda column: column.mode != "REQUIRED"):
        kind = Any if column.derived else _kind(column, rules, f"{path}{column.name}")
        fields.append((column.name, kind) if column.mode == "REQUIRED" else (column.name, kind | None, None))
    return msgspec.defstruct(name, [*fields, *more], gc=False)


def _kind(column: Column, rules: Mapping[str, Rule], path: str) -> Any:
    kind = _single(column, rules.get(path, Rule()), rules, path)
    return list[kind] if column.mode == "REPEATED" else kind  # type: ignore[valid-type]


def _single(column: Column, rule: Rule, rules: Mapping[str, Rule], path: str) -> Any:
    match column.type:
        case "STRING":
            least = rule.length or (1 if column.mode == "REQUIRED" else None)
            whole = rule.pattern and rf"(?:{rule.pattern})\Z"  # ``$`` alone would let a newline at the end pass
            return Annotated[str, msgspec.Meta(pattern=whole, min_length=least, max_length=rule.length)]
        case "INT64":
            least = INT64[0] if rule.minimum is None else rule.minimum
            return Annotated[int, msgspec.Meta(ge=least, le=INT64[1] if rule.maximum is None else rule.maximum)]
        case "FLOAT64":
            return Annotated[float, msgspec.Meta(ge=rule.minimum, le=rule.maximum)]
        case "RECORD":
            return _struct(column.name, column.fields, rules, f"{path}.", [])
        case _:
            return {"BOOL": bool, "TIMESTAMP": Instant, "DATE": date, "NUMERIC": Decimal}[column.type]
