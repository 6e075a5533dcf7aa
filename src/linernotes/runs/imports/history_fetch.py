"""Fetch an account's history from Last.fm or ListenBrainz page by page, then land and load it like any file.

Fetched time spans are recorded, each as soon as its plays are on disk; the gaps between them are fetched next, newest
first. So a fetch continues where the last one ended, at both ends: see docs/decisions/0016.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from pydantic import SecretStr
from requests import Session

from linernotes.config.providers import ProviderSettings
from linernotes.core import sql
from linernotes.core.clock import instant
from linernotes.core.errors import CallFailed, ConfigurationError
from linernotes.core.values import HistoryPage
from linernotes.landing.lines import LineReader
from linernotes.landing.spool import Spool
from linernotes.providers.lastfm.scrobbles import Scrobbles
from linernotes.providers.listenbrainz.listens import Listens
from linernotes.runs.imports.recently_played import is_cooling_down, service_session
from linernotes.runs.imports.spans import Span, gaps
from linernotes.runs.imports.timed_pages import OutOfTime, Pages, TimedPages
from linernotes.runs.lifecycle import ingest_landing, run_in_session
from linernotes.runs.messages import fetch_line
from linernotes.runs.session import RunResult, RunSession
from linernotes.sources.histories.formats import Reader, lastfm, listenbrainz
from linernotes.sources.histories.play import NotAPlay, Play
from linernotes.sources.histories.reading import ROW_ERRORS, lines_from_rows
from linernotes.sources.histories.summary import FileSummary
from linernotes.sources.json_rows import Row, json_rows
from linernotes.storage.workspace import Workspace

PLAYS, SPANS = "plays/plays", "plays/fetched_spans"
A_DAY = 86_400
LATE = timedelta(days=14)  # the oldest scrobble that a player may submit after a time offline


@dataclass(frozen=True, slots=True)
class Source:
    """A service to fetch histories from: the provider whose limits apply, its pages, and the reader of one row.

    ``token`` names the variable of an optional token.
    """

    name: str
    provider: str
    open: Callable[[ProviderSettings, Mapping[str, SecretStr], Session, str], Pages]
    read: Callable[[bytes], Play]
    original_names: Mapping[str, str]
    token: str = ""


SOURCES = {
    "lastfm_scrobbles": Source(lastfm.SOURCE, "lastfm", Scrobbles, lastfm.read, lastfm.ORIGINAL_NAMES),
    "listenbrainz_listens": Source(
        listenbrainz.SOURCE,
        "listenbrainz",
        Listens,
        listenbrainz.read,
        listenbrainz.ORIGINAL_NAMES,
        "LISTENBRAINZ_TOKEN",
    ),
}


def import_history(
    workspace: Workspace,
    name: str,
    user: str,
    since: datetime | None,
    *,
    again: bool = False,
    minutes: float | None = None,
) -> RunResult:
    """Fetch an account's plays since ``since`` that were not fetched yet (``again``: all), land and load them.

    Raises:
        ConfigurationError: a credential is missing, or the account does not exist.
        AccessRefused: the service rejects the credentials, or the account's history is private.
        Busy: another run holds the workspace.
    """

    def work(session: RunSession) -> None:
        fetch_history(session, name, user, since, again=again, minutes=minutes)

    return run_in_session(workspace, "extract", work, start="if built").result()


def fetch_history(
    session: RunSession,
    name: str,
    user: str,
    since: datetime | None,
    *,
    again: bool = False,
    minutes: float | None = None,
) -> None:
    """Fetch an account's plays since ``since`` that were not fetched yet, or ``again`` all of them.

    Raises:
        ConfigurationError: a credential is missing, or the account does not exist.
        AccessRefused: the service rejects the credentials, or the account's history is private.
    """
    workspace, source = session.workspace, SOURCES[name]
    settings = workspace.settings.configs.provider(source.provider)
    if missing := workspace.settings.missing(settings):
        raise ConfigurationError(f"extract {name}: {', '.join(missing)} must be set", "see .env.example")
    if is_cooling_down(session, settings):
        return
    deadline = None if minutes is None else workspace.clock.monotonic() + minutes * 60
    account = sha256(f"{source.name}|{user.casefold()}".encode()).hexdigest()[:16]
    fetch = Fetch(session, source, name, account)
    try:
        with service_session(session, settings) as http:
            pages = source.open(settings, _secrets(workspace, settings, source), http, user)
            if deadline is not None:
                pages = TimedPages(pages, workspace.clock, deadline + settings.timeout)
            fetch.all(pages, int(since.timestamp()) if since else 0, again=again, deadline=deadline)
    except OutOfTime:
        session.partial.append(f"{source.provider}: stopped by --max-minutes; repeat the command to continue")
    finally:
        fetch.seal()
    ingest_landing(session)
    workspace.progress.say(fetch_line(fetch.summary.report))


class Fetch:
    """One fetch of an account: its plays, and the time spans that they cover completely."""

    def __init__(self, session: RunSession, source: Source, name: str, account: str) -> None:
        workspace = session.workspace
        self._session, self._clock, self._source, self._account = session, workspace.clock, source, account
        plays = workspace.dataset(PLAYS)
        self._reader = LineReader(plays, workspace.clock.now())
        self._plays = Spool(workspace.lake, workspace.settings.spool, plays, session.run, workspace.clock)
        self._spans = Spool(
            workspace.lake, workspace.settings.spool, workspace.dataset(SPANS), session.run, workspace.clock, None
        )
        self._known: set[str] = set()
        self._last: set[str] = set()
        self.summary = FileSummary(name, source.name)

    def all(self, pages: Pages, since: int, *, again: bool, deadline: float | None) -> None:
        """Fetch everything since the second ``since``; raises OutOfTime after the deadline."""
        fetched = [] if again else list(self._rows("fetched_spans", account=self._account))
        settled = [span for span in map(_settled_span, fetched) if span.since < span.before]
        for gap in gaps(Span(since, int(self._clock.now().timestamp()) + 1), settled):
            self._known = self._keys(gap, fetched)
            for page, covered in read_back(pages, gap, self._source.provider, self._identity):
                self._keep(page, gap)
                if covered:
                    self._spans.line(self._span(covered))
                    self._spans.sync()
                self._clock.check()
                if deadline is not None and self._clock.monotonic() >= deadline:
                    raise OutOfTime

    def seal(self) -> None:
        """Land plays and spans, plays first: no span may be recorded without its plays."""
        self._plays.seal()
        self._spans.seal()

    def _keys(self, gap: Span, fetched: Collection[Mapping[str, datetime]]) -> set[str]:
        """The keys of plays that a gap may share with earlier fetches: of recent days and of its last second."""
        if not fetched:
            return set()
        since, edge = max(row["fetchedAt"] for row in fetched) - LATE, datetime.fromtimestamp(gap.before - 1, UTC)
        return {row["sourceKey"] for row in self._rows("known_plays", since=since, edge=edge)}

    def _rows(self, name: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        query = sql.read(f"runs/imports/{name}")
        return self._session.workspace.warehouse.rows(query, source=self._source.name, **parameters)

    def _keep(self, page: HistoryPage, gap: Span) -> None:
        # A play of no day belongs to no gap; it is read, so that it is rejected with its reason.
        days = Span(0, int(self._clock.now().timestamp()) + A_DAY)
        inside = (row for second, row in page.rows if second is None or second in gap or second not in days)
        rows = enumerate(inside, self.summary.rows + 1)
        opened = Reader(json_rows, self._source.read)
        lines = list(lines_from_rows(self._new(rows), opened, self._reader, self.summary, self._source.original_names))
        if lines:
            self._plays.block(lines)
            self._plays.sync()

    def _new(self, rows: Iterator[tuple[int, Any]]) -> Iterator[Row]:
        """The rows that were neither on the previous page nor in an earlier fetch."""
        earlier, self._last = self._last | self._known, set()
        for number, row in rows:
            text = msgspec.json.encode(row)
            key = self._key(text)
            if key not in earlier:
                yield number, text
            if key:
                self._last.add(key)

    def _key(self, row: bytes) -> str | None:
        try:
            return self._source.read(row).sourceKey
        except (NotAPlay, *ROW_ERRORS):
            return None

    def _identity(self, row: Any) -> str:
        """What tells a play from others, whatever else the service says beside it; a row that is none is itself."""
        return self._key(msgspec.json.encode(row)) or repr(row)

    def _span(self, span: Span) -> dict[str, str]:
        begin, end = (instant(datetime.fromtimestamp(second, UTC)) for second in span)
        mark = {"source": self._source.name, "account": self._account}
        return {**mark, "fromAt": begin, "untilAt": end, "fetchedAt": instant(self._clock.now())}


def read_back(
    pages: Pages, gap: Span, name: str, identity: Callable[[Any], str] = repr
) -> Iterator[tuple[HistoryPage, Span | None]]:
    """Fetch every page of a gap, newest first, with the span that it completes.

    Each page begins at the oldest second of the one before, which may have more plays. Only if a whole page lies within
    one second is the next one requested by its number.

    Raises:
        CallFailed: a page has nothing that was not on the ones before, and says that there is more.
    """
    before, number, seen = gap.before, 1, set[str]()
    while True:
        page = pages.page(gap.since, before, number)
        oldest = page.oldest
        if not page.more or oldest is None:
            yield page, Span(gap.since, before)
            return
        rows = {identity(row) for _, row in page.rows}
        if rows <= seen:
            message = f"{name}: the same page came again; the plays before it cannot be fetched"
            raise CallFailed(message, "no_progress", 200)
        if oldest + 1 < before:
            yield page, Span(oldest + 1, before)
            before, number, seen = oldest + 1, 1, set()
        else:
            yield page, None
            number, seen = number + 1, seen | rows


def _settled_span(row: Mapping[str, datetime]) -> Span:
    until = min(row["untilAt"], row["fetchedAt"] - LATE)
    return Span(int(row["fromAt"].timestamp()), int(until.timestamp()))


def _secrets(workspace: Workspace, settings: ProviderSettings, source: Source) -> dict[str, SecretStr]:
    token = workspace.settings.secret(source.token) if source.token else None
    return workspace.settings.credentials(settings) | ({"token": token} if token else {})
