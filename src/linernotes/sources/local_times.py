"""Times that name no zone: read in the one that their owner gave, with notes on what the owner should know of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from linernotes.sources.instants import Moment, day_order, moment_of

TO_UTC = "times without a zone were read as UTC; --time-zone Europe/Berlin reads them in another zone"
NO_LOCAL_TIMES = "--time-zone changed nothing: none of its times is without a zone"
NO_SLASHED_DAYS = "--day-first and --month-first changed nothing: none of its dates could be read either way"

ZERO = timedelta(0)


class LocalTimes:
    """Reads the times of one file or table, and remembers which of them needed what its owner said."""

    def __init__(self, zone: tzinfo | None, day_first: bool | None, usual: bool | None = None) -> None:  # noqa: FBT001
        """``usual`` is the order of days and months where the owner gave none in ``day_first``."""
        self.zone, self._given = zone, day_first
        self.day_first = usual if day_first is None else day_first
        self.has_local = False
        self._in_zone = self._in_order = False
        self._repeated = self._skipped = 0

    def moment(self, text: str, own: tzinfo | None = None, *, in_utc: bool = False, promised: bool = False) -> Moment:
        """The instant in a text; ``own`` is the zone that its row names, ``in_utc`` says that its column is UTC.

        Where the format has ``promised`` UTC, nothing need be said about times without a zone.

        Raises:
            ValueError: as ``moment_of``.
        """
        self._in_order = self._in_order or (self._given is not None and day_order([text])[0])
        moment = moment_of(text, own or (None if in_utc else self.zone), self.day_first)
        if moment.is_local and not in_utc and not own and (self.zone or not promised):
            return replace(moment, also=self._count(moment.as_written))
        return moment

    def read(self, written: datetime) -> Moment:
        """The instant of a time without a zone."""
        also = self._count(written)
        at = written.replace(tzinfo=self.zone).astimezone(written.tzinfo) if self.zone else written
        return Moment(at, written, is_local=True, also=also)

    def _count(self, written: datetime) -> datetime | None:
        """Remember a time that was read in the owner's zone, or as UTC for want of one; its second instant, if any."""
        self.has_local = True
        if not self.zone:
            return None
        self._in_zone = True
        first, second = (written.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        change = (first.utcoffset() or ZERO) - (second.utcoffset() or ZERO)
        self._repeated += change > ZERO
        self._skipped += change < ZERO
        return second.astimezone(UTC) if change > ZERO else None

    def notes(self) -> list[str]:
        """What the owner should know."""
        return [*([TO_UTC] if self.has_local and not self.zone else []), *self._of_changed_clocks(), *self.idle()]

    def idle(self) -> list[str]:
        """Options that were given and changed nothing."""
        return [
            *([NO_LOCAL_TIMES] if self.zone and not self._in_zone else []),
            *([NO_SLASHED_DAYS] if self._given is not None and not self._in_order else []),
        ]

    def _of_changed_clocks(self) -> list[str]:
        lines = []
        if self._repeated:
            count = f"{self._repeated:,} of its times {'lies' if self._repeated == 1 else 'lie'} in an hour"
            lines.append(f"{count} that came twice when clocks went back, read as the first of the two")
        if self._skipped:
            count = f"{self._skipped:,} of its times {'lies' if self._skipped == 1 else 'lie'} in an hour"
            lines.append(f"{count} that was skipped when clocks went forward, read as if they had not yet")
        return lines
