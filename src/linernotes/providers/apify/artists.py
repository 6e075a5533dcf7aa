"""Monthly listeners from an actor at Apify: a paid program that reads Spotify's public pages.

One run of the actor reads a whole batch. Which actor it is, the input it takes and the names of its fields are
configuration: these actors are small and short-lived.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from requests import Response

from linernotes.core.clock import SystemClock
from linernotes.core.errors import AccessRefused, CallFailed, ConfigurationError, CoolingDown
from linernotes.core.text import many
from linernotes.core.values import Failed, Json, Outcome, WorkItem
from linernotes.providers.answers import REFUSED, read_outcome, warn_of_new_fields
from linernotes.providers.apify.actor import ApifyOptions, has_listeners, id_of, inputs, parse
from linernotes.providers.connection import Connection
from linernotes.providers.ids import SPOTIFY_ID, split_by_id

__all__ = ["Apify", "parse", "provider"]

log = logging.getLogger(__name__)
OVER = {"SUCCEEDED", "FAILED", "TIMED-OUT", "ABORTED"}
CONSOLE = "console.apify.com/settings/integrations"


class Apify:
    """See ``port.Provider``; the key of an artist is its Spotify id. Spends at most ``options.max_usd``."""

    access_mode: str | None = None

    def __init__(self, connection: Connection) -> None:
        settings = connection.settings
        self._options = connection.options(ApifyOptions)
        if settings.timeout <= self._options.wait_seconds:
            message = f"apify: timeout {settings.timeout} must be longer than options.wait_seconds"
            raise ConfigurationError(message, "Apify responds only after wait_seconds")
        self._connection, self._token = connection, connection.secrets["token"]
        self._api = connection.url()
        self._price = settings.price_per_thousand / 1000
        self._left = self._options.max_usd
        self.batch_size = settings.batch_size

    def fetch(self, items: Sequence[WorkItem]) -> Iterable[Outcome]:
        """One outcome each; a malformed id is never sent.

        Raises:
            CoolingDown: the remaining budget would not pay for another run of the actor; its ``until`` is now,
                because our next run has its own budget.
        """
        sendable, invalid = split_by_id(items, SPOTIFY_ID)
        yield from invalid
        if sendable:
            run, answers = self._read(sendable)
            yield from self._outcomes(sendable, answers, run)
            self._check_budget()

    def check(self) -> None:
        """Request the token's owner, which costs nothing."""
        self._call("GET", "users/me")

    def _call(self, method: str, path: str, body: Any = None, **query: str | float) -> Any:
        """The JSON of Apify's response.

        Raises:
            AccessRefused: the token is rejected, or does not allow this.
            CallFailed: the request is refused.
        """
        headers = {"Authorization": f"Bearer {self._token.get_secret_value()}"}
        address = f"{self._api}/{path}"
        sent = self._connection.send(method, address, params=query, json=body, headers=headers)
        if sent.status_code in REFUSED:
            remedy = f"copy it again from {CONSOLE}, and see that the account may run {self._options.actor}"
            message = f"apify: ENRICHMENT_APIFY_API_TOKEN was rejected (HTTP {sent.status_code}{_kind(sent)})"
            raise AccessRefused(message, remedy)
        if not sent.ok:
            status = sent.status_code
            raise CallFailed(f"apify: {path.partition('/')[0]}: HTTP {status}{_kind(sent)}", f"http_{status}", status)
        return sent.json()

    def _read(self, items: Sequence[WorkItem]) -> tuple[Json, list[Any]]:
        """A successful run of the actor, and its items."""
        run = self._start([item.key for item in items])
        log.info("apify: run %s of %s started for %s", run["id"], self._options.actor, many(len(items), "artist"))
        try:
            run = self._wait_for_end(run, len(items))
        except BaseException:
            # Also when a signal stops us: it continues, costs money, and its items can still be fetched by hand.
            log.warning(
                "apify: run %s is still running; %s will be requested again; see console.apify.com",
                *(run["id"], many(len(items), "artist")),
            )
            raise
        if run["status"] != "SUCCEEDED":
            reason = "run_" + run["status"].lower().replace("-", "_")
            raise CallFailed(f"apify: run {run['id']} ended {run['status']}", reason, 200)
        dataset = quote(str(run.get("defaultDatasetId")), safe="")
        answers = self._call("GET", f"datasets/{dataset}/items", format="json", clean=1)
        if not isinstance(answers, list) or not answers:
            reason = "unreadable" if answers else "no_items"
            raise CallFailed(f"apify: run {run['id']} succeeded but returned no data", reason, 200)
        return run, answers

    def _start(self, keys: Sequence[str]) -> dict[str, Any]:
        guards = {
            "maxItems": len(keys),
            "maxTotalChargeUsd": round(self._left, 4),
            "timeout": self._options.run_timeout,
            "memory": self._options.memory,
        }
        actor = self._options.actor.replace("/", "~")
        # Deducted in advance: a run whose end we never see may have cost as much.
        self._left -= self._price * len(keys)
        return _run(self._call("POST", f"acts/{actor}/runs", inputs(self._options.input, keys), **guards))

    def _wait_for_end(self, run: dict[str, Any], artists: int) -> dict[str, Any]:
        for _ in range(self._options.run_timeout):  # at most one request per second, and Apify ends it after that time
            if run["status"] in OVER:
                self._left -= max(0.0, float(run.get("usageTotalUsd") or 0) - self._price * artists)
                return run
            path = f"actor-runs/{quote(run['id'], safe='')}"
            run = _run(self._call("GET", path, waitForFinish=self._options.wait_seconds))
        raise CallFailed(f"apify: run {run['id']} did not finish in time", "run_under_way", 200)

    def _check_budget(self) -> None:
        if self._left < self._price * self.batch_size or self._left <= 0:
            message = f"apify: another run would exceed {self._options.max_usd} USD (ENRICHMENT_APIFY_MAX_USD)"
            raise CoolingDown(message, SystemClock().now(), "price_limit", None)

    def _outcomes(self, items: Sequence[WorkItem], answers: Sequence[Any], run: Json) -> Iterator[Outcome]:
        by_id: dict[str | None, Any] = {}
        # The first item of an artist counts, unless it is the report of a failed attempt and another has the listeners.
        for answer in sorted(answers, key=lambda answer: not has_listeners(answer, self._options.fields)):
            by_id.setdefault(id_of(answer, self._options.fields), answer)
        unread = "unreadable" if None in by_id else "unreturned"
        for item in items:
            answer = by_id.get(item.key)
            yield self._outcome(item, answer, run) if answer else Failed(item, unread, 200)

    def _outcome(self, item: WorkItem, answer: Json, run: Json) -> Outcome:
        raw = {
            "run": {"id": run["id"], "actor": self._options.actor},
            "fields": self._options.fields.model_dump(mode="json"),
            "item": answer,
        }
        warn_of_new_fields("apify", "artists", answer.keys() - self._options.known_fields)
        return read_outcome(item, parse, raw)


def _run(body: Any) -> dict[str, Any]:
    run = body.get("data") if isinstance(body, dict) else None
    if not isinstance(run, dict) or not isinstance(run.get("id"), str) or not isinstance(run.get("status"), str):
        raise CallFailed("apify: unexpected response about a run", "unreadable", 200)
    return run


def _kind(response: Response) -> str:
    """Apify's type of an error; its whole message could contain anything."""
    found = re.search(r'"type":\s*"([a-z-]{1,60})"', response.text)
    return f", {found[1]}" if found else ""


provider = Apify
